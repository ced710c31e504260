"""No calls inward: what is judged is what is connected to."""

import socket
from ipaddress import ip_address, ip_network

import pytest

from pushes import errors
from pushes.channels.calling import Rules, connect, may_call
from tests.pushes.peers.receiver import Receiver

LOOPBACK = ip_network("127.0.0.0/8")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("1.2.3.4", True),
        ("8.8.8.8", True),
        ("172.15.255.255", True),
        ("172.32.0.1", True),
        ("100.63.255.255", True),
        ("2400:3200::1", True),
        ("2606:4700:4700::1111", True),
        ("0.0.0.0", False),
        ("10.8.0.7", False),
        ("127.0.0.1", False),
        ("127.1.2.3", False),
        ("100.64.0.1", False),  # shared by carriers
        ("100.100.100.200", False),  # a cloud's metadata
        ("169.254.169.254", False),  # another's
        ("168.63.129.16", False),  # and one that looks public
        ("172.16.0.1", False),
        ("172.31.255.255", False),
        ("192.0.0.192", False),
        ("192.168.1.1", False),
        ("198.18.0.1", False),
        ("203.0.113.7", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::7f00:1", False),  # IPv4 inside IPv6, as of old
        ("::ffff:127.0.0.1", False),  # mapped
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False),  # translated
        ("64:ff9b::808:808", True),
        ("64:ff9b:1::808:808", False),
        ("2001::1", False),  # tunnels
        ("2002:7f00:1::", False),
        ("2001:db8::1", False),
        ("fc00::1", False),
        ("fd00:ec2::254", False),
        ("fe80::1", False),
        ("fe80::1%1", False),
        ("fec0::1", False),
        ("ff02::1", False),
    ],
)
def test_public_addresses_alone_are_called(address: str, public: bool) -> None:
    assert may_call(ip_address(address)) is public


@pytest.mark.parametrize(
    ("address", "called"),
    [("10.8.0.7", True), ("::ffff:10.8.0.7", True), ("10.8.1.7", False), ("fd12::7", True), ("127.0.0.1", False)],
)
def test_a_line_to_a_bank_is_named_by_its_network(address: str, called: bool) -> None:
    networks = (ip_network("10.8.0.0/24"), ip_network("fd12::/64"))
    assert may_call(ip_address(address), networks) is called


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "::1", "::ffff:127.0.0.1", "0"])
def test_however_it_is_written_no_connection_is_made(receiver: Receiver, host: str) -> None:
    before = receiver.connections
    with pytest.raises(errors.TargetRefused):
        connect(host, receiver.port, Rules())
    assert receiver.connections == before


def test_a_name_is_resolved_once(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that changes its mind between judging and connecting has nobody to tell."""
    asked = []

    def resolve(host: str, port: int, **more: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    connect("rebinding.example", receiver.port, Rules(networks=(LOOPBACK,))).close()
    assert asked == ["rebinding.example"]


def test_one_inner_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: found)
    with pytest.raises(errors.TargetRefused, match=r"10\.0\.0\.1"):
        connect("mixed.example", 443, Rules())


@pytest.mark.parametrize("host", ["no-such-name.invalid", "a" * 70 + ".example", "..."])
def test_a_name_that_leads_nowhere_is_an_ordinary_failure(host: str) -> None:
    with pytest.raises(OSError, match=r".+"):
        connect(host, 443, Rules())
