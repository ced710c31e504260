"""Lines that an upheld objection found not to be an enterprise's leave it. Law: a person's word about pairs of lines.

Whose they are then follows as for any line: another enterprise's that is known, a new one's, or a person is asked.
"""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from enterprises import errors, locks
from enterprises.models import Enterprise, Judgement, MatchDecision, Objection, Parting, Verdict
from enterprises.resolving import sweep
from registry.models import Entry, ImportState
from registry.queries import published_line, standing_in


def lines_of(enterprise: Enterprise) -> list[Entry]:
    """What was published of an enterprise, as it reads now: the latest first."""
    corrected = standing_in().filter(list_import__state=ImportState.CONFIRMED)
    decided = MatchDecision.objects.filter(
        enterprise=enterprise, superseded_at=None, entry__list_import__state=ImportState.CONFIRMED
    )
    entries = Entry.objects.filter(pk__in=decided.values("entry")).select_related("list_import__programme")
    read = {published_line(one).pk: one for one in corrected.filter(pk__in=entries).order_by("pk")}
    plain = [read.get(one.pk, one) for one in entries.exclude(pk__in=standing_in())]
    return sorted(plain, key=lambda one: (one.list_import.published_on, one.pk), reverse=True)


def part(*, objection: Objection, enterprise: Enterprise, lines: Sequence[Entry], now: datetime, by: User) -> None:
    """Say that these lines are not of the enterprise. Raises `LineNotTheirs`, `OnlyLine`."""
    if not lines:
        return
    with transaction.atomic():
        now = locks.hold_from(locks.IDENTITIES, now)
        leaving = [published_line(one) for one in lines]
        held = [published_line(one) for one in lines_of(enterprise)]
        gone = {one.pk for one in leaving}
        for one in leaving:
            if one not in held:
                raise errors.LineNotTheirs(enterprise.name, one.name)
        staying = [one for one in held if one.pk not in gone]
        if not staying:
            raise errors.OnlyLine(enterprise.name)
        for one in leaving:
            _say(one, staying, objection, now, by)
            Parting.objects.create(objection=objection, entry=one, enterprise=enterprise, at=now)
        sweep(Entry.objects.filter(pk__in=[one.pk for one in held]), now=now, learned=True)


def _say(line: Entry, staying: Sequence[Entry], objection: Objection, now: datetime, by: User) -> None:
    """Of the line beside each that stays: one pair alone would leave it to the others to bring it back."""
    ids = [one.pk for one in staying]
    of_the_pairs = Judgement.objects.filter(withdrawn_at=None)
    of_the_pairs.filter(entry=line, other__in=ids, verdict=Verdict.SAME).update(withdrawn_at=now, withdrawn_by=by)
    of_the_pairs.filter(entry__in=ids, other=line, verdict=Verdict.SAME).update(withdrawn_at=now, withdrawn_by=by)
    Judgement.objects.bulk_create(
        Judgement(
            entry=line, other=other, verdict=Verdict.DIFFERENT, judged_at=now, judged_by=by,
            compared={
                "objection": objection.number, "name": line.name_key, "code": line.uscc, "number": line.number,
                "other_name": other.name_key, "other_code": other.uscc, "other_number": other.number,
            },
        )
        for other in staying
    )  # fmt: skip
