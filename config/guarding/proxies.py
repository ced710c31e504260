"""The first of all middleware. Law: what a request says of where it came from counts from the proxy alone."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

_TOLD_BY_PROXIES = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT")


class KnownProxies:
    """Takes these headers away where they come from anybody else: then nobody is believed, and nothing is secure."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.ALLAUTH_TRUSTED_PROXY_COUNT or not _is_proxy(request.META.get("REMOTE_ADDR", "")):
            for name in _TOLD_BY_PROXIES:
                request.META.pop(name, None)
        return self._get_response(request)


def _is_proxy(address: str) -> bool:
    """A socket of this machine has no address: who may write to it is a matter of its folder."""
    if not address:
        return True
    try:
        near = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    near = getattr(near, "ipv4_mapped", None) or near
    return any(near in network for network in settings.PROXY_NETWORKS)
