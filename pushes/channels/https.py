"""One request over HTTPS to an institution's machine, for every channel that speaks it.

Law: the address was judged, no redirection is followed, no more of an answer is read than is wanted, and a peer that is
slow is cut off.
"""

import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import cache
from http.client import HTTPException, HTTPSConnection
from typing import NamedTuple
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from pushes import errors
from pushes.channels import calling

SHOWN = 300  # characters of an answer that are kept for people


class Reply(NamedTuple):
    """What was answered; of its body, as much as was wanted."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def success(self) -> bool:
        return 200 <= self.status < 300


class NoReply(Exception):
    """There was none; it says why, in words for people."""


def call(
    method: str, url: str, headers: Mapping[str, str], body: bytes, rules: calling.Rules, wanted: Callable[[int], int]
) -> Reply:
    """One request on one connection; of the answer so many bytes are read as `wanted` says of its status.

    Raises `NoReply`; `TargetRefused` and `PortRefused` before anything is said.
    """
    begun = time.monotonic()
    parts = urlsplit(url)
    if (parts.port or 443) not in rules.ports:
        raise errors.PortRefused(parts.port or 443)
    try:
        return _called(method, url, headers, body, rules, wanted)
    except (OSError, HTTPException) as error:
        if time.monotonic() - begun >= rules.answer_seconds or isinstance(error, TimeoutError):
            raise NoReply(_("It did not answer in time.")) from error
        raise NoReply(_("The call failed: %(reason)s.") % {"reason": _reason(error)}) from error


def declined(reply: Reply, hidden: Callable[[str], str] = str) -> str:
    """An answer that is no success, in words; `hidden` takes secrets out, before anything is cut off."""
    code = str(reply.status)
    said = printable(" ".join(hidden(reply.body.decode("utf-8", "replace")).split()))
    detail = _("The receiver answered %(code)s %(said)s") % {"code": code, "said": said}
    if 300 <= reply.status < 400:
        detail = _("The receiver answered %(code)s: a redirection, which is not followed.") % {"code": code}
    later = next((value for name, value in reply.headers.items() if name.lower() == "retry-after"), "")
    if later:
        detail += " " + _("It asks to be called again after: %(later)s") % {"later": printable(hidden(later))}
    return detail.strip()


def printable(text: str) -> str:
    """The beginning of what another side said, without what a terminal or a page would act on."""
    return "".join(character for character in text if character.isprintable())[:SHOWN]


def _called(
    method: str, url: str, headers: Mapping[str, str], body: bytes, rules: calling.Rules, wanted: Callable[[int], int]
) -> Reply:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    trust = _trust(rules.ca_file)
    connection = calling.connect(host, port, rules)
    with closing(connection), calling.deadline(connection, rules.answer_seconds):
        connection.settimeout(rules.answer_seconds)
        with trust.wrap_socket(connection, server_hostname=host) as secured:
            http = HTTPSConnection(host, port, context=trust)
            http.auto_open, http.sock = 0, secured
            told = {"User-Agent": "zzkj-registry", "Connection": "close", **headers}
            http.request(method, parts._replace(scheme="", netloc="", fragment="").geturl() or "/", body or None, told)
            response = http.getresponse()
            most = wanted(response.status)
            return Reply(response.status, dict(response.headers.items()), response.read(most) if most else b"")


@cache
def _trust(ca_file: str) -> ssl.SSLContext:
    """The system's authorities, and those of a file; read once."""
    trust = ssl.create_default_context()
    if ca_file:
        trust.load_verify_locations(ca_file)
    return trust


def _reason(error: Exception) -> str:
    return printable(str(error)) or type(error).__name__
