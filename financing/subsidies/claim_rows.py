"""One row of a file of claims as it is written (pure). Law: nothing is guessed or rounded; what is wrong is named.

Faults are codes, which `claim_wording` puts into words.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from registry.dates import read_date

# Column → how it is headed, brackets aside; the first is what the template says.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "year": ("申报年度", "年度"),
    "name": ("企业名称", "单位名称", "申请单位", "申请主体名称", "机构名称"),
    "code": ("统一社会信用代码", "信用代码", "代码"),
    "amount": ("金额", "保费金额", "发行金额", "申报金额"),
    "happened_on": ("发生日期", "日期", "缴费日期", "发行日期", "评定日期"),
    "grade": ("等次", "等级", "档次"),
    "proof": ("凭证编号", "凭证号", "保单号", "合同编号", "文号"),
    "remark": ("备注",),
}
NEEDED = ("year", "name", "code", "happened_on", "proof")
LONGEST = {"name": 200, "code": 40, "grade": 50, "proof": 100, "remark": 300}
# What an amount's heading may not say: amounts are in yuan, and nothing is multiplied.
_OTHER_UNIT = re.compile(r"[百千万亿美欧港澳]|日元|外币|USD|EUR|HKD", re.IGNORECASE)
_ONE_ALONE = ("amount", "happened_on")  # of two such columns nobody knows which is meant
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")
_YEAR = re.compile(r"(20[0-9]{2})年?度?")
_AMOUNT = re.compile(r"[0-9]{1,14}(?:\.([0-9]+))?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")


class Fault(NamedTuple):
    """What is wrong with a cell: its column, the fault, and what the cell says or what else the words need."""

    column: str
    code: str
    text: str = ""


@dataclass
class ClaimRow:
    """A row as it was read; faulty parts are left as they are by default."""

    number: int
    year: int = 0
    name: str = ""
    code: str = ""
    amount: Decimal | None = None
    happened_on: date = date.min
    grade: str = ""
    proof: str = ""
    remark: str = ""
    faults: list[Fault] = field(default_factory=list)

    @property
    def proof_key(self) -> str:
        return folded(self.proof).upper()


def folded(text: str) -> str:
    """Without width and white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Which of the columns stands where; the first of its name counts."""
    texts = [folded(_BRACKETED.sub("", text)) for text in header]
    return {
        column: texts.index(found)
        for column, words in HEADINGS.items()
        if (found := next((word for word in words if word in texts), ""))
    }


def unclear_headings(header: Sequence[str]) -> list[str]:
    """The headings that leave open what a claim is of: an amount in another unit, or two columns of one meaning."""
    texts = [folded(text) for text in header]
    bare = [folded(_BRACKETED.sub("", text)) for text in header]
    unclear = [text for text, one in zip(texts, bare, strict=True) if one in HEADINGS["amount"] and _other_unit(text)]
    for column in _ONE_ALONE:
        same = [text for text, one in zip(texts, bare, strict=True) if one in HEADINGS[column]]
        unclear += same if len(same) > 1 else []
    return list(dict.fromkeys(unclear))


def _other_unit(heading: str) -> bool:
    return any(_OTHER_UNIT.search(beside) for beside in _BRACKETED.findall(heading))


def read_row(number: int, cells: Sequence[str], columns: Mapping[str, int]) -> ClaimRow:
    """The row, with everything that is wrong with it by itself."""
    said = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
    row = ClaimRow(number)
    for name, longest in LONGEST.items():
        if len(said.get(name, "")) > longest:
            row.faults.append(Fault(name, "too_long", str(longest)))
        setattr(row, name, said.get(name, "")[:longest])
    row.faults += [Fault(name, "missing") for name in NEEDED if not said.get(name)]
    _read_year(row, said.get("year", ""))
    _read_day(row, said.get("happened_on", ""))
    _read_amount(row, said.get("amount", ""))
    return row


def _read_year(row: ClaimRow, text: str) -> None:
    found = _YEAR.fullmatch(folded(text))
    if found:
        row.year = int(found[1])
    elif text:
        row.faults.append(Fault("year", "year", text))


def _read_day(row: ClaimRow, text: str) -> None:
    day = read_date(text) if text else None
    if day:
        row.happened_on = day
    elif text:
        row.faults.append(Fault("happened_on", "day", text))


def _read_amount(row: ClaimRow, text: str) -> None:
    """In yuan, with marks between thousands or without; more than two places are no cents."""
    plain = folded(text).removesuffix("元").removeprefix("¥")
    if not plain:
        return
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    found = _AMOUNT.fullmatch(plain)
    if not found:
        row.faults.append(Fault("amount", "amount", text[:50]))
    elif len((found[1] or "").rstrip("0")) > 2:
        row.faults.append(Fault("amount", "cents", text[:50]))
    elif not Decimal(plain):
        row.faults.append(Fault("amount", "zero", text[:50]))
    else:
        row.amount = Decimal(plain).quantize(Decimal("0.01"))
