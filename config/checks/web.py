"""The site as the outside sees it. Law: one name, https alone, and headers of proxies from proxies."""

from typing import Any
from urllib.parse import urlsplit

from django.http.request import validate_host
from django.utils.translation import gettext_lazy as _

from config.checks.rule import Rule

_OWN_MACHINE = {"127.0.0.1", "localhost", "[::1]"}
_YEAR_SECONDS = 31_536_000


def _open_hosts(settings: Any) -> str:
    if set(settings.ALLOWED_HOSTS) <= _OWN_MACHINE:
        return ", ".join(settings.ALLOWED_HOSTS) or "–"
    return ", ".join(host for host in settings.ALLOWED_HOSTS if host == "*" or host.startswith("."))


def _wrong_address(settings: Any) -> str:
    parts = urlsplit(settings.SITE_ADDRESS)
    known = validate_host(parts.netloc.partition(":")[0], settings.ALLOWED_HOSTS)
    return "" if parts.scheme == "https" and known else str(settings.SITE_ADDRESS)


def _wrong_origins(settings: Any) -> str:
    def is_wrong(origin: str) -> bool:
        parts = urlsplit(origin)
        host = parts.netloc.partition(":")[0]
        return parts.scheme != "https" or "*" in host or not validate_host(host, settings.ALLOWED_HOSTS)

    return ", ".join(filter(is_wrong, settings.CSRF_TRUSTED_ORIGINS))


def _wide_proxies(settings: Any) -> str:
    """A network of more than 256 machines holds more than proxies."""
    wide = [one for one in settings.PROXY_NETWORKS if one.num_addresses > 256 and not one.is_loopback]
    return ", ".join(map(str, wide)) if settings.BEHIND_PROXY else ""


def _loose_policy(settings: Any) -> str:
    rules = (settings.CONTENT_SECURITY_POLICY or {}).get("DIRECTIVES", {})
    loose = {"'unsafe-inline'", "'unsafe-eval'", "*", "data:", "https:", "http:"}
    found = [name for name in ("default-src", "script-src", "style-src") if loose & set(rules.get(name) or ["*"])]
    return ", ".join(found)


RULES = [
    Rule(
        "config.E101",
        lambda settings: settings.DEBUG,
        _("DEBUG is on: error pages show the inner workings, and settings with them."),
        _("Take DEBUG out of the environment."),
    ),
    Rule(
        "config.E102",
        _open_hosts,
        _("ALLOWED_HOSTS does not name this site and it alone: %(found)s."),
        _("Set ALLOWED_HOSTS to the names by which the site is reached, such as registry.example.gov.cn."),
    ),
    Rule(
        "config.E103",
        lambda settings: not settings.SECURE_COOKIES,
        _("HTTPS is off: passwords, sessions and packages can be read on the way."),
        _("Set HTTPS=yes, with a certificate on the web server in front."),
    ),
    Rule(
        "config.W104",
        lambda settings: settings.SECURE_COOKIES and settings.SECURE_HSTS_SECONDS < _YEAR_SECONDS,
        _("Browsers are told for less than a year that this site is reached by https alone."),
        _("Leave SECURE_HSTS_SECONDS as it comes."),
    ),
    Rule(
        "config.E105",
        _wrong_address,
        _("SITE_ADDRESS=%(found)s: letters would lead to a page without https, or to another host."),
        _("Set SITE_ADDRESS to https:// and one of ALLOWED_HOSTS."),
    ),
    Rule(
        "config.E106",
        _wrong_origins,
        _("CSRF_TRUSTED_ORIGINS trusts forms from elsewhere: %(found)s."),
        _("Name https:// and hosts of ALLOWED_HOSTS alone, none with *."),
    ),
    Rule(
        "config.W107",
        lambda settings: settings.SECURE_COOKIES and not settings.BEHIND_PROXY,
        _(
            "BEHIND_PROXY is off. Behind a web server every page would lead to itself, and all visitors would count as "
            "one; without a web server in front, nothing holds slow or endless requests off."
        ),
        _("Put the web server of deploy/ in front and set BEHIND_PROXY=yes."),
    ),
    Rule(
        "config.W108",
        _wide_proxies,
        _("PROXY_NETWORKS holds more than proxies (%(found)s): any machine there may say where a request came from."),
        _("Name the web servers alone, such as 10.8.0.5/32, and let no other machine reach gunicorn's port."),
    ),
    Rule(
        "config.E109",
        _loose_policy,
        _("CONTENT_SECURITY_POLICY lets pages run what is not the site's own: %(found)s."),
        _("Leave CONTENT_SECURITY_POLICY as it comes."),
    ),
]
