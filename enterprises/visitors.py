"""Where a request came from. Law: only our own proxy is believed, and of what it says only what it saw itself."""

from ipaddress import IPv4Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

_PREFIX_OF_ONE_LINE = 64  # a household or an office is given no less of IPv6


def network_address(request: HttpRequest) -> str | None:
    """Where the request came from; behind our own proxy, what the proxy saw."""
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        seen = request.META.get("HTTP_X_FORWARDED_FOR", seen).rpartition(",")[2].strip()
    try:
        return str(ip_address(seen))
    except ValueError:
        return None


def line_of(address: str | None) -> str:
    """What is counted as one visitor: an IPv4 address, a /64 of IPv6, and all whose address is not known together."""
    if address is None:
        return "unknown"
    seen = ip_address(address)
    if isinstance(seen, IPv4Address):
        return address
    if seen.ipv4_mapped:
        return str(seen.ipv4_mapped)
    return str(ip_network((int(seen), _PREFIX_OF_ONE_LINE), strict=False).network_address) + f"/{_PREFIX_OF_ONE_LINE}"
