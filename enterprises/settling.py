"""Staff take an objection, ask back, decide it. Law: upheld, it becomes a correction with a list of its own.

The published lines stay. Where the bureau asks for two, the second person confirms decision and correction at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from enterprises import errors, parting, stepping, telling
from enterprises.models import Objection, ObjectionState
from registry import amending, importing
from registry.amending import Replacement
from registry.models import Entry, ImportState, ListImport
from registry.staging import Notice

_AT_WORK = (ObjectionState.IN_WORK, ObjectionState.ANSWERED)


@dataclass(frozen=True)
class Addition:
    """A line that was published and is missing: of which notice, and what it says."""

    notice: Notice
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Remedy:
    """What is right: lines that should say something else, lines that are another's, a line that is missing."""

    lines: Sequence[Entry] = ()
    fields: Mapping[str, str] = field(default_factory=dict)  # of registry's `Field`, as text; those that were wrong
    parted: Sequence[Entry] = ()
    addition: Addition | None = None

    def __bool__(self) -> bool:
        return bool((self.lines and self.fields) or self.parted or self.addition)


def take(*, objection: Objection, now: datetime, by: User) -> None:
    """Begin to check it, or take it over from a colleague. Raises `ObjectionStateForbids`."""
    with transaction.atomic():
        held = stepping.locked(objection, ObjectionState.RECEIVED, ObjectionState.ASKED, *_AT_WORK)
        held.assigned_to = by
        if held.state == ObjectionState.RECEIVED:
            stepping.move(held, ObjectionState.IN_WORK, now=now, by=by)
        else:
            held.save(update_fields=["assigned_to"])


def ask(*, objection: Objection, words: str, now: datetime, by: User) -> None:
    """Ask the enterprise for something. Raises `ObjectionStateForbids`, `NothingSaid`."""
    with transaction.atomic():
        held = stepping.locked(objection, *_AT_WORK)
        stepping.move(held, ObjectionState.ASKED, now=now, by=by, reason=_said(words))
        telling.asked(held, now=now)


def reject(*, objection: Objection, reason: str, now: datetime, by: User) -> None:
    """Decide that what is published is right. Raises `ObjectionStateForbids`, `NothingSaid`."""
    with transaction.atomic():
        # Who was asked and does not answer is decided on what is there.
        held = stepping.locked(objection, ObjectionState.ASKED, *_AT_WORK)
        stepping.move(held, ObjectionState.REJECTED, now=now, by=by, reason=_said(reason))
        telling.decided(held, now=now)


def uphold(*, objection: Objection, remedy: Remedy, reason: str, partly: bool = False, now: datetime, by: User) -> None:
    """Decide that the enterprise is right, or is in part, and stage what is right.

    Raises `ObjectionStateForbids`, `NothingSaid`, `CorrectionNeeded`, `LineNotTheirs`, `OnlyLine`, and what the
    registry says of a correction that is none.
    """
    if not remedy:
        raise errors.CorrectionNeeded
    with transaction.atomic():
        held = stepping.locked(objection, ObjectionState.ASKED, *_AT_WORK)
        said = _said(reason)
        staged = _staged(held, remedy, said, now, by)
        held.proposal = {
            "partly": partly, "reason": said, "imports": [one.pk for one in staged],
            "parted": [one.pk for one in remedy.parted],
        }  # fmt: skip
        held.proposed_by = by
        if settings.CONFIRM_NEEDS_SECOND_PERSON:
            stepping.move(held, ObjectionState.PROPOSED, now=now, by=by, reason=said)
        else:
            _carry_out(held, now, by)


def confirm(*, objection: Objection, now: datetime, by: User) -> None:
    """The second person lets the proposed decision be. Raises `ObjectionStateForbids`, `ProposerMayNotConfirm`."""
    with transaction.atomic():
        held = stepping.locked(objection, ObjectionState.PROPOSED)
        if held.proposed_by_id == by.pk:
            raise errors.ProposerMayNotConfirm
        _carry_out(held, now, by)


def send_back(*, objection: Objection, reason: str, now: datetime, by: User) -> None:
    """A proposed decision goes back to work, and its lists are undone. Raises `ObjectionStateForbids`."""
    with transaction.atomic():
        held = stepping.locked(objection, ObjectionState.PROPOSED)
        said = _said(reason)
        for listed in ListImport.objects.filter(pk__in=held.proposal["imports"]):
            undo = {ImportState.STAGED: importing.reject, ImportState.CONFIRMED: importing.withdraw}
            if ImportState(listed.state) in undo:
                undo[ImportState(listed.state)](list_import=listed, reason=said[:300], now=now, by=by)
        held.proposal, held.proposed_by = {}, None
        stepping.move(held, ObjectionState.IN_WORK, now=now, by=by, reason=said)


def _staged(held: Objection, remedy: Remedy, reason: str, now: datetime, by: User) -> list[ListImport]:
    staged: list[ListImport] = []
    if remedy.lines and remedy.fields:
        staged += amending.stage_replacements(
            replacements=[Replacement(line, remedy.fields) for line in remedy.lines],
            ground=held.number, why=reason, now=now, by=by,
        )  # fmt: skip
    if remedy.addition:
        staged.append(
            amending.stage_addition(
                notice=remedy.addition.notice, fields=remedy.addition.fields, ground=held.number, why=reason,
                now=now, by=by,
            )
        )  # fmt: skip
    return staged


def _carry_out(held: Objection, now: datetime, by: User) -> None:
    """The correction counts from now on; whose its lines are is resolved as for any list."""
    proposal = held.proposal
    for listed in ListImport.objects.filter(pk__in=proposal["imports"]).exclude(state=ImportState.CONFIRMED):
        importing.confirm(list_import=listed, now=now, by=by)
    if proposal["parted"]:
        enterprise = held.bearer
        if enterprise is None:
            raise errors.CorrectionNeeded
        lines = list(Entry.objects.filter(pk__in=proposal["parted"]))
        parting.part(objection=held, enterprise=enterprise, lines=lines, now=now, by=by)
    state = ObjectionState.PARTLY if proposal["partly"] else ObjectionState.UPHELD
    stepping.move(held, state, now=now, by=by, reason=proposal["reason"])
    telling.decided(held, now=now)


def _said(words: str) -> str:
    if not words.strip():
        raise errors.NothingSaid
    return words.strip()
