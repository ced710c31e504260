"""Step 5 of the path, judged: the facts that guards look at are read, and what they find is kept with the draft.

Law: a draft is judged once, when it is cut; what was found is never changed. A new judgement takes a new draft.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db import connection
from django.utils import translation

from enterprises.calendar import last_day, quarter_of, quarters_between
from enterprises.guards import Comparison, Finding, Limit, Limits, Missing, Surroundings, judge
from enterprises.models import (
    Edition,
    EditionKind,
    ExpectedList,
    GuardLimit,
    GuardResult,
    ListResolution,
)
from enterprises.models import Level as LevelOfResult
from enterprises.queries import unresolved_lists, waiting_items
from enterprises.wording import CHANGE_CAUSES, GUARD_WORDS
from registry.models import ImportEvent, ImportState, ListImport, NoticeKind
from registry.queries import confirmed_imports, programme_names, rules_on

# Of a member that stays or goes, by what; whoever is new has no standing that a mistake could take.
_CAUSES = """
    SELECT c ->> 'cause', c ->> 'programme', count(DISTINCT x.id)
    FROM enterprises_editionchange x, jsonb_array_elements(x.causes) c
    WHERE x.edition_id = %s AND x.kind <> 'added'
    GROUP BY 1, 2
"""


def keep_judgement(edition: Edition, *, now: datetime) -> list[GuardResult]:
    """Judge a draft that was just cut, and keep every guard's result with it."""
    compared = _comparison(edition)
    if edition.kind == EditionKind.URGENT:
        around = Surroundings(ahead=_ahead(edition.known_by, edition.previous))
    else:
        around = surroundings(edition.as_of, edition.known_by, edition.previous, compared)
    found = judge(compared, around, limits())
    return GuardResult.objects.bulk_create(results(found, edition=edition, now=now))


def results(found: Iterable[Finding], *, edition: Edition | None, now: datetime) -> list[GuardResult]:
    """The findings as rows with their words in the bureau's language, not saved."""
    names = programme_names()
    with translation.override(settings.LANGUAGE_CODE):
        return [
            GuardResult(
                edition=edition,
                guard=one.guard,
                programme=one.programme,
                cause=one.cause,
                level=one.level,
                measured=one.measured,
                amber=one.limit.amber,
                red=one.limit.red,
                words=_words(one, names),
                judged_at=now,
            )
            for one in found
        ]


def limits() -> Limits:
    """The bureau's limits as they stand."""
    rows = GuardLimit.objects.values_list("guard", "programme__code", "cause", "amber", "red", "least")
    return Limits(
        {(guard, code or "", cause): Limit(amber, red, least) for guard, code, cause, amber, red, least in rows}
    )


def surroundings(as_of: date, known_by: datetime, previous: Edition | None, compared: Comparison) -> Surroundings:
    """What stands beside an edition of that day: what waits, lists that lack, gaps of rules and time."""
    holders = {**compared.held, **{code: number for code, number in compared.holds.items() if number}}
    ruled = set(rules_on(as_of).values_list("programme__code", flat=True))
    ruleless = {code: number for code, number in holders.items() if code not in ruled}
    skipped = quarters_between(previous.quarter, quarter_of(as_of)) - 1 if previous else 0
    return Surroundings(
        unresolved=unresolved_lists().count(),
        waiting=ListImport.objects.filter(state=ImportState.STAGED, published_on__lte=as_of).count(),
        queue=_queue(as_of),
        missing=_missing(quarter_of(as_of)),
        ruleless=ruleless,
        ahead=_ahead(known_by, previous),
        skipped=max(0, skipped),
        early=(last_day(quarter_of(as_of)) - as_of).days,
    )


def by_programme(held: Edition | None) -> dict[str, int]:
    """Members by programme; of no edition, none."""
    return dict(held.by_programme) if held else {}


def _comparison(edition: Edition) -> Comparison:
    with connection.cursor() as cursor:
        cursor.execute(_CAUSES, [edition.pk])
        causes = {(cause, programme): number for cause, programme, number in cursor.fetchall()}
    return Comparison(
        before=edition.previous.members if edition.previous else 0,
        after=edition.members,
        removed=edition.removed,
        held=by_programme(edition.previous),
        holds=by_programme(edition),
        causes=causes,
    )


def _queue(as_of: date) -> int:
    """Doubtful rows that would change a member once they are decided: each brings, changes or ends something."""
    speaking = waiting_items().filter(
        entry__list_import__state=ImportState.CONFIRMED,
        entry__list_import__programme__in=rules_on(as_of).filter(counts=True).values("programme"),
        entry__list_import__published_on__lte=as_of,
    )
    return speaking.exclude(entry__list_import__notice=NoticeKind.PUBLICITY).count()


def _missing(quarter: str) -> list[Missing]:
    end = last_day(quarter)
    due = ExpectedList.objects.filter(last_month__range=(end.month - 2, end.month)).select_related("programme")
    missing: dict[tuple[str, str], Missing] = {}
    for one in due.order_by("level", "programme__position", "notice"):  # amber before red: the graver one stays
        span = date(end.year, one.first_month, 1), _last_of(end.year, one.last_month)
        come = confirmed_imports().filter(
            programme=one.programme, notice=one.notice, published_on__range=span, corrections=None
        )
        if not come.exists():
            key = one.programme.code, one.notice
            missing[key] = Missing(*key, "red" if one.level == LevelOfResult.RED else "amber")
    return list(missing.values())


def _last_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _ahead(known_by: datetime, previous: Edition | None) -> int:
    """Steps noted at a moment that has not come yet: this clock, or the one before it, goes wrong."""
    ahead = ImportEvent.objects.filter(at__gt=known_by).count()
    ahead += ListResolution.objects.filter(resolved_at__gt=known_by).count()
    return ahead + bool(previous and previous.known_by > known_by)


def _words(one: Finding, names: dict[str, str]) -> str:
    words = GUARD_WORDS[one.guard][0 if one.measured or one.level != "green" else 1]
    text = str(words) % {
        "programme": names.get(one.programme, one.programme),
        "cause": CHANGE_CAUSES.get(one.cause, one.cause),
        "notice": NoticeKind(one.notice).label if one.notice else "",
        "measured": f"{one.measured:g}",
        "count": one.number,
        "of": one.of,
    }
    return text.strip()[:500]
