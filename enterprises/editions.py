"""Step 5 of the path: a quarter's edition is cut, compared with the one before, proved, judged, and sealed.

Law: cutting and sealing are whole or not at all. A quarter has one standing edition; a sealed one is never touched.
What guards find red is sealed on a second person's word alone: whoever made it is not whoever checks it.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils.timezone import localdate

from enterprises import annexing, canonical, derivation, errors, guarding, lines, locks, moving, planning, pooling
from enterprises.beside import beside
from enterprises.calendar import last_day, quarter_of
from enterprises.delta import Cause, Difference
from enterprises.explaining import Explainable, explainable
from enterprises.models import (
    Edition,
    EditionChange,
    EditionKind,
    EditionMember,
    EditionState,
    GuardResult,
    Level,
    Overruling,
)
from enterprises.public_ids import number_of
from enterprises.queries import unresolved_lists
from registry.copying import as_json, copy_rows
from registry.models import ImportEvent, ImportState

CONFIRMED, WITHDRAWN = ImportState.CONFIRMED, ImportState.WITHDRAWN
_BY_PROGRAMME = """
    SELECT programme, count(*) FROM enterprises_editionmember, unnest(programmes) AS programme
    WHERE edition_id = %s GROUP BY programme ORDER BY programme
"""
# Of an edition that it has never seen the planner thinks that it has no rows, and goes through them one by one.
_CHANGE = ("edition_id", "enterprise_id", "public_id", "kind", "before", "after", "causes")


def cut(*, quarter: str, now: datetime, as_of: date | None = None, by: User | None = None) -> Edition:
    """The quarter's edition: the sealed one where it stands, else a fresh draft as known now.

    `as_of`, a day of the quarter, defaults to its last. Raises `DayOutsideQuarter`, `LaterQuarterSealed`,
    `AlreadySealed` (as of another day), `NoSuchQuarter`, `QuarterNotOver`, `NotResolved`,
    `NoRule`, `NotProved`.
    """
    day = as_of or last_day(quarter)
    if quarter_of(day) != quarter:
        raise errors.DayOutsideQuarter(quarter, day.isoformat())
    if day > localdate(now):
        raise errors.QuarterNotOver(quarter, day.isoformat())
    with transaction.atomic():
        locks.hold(locks.EDITIONS)
        standing = _of_quarter(quarter).exclude(state=EditionState.WITHDRAWN).first()
        if standing and standing.state == EditionState.SEALED:
            if as_of not in (None, standing.as_of):
                raise errors.AlreadySealed(standing.label, standing.as_of.isoformat())
            return standing
        _refuse_gap(quarter)
        if standing:
            standing.delete()
        return _cut(quarter, day, now, by)


def seal(*, edition: Edition, now: datetime, by: User | None = None) -> Edition:
    """Make the draft final. Sealing a sealed edition changes nothing.

    Raises `QuarterNotOver` before the quarter's last day: sealed early, it would stand in the true one's place.
    Raises `EditionStateForbids`, `LaterQuarterSealed`, `DraftOutdated`, `GuardsRed` where guards are red and nobody
    has overruled them, `NotProved`.
    """
    committed = not connection.in_atomic_block
    with transaction.atomic():
        locks.hold(locks.EDITIONS)
        locked = Edition.objects.select_for_update().get(pk=edition.pk)
        if locked.state == EditionState.SEALED:
            return locked
        if locked.state != EditionState.DRAFT:
            raise errors.EditionStateForbids(locked.label, locked.get_state_display())
        if localdate(now) < last_day(locked.quarter):
            raise errors.QuarterNotOver(locked.quarter, last_day(locked.quarter).isoformat())
        _refuse_gap(locked.quarter)
        _refuse_outdated(locked)
        _refuse_red(locked)
        _prove(locked, *_digests(locked, committed=committed))
        # Whoever was about to write has written now, and is seen; whoever comes later is dated later.
        locks.hold(locks.FACTS)
        locks.hold(locks.IDENTITIES)
        _refuse_outdated(locked)
        locked.state, locked.sealed_at, locked.sealed_by = EditionState.SEALED, now, by
        locked.save(update_fields=["state", "sealed_at", "sealed_by"])
    return locked


def overrule(*, edition: Edition, by: User, reason: str, now: datetime) -> Overruling:
    """Let the draft be sealed although guards are red: `by`, who is none of its `makers`, answers for it.

    Where the bureau allows one person alone (`OVERRULE_ALONE`), a maker may, and the record says so for good.
    Raises `ReasonNeeded`, `EditionStateForbids`, `DraftOutdated`, `NothingToOverrule`, `MakerMayNotOverrule`.
    """
    if not reason.strip():
        raise errors.ReasonNeeded
    with transaction.atomic():
        locks.hold(locks.EDITIONS)
        locked = Edition.objects.select_for_update().get(pk=edition.pk)
        if locked.state != EditionState.DRAFT:
            raise errors.EditionStateForbids(locked.label, locked.get_state_display())
        _refuse_outdated(locked)
        if not red_guards(locked) or is_overruled(locked):
            raise errors.NothingToOverrule(locked.label)
        alone = by in makers(locked)
        if alone and not settings.OVERRULE_ALONE:
            raise errors.MakerMayNotOverrule(locked.label, by.get_full_name() or by.get_username())
        return Overruling.objects.create(edition=locked, by=by, at=now, reason=reason.strip()[:300], alone=alone)


def makers(edition: Edition) -> set[User]:
    """Whose work the draft is: whoever cut it; where a machine did, whoever confirmed or withdrew its new lists.

    Of the lists, those of the programmes that red guards name; all of them where one names none.
    """
    if edition.cut_by:
        return {edition.cut_by}
    steps = ImportEvent.objects.filter(state__in=(CONFIRMED, WITHDRAWN), at__lte=edition.known_by, by__isnull=False)
    if edition.previous:
        steps = steps.filter(at__gt=edition.previous.known_by)
    named = {result.programme for result in red_guards(edition)}
    if "" not in named:
        steps = steps.filter(list_import__programme__code__in=named)
    return set(User.objects.filter(pk__in=steps.values("by")))


def red_guards(edition: Edition) -> list[GuardResult]:
    """What forbids to seal it without a second person."""
    return list(GuardResult.objects.filter(edition=edition, level=Level.RED))


def refuse_unresolved() -> None:
    """Raise `NotResolved` where a list was not resolved as it stands: an edition would be wrong."""
    unresolved = unresolved_lists().count()
    if unresolved:
        raise errors.NotResolved(unresolved)


def is_overruled(edition: Edition) -> bool:
    """Whether a person answers for its red guards."""
    return Overruling.objects.filter(edition=edition).exists()


def is_current(edition: Edition) -> bool:
    """Whether nothing that the draft is derived from moved since it was cut, and it follows on what it should."""
    return edition.seen == moving.so_far() and edition.previous == previous_of(edition.quarter, edition.kind)


def previous_of(quarter: str, kind: str = EditionKind.QUARTER) -> Edition | None:
    """The edition to compare with: the latest sealed one of an earlier quarter that still stands.

    For an urgent notice, the latest that stands at all.
    """
    standing = Edition.objects.filter(state=EditionState.SEALED)
    earlier = standing if kind == EditionKind.URGENT else standing.filter(quarter__lt=quarter)
    return earlier.order_by("-quarter", "-version").first()


def standing_draft(quarter: str) -> Edition | None:
    """The quarter's draft, where one stands."""
    return _of_quarter(quarter).filter(state=EditionState.DRAFT).first()


