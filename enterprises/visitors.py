"""Where a request came from. Law: only our own proxy is believed, and of what it says only what it saw itself."""

from ipaddress import IPv4Address, ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

_PREFIX_OF_ONE_LINE = 64  # a household or an office is given no less of IPv6


def network_address(request: HttpRequest) -> str | None:
    """Where the request came from; behind our own proxy, what the proxy saw. The rule is that of the sign-in."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
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
