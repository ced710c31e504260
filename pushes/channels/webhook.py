"""The webhook channel: a small signed notice, as Standard Webhooks has it; the package is fetched.

Law: any 2xx is delivered and 410 is for good. All else is tried again, a refusal and a redirection too: receivers
mend those themselves within days, and after days of failures the channel is paused and both sides are told.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pushes import errors
from pushes.channels import calling, https
from pushes.channels.parcel import Answer, Parcel, Summary

PREFIX = "whsec_"


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
    body = notice(parcel)
    headers = {"Content-Type": "application/json", **signed(target.secrets, str(parcel.id), body)}
    try:
        reply = https.call("POST", target.url, headers, body, target.rules, _wanted)
    except (errors.TargetRefused, errors.PortRefused) as error:
        return Answer("refused", str(error), to)
    except https.NoReply as error:
        return Answer("passing", str(error), to)
    if reply.success:
        return Answer("delivered", "", to, str(reply.status))
    return Answer("permanent" if reply.status == 410 else "passing", https.declined(reply), to, str(reply.status))


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


def signed(secrets: Iterable[str], message_id: str, body: bytes) -> dict[str, str]:
    """The headers by which a receiver knows that the body is ours, and of now."""
    now = int(time.time())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(now),
        "webhook-signature": signatures(secrets, message_id, now, body),
    }


def _wanted(status: int) -> int:
    """Of an answer that is no success, the beginning."""
    return 0 if 200 <= status < 300 else 4 * https.SHOWN
