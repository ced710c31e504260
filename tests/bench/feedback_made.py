"""A pool with its edition, and a file of an institution's feedback on it, of which one row in a hundred is faulty."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import xlsxwriter
from django.utils import timezone

from enterprises.canonical import Record
from enterprises.models import Edition, Enterprise
from enterprises.public_ids import public_id
from financing.words import COLUMNS, Field
from pushes.models import Institution
from registry.names import name_key
from registry.samples.codes import organisation_codes, uscc
from registry.samples.naming import Namer
from tests.pushes.making import delivered, institution, recognition, record, sealed_edition

LABEL = "ZZKJ-2026Q3-v1"
HEADER = [told.heading for told in COLUMNS.values()]
_A_FAULT_IN = 100  # rows
_DISTRICT = "410105"


class Made(NamedTuple):
    bank: Institution
    edition: Edition
    records: list[Record]


def pool(members: int, seed: int) -> Made:
    """Enterprises with codes and names, all in one edition, which was delivered to an institution."""
    rng = Random(seed)
    namer, codes = Namer(rng), organisation_codes(members, rng)
    records = [
        record(number, recognition(source=f"HNTE-2025-01#{number}"), name=namer.compose(_DISTRICT), uscc=uscc(code))
        for number, code in enumerate(codes, start=1)
    ]
    now = timezone.now()
    Enterprise.objects.bulk_create(
        (
            Enterprise(
                id=number, public_id=public_id(number), name=one["name"], name_key=name_key(one["name"]),
                uscc=one["uscc"], created_at=now,
            )
            for number, one in enumerate(records, start=1)
        ),
        batch_size=5_000,
    )  # fmt: skip
    edition, bank = sealed_edition("2026Q3", records), institution()
    delivered(edition, bank)
    return Made(bank, edition, records)


def workbook(made: Made, rows: int, seed: int, path: Path) -> tuple[Path, int]:
    """The file, and how many of its rows are faulty."""
    faulty = 0
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        page = book.add_worksheet("对接反馈")
        page.write_row(0, 0, HEADER)
        for at, (cells, wrong) in enumerate(_rows(made, rows, seed), start=1):
            page.write_row(at, 0, cells)
            faulty += wrong
    return path, faulty


def _rows(made: Made, rows: int, seed: int) -> Iterator[tuple[list[object], bool]]:
    """Seven in ten name the enterprise by all that the template has, two by code and name, one by name alone."""
    rng = Random(seed + 1)
    for at, one in enumerate(rng.sample(made.records, rows)):
        way = rng.random()
        lent, balance = rng.randrange(0, 5_000_00), rng.randrange(0, 9_000_00)
        said: dict[Field, object] = {
            Field.LABEL: LABEL,
            Field.PUBLIC_ID: one["id"] if way < 0.7 else "",
            Field.USCC: one["uscc"] if way < 0.9 else "",
            Field.NAME: one["name"],
            Field.CONTACTED: "是",
            Field.CONTACTED_ON: f"2026-0{rng.randrange(7, 10)}-{rng.randrange(1, 29):02}",
            Field.ANSWER: rng.choice(("授信", "放款")) if lent or balance else "无需求",
            Field.CREDIT_LINE: f"{rng.randrange(0, 10_000_00) / 100:.2f}",
            Field.LENT: f"{lent / 100:.2f}",
            Field.BALANCE: f"{balance / 100:,.2f}",
            Field.FIRST_LOAN: "否",
            Field.RENEWAL: rng.choice("是否"),
            Field.CREDIT_LOAN: rng.choice("是否"),
            Field.RATE: f"{rng.randrange(200, 700) / 100:.2f}",
            Field.PERIOD_END: "2026-09-30",
        }
        wrong = at % _A_FAULT_IN == _A_FAULT_IN - 1
        if wrong:
            said |= _FAULTS[at // _A_FAULT_IN % len(_FAULTS)]
        yield [said.get(field, "") for field in Field], wrong


_FAULTS: tuple[dict[Field, object], ...] = (
    {Field.BALANCE: "12万元"},
    {Field.LENT: "-5"},
    {Field.CONTACTED_ON: "2026-10-09"},
    {Field.FIRST_LOAN: "是", Field.RENEWAL: "是"},
    {Field.PERIOD_END: "2026-06-30"},
    {Field.PUBLIC_ID: "E0000001"},
    {Field.PUBLIC_ID: "", Field.USCC: "", Field.NAME: "郑州不在名单示例技术有限公司"},
    {Field.RATE: "0.0345"},
)
