"""The rows of a file are judged some at a time, and laid aside on this machine's disk until all were seen.

Law: a row is seen twice, once by itself and once beside all others; memory does not grow with what the rows hold.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from enterprises.opening import Row
from financing import checking, heading, words
from financing.checking import Asked
from financing.heading import Heading
from financing.whom import Line, Whom
from financing.words import Field
from pushes.formats import defusing

# What a row of the database says, in the order in which it is written; what was not said of a text is empty.
SAID: tuple[Field, ...] = tuple(one for one in Field if one not in (Field.LABEL, *words.WHO))
_TEXTS = frozenset((Field.ANSWER, Field.REASON, Field.MISTAKE, Field.MISTAKE_SAYS))
_UNIT = "单位"
_ROWS_NAMED = 10  # of those that are of one enterprise


class Judged(NamedTuple):
    """A row that says something: as it came, what is wrong with it, and what it says of whom."""

    number: int
    cells: list[str]
    faults: list[str]
    remarks: list[str]
    enterprise: int | None
    said: list[Any]


@dataclass(frozen=True)
class Outcome:
    """All rows of a file that say something, each also beside the others; `silent` ones say nothing."""

    header: Sequence[str]
    width: int
    left: Sequence[str]
    sound: int
    faulty: int
    silent: int
    _aside: Path
    _repeated: dict[int, list[int]]

    def rows(self) -> Iterator[Judged]:
        with self._aside.open("rb") as lines:
            for line in lines:
                row = Judged._make(orjson.loads(line))
                if row.enterprise in self._repeated:
                    row.faults.append(_repeated(row.number, self._repeated[row.enterprise]))
                yield row


class Lines:
    """Judges rows, and keeps what came of them in the folder."""

    def __init__(self, header: Sequence[str], read: Heading, asked: Asked, whom: Whom, folder: Path) -> None:
        self._header, self._read, self._asked, self._whom = header, read, asked, whom
        self._aside = folder / "judged.jsonl"
        self._aside.touch()
        self._width, self._spoke, self._silent = len(header), 0, 0
        self._faulty: set[int] = set()
        self._first: dict[int, int] = {}  # enterprise → the row that is of it
        self._repeated: dict[int, list[int]] = {}  # and all of them, where there are several

    def judge(self, rows: Sequence[Row]) -> None:
        """Judge the rows and lay them aside."""
        spoken = []
        for number, cells in rows:
            self._width = max(self._width, len(cells))
            line = self._line(cells)
            if checking.is_silent(line):
                self._silent += 1
                if any(_UNIT in text for text in cells):  # as a note below the table does
                    heading.refuse_other_unit([cells])
            else:
                spoken.append((number, cells, line))
        whose = self._whom.found(
            [Line(number, *self._who(line)) for number, _cells, line in spoken],
        )
        with self._aside.open("ab") as aside:
            for (number, cells, line), found in zip(spoken, whose, strict=True):
                told = checking.judged(line, self._asked)
                faults = [found.fault, *told.faults] if found.fault else told.faults
                remarks = [*told.remarks, found.remark] if found.remark else told.remarks
                said = [told.values.get(field, "" if field in _TEXTS else None) for field in SAID]
                self._note(number, found.enterprise, faulty=bool(faults))
                row = Judged(number, cells, faults, list(remarks), found.enterprise, said)
                aside.write(orjson.dumps(tuple(row), default=str, option=orjson.OPT_APPEND_NEWLINE))

    def outcome(self) -> Outcome:
        """What came of all of them."""
        faulty = self._faulty.union(*self._repeated.values())
        return Outcome(
            self._header, self._width, self._read.left, self._spoke - len(faulty), len(faulty), self._silent,
            self._aside, self._repeated,
        )  # fmt: skip

    def _line(self, cells: Sequence[str]) -> dict[Field, str]:
        """The cells that are not empty, by what they hold."""
        return {
            field: _undressed(text) if text[0] == "'" else text
            for field, place in self._read.columns.items()
            if place < len(cells) and (text := cells[place].strip())
        }

    @staticmethod
    def _who(line: dict[Field, str]) -> tuple[str, str, str, str]:
        mistake = checking.mistake_of(line)
        return line.get(Field.PUBLIC_ID, ""), line.get(Field.USCC, ""), line.get(Field.NAME, ""), mistake

    def _note(self, number: int, enterprise: int | None, *, faulty: bool) -> None:
        self._spoke += 1
        if faulty:
            self._faulty.add(number)
        if enterprise is not None and (first := self._first.setdefault(enterprise, number)) != number:
            self._repeated.setdefault(enterprise, [first]).append(number)


def _undressed(text: str) -> str:
    """The text without the apostrophe that keeps a spreadsheet from taking it for a formula: the template has some."""
    bare = text[1:]
    return bare if defusing.plain(bare) == text else text


def _repeated(number: int, rows: Sequence[int]) -> str:
    others = "、".join(str(one) for one in islice((one for one in rows if one != number), _ROWS_NAMED))
    more = "等" if len(rows) > _ROWS_NAMED + 1 else ""
    return f"与第{others}{more}行是同一家企业，一家企业只能填一行"
