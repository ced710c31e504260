"""The pool's rules once more, in plain Python and on their own: enterprise by enterprise, without a database.

It knows the catalogue's first rules and what `histories` can tell, no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from tests.enterprises.histories import TAKING, Listed, Row

GRANTING = ("recognition", "supplement", "recheck", "move_in", "publicity")
COUNTING = ("HNTE", "TSME", "SRDI", "CHAMP", "GZ")


@dataclass(frozen=True)
class Grant:
    listed: Listed
    row: Row
    begins: date
    ends: date | None
    state: str = field(default="")

    @property
    def programme(self) -> str:
        return self.listed.programme

    @property
    def grace(self) -> date | None:
        if self.ends and self.programme in ("HNTE", "TSME"):
            return date(self.ends.year + 1, 4, 30) if self.programme == "HNTE" else date(self.ends.year + 1, 3, 31)
        return None


def members(history: Sequence[Listed], as_of: date) -> dict[int, set[str]]:
    """Enterprise → the programmes by which it is in, for each that is."""
    known = {row.who for one in history if one.kind not in TAKING for row in one.rows}
    found = {}
    for who in known:
        holds = {
            grant.programme
            for grant in states(history, who, as_of)
            if grant.state in ("valid", "grace") and grant.programme in COUNTING
        }
        if holds and _here(history, who, as_of):
            found[who] = holds
    return found


def states(history: Sequence[Listed], who: int, as_of: date) -> list[Grant]:
    """Every recognition of an enterprise that is known, with its state on the day."""
    judged: list[Grant] = []
    for programme in {one.programme for one in history}:
        of_it = [one for one in history if one.programme == programme]
        judged += _of_programme(of_it, who, as_of)
    return judged


def _of_programme(lists: Sequence[Listed], who: int, as_of: date) -> list[Grant]:
    grants: list[Grant] = []
    for one, row in _rows(lists, who, GRANTING):
        # A re-check extends nothing across a full list that left the enterprise out.
        formal = [
            grant
            for grant in grants
            if grant.listed.kind != "publicity" and not _left_out(grant.listed, lists, who, one.published_on)
        ]
        grants.append(_granted(one, row, formal))
    judged = [replace(grant, state=_state(grant, grants, lists, who, as_of)) for grant in grants]
    return [grant for grant in (_given_way(one, judged, as_of) for one in judged) if grant]


def _rows(lists: Sequence[Listed], who: int, kinds: Sequence[str]) -> list[tuple[Listed, Row]]:
    return [(one, row) for one in lists if one.kind in kinds for row in one.rows if row.who == who]


def _granted(one: Listed, row: Row, before: Sequence[Grant]) -> Grant:
    day = one.published_on
    if one.programme == "GZ" or one.programme == "UNI":
        return Grant(one, row, day, None)
    if one.programme == "TSME":
        ends = date(min(int(row.number[:4]) if row.number else day.year, day.year), 12, 31)
        return Grant(one, row, min(day, ends), ends)
    begins = date(day.year, 1, 1) if one.programme == "SRDI" else day
    if row.issued_on:
        begins = row.issued_on
    elif row.number:
        begins = min(day, date(int(row.number[2:6]), 12, 31))
    reach = max((grant.ends for grant in before if grant.ends), default=None)
    if one.kind == "recheck" and reach and reach >= day:
        begins = reach + timedelta(days=1)
    if one.programme == "SRDI":
        return Grant(one, row, begins, date(begins.year + 2, 12, 31))
    return Grant(one, row, begins, begins.replace(year=begins.year + 3) - timedelta(days=1))


def _state(grant: Grant, grants: Sequence[Grant], lists: Sequence[Listed], who: int, as_of: date) -> str:
    running = grant.begins <= as_of and (grant.ends is None or as_of <= max(grant.ends, grant.grace or grant.ends))
    if grant.listed.kind == "publicity":
        return "provisional"
    if _is_revoked(grant, grants, lists, who, as_of):
        return "revoked"
    left_out = _left_out(grant.listed, lists, who, as_of)
    if left_out and (grant.ends is None or left_out <= max(grant.ends, grant.grace or grant.ends)):
        return "delisted"
    if grant.listed.kind == "move_in" and grant.listed.published_on > as_of:
        return "upcoming"
    if running and any(_waits(row, grants) for _one, row in _rows(lists, who, TAKING)):
        return "disputed"
    if grant.begins > as_of:
        return "upcoming"
    if grant.ends is None or as_of <= grant.ends:
        return "valid"
    return "grace" if running else "expired"


def _waits(row: Row, grants: Sequence[Grant]) -> bool:
    """A line that takes away by a number that nobody is known by: a person is asked."""
    return bool(row.number) and row.number not in {grant.row.number for grant in grants}


def _is_revoked(grant: Grant, grants: Sequence[Grant], lists: Sequence[Listed], who: int, as_of: date) -> bool:
    for one, row in _rows(lists, who, ("revocation",)):
        since = date(row.revoked_from_year, 1, 1) if row.revoked_from_year else one.published_on
        if since > as_of or _waits(row, grants):
            continue
        by_number = row.number and row.number == grant.row.number
        unnumbered = grant.listed.published_on <= one.published_on and not (row.number and grant.row.number)
        if grant.programme == "TSME" and grant.ends and row.revoked_from_year and not row.number:
            unnumbered = unnumbered and grant.ends.year == row.revoked_from_year
        if by_number or unnumbered:
            return True
    return False


def _left_out(since: Listed, lists: Sequence[Listed], who: int, until: date) -> date | None:
    """The day of the first full list after this one, up to a day, that does not name the enterprise."""
    return next(
        (
            one.published_on
            for one in lists
            if one.is_full
            and since.published_on < one.published_on <= until
            and who not in {row.who for row in one.rows}
        ),
        None,
    )


def _given_way(grant: Grant, others: Sequence[Grant], as_of: date) -> Grant | None:
    """Grace gives way to what has begun since; publicity to what it announced."""
    formal = [other for other in others if other.state != "provisional"]
    if grant.state == "provisional":
        told = any(other.listed.published_on >= grant.listed.published_on for other in formal)
        return None if told else grant
    if grant.state == "grace" and grant.ends:
        for other in formal:
            begun = grant.ends < other.begins <= as_of and other.state != "upcoming"
            if other.state == "valid" or begun:
                return replace(grant, state="expired")
    return grant


def _here(history: Sequence[Listed], who: int, as_of: date) -> bool:
    """Whether it is of this city: the latest notice of a move says so; who never moved is."""
    known = {row.number for _one, row in _rows(history, who, GRANTING)}
    moves = [
        one
        for one, row in _rows(history, who, ("move_in", "move_out"))
        if one.published_on <= as_of and not (one.kind == "move_out" and row.number and row.number not in known)
    ]
    return not moves or moves[-1].kind == "move_in"