def refuse_by_itself(edition: Edition) -> None:
    """Raise `GuardsRed`, or `SealsByPerson` where the bureau lets no machine seal what guards say of it."""
    _refuse_red(edition)
    levels = set(GuardResult.objects.filter(edition=edition).values_list("level", flat=True))
    amber = Level.AMBER in levels and settings.EDITION_SEALS_ITSELF != "amber"
    if not is_overruled(edition) and (amber or settings.EDITION_SEALS_ITSELF == "never"):
        raise errors.SealsByPerson(edition.label)


def withdraw(*, edition: Edition, reason: str, now: datetime, by: User | None = None) -> Edition:
    """Mark a sealed edition as withdrawn. It stays as it was; the quarter may then be cut anew, as the next version.

    A draft of an urgent notice that rests on it goes. Raises `EditionStateForbids`, `UrgentNoticeAfter`.
    """
    with transaction.atomic():
        locks.hold(locks.EDITIONS)
        locked = Edition.objects.select_for_update().get(pk=edition.pk)
        if locked.state != EditionState.SEALED:
            raise errors.EditionStateForbids(locked.label, locked.get_state_display())
        urgent = Edition.objects.filter(kind=EditionKind.URGENT, previous=locked)
        after = urgent.filter(state=EditionState.SEALED).first()
        if after:
            raise errors.UrgentNoticeAfter(locked.label, after.label)
        urgent.filter(state=EditionState.DRAFT).delete()
        locked.state, locked.withdrawn_at, locked.withdrawn_by = EditionState.WITHDRAWN, now, by
        locked.withdrawn_reason = reason
        locked.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    return locked


def prove_all() -> tuple[dict[str, str], list[str]]:
    """Of all that were ever sealed: label and digest of those that prove themselves, labels of those that don't."""
    proved, refuted = {}, []
    for edition in Edition.objects.filter(sealed_at__isnull=False).order_by("sealed_at"):
        try:
            _prove(edition, lines.digest(edition), lines.digest_of_old_and_delta(edition))
        except errors.NotProved:
            refuted.append(edition.label)
        else:
            proved[edition.label] = edition.digest
    return proved, refuted


def _cut(quarter: str, as_of: date, now: datetime, by: User | None) -> Edition:
    seen = moving.so_far(now)  # first of all: what comes while it is cut makes it outdated
    refuse_unresolved()
    pooling.derive(as_of=as_of, known_by=now)
    previous = previous_of(quarter)
    edition = begin(EditionKind.QUARTER, quarter, as_of=as_of, previous=previous, seen=seen, now=now, by=by)
    with connection.cursor() as cursor:
        cursor.execute(derivation.INSERT_EDITION_MEMBERS, {"edition": edition.pk})
    annexing.write(edition)
    return complete(edition, now=now)


