"""Rows of a stranger's list become findings: each cleaned as a published line is, and judged by itself.

Law: rows pass through, some at a time; nothing of them is kept, and none is told of another.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import polars as pl

from enterprises.matching.identifying import ROWS, Finding, identify
from enterprises.matching.known import Known
from enterprises.opening import MEANT, Row
from registry.checking import Checker, Expectation, Line

AT_A_TIME = 10_000
# Faults of a code that say why it was not compared.
FAULTS = ("uscc_lost_digits", "uscc_shape", "uscc_check")
_FAILS = "uscc_check"


@dataclass(frozen=True, slots=True)
class Identified:
    """A row of the list, what it says of name and code as they were understood, and what was found."""

    number: int
    cells: Sequence[str]
    name: str
    code: str
    fault: str  # one of FAULTS, or nothing
    finding: Finding

    @property
    def same(self) -> tuple[str, str]:
        """What is equal of rows that state the same."""
        return self.name, self.code


def identified(rows: Iterable[Row], columns: Mapping[str, int], known: Known) -> Iterator[list[Identified]]:
    """The rows with their findings, `AT_A_TIME`."""
    checker = _Checker(columns)
    taken = iter(rows)
    while some := list(islice(taken, AT_A_TIME)):
        lines = [checker.line(number, cells) for number, cells in some]
        findings = identify(known, _asked(lines))
        yield [
            Identified(number, cells, line.name_key, line.uscc or line.old_code, _fault(line), finding)
            for (number, cells), line, finding in zip(some, lines, findings, strict=True)
        ]


class _Checker:
    """Cleans the columns that are understood, as those of a published list."""

    def __init__(self, columns: Mapping[str, int]) -> None:
        self._meant = [(part, columns[part]) for part in MEANT if part in columns]
        places = {part: at for at, (part, _column) in enumerate(self._meant)}
        header = [part for part, _column in self._meant]
        self._check = Checker(Expectation(header=header, columns=places, districts={})).check

    def line(self, number: int, cells: Sequence[str]) -> Line:
        return self._check(number, [cells[at] if at < len(cells) else "" for _part, at in self._meant])


def _asked(lines: Sequence[Line]) -> pl.DataFrame:
    columns = {
        "name": [line.name_key for line in lines],
        "former": [line.former_key for line in lines],
        "code": [line.uscc for line in lines],
        "old": [line.old_code for line in lines],
        "repaired": [_repaired(line) for line in lines],
        "fails": [_fault(line) == _FAILS for line in lines],
    }
    return pl.DataFrame(columns, schema=ROWS)


def _fault(line: Line) -> str:
    if line.uscc or line.old_code or not line.problems:
        return ""
    return next((problem.code for problem in line.problems if problem.code in FAULTS), "")


def _repaired(line: Line) -> str:
    if line.uscc or not line.problems:
        return ""
    return next((one.proposal for one in line.problems if one.code in FAULTS and one.proposal), "")
