"""What an enterprise is told: how it stands in one line, where pool and edition differ, and what changes next.

Law: windows and calendars come from the bureau's data; what is not verified is told with the word that it is not.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from enterprises.calendar import last_day, next_quarter, quarter_of
from enterprises.models import Edition, RecognitionState
from enterprises.remembering import Common, Kind, Months
from enterprises.saying import said as _
from enterprises.saying import said_of as pgettext
from enterprises.saying import settled
from enterprises.standing import GRACE, UPCOMING, VALID, Found, Held, Notice, Reason
from enterprises.wording import ANSWERS

_NEAR = 366  # days before an end from which on it is told how to renew
_TONES = {VALID: "good", "expired": "bad", "revoked": "bad", "delisted": "bad"}


@dataclass(frozen=True)
class Told:
    """A reason in words: what it is, what it speaks of, what to do."""

    what: str
    about: tuple[str, ...]
    advice: str
    notice: Notice | None = None


@dataclass(frozen=True)
class Line:
    """A recognition, or a named list, as it is shown."""

    held: Held
    state: str
    tone: str
    next: tuple[str, ...]


@dataclass(frozen=True)
class Advice:
    """All that a page says of one enterprise."""

    found: Found
    verdict: str
    until: str
    day: str
    edition: str
    differs: str
    reasons: tuple[Told, ...]
    notes: tuple[Told, ...]
    lines: tuple[Line, ...]
    listed: tuple[Line, ...]
    labels: tuple[str, ...]


def advice(found: Found, known: Common, today: date) -> Advice:
    """What is said of the enterprise today."""
    return Advice(
        found=found,
        verdict=_verdict(found),
        until=_until(found),
        day=_day(found, today),
        edition=_in_edition(found),
        differs=_difference(found, known, today),
        reasons=tuple(_told(one) for one in found.reasons),
        notes=tuple(_told(one) for one in found.notes) if found.in_pool else (),
        lines=tuple(_line(one, today) for one in found.held),
        listed=tuple(_line(one, today) for one in found.listed),
        labels=tuple(row.edition.label for row in found.rows),
    )


@cache
def answer_words(code: str) -> tuple[str, str]:
    """What a reason is called, and what to do about it (`wording.ANSWERS`)."""
    what, advised = ANSWERS[code]
    return settled(what), settled(advised)


@cache
def _state(value: str) -> str:
    return settled(RecognitionState(value).label)


def _line(one: Held, today: date) -> Line:
    return Line(one, _state(one.state), _TONES.get(one.state, "warn"), tuple(what_next(one, today)))


def _verdict(found: Found) -> str:
    if found.pool_as_of is None:
        return _("The pool is being computed for the first time.")
    return _("In the pool") if found.in_pool else _("Not in the pool")


def _until(found: Found) -> str:
    """What stands behind the first words: until when, or the first reason why not."""
    if not found.in_pool:
        return answer_words(found.reasons[0].code)[0] if found.reasons else ""
    day = found.until
    if day is None:
        return _("no end is stated")
    if found.is_waiting_for_renewal:
        return _("renewal awaited, kept until %(day)s") % {"day": day.isoformat()}
    return _("until %(day)s") % {"day": day.isoformat()}


def _day(found: Found, today: date) -> str:
    """Of which day the pool is that is spoken of."""
    if found.pool_as_of is None:
        return ""
    words = _("Today's pool, %(day)s") if found.pool_as_of == today else _("The pool as of %(day)s")
    return words % {"day": found.pool_as_of.isoformat()}


def _in_edition(found: Found) -> str:
    if found.latest is None:
        return _("No list has been issued yet.")
    words = (
        _("On the latest list for financial institutions, %(label)s (as of %(day)s).")
        if found.latest_row
        else _("Not on the latest list for financial institutions, %(label)s (as of %(day)s).")
    )
    return words % {"label": found.latest.label, "day": found.latest.as_of.isoformat()}


def _difference(found: Found, known: Common, today: date) -> str:
    """Where the latest edition says something else than the pool: what each says, and why both are right."""
    if not found.differs or known.latest is None:
        return ""
    row = found.latest_row
    facts = {
        "quarter": known.latest.quarter,
        "as_of": known.latest.as_of.isoformat(),
        "coming": coming_edition(known.latest, today).isoformat(),
    }
    if row is None:
        return (
            _(
                "In the pool now, but not in the edition %(quarter)s, which tells how things stood on %(as_of)s and is "
                "not changed afterwards. Whoever is in the pool then is in the next edition, expected on %(coming)s."
            )
            % facts
        )
    facts["programmes"] = _named(row.programmes, known)
    if not found.in_pool:
        return (
            _(
                "Not in the pool any more, but in the edition %(quarter)s that was issued, with: %(programmes)s. It "
                "tells how things stood on %(as_of)s and is not changed afterwards. As things are, the next edition, "
                "expected on %(coming)s, will not list it."
            )
            % facts
        )
    if row.name != found.name:
        return _(
            "In the edition %(quarter)s it stands as “%(name)s”, as known on %(as_of)s, with: %(programmes)s. The next "
            "edition, expected on %(coming)s, will follow today's pool."
        ) % (facts | {"name": row.name})
    return _(
        "The edition %(quarter)s tells how things stood on %(as_of)s: %(programmes)s. In the pool it is now: %(now)s. "
        "The next edition, expected on %(coming)s, will follow the pool."
    ) % (facts | {"now": _named(found.pool or (), known)})


def coming_edition(latest: Edition | None, today: date) -> date:
    """On which day the next quarter's edition is due: the day after that quarter; today where that has passed."""
    quarter = next_quarter(latest.quarter) if latest else quarter_of(today)
    return max(last_day(quarter) + timedelta(days=1), today)


