"""Random histories of a few enterprises: what was published of them, made by hypothesis and laid into the registry."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction
from django.test import override_settings
from hypothesis import strategies as st

from registry import importing
from registry.models import ListImport, Programme
from registry.staging import checker_of, copy_lines

NAMES = ("郑州启航科技有限公司", "巩义市德胜磨料有限公司", "河南中州软件股份有限公司")
KINDS = {
    "HNTE": ("recognition", "supplement", "publicity", "revocation", "move_in", "move_out"),
    "TSME": ("recognition", "publicity", "revocation"),
    "SRDI": ("recognition", "recheck", "revocation"),
    "CHAMP": ("recognition", "recheck"),
    "GZ": ("recognition", "revocation"),
    "UNI": ("recognition",),
}
TAKING = ("revocation", "move_out")
DAYS = tuple(date(year, month, day) for year in range(2021, 2027) for month, day in ((1, 10), (5, 6), (8, 20)))
LATE = datetime(2027, 2, 1, tzinfo=UTC)
_HEADER = ("企业名称", "证书编号", "发证日期", "取消年度")
_COLUMNS = {"name": 0, "number": 1, "issued_on": 2, "revoked_from_year": 3}


@dataclass(frozen=True)
class Row:
    """One line; `who` counts the enterprises from 0."""

    who: int
    number: str = ""
    issued_on: date | None = None
    revoked_from_year: int | None = None


@dataclass(frozen=True)
class Listed:
    """One notice. No two of a history have the same day."""

    programme: str
    kind: str
    published_on: date
    rows: tuple[Row, ...]
    is_full: bool = False

    @property
    def reference(self) -> str:
        return f"{self.programme}-{self.published_on:%Y%m%d}-{self.kind}"


def _number(draw: st.DrawFn, programme: str, who: int, year: int) -> str:
    """An enterprise's number of that year: nobody else has it."""
    if programme not in ("HNTE", "TSME") or not draw(st.booleans()):
        return ""
    year -= draw(st.integers(0, 1))
    return f"GR{year}41{who:06}" if programme == "HNTE" else f"{year}410105A{who:07}"


@st.composite
def listed(draw: st.DrawFn, day: date, programmes: Sequence[str]) -> Listed:
    programme = draw(st.sampled_from(programmes))
    kind = draw(st.sampled_from(KINDS[programme]))
    rows = []
    for who in sorted(draw(st.sets(st.integers(0, len(NAMES) - 1), min_size=1))):
        number = _number(draw, programme, who, day.year) if kind != "publicity" else ""
        year = draw(st.none() | st.integers(day.year - 2, day.year)) if kind == "revocation" else None
        dated = programme == "HNTE" and kind not in TAKING and bool(number) and draw(st.booleans())
        issued_on = date(int(number[2:6]), 1, 9) if dated else None
        rows.append(Row(who, number, issued_on, year))
    full = kind in ("recognition", "recheck") and draw(st.sampled_from((False, True, False)))
    return Listed(programme, kind, day, tuple(rows), full)


@st.composite
def histories(draw: st.DrawFn, *, most: int = 8) -> list[Listed]:
    """Lists of one to three programmes, by day of publication: few, so that they have to do with each other."""
    programmes = sorted(draw(st.sets(st.sampled_from(sorted(KINDS)), min_size=1, max_size=3)))
    days = sorted(draw(st.sets(st.sampled_from(DAYS), min_size=most // 2, max_size=most)))
    return [draw(listed(day, programmes)) for day in days]


def publish(history: Sequence[Listed], *, now: datetime, mend: tuple[date, date] | None = None) -> list[ListImport]:
    """Stage and confirm the lists in this order, through the same checks as a file's rows.

    `mend`: a period that the first line of each states.
    """
    return [_publish(one, now, mend) for one in history]


def _publish(one: Listed, now: datetime, mend: tuple[date, date] | None) -> ListImport:
    made = ListImport.objects.create(
        reference=one.reference,
        file_name=one.reference,
        sha256=hashlib.sha256(one.reference.encode()).hexdigest(),
        programme=Programme.objects.get(code=one.programme),
        notice=one.kind,
        title=one.reference,
        published_on=one.published_on,
        is_full=one.is_full,
        row_count=len(one.rows),
        staged_at=now,
    )
    checker = checker_of(made, _HEADER, _COLUMNS)
    cells = [
        (NAMES[row.who], row.number, str(row.issued_on or ""), str(row.revoked_from_year or "")) for row in one.rows
    ]
    lines = [checker.check(number, row) for number, row in enumerate(cells, start=2)]
    assert all(line.usable for line in lines), [line.problems for line in lines]
    if mend:
        lines[0].valid_from, lines[0].valid_to = mend
    copy_lines((made.pk, line) for line in lines)
    with override_settings(GONE_LIMIT_PERCENT=100):
        importing.confirm(list_import=made, now=now)
    return made


@contextmanager
def undone() -> Iterator[None]:
    """What is done within is as if it had never been."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
