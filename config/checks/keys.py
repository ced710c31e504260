"""Keys and passwords of the installation. Law: none is short, none is well known, none serves two ends."""

from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from config.checks.rule import Rule

_LONG_ENOUGH, _VARIED_ENOUGH = 50, 12
_WELL_KNOWN = {"", "password", "postgres", "registry", "redis", "admin", "root", "123456", "changeme", "secret"}
_MAKE_ONE = _('Make one: python -c "import secrets; print(secrets.token_urlsafe(48))", and set it in the environment.')


def _is_weak(key: str) -> bool:
    return len(key) < _LONG_ENOUGH or len(set(key)) < _VARIED_ENOUGH


def _weak_secrets(settings: Any) -> bool:
    """Former ones too: what they enclose still lies in backups."""
    keys = {settings.SECRETS_KEY, *settings.SECRETS_OLD_KEYS} - {settings.SECRET_KEY}
    return any(map(_is_weak, keys))


def _well_known_passwords(settings: Any) -> str:
    """Of servers that are reached over the network; a socket of this machine is guarded by its folder."""
    found = []
    base = settings.DATABASES["default"]
    if not _is_here(base.get("HOST", "")) and str(base.get("PASSWORD", "")).lower() in _WELL_KNOWN:
        found.append("DATABASE_URL")
    redis = urlsplit(settings.REDIS_URL)
    if redis.scheme != "unix" and not _is_here(redis.hostname or "") and (redis.password or "").lower() in _WELL_KNOWN:
        found.append("REDIS_URL")
    return ", ".join(found)


def _open_lines(settings: Any) -> str:
    """Lines to other machines on which passwords and names travel in the clear."""
    found = []
    base = settings.DATABASES["default"]
    mode = base.get("OPTIONS", {}).get("sslmode", "prefer")
    if not _is_here(base.get("HOST", "")) and mode not in ("require", "verify-ca", "verify-full"):
        found.append("DATABASE_URL")
    redis = urlsplit(settings.REDIS_URL)
    if redis.scheme == "redis" and not _is_here(redis.hostname or ""):
        found.append("REDIS_URL")
    if settings.MAIL_CONFIGURED and settings.MAIL_URL.startswith("smtp://") and not _is_here(settings.EMAIL_HOST):
        found.append("EMAIL_URL")
    return ", ".join(found)


def _is_here(host: str) -> bool:
    return host.startswith("/") or host in ("", "localhost", "127.0.0.1", "::1")


RULES = [
    Rule(
        "config.E001",
        lambda settings: _is_weak(settings.SECRET_KEY),
        _("SECRET_KEY is too short or too plain: whoever guesses it forges sessions."),
        _MAKE_ONE,
    ),
    Rule(
        "config.W002",
        lambda settings: settings.SECRETS_KEY == settings.SECRET_KEY,
        _("SECRETS_KEY is not set: stored secrets hang on SECRET_KEY, which then cannot be changed by itself."),
        _("Set SECRETS_KEY to another long random text, and the former SECRET_KEY among SECRETS_OLD_KEYS."),
    ),
    Rule(
        "config.E003",
        _weak_secrets,
        _("SECRETS_KEY, or one of SECRETS_OLD_KEYS, is too short or too plain."),
        _MAKE_ONE,
    ),
    Rule(
        "config.E004",
        _well_known_passwords,
        _("%(found)s: the server over there has no password, or one that everybody tries first."),
        _("Give that account a long random password, and put it into the address."),
    ),
    Rule(
        "config.W005",
        _open_lines,
        _("%(found)s: what goes to that server can be read on the way."),
        _(
            "Use TLS: ?sslmode=verify-full for PostgreSQL, rediss:// for Redis, smtp+tls:// for mail. On a line that "
            "nobody else reaches, silence this check and write down why."
        ),
    ),
]
