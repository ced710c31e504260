"""A sheet is drawn up: computed, computed anew, lines left out. Law: whole or not at all, and only while it is in work.

The same inputs give the same digest, so that whoever approves can be sure of what was looked at.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from enterprises import canonical
from financing import errors
from financing.models import SheetState, Subsidy, SubsidyExclusion, SubsidyLine, SubsidySheet
from financing.models.subsidy_sheet import IN_WORK, OPEN
from financing.subsidies import wording
from financing.subsidies.computing import Worked, work
from financing.subsidies.gathering import Facts, gathered

FIRST_YEAR, LAST_YEAR = 2015, 2100


@dataclass(frozen=True)
class Drawn:
    """What a sheet holds, before it is written down."""

    lines: list[SubsidyLine]
    rules: list[dict[str, Any]]
    remarks: list[str]

    @property
    def total(self) -> Decimal:
        return sum((line.granted for line in self.lines), Decimal(0))

    @property
    def digest(self) -> str:
        said = {"lines": [_told(line) for line in self.lines], "rules": self.rules, "remarks": self.remarks}
        return hashlib.sha256(canonical.text(said).encode()).hexdigest()


def make(*, subsidy: Subsidy, year: int, now: datetime, by: User) -> SubsidySheet:
    """The next version of the year's sheet, a draft.

    Raises `SheetInWork` where one is in work already, `NoSuchYear`, `NoSubsidyRule`, `NoFiguresYet`.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise errors.NoSuchYear(year)
    with transaction.atomic():
        Subsidy.objects.select_for_update().get(pk=subsidy.pk)
        others = SubsidySheet.objects.filter(subsidy=subsidy, year=year)
        waiting = others.filter(state__in=OPEN).first()
        if waiting:
            raise errors.SheetInWork(str(waiting))
        version = (others.aggregate(last=Max("version"))["last"] or 0) + 1
        drawn = draw(subsidy, year, now=now)
        sheet = SubsidySheet.objects.create(
            subsidy=subsidy, year=year, version=version, made_at=now, made_by=by, **_facts(drawn, now, by)
        )
        _write(sheet, drawn)
    return sheet


def compute_anew(*, sheet: SubsidySheet, now: datetime, by: User) -> SubsidySheet:
    """As known now; lines that were left out stay so. Raises `SheetStateForbids`, and what `make` does."""
    with transaction.atomic():
        held = locked(sheet, *IN_WORK)
        _rewrite(held, now, by)
    return held


def leave_out(*, sheet: SubsidySheet, key: str, reason: str, now: datetime, by: User) -> SubsidySheet:
    """Leave a line out, with a reason; what it used up of a limit is free for others.

    Raises `SheetStateForbids`, `NoSuchLine`, `SubsidyReasonMissing`.
    """
    if not reason.strip():
        raise errors.SubsidyReasonMissing
    with transaction.atomic():
        held = locked(sheet, *IN_WORK)
        line = held.lines.filter(key=key).first()
        if line is None or held.exclusions.filter(key=key).exists():
            raise errors.NoSuchLine
        SubsidyExclusion.objects.create(sheet=held, key=key, name=line.name, reason=reason.strip()[:300], at=now, by=by)
        _rewrite(held, now, by)
    return held


def take_in_again(*, sheet: SubsidySheet, key: str, now: datetime, by: User) -> SubsidySheet:
    """A line that was left out counts again. Raises `SheetStateForbids`, `NoSuchLine`."""
    with transaction.atomic():
        held = locked(sheet, *IN_WORK)
        if not held.exclusions.filter(key=key).delete()[0]:
            raise errors.NoSuchLine
        _rewrite(held, now, by)
    return held


def drop(*, sheet: SubsidySheet, now: datetime, by: User) -> None:
    """Give the sheet up; it stays on record. Raises `SheetStateForbids`."""
    with transaction.atomic():
        held = locked(sheet, *IN_WORK)
        held.state = SheetState.DROPPED
        held.save(update_fields=["state"])


def draw(subsidy: Subsidy, year: int, *, now: datetime, sheet: SubsidySheet | None = None) -> Drawn:
    """What the sheet holds by all that is known now. Raises `NoSubsidyRule`, `NoFiguresYet`."""
    excluded = dict(sheet.exclusions.values_list("key", "reason")) if sheet else {}
    found = gathered(subsidy, year, known_by=now, excluded=excluded)
    worked = work(found.cases)
    lines = [
        _line(at, one, found.facts[one.case.key], excluded.get(one.case.key, "")) for at, one in enumerate(worked, 1)
    ]
    rules = [
        {"rule": rule.pk, "words": wording.rule_words(rule), "to_confirm": rule.to_confirm} for rule in found.rules
    ]
    return Drawn(lines, rules, [wording.unreported_words(*one) for one in found.unreported])


def locked(sheet: SubsidySheet, *states: SheetState) -> SubsidySheet:
    """The sheet, held until the transaction ends. Raises `SheetStateForbids` where it is in none of these states."""
    # Sheets of all years of a subsidy, and its claims, hang together: of two at once one waits.
    Subsidy.objects.select_for_update().get(pk=sheet.subsidy_id)
    held = SubsidySheet.objects.select_for_update(of=("self",)).select_related("subsidy").get(pk=sheet.pk)
    if held.state not in states:
        raise errors.SheetStateForbids(str(held), held.get_state_display())
    return held


def _rewrite(held: SubsidySheet, now: datetime, by: User) -> None:
    drawn = draw(held.subsidy, held.year, now=now, sheet=held)
    held.lines.all().delete()
    for name, value in _facts(drawn, now, by).items():
        setattr(held, name, value)
    held.state = SheetState.DRAFT
    held.save()
    _write(held, drawn)


def _write(sheet: SubsidySheet, drawn: Drawn) -> None:
    for line in drawn.lines:
        line.sheet = sheet
    SubsidyLine.objects.bulk_create(drawn.lines, batch_size=1_000)


def _facts(drawn: Drawn, now: datetime, by: User) -> dict[str, Any]:
    return {
        "known_by": now, "rules": drawn.rules, "remarks": drawn.remarks, "total": drawn.total, "digest": drawn.digest,
        "computed_by": by,
    }  # fmt: skip


def _line(number: int, worked: Worked, facts: Facts, reason: str) -> SubsidyLine:
    words = wording.line_words(worked, facts)
    return SubsidyLine(
        number=number,
        key=worked.case.key,
        recipient=worked.case.recipient,
        name=facts.name,
        code=facts.code,
        enterprise_id=facts.enterprise,
        institution_id=facts.institution,
        claim_id=facts.claim,
        rule=facts.rule,
        inputs=dict(facts.inputs),
        base=worked.case.amount,
        computed=worked.computed,
        granted=worked.granted,
        cut=worked.cut,
        words=words,
        reason=reason,
        member=None if facts.held is None else bool(facts.held),
        standing=wording.standing_words(facts.held, in_registry=facts.enterprise is not None)[:500],
    )


def _told(line: SubsidyLine) -> dict[str, Any]:
    """A line as the digest takes it: amounts as texts, no number of this database's rows but keys."""
    return {
        "number": line.number, "key": line.key, "recipient": line.recipient, "name": line.name, "code": line.code,
        "rule": line.rule_id, "inputs": line.inputs, "base": None if line.base is None else str(line.base),
        "computed": str(line.computed), "granted": str(line.granted), "cut": line.cut, "words": line.words,
        "reason": line.reason, "member": line.member, "standing": line.standing,
    }  # fmt: skip
