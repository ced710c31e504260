"""A line of feedback is judged: each cell, and what its cells say together (pure).

Law: all faults of a line are told in one go, each with its column; a remark asks to look again, and keeps nothing back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from financing import cells, words
from financing.cells import Value, Wrong
from financing.words import COLUMNS, Field


class Remark(StrEnum):
    """What somebody may want to look at again, of lines that count."""

    LARGE = "large_amount"
    FORMER_NAME = "former_name"  # whom the line means was found by a former name alone
    OTHER_NAME = "other_name"  # by another name that was published


@dataclass(frozen=True)
class Asked:
    """What every line of a file is held against."""

    label: str
    period_end: date
    today: date
    large: Decimal


@dataclass(slots=True)
class Judged:
    """What a line says, what is wrong with it, and what is to be looked at again."""

    values: dict[Field, Value] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def is_wrong(self, one: Field, told: str) -> None:
        self.faults.append(f"{COLUMNS[one].title}：{told}")


def is_silent(line: Mapping[Field, str]) -> bool:
    """Whether the line, of which the empty cells are left out, says nothing but who it is."""
    return not any(one in line for one in words.SAYING)


def mistake_of(line: Mapping[Field, str]) -> str:
    """The kind of mistake that the line reports, or "" where it reports none, or one that cannot be read."""
    try:
        return str(cells.read(Field.MISTAKE, line[Field.MISTAKE])) if Field.MISTAKE in line else ""
    except Wrong:
        return ""


def judged(line: Mapping[Field, str], asked: Asked) -> Judged:
    """The line, of which the empty cells are left out, by itself."""
    found = Judged()
    for one, text in line.items():
        if one is Field.LABEL:
            if text != asked.label and cells.plain(text) != asked.label:
                found.is_wrong(one, f"应为{asked.label}；其他版本的反馈请另行上传")
        elif one not in words.WHO:
            try:
                found.values[one] = cells.read(one, text)
            except Wrong as wrong:
                found.is_wrong(one, str(wrong))
    _days(found, asked)
    _together(line, found)
    if any(isinstance(told, Decimal) and told > asked.large for told in map(found.values.get, words.AMOUNTS)):
        found.remarks.append(Remark.LARGE)
    return found


def _days(found: Judged, asked: Asked) -> None:
    met, end = (found.values.get(one) for one in words.DAYS)
    if isinstance(met, date) and met > asked.period_end:
        found.is_wrong(Field.CONTACTED_ON, f"{met.isoformat()}晚于本季度末日{asked.period_end.isoformat()}")
    elif isinstance(met, date) and met > asked.today:
        found.is_wrong(Field.CONTACTED_ON, f"{met.isoformat()}是将来的日期")
    if end is not None and end != asked.period_end:
        found.is_wrong(Field.PERIOD_END, f"应为本季度末日{asked.period_end.isoformat()}")


def _together(line: Mapping[Field, str], found: Judged) -> None:
    said = found.values
    unread = any(one in line and one not in said for one in (Field.LENT, Field.BALANCE))
    if said.get(Field.ANSWER) == "lent" and not (said.get(Field.LENT) or said.get(Field.BALANCE) or unread):
        found.is_wrong(Field.ANSWER, "填“放款”的，本期发放额、贷款余额至少有一项大于0")
    if said.get(Field.FIRST_LOAN) and said.get(Field.RENEWAL):
        found.is_wrong(Field.RENEWAL, "是否首贷、是否续贷不能都是“是”")
    if Field.MISTAKE_SAYS in line and Field.MISTAKE not in line:
        found.is_wrong(Field.MISTAKE, "填了差错说明，请选名单差错的类型")
    if said.get(Field.MISTAKE) == "other" and Field.MISTAKE_SAYS not in line:
        found.is_wrong(Field.MISTAKE_SAYS, "名单差错选“其他”的，请说明")
