"""How an enterprise stands: what was published of it, and what follows for the pool (pure).

Law: today's pool and the sealed editions are two things, and are never told as one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple, Protocol

VALID, GRACE, UPCOMING, PROVISIONAL, EXPIRED = "valid", "grace", "upcoming", "provisional", "expired"


class Named(Protocol):
    """The part of an edition that is spoken of."""

    quarter: str
    as_of: date

    @property
    def label(self) -> str: ...


class Programme(Protocol):
    """The part of a programme by which reasons are told."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def body(self) -> str: ...

    @property
    def yearly(self) -> bool: ...


class Notice(NamedTuple):
    """What was published, for people."""

    title: str
    document_number: str
    published_on: str
    url: str

    @property
    def link(self) -> str:
        """Its address, where it is one that may be followed."""
        return self.url if self.url.startswith(("https://", "http://")) else ""


@dataclass(frozen=True)
class Held:
    """A recognition with the notice that granted it and, where one did, the notice that ended it."""

    programme: Programme
    number: str
    batch: str
    valid_from: date
    valid_to: date | None
    grace_to: date | None
    state: str
    counts: bool
    ended_on: date | None
    written_as: str  # where its list names the enterprise by a name that is none of its own
    source: Notice
    ended_by: Notice | None

    @property
    def keeps_in(self) -> bool:
        return self.counts and self.state in (VALID, GRACE)

    @property
    def until(self) -> date | None:
        return self.grace_to if self.state == GRACE else self.valid_to

    @property
    def number_year(self) -> int | None:
        """Of a programme whose numbers are of one year: which."""
        return int(self.number[:4]) if self.programme.yearly and self.number[:4].isdecimal() else None

    @property
    def reason(self) -> str:
        """Why it does not keep the enterprise in the pool."""
        if not self.counts:
            return "does_not_count"
        if self.programme.yearly and self.state in (EXPIRED, GRACE):
            return "number_not_renewed"
        return "nothing_granted" if self.state in (VALID, GRACE) else self.state


class Row(NamedTuple):
    """What a sealed edition says of the enterprise."""

    edition: Named
    programmes: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class Reason:
    """A key of `wording.ANSWERS`, and the recognitions and the notice that it speaks of."""

    code: str
    of: tuple[Held, ...] = ()
    notice: Notice | None = None


@dataclass(frozen=True)
class Found:
    """What was published of one enterprise; `by` says which key found it.

    `by` is one of public_id, merged_id, uscc, number, name, former_name, listed_name (a list named it so), or
    withdrawn: only withdrawn lists named it. `rows` are those of sealed editions that stand, the latest first.
    `waiting` are the kinds of notice of published lines that name it and are nobody's yet, and whether a person is
    asked of them. `listed` are the named lists that it stands or stood on: no recognitions, and no reason for anything.
    """

    by: str
    public_id: str
    name: str
    uscc: str
    district: str
    in_scope: bool
    is_named: bool
    pool: tuple[str, ...] | None
    pool_as_of: date | None
    former_names: tuple[tuple[str, str], ...]
    held: tuple[Held, ...]
    rows: tuple[Row, ...]
    latest: Named | None
    moved: Notice | None
    waiting: tuple[tuple[str, bool], ...]
    listed: tuple[Held, ...] = ()

    @property
    def in_pool(self) -> bool:
        return self.pool is not None

    @cached_property
    def latest_row(self) -> Row | None:
        """Its row in the latest edition."""
        return self.rows[0] if self.rows and self.rows[0].edition == self.latest else None

    @property
    def differs(self) -> bool:
        """Whether the latest edition says something else than today's pool."""
        row = self.latest_row
        if self.latest is None or self.pool_as_of is None:
            return False
        return (row.programmes if row else None) != self.pool or (row is not None and row.name != self.name)

    @cached_property
    def until(self) -> date | None:
        """Until when it is in the pool by what has been published; None for no end that is stated."""
        keeping = [one for one in self.held if one.keeps_in]
        if not keeping or any(one.until is None for one in keeping):
            return None
        last = max(one.until for one in keeping if one.until)
        for one in sorted((one for one in self.held if one.counts and one.state == UPCOMING), key=_begins):
            if one.valid_from > last + timedelta(days=1):
                break
            if one.valid_to is None:
                return None
            last = max(last, one.valid_to)
        return last

    @property
    def is_waiting_for_renewal(self) -> bool:
        """Whether nothing but grace keeps it in."""
        keeping = [one for one in self.held if one.keeps_in]
        return bool(keeping) and all(one.state == GRACE for one in keeping)

    @property
    def notes(self) -> tuple[Reason, ...]:
        """What is under way although it is in the pool, and what a list writes differently."""
        differing = tuple(one for one in self.held if one.written_as not in ("", self.name))
        return (*self._under_way, *([Reason("name_differs", differing)] if differing else []))

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it is not in today's pool; empty where it is."""
        if self.in_pool or self.pool_as_of is None:
            return ()
        if not self.is_named:
            return (Reason("list_withdrawn"),)
        if not self.in_scope:
            return (Reason("moved_out" if self.moved else "outside", notice=self.moved), *self._under_way)
        told = tuple(Reason(code, tuple(of)) for code, of in self._by_reason().items())
        return (*self._under_way, *told) or (Reason("nothing_granted"),)

    @property
    def _under_way(self) -> tuple[Reason, ...]:
        codes = dict.fromkeys(under_way(notice, is_asked) for notice, is_asked in self.waiting)
        return tuple(Reason(code) for code in codes)

    def _by_reason(self) -> dict[str, list[Held]]:
        """Reason → recognitions: of each programme the last one alone, and publicity beside it."""
        found: dict[str, list[Held]] = {}
        seen: set[str] = set()
        for one in sorted(self.held, key=_begins, reverse=True):
            if one.state == PROVISIONAL or one.programme.code not in seen:
                found.setdefault(one.reason, []).append(one)
            if one.state != PROVISIONAL:
                seen.add(one.programme.code)
        return found


def under_way(notice: str, is_asked: bool) -> str:
    """Why a published line has no effect yet: a change of name, a person's check, or it is just being taken in."""
    if notice == "rename":
        return "renaming"
    return "in_review" if is_asked else "in_work"


def ordered(held: Iterable[Held]) -> tuple[Held, ...]:
    """In the order in which they are shown: what keeps it in first, then the latest."""
    return tuple(sorted(held, key=lambda one: (not one.keeps_in, -one.valid_from.toordinal())))


def _begins(one: Held) -> date:
    return one.valid_from
