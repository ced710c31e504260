"""The platform channel: an edition pushed as rows of JSON in pages, by our own form (docs/platform-api.md).

Law: delivered once the platform says that it has taken the batch and holds the very members whose digest we gave. What
it has is never sent again: a batch goes on from the page that the platform asks for.
"""

import gzip
import json
import time
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _

from enterprises.calendar import edition_labelled
from pushes import errors
from pushes.channels import calling, https
from pushes.channels.authorising import Authority, NotLetIn
from pushes.channels.parcel import Answer, Batch, Batches, Confirmed, Parcel
from pushes.channels.platform_words import Status, Unclear, confirmed_in, status_in

_LONGEST = 256 * 1024  # bytes of an answer that are read


@dataclass(frozen=True)
class Target:
    """Where a platform takes batches, and how it knows us. The addresses are whole."""

    state: str
    batches: str
    withdrawals: str
    page_size: int
    compressed: bool
    authority: Authority = field(repr=False)
    rules: calling.Rules


class _Ended(Exception):
    """What ends a sending before its answer."""

    def __init__(self, outcome: Literal["passing", "permanent"], words: str, code: str = "") -> None:
        super().__init__(words)
        self.outcome, self.code = outcome, code


def send(target: Target, parcel: Parcel) -> Answer:
    """Delivered once the platform has taken the edition, or shows that it had."""
    line = _Line(target, time.monotonic() + target.rules.upload_seconds)
    assert parcel.batch is not None  # noqa: S101 - whoever sends to platforms gives it
    try:
        return _pushed(line, parcel, parcel.batch)
    except (errors.TargetRefused, errors.PortRefused) as error:
        return Answer("refused", str(error), target.batches)
    except _Ended as end:
        return Answer(end.outcome, str(end), target.batches, end.code)
    except Unclear:
        return Answer("passing", _("The platform's answer is not of the agreed form."), target.batches)


def withdraw(target: Target, number: UUID, edition: str) -> Answer:
    """Tell that an edition which was pushed was withdrawn: its name, and neither data nor reason."""
    line = _Line(target, time.monotonic() + target.rules.upload_seconds)
    told = {"id": str(number), "edition": edition, "state": "withdrawn"}
    try:
        reply = line.reply("POST", target.withdrawals, f"{number}-withdrawal", told)
    except (errors.TargetRefused, errors.PortRefused) as error:
        return Answer("refused", str(error), target.withdrawals)
    except _Ended as end:
        return Answer(end.outcome, str(end), target.withdrawals, end.code)
    return Answer("delivered", "", target.withdrawals, str(reply.status))


def _pushed(line: "_Line", parcel: Parcel, batches: Batches) -> Answer:
    """Changes since what the platform has, where it has anything; all of it where that does not come out right."""
    size, to = line.target.page_size, line.target.batches
    has = None if parcel.trial else confirmed_in(line.asked("GET", line.target.state, "state") or {})
    for known in [has, None] if has else [None]:
        with batches(known, size) as batch:
            if has == (parcel.edition, batch.digest):
                return Answer("delivered", _("The platform has this edition already."), to)
            status = _transferred(line, batch)
            if not (batch.is_delta and status.reason == "digest-mismatch"):
                return _judged(status, batch, parcel, to)
    raise AssertionError("the last batch is a full one")


def _transferred(line: "_Line", batch: Batch) -> Status:
    """What the platform says once it has every page, and was told that these are all."""
    address = f"{line.target.batches}/{batch.id}"
    found = line.asked("GET", address, f"{batch.id}-status")
    status = status_in(found, batch) if found is not None else None
    if status is None or status.state == "rejected":
        opening = {"batch": str(batch.id), "manifest": batch.manifest, "signature": batch.signature}
        status = status_in(line.asked("POST", line.target.batches, f"{batch.id}-open", opening), batch)
    while status.state == "open" and status.next_page <= batch.pages:
        number = status.next_page
        status = status_in(
            line.asked("POST", f"{address}/pages/{number}", f"{batch.id}-page-{number}", _page(batch, number)), batch
        )
        if status.state == "open" and status.next_page <= number:
            raise _Ended("passing", _("The platform did not take page %(page)s.") % {"page": number})
    if status.state == "open":
        closing = {
            "batch": str(batch.id),
            "pages": batch.pages,
            "rows": batch.manifest["counts"]["rows"],
            "digest": batch.digest,
        }
        status = status_in(line.asked("POST", f"{address}/close", f"{batch.id}-close", closing), batch)
    return status