def what_next(held: Held, today: date) -> list[str]:
    """What changes next for a recognition, and how it is renewed."""
    kind = held.programme
    told = [_what_changes(held, today)]
    year = held.number_year
    if year is not None and year < today.year and held.state != UPCOMING:
        told.append(_number_of_before(year, today, kind.lists if isinstance(kind, Kind) else None))
    ends = held.valid_to
    near = ends is None or (ends - today).days <= _NEAR
    if isinstance(kind, Kind) and kind.renewal and near and held.state in (VALID, GRACE, "expired"):
        told.append(_renewed(kind))
    return [words for words in told if words]


def _what_changes(held: Held, today: date) -> str:
    if held.state == UPCOMING:
        return _("Begins on %(day)s.") % {"day": held.valid_from.isoformat()}
    if held.state == GRACE and held.grace_to and held.valid_to:
        return _(
            "Expired on %(day)s. It is kept until %(until)s as awaiting renewal, and shown to banks as such, not as "
            "valid."
        ) % {"day": held.valid_to.isoformat(), "until": held.grace_to.isoformat()}
    if held.state != VALID:
        return ""
    if held.valid_to is None:
        return _("No end is stated: the latest list decides.")
    return _("Expires on %(day)s, in %(days)s days.") % {
        "day": held.valid_to.isoformat(),
        "days": (held.valid_to - today).days,
    }


def _number_of_before(year: int, today: date, lists: Months | None) -> str:
    """Of a programme whose numbers are of one year: whether this year's lists are still to come."""
    facts: dict[str, object] = {"year": year, "now": today.year}
    if lists is None:
        return _("The number is of %(year)s; it must be renewed for %(now)s.") % facts
    facts |= {"first": lists.first, "last": lists.last}
    if today.month <= lists.last:
        return (
            _(
                "The number is of %(year)s. The lists of %(now)s are still coming; they are usually published from "
                "month %(first)s to month %(last)s."
            )
            % facts
        )
    return _("The number is of %(year)s. The lists of %(now)s have usually all been published by now.") % facts


def _renewed(kind: Kind) -> str:
    """How it is renewed, as the bureau says."""
    renewal = kind.renewal
    if renewal is None:
        return ""
    told = _("%(what)s: %(advice)s") % {"what": renewal.what, "advice": renewal.advice}
    if renewal.first_month and renewal.last_month:
        told += _("Applications are usually taken from month %(first)s to month %(last)s.") % {
            "first": renewal.first_month,
            "last": renewal.last_month,
        }
    return told if renewal.is_sure else told + _("The notice of the competent authority decides.")


def _told(reason: Reason) -> Told:
    what, advised = answer_words(reason.code)
    if reason.code == "name_differs":
        about = tuple(
            _("%(programme)s: “%(name)s”") % {"programme": one.programme.name, "name": one.written_as}
            for one in reason.of
        )
    else:
        about = tuple(_about(one) for one in reason.of)
    return Told(what, about, advised, reason.notice)


def _about(held: Held) -> str:
    """A recognition and the day that matters to the reason."""
    facts = {"programme": held.programme.name, "number": held.number}
    day = held.ended_on or held.valid_to
    named = _("%(programme)s, number %(number)s") % facts if held.number else held.programme.name
    if held.state in ("expired", GRACE) and day:
        return _("%(what)s: until %(day)s") % {"what": named, "day": day.isoformat()}
    if held.state in ("revoked", "delisted") and day:
        return _("%(what)s: ended on %(day)s") % {"what": named, "day": day.isoformat()}
    if held.state == UPCOMING:
        return _("%(what)s: from %(day)s") % {"what": named, "day": held.valid_from.isoformat()}
    return named


def _named(programmes: tuple[str, ...], known: Common) -> str:
    return pgettext("between the parts of a list", ", ").join(known.names.get(code, code) for code in programmes)
