"""Entries that hang together are followed from key to key. Law: each key is looked for once, by an index.

Entries hang together that share a spelling or a core of a name, a code, a number, an enterprise, a person's word, a
correction. The database only looks keys up, thousands at a time, and by several sessions at once where that is allowed;
what was found and asked for already is held here, column by column.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from enterprises.evidence import fetched
from enterprises.sessions import Answer, Sessions
from registry.copying import as_numbers, as_texts

_HOT = 200  # names of one core beyond which the rest need not be seen
_PIECE = 5_000  # keys that are asked for at once
_Schema = Mapping[str, type[pl.DataType]]
_Column = list[Any]


@dataclass(frozen=True)
class _Question:
    """What is asked of an array of keys. They are put before the rest, so that the planner goes from there."""

    statement: str
    columns: _Schema


_ENTRY: _Schema = {
    "id": pl.Int64, "list_import_id": pl.Int64, "row_number": pl.Int64, "name_key": pl.String, "former_key": pl.String,
    "uscc": pl.String, "old_code": pl.String, "number": pl.String,
}  # fmt: skip


def _entries(column: str, kind: str, *, partly: bool) -> _Question:
    """Entries by one of their columns, whose index may be of texts alone that are not empty."""
    stated = f"AND e.{column} <> ''" if partly else ""
    columns = ", ".join(f"e.{name}" for name in _ENTRY)
    keys = f"FROM unnest(%s::{kind}[]) k (key) JOIN registry_entry e ON e.{column} = k.key {stated}"
    return _Question(f"SELECT {columns} {keys}", _ENTRY)


_BY_ID = _entries("id", "bigint", partly=False)
_BY_NAME = _entries("name_key", "text", partly=False)
_BY_FORMER = _entries("former_key", "text", partly=True)
_BY_CODE = _entries("uscc", "text", partly=True)
_BY_OLD_CODE = _entries("old_code", "text", partly=True)
_BY_NUMBER = _entries("number", "text", partly=True)

_NAME, _ID = {"name": pl.String}, {"id": pl.Int64}
_KEYS = _Question(
    "SELECT n.name_key, n.sounds, n.core FROM unnest(%s::text[]) k (key)"
    " JOIN enterprises_namekeys n ON n.name_key = k.key",
    {"name": pl.String, "sounds": pl.Int64, "core": pl.Int64},
)
_SAME_SOUNDS = _Question(
    "SELECT n.name_key FROM unnest(%s::bigint[]) k (key) JOIN enterprises_namekeys n ON n.sounds = k.key", _NAME
)
_SAME_CORE = _Question(
    "SELECT n.name_key FROM unnest(%s::bigint[]) k (key)"  # noqa: S608 - its parts are constants
    f" CROSS JOIN LATERAL (SELECT name_key FROM enterprises_namekeys WHERE core = k.key LIMIT {_HOT}) n",
    _NAME,
)
_OWNERS = _Question(
    "SELECT d.enterprise_id FROM unnest(%s::bigint[]) k (key)"
    " JOIN enterprises_matchdecision d ON d.entry_id = k.key AND d.superseded_at IS NULL",
    _ID,
)
# substring and not substr: an index is found by the very function that it is of.
_BY_ORGANISATION = _Question(
    "SELECT n.id FROM unnest(%s::text[]) k (key)"
    " JOIN enterprises_enterprise n ON substring(n.uscc, 9, 9) = k.key AND n.uscc IS NOT NULL",
    _ID,
)
_OWNED = _Question(
    "SELECT d.entry_id FROM unnest(%s::bigint[]) k (key)"
    " JOIN enterprises_matchdecision d ON d.enterprise_id = k.key AND d.superseded_at IS NULL",
    _ID,
)
_SPOKEN_OF = _Question(
    "SELECT j.other_id FROM unnest(%s::bigint[]) k (key)"
    " JOIN enterprises_judgement j ON j.entry_id = k.key AND j.other_id IS NOT NULL",
    _ID,
)
_SPEAKING = _Question(
    "SELECT j.entry_id FROM unnest(%s::bigint[]) k (key) JOIN enterprises_judgement j ON j.other_id = k.key", _ID
)
# A corrected line is found by what its correction says.
_CORRECTED = _Question(
    "SELECT c.corrects_id FROM unnest(%s::bigint[], %s::int[]) k (list, number) JOIN registry_linecorrection c"
    " ON c.list_import_id = k.list AND c.row_number = k.number AND c.corrects_id IS NOT NULL",
    _ID,
)
_CORRECTING = _Question(
    "SELECT e.id FROM unnest(%s::bigint[]) k (key) JOIN registry_linecorrection c ON c.corrects_id = k.key"
    " JOIN registry_entry e ON e.list_import_id = c.list_import_id AND e.row_number = c.row_number",
    _ID,
)


class Hanging:
    """All that hangs together with the entries that were added.

    The keys of all names are kept (`NameKeys`), but for those that `come` tells: `name_key`, `sounds`, `core`.
    """

    def __init__(self, sessions: Sessions, come: Callable[[], pl.DataFrame]) -> None:
        self.entries: set[int] = set()
        self.sounds: set[tuple[str, int]] = set()  # names that they bear or bore, and their sums in each city
        self._sessions = sessions
        self._come = come
        self._asked: dict[str, set[Hashable]] = defaultdict(set)

    def add(self, entries: Iterable[int]) -> None:
        """Take these entries in, and step by step all that hangs together with them."""
        self._follow(self._found([self._ask(_BY_ID, list(set(entries) - self.entries))]))

    def add_named(self, names: Iterable[str]) -> None:
        """The same with the entries of these names."""
        self._follow(self._found([self._ask(_BY_NAME, list(names))]))

    def _follow(self, front: list[_Column]) -> None:
        while front[0]:
            self.entries.update(front[0])
            front = self._next(*front)

    def _next(
        self, ids: _Column, lists: _Column, rows: _Column, names: _Column, formers: _Column, codes: _Column,
        olds: _Column, numbers: _Column,
    ) -> list[_Column]:  # fmt: skip
        """The entries, not found so far, that share a key with these."""
        organisations = self._fresh("organisation", [*(code[8:17] for code in codes if code), *olds])
        found = [
            self._ask(_BY_CODE, self._fresh("code", codes)),
            self._ask(_BY_NUMBER, self._fresh("number", numbers)),
            self._ask(_BY_OLD_CODE, organisations),
        ]
        owners = [self._ask(_OWNERS, ids), self._ask(_BY_ORGANISATION, organisations)]
        others = [
            self._ask(_SPOKEN_OF, ids), self._ask(_SPEAKING, ids), self._ask(_CORRECTING, ids),
            self._ask(_CORRECTED, lists, rows),
        ]  # fmt: skip
        fresh = self._fresh("name", [*names, *formers])
        related = self._related(fresh)
        others.append(self._ask(_OWNED, self._fresh("owner", _firsts(owners))))
        looked_for = self._fresh("looked for", [*fresh, *_firsts(related)])
        found += [self._ask(_BY_NAME, looked_for), self._ask(_BY_FORMER, looked_for)]
        rest = set(_firsts(others)) - self.entries
        front = self._found(found)
        by_id = self._found([self._ask(_BY_ID, list(rest.difference(front[0])))])
        return [[*here, *there] for here, there in zip(front, by_id, strict=True)]

    def _related(self, names: Sequence[str]) -> list[Answer[list[_Column]]]:
        """Names of the same spelling or core as these, by their keys in all cities that they are known in."""
        kept = self._ask(_KEYS, list(names))
        come = self._come().filter(pl.col("name_key").is_in(names))
        keys = [[*come[key], *there] for key, there in zip(("name_key", "sounds", "core"), kept(), strict=True)]
        self.sounds.update(zip(keys[0], keys[1], strict=True))
        return [
            self._ask(_SAME_SOUNDS, self._fresh("sounds", keys[1])), self._ask(_SAME_CORE, self._fresh("core", keys[2]))
        ]  # fmt: skip

    def _fresh(self, kind: str, keys: Iterable[Any]) -> list[Any]:
        """Those of the keys that were not asked for yet."""
        fresh = set(keys) - self._asked[kind] - {None, ""}
        self._asked[kind] |= fresh
        return list(fresh)

    def _found(self, answers: Iterable[Answer[list[_Column]]]) -> list[_Column]:
        """The entries among the answers that are not taken in yet, each once."""
        found: list[_Column] = [[] for _name in _ENTRY]
        taken: set[int] = set()
        for answer in answers:
            columns = answer()
            rows = []
            for row, entry in enumerate(columns[0]):
                if entry not in self.entries and entry not in taken:
                    taken.add(entry)
                    rows.append(row)
            for kept, column in zip(found, columns, strict=True):
                kept += [column[row] for row in rows]
        return found

    def _ask(self, question: _Question, *keys: _Column) -> Answer[list[_Column]]:
        """Begin to ask; several sessions share many keys."""
        pieces = [
            self._sessions.do(_looked_up, question, *(each[begin : begin + _PIECE] for each in keys))
            for begin in range(0, len(keys[0]), _PIECE)
        ]
        return lambda: _joined([piece() for piece in pieces], len(question.columns))


def _looked_up(question: _Question, *keys: _Column) -> list[_Column]:
    arrays = [as_texts(each) if isinstance(each[0], str) else as_numbers(each) for each in keys]
    found = fetched(question.statement, question.columns, arrays)
    return [column.to_list() for column in found]


def _joined(pieces: Sequence[list[_Column]], count: int) -> list[_Column]:
    return [[value for piece in pieces for value in piece[column]] for column in range(count)]


def _firsts(answers: Iterable[Answer[list[_Column]]]) -> _Column:
    return [value for answer in answers for value in answer()[0]]