def begin(
    kind: EditionKind,
    quarter: str,
    *,
    as_of: date,
    previous: Edition | None,
    seen: dict[str, int | None],
    now: datetime,
    by: User | None,
) -> Edition:
    """The next version of the quarter as a draft, as known now; its members are still to be written.

    `seen` is what `moving.so_far` told before anything was derived. A draft may go, and its number with it.
    """
    last = Edition.objects.filter(quarter=quarter).aggregate(last=Max("version"))["last"] or 0
    return Edition.objects.create(
        quarter=quarter,
        version=last + 1,
        kind=kind,
        as_of=as_of,
        known_by=now,
        seen=seen,
        previous=previous,
        members=0,
        added=0,
        removed=0,
        changed=0,
        cut_at=now,
        cut_by=by,
    )


def complete(edition: Edition, *, now: datetime) -> Edition:
    """Of a new draft, its members and annex written: its changes with their causes, counts, digest, proof, judgement.

    Asks of what was derived last in this transaction. Raises `NotProved`.
    """
    with connection.cursor() as cursor:
        planning.count_anew(cursor, EditionMember._meta.db_table, "edition_id", "enterprise_id", "public_id")
        counts = _write_changes(edition)
        planning.count_anew(cursor, EditionChange._meta.db_table, "edition_id", "public_id")
        cursor.execute(_BY_PROGRAMME, [edition.pk])
        edition.by_programme = dict(cursor.fetchall())
    edition.members = EditionMember.objects.filter(edition=edition).count()
    edition.added, edition.removed, edition.changed = counts["added"], counts["removed"], counts["changed"]
    edition.digest = lines.digest(edition)
    edition.save()
    _prove(edition, edition.digest, lines.digest_of_old_and_delta(edition))
    guarding.keep_judgement(edition, now=now)
    return edition


def _of_quarter(quarter: str) -> QuerySet[Edition]:
    return Edition.objects.filter(quarter=quarter, kind=EditionKind.QUARTER)


def _refuse_outdated(edition: Edition) -> None:
    if not is_current(edition):
        raise errors.DraftOutdated(edition.label)


def _refuse_red(edition: Edition) -> None:
    red = red_guards(edition)
    if red and not is_overruled(edition):
        raise errors.GuardsRed(edition.label, [result.words for result in red])


def _refuse_gap(quarter: str) -> None:
    later = Edition.objects.filter(state=EditionState.SEALED, quarter__gt=quarter).order_by("quarter").last()
    if later:
        raise errors.LaterQuarterSealed(quarter, later.label)


def _write_changes(edition: Edition) -> dict[str, int]:
    """Of five thousand the causes are told while the database is asked of the next ones."""
    counts = {"added": 0, "removed": 0, "changed": 0}
    with ThreadPoolExecutor(max_workers=1) as teller:
        telling: list[Future[list[tuple[object, ...]]]] = []
        for batch in explainable(lines.differences(edition.previous, edition), edition.previous):
            for difference in batch.differences:
                counts[difference.kind] += 1
            telling.append(teller.submit(_changes, edition.pk, batch))
            if len(telling) > 1:
                copy_rows(EditionChange._meta.db_table, _CHANGE, telling.pop(0).result())
        for told in telling:
            copy_rows(EditionChange._meta.db_table, _CHANGE, told.result())
    return counts


def _changes(edition: int, batch: Explainable) -> list[tuple[object, ...]]:
    """The rows of a batch; nothing of the database is asked."""
    return [_change(edition, difference, causes) for difference, causes in batch.told()]


def _change(edition: int, difference: Difference, causes: list[Cause]) -> tuple[object, ...]:
    before, after = (canonical.text(record) if record else None for record in difference)
    return edition, number_of(difference.id), difference.id, difference.kind, before, after, as_json(causes)


def _digests(edition: Edition, *, committed: bool) -> tuple[str, str]:
    """Of the rows, and of what the changes make of the old edition: both at once, where the draft is `committed`.

    Whoever would still write rows of it waits until it is sealed, and is refused: the caller holds its edition's row.
    """
    rows: list[str] = []
    with beside(lambda: rows.append(_in_memory(lines.digest, edition)), committed=committed):
        rebuilt = _in_memory(lines.digest_of_old_and_delta, edition)
    return rows[0], rebuilt


def _in_memory(digest: Callable[[Edition], str], edition: Edition) -> str:
    with transaction.atomic():
        with connection.cursor() as cursor:
            planning.count_on_memory(cursor)
        return digest(edition)


def _prove(edition: Edition, rows: str, rebuilt: str) -> None:
    """Old + delta = new, and both digests are those of the rows as they stand: of the members' `rows`, and the annex'.

    Raises `NotProved`.
    """
    unexplained = EditionChange.objects.filter(edition=edition, causes=[]).exists()
    annexed = edition.annex_digest == lines.annex_digest(edition)
    if unexplained or not annexed or not edition.digest == rebuilt == rows:
        raise errors.NotProved(edition.label)
