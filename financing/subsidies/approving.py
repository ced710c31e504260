"""A sheet is submitted, and another person approves it or sends it back.

Law: what is approved is what was looked at: all is computed anew first, and another result refuses it. An approved
sheet never changes; a later version that is approved takes its place.
"""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from financing import errors
from financing.models import SheetState, SubsidySheet
from financing.models.subsidy_sheet import IN_WORK
from financing.subsidies.drawing_up import draw, locked


def submit(*, sheet: SubsidySheet, now: datetime, by: User) -> None:
    """Put it before whoever approves. Raises `SheetStateForbids`, `SheetEmpty`, `SheetOutdated`."""
    with transaction.atomic():
        held = locked(sheet, *IN_WORK)
        if not held.lines.exists():
            raise errors.SheetEmpty(str(held))
        refuse_outdated(held, now)
        held.state, held.submitted_at, held.submitted_by = SheetState.SUBMITTED, now, by
        held.save(update_fields=["state", "submitted_at", "submitted_by"])


def approve(*, sheet: SubsidySheet, now: datetime, by: User, seen: str | None = None) -> None:
    """Let it be final; an approved earlier version of the year is replaced. `seen` is the digest that was looked at: it
    may have been sent back and submitted anew since.

    Raises `SheetStateForbids`, `ApproverMadeIt`, `SheetOutdated`.
    """
    with transaction.atomic():
        held = locked(sheet, SheetState.SUBMITTED)
        alone = by.pk in makers(held)
        if alone and settings.CONFIRM_NEEDS_SECOND_PERSON:
            raise errors.ApproverMadeIt
        if seen is not None and seen != held.digest:
            raise errors.SheetOutdated(str(held))
        refuse_outdated(held, now)
        before = SubsidySheet.objects.filter(subsidy=held.subsidy_id, year=held.year, state=SheetState.APPROVED)
        before.update(state=SheetState.REPLACED, replaced_at=now)
        held.state, held.approved_at, held.approved_by, held.approved_alone = SheetState.APPROVED, now, by, alone
        held.save(update_fields=["state", "approved_at", "approved_by", "approved_alone"])


def send_back(*, sheet: SubsidySheet, reason: str, now: datetime, by: User) -> None:
    """Back to work, with the reason. Raises `SheetStateForbids`, `SubsidyReasonMissing`."""
    if not reason.strip():
        raise errors.SubsidyReasonMissing
    with transaction.atomic():
        held = locked(sheet, SheetState.SUBMITTED)
        held.state = SheetState.SENT_BACK
        held.sent_back_at, held.sent_back_by, held.sent_back_reason = now, by, reason.strip()[:300]
        held.save(update_fields=["state", "sent_back_at", "sent_back_by", "sent_back_reason"])


def makers(sheet: SubsidySheet) -> set[int | None]:
    """Whose work a sheet is, by their ids."""
    left_out = sheet.exclusions.values_list("by", flat=True)
    return {sheet.made_by_id, sheet.computed_by_id, sheet.submitted_by_id, *left_out} - {None}


def refuse_outdated(sheet: SubsidySheet, now: datetime) -> None:
    """Raise `SheetOutdated` where what is known now gives another sheet."""
    if draw(sheet.subsidy, sheet.year, now=now, sheet=sheet).digest != sheet.digest:
        raise errors.SheetOutdated(str(sheet))
