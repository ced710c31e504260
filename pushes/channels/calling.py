"""Calling out: one connection to an address that was judged, for every channel that calls an institution's machine.

Law: no calls inward, and what is judged is what is connected to. A name is resolved once, each of its addresses must
be public or on a line that the installation names, and nothing resolves it a second time.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from pushes import errors

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Special-purpose ranges (IANA's registries), multicast, and a cloud's inner address that looks public.
_INWARD = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/3", "168.63.129.16/32",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    )
)  # fmt: skip
_TRIED = 3
_GLOBAL_IPV6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Rules:
    """What an installation may call: inner networks by name, ports of webhooks, and how long it waits, in seconds."""

    networks: tuple[Network, ...] = ()
    ports: tuple[int, ...] = (443,)
    ca_file: str = ""
    connect_seconds: float = 10
    answer_seconds: float = 30
    upload_seconds: float = 480


def may_call(address: Address, networks: tuple[Network, ...] = ()) -> bool:
    """Whether the address is public, or in one of the networks. An IPv4 address inside an IPv6 one is judged itself."""
    inner = _inner(address)
    if any(inner in network for network in networks):
        return True
    if any(inner in network for network in _INWARD):
        return False
    return isinstance(inner, IPv4Address) or inner in _GLOBAL_IPV6


def _inner(address: Address) -> Address:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def connect(host: str, port: int, rules: Rules) -> socket.socket:
    """A connection to the first address of `host` that answers, of a few: silent ones cost the delivery's time.

    Raises `TargetRefused` where an address is no one that we call, before anything is sent; `OSError` where the name
    is unknown or nobody answers.
    """
    failure = OSError(f"{host} has no address")
    for family, kind, protocol, sockaddr in _judged(host, port, rules)[:_TRIED]:
        connection = socket.socket(family, kind, protocol)
        connection.settimeout(rules.connect_seconds)
        try:
            connection.connect(sockaddr)
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise failure


def _judged(host: str, port: int, rules: Rules) -> list[tuple[int, int, int, Any]]:
    """The addresses of the name, once all of them have passed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that no name may have
        raise OSError(f"{host} is no name of a server") from error
    for *_, sockaddr in found:
        if not may_call(ip_address(sockaddr[0]), rules.networks):
            raise errors.TargetRefused(host, str(sockaddr[0]))
    return [(family, kind, protocol, sockaddr) for family, kind, protocol, _, sockaddr in found]


@contextmanager
def deadline(connection: socket.socket, seconds: float) -> Iterator[None]:
    """After so many seconds the connection is cut: time-outs for each read alone let a slow peer hold us for hours."""
    guard = connection.dup()  # stays ours when TLS takes the connection over

    def cut() -> None:
        with suppress(OSError):
            guard.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        guard.close()


def peer(connection: socket.socket) -> str:
    """The address at the other end."""
    return str(connection.getpeername()[0])