def _judged(status: Status, batch: Batch, parcel: Parcel, to: str) -> Answer:
    counts = batch.manifest["counts"]
    match status.state:
        case "accepted":
            if not parcel.trial and not _holds(status.confirmed, parcel.edition, batch.digest):
                words = _("The platform took the edition, but does not say that it holds it.")
                return Answer("passing", words, to, status.state)
            facts = {"rows": counts["rows"], "members": counts["members"], "digest": batch.digest}
            told = (
                _("Changes: %(rows)s rows; %(members)s members, SHA-256 %(digest)s")
                if batch.is_delta
                else _("All members: %(members)s, SHA-256 %(digest)s")
            )
            return Answer("delivered", told % facts, to, status.state)
        case "rejected" if status.reason not in ("digest-mismatch", "pages-missing"):
            words = _("The platform rejects the edition. %(why)s") % {"why": status.why}
            return Answer("permanent", words, to, status.reason or status.state)
        case "rejected":
            words = _("The platform did not get whole what was sent. %(why)s") % {"why": status.why}
            return Answer("passing", words, to, status.reason)
        case "checking":
            return Answer("passing", _("The platform has all of it and still checks it."), to, status.state)
    return Answer("passing", _("The platform was told that all was sent, and still waits."), to, status.state)


def _holds(confirmed: Confirmed | None, edition: str, digest: str) -> bool:
    """Whether the platform holds the edition, or a later one, which an older one must not take the place of."""
    if confirmed is None:
        return False
    return confirmed == (edition, digest) or (edition_labelled(confirmed.edition) or ("", 0)) > (
        edition_labelled(edition) or ("", 0)
    )


def _page(batch: Batch, number: int) -> bytes:
    head = json.dumps({"batch": str(batch.id), "page": number, "mode": batch.manifest["mode"]})
    return head[:-1].encode() + b', "rows": [' + batch.page(number) + b"]}"


@dataclass(frozen=True)
class _Line:
    """The conversation with a platform: each request by itself, all of them before `ends`."""

    target: Target
    ends: float

    def asked(self, method: str, address: str, step: str, body: object = None) -> dict[str, Any] | None:
        """The answer's document; None where a GET finds nothing."""
        reply = self.reply(method, address, step, body)
        if reply.status == 404:
            return None
        said = self.target.authority.hidden(reply.body.decode("utf-8", "replace"))
        try:
            document = json.loads(said) if len(reply.body) < _LONGEST else None
        except (ValueError, RecursionError) as error:
            raise Unclear from error
        if not isinstance(document, dict):
            raise Unclear
        return document

    def reply(self, method: str, address: str, step: str, body: object = None) -> https.Reply:
        """An answer that is good, or the 404 of a GET. Raises `_Ended`, `TargetRefused`, `PortRefused`."""
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode() if body else b""
        try:
            reply = self._called(method, address, step, content)
            if reply.status == 401 and self.target.authority.renewed():
                reply = self._called(method, address, step, content)
        except https.NoReply as error:
            raise _Ended("passing", str(error)) from error
        except NotLetIn as error:
            raise _Ended("permanent" if error.for_good else "passing", str(error), error.code) from error
        if reply.success or (reply.status == 404 and method == "GET"):
            return reply
        words = https.declined(reply, self.target.authority.hidden)
        raise _Ended("permanent" if reply.status in (410, 422) else "passing", words, str(reply.status))

    def _called(self, method: str, address: str, step: str, body: bytes) -> https.Reply:
        if time.monotonic() >= self.ends:
            raise _Ended("passing", _("The upload took too long. The next one goes on where this one stood."))
        headers: dict[str, str] = {"Accept": "application/json"}
        if body:
            headers["Content-Type"] = "application/json"
            if self.target.compressed:
                body, headers["Content-Encoding"] = gzip.compress(body, 6, mtime=0), "gzip"
        headers |= self.target.authority.headers(step, body)
        return https.call(method, address, headers, body, self.target.rules, lambda _status: _LONGEST)
