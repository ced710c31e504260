"""The webhook channel: a small signed notice, as Standard Webhooks has it; the package is fetched.

Law: any 2xx is delivered and 410 is for good. All else is tried again, a refusal and a redirection too: receivers
mend those themselves within days, and after days of failures the channel is paused and both sides are told.
"""

import base64
import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

from pushes import errors
from pushes.channels import calling
from pushes.channels.parcel import Answer, Parcel, Summary

PREFIX = "whsec_"
_SHOWN = 300  # characters of an answer that are kept for people


@dataclass(frozen=True)
class Target:
    """Where to call, and the secrets that are valid now (`whsec_…`): the notice is signed with each."""

    url: str
    secrets: tuple[str, ...] = field(repr=False)
    rules: calling.Rules


def send(target: Target, parcel: Parcel) -> Answer:
    """Delivered once the receiver has answered 2xx. What it does then, its fetching shows."""
    url = urlsplit(target.url)
    to = f"{url.scheme}://{url.netloc}{url.path}"
    begun = time.monotonic()
    try:
        if (url.port or 443) not in target.rules.ports:
            raise errors.PortRefused(url.port or 443)
        return _answered(*_call(target, url, parcel), to)
    except (errors.TargetRefused, errors.PortRefused) as error:
        return Answer("refused", str(error), to)
    except (OSError, HTTPException) as error:
        if time.monotonic() - begun >= target.rules.answer_seconds or isinstance(error, TimeoutError):
            return Answer("passing", _("It did not answer in time."), to)
        return Answer("passing", _("The call failed: %(reason)s.") % {"reason": _reason(error)}, to)


def notice(parcel: Parcel) -> bytes:
    """The body: what is published, what it holds, what proves it, and where it is fetched."""
    data = {
        "edition": parcel.edition,
        "as_of": parcel.as_of.isoformat(),
        "sha256": parcel.sha256,
        "size": parcel.size,
        "locked": parcel.locked,
        **_counts(parcel.summary),
        "fetch": parcel.fetch,
    }
    event = {"type": "edition.trial" if parcel.trial else "edition.published", "data": data}
    return json.dumps(event, separators=(",", ":")).encode()


def _counts(summary: Summary) -> dict[str, int | str | None]:
    """Without an edition to compare with nothing is told of changes."""
    told = summary._asdict()
    return told if summary.since else {**dict.fromkeys(told), "members": summary.members}


def signatures(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The signature by each secret, with spaces between them."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    keys = (base64.b64decode(secret.removeprefix(PREFIX)) for secret in secrets)
    macs = (hmac.new(key, signed, hashlib.sha256).digest() for key in keys)
    return " ".join(f"v1,{base64.b64encode(mac).decode()}" for mac in macs)


def _call(target: Target, url: SplitResult, parcel: Parcel) -> tuple[HTTPResponse, bytes]:
    """One request on one connection; of an answer that is no success, the beginning."""
    host, port = url.hostname or "", url.port or 443
    body, now = notice(parcel), int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "zzkj-registry",
        "Connection": "close",
        "webhook-id": str(parcel.id),
        "webhook-timestamp": str(now),
        "webhook-signature": signatures(target.secrets, str(parcel.id), now, body),
    }
    trust = _trust(target.rules.ca_file)
    connection = calling.connect(host, port, target.rules)
    with closing(connection), calling.deadline(connection, target.rules.answer_seconds):
        connection.settimeout(target.rules.answer_seconds)
        with trust.wrap_socket(connection, server_hostname=host) as secured:
            http = HTTPSConnection(host, port, context=trust)
            http.auto_open, http.sock = 0, secured
            http.request("POST", url._replace(scheme="", netloc="", fragment="").geturl() or "/", body, headers)
            response = http.getresponse()
            return response, b"" if _success(response) else response.read(4 * _SHOWN)


@cache
def _trust(ca_file: str) -> ssl.SSLContext:
    """The system's authorities, and those of a file; read once."""
    trust = ssl.create_default_context()
    if ca_file:
        trust.load_verify_locations(ca_file)
    return trust


def _success(response: HTTPResponse) -> bool:
    return 200 <= response.status < 300


def _answered(response: HTTPResponse, beginning: bytes, to: str) -> Answer:
    code = str(response.status)
    if _success(response):
        return Answer("delivered", "", to, code)
    said = " ".join(beginning.decode("utf-8", "replace").split())
    detail = _("The receiver answered %(code)s %(said)s") % {"code": code, "said": _printable(said)}
    if 300 <= response.status < 400:
        detail = _("The receiver answered %(code)s: a redirection, which is not followed.") % {"code": code}
    later = response.headers.get("Retry-After")
    if later:
        detail += " " + _("It asks to be called again after: %(later)s") % {"later": _printable(later)}
    return Answer("permanent" if response.status == 410 else "passing", detail.strip(), to, code)


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())[:_SHOWN]


def _reason(error: Exception) -> str:
    return _printable(str(error)) or type(error).__name__
