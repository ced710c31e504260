"""Workbooks to measure with: made-up certificates, laid out as a notice's annex. Law: all rows are sound."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import xlsxwriter

from registry import samples
from registry.samples import codes
from registry.samples.naming import MARK, trade_names
from registry.samples.places import DISTRICTS

TITLE = "郑州市高新技术企业名单（示例）"
HEADER = ("序号", "企业名称", "统一社会信用代码", "证书编号", "区县", "发证日期")
CHANGED_EVERY = 100
_SEED = 1
_LAST_YEAR = 2024
_NUMBERS_A_YEAR = 100_000
_REGIONS = ("郑州", "河南", "郑州市", "河南省")
_FORMS = ("有限公司", "股份有限公司", "有限责任公司")
_WIDEST_IN_MEMORY = 200_000  # rows; above, strings stand in the cells as they are written


@dataclass(frozen=True, slots=True)
class Certificate:
    """One row, in the order of `HEADER`."""

    seq: int
    name: str
    uscc: str
    number: str
    district: str
    issued_on: date


def certificates(count: int) -> Iterator[Certificate]:
    """`count` certificates of as many enterprises, the same each time. Raises ValueError where names do not suffice."""
    rng = Random(_SEED)
    names, bodies = _names(count, rng), codes.organisation_codes(count, rng)
    places = rng.choices(DISTRICTS, [place.weight for place in DISTRICTS], k=count)
    for at, (name, body, place) in enumerate(zip(names, bodies, places, strict=True)):
        year = _LAST_YEAR - at // _NUMBERS_A_YEAR
        yield Certificate(
            seq=at + 1,
            name=name,
            uscc=codes.uscc(body),
            number=codes.certificate_number(year, at % _NUMBERS_A_YEAR),
            district=place.spellings[0],
            issued_on=date(year, 10, 1) + timedelta(days=at % 60),
        )


def changed(rows: Iterable[Certificate]) -> Iterator[Certificate]:
    """The same list a year on: one row in a hundred bears another date."""
    for row in rows:
        yield row if row.seq % CHANGED_EVERY else replace(row, issued_on=row.issued_on + timedelta(days=1))


def write(path: Path, rows: Iterable[Certificate], *, count: int, title: str = TITLE) -> Path:
    """Write a workbook of `count` rows, a header above them, and above that the title if there is one."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": count > _WIDEST_IN_MEMORY})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    page = book.add_worksheet("Sheet1")
    if title:
        page.write_string(0, 0, title)
    first = 1 if title else 0
    page.write_row(first, 0, HEADER)
    for number, row in enumerate(rows, start=first + 1):
        page.write_number(number, 0, row.seq)
        for column, text in enumerate((row.name, row.uscc, row.number, row.district), start=1):
            page.write_string(number, column, text)
        page.write_datetime(number, 5, row.issued_on, day)
    book.close()
    return path


def _names(count: int, rng: Random) -> Iterator[str]:
    """Different names, each with the mark that no real enterprise bears."""
    trades = trade_names()
    words = (Path(samples.__file__).parent / "data" / "businesses.txt").read_text(encoding="utf-8").split()
    businesses = words[::2]  # each is followed by its weight
    for drawn in rng.sample(range(len(trades) * len(businesses) * len(_REGIONS) * len(_FORMS)), count):
        rest, trade = divmod(drawn, len(trades))
        rest, business = divmod(rest, len(businesses))
        form, region = divmod(rest, len(_REGIONS))
        yield f"{_REGIONS[region]}{trades[trade]}{MARK}{businesses[business]}{_FORMS[form]}"
