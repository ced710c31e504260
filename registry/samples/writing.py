"""Writes a made-up city's lists to files. Law: same number, same seed, same bytes, on any day and machine."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random

import xlsxwriter

from registry.samples.dirt import Dirt
from registry.samples.history import simulate
from registry.samples.lists import Cell, Sheet, lay_out
from registry.samples.plan import CALENDAR, DEMONSTRATION, Planned

INDEX = "lists.json"
TRUTH = "truth.csv"
# Enterprises. Below, most lists would be empty; above, names run out of variety.
SMALLEST, LARGEST = 100, 200_000
_NOTE = "Made-up enterprises for demonstration; no real enterprise bears these names, codes or numbers."
_CREATED = datetime(2026, 1, 1)
_WIDTHS = {str: 24, int: 8, date: 14}


@dataclass(frozen=True)
class SampleList:
    """What the index says of one list file; the period's ends are inclusive."""

    file: str
    programme: str
    notice: str
    title: str
    document_number: str
    published: date
    valid_from: date | None
    valid_to: date | None
    full: bool
    province_wide: bool
    source_url: str
    batch: str
    note: str
    rows: int


def write_city(
    directory: Path,
    *,
    enterprises: int,
    seed: int,
    truth: bool = False,
    progress: Callable[[str], None] | None = None,
) -> list[SampleList]:
    """Writes every list of a made-up city of `enterprises`, and the index, into `directory`.

    With `truth`, also which enterprise (by its serial) stands behind each row. `progress` hears each file's
    name.
    Raises ValueError outside SMALLEST to LARGEST enterprises, OSError where the directory cannot be written.
    """
    if not SMALLEST <= enterprises <= LARGEST:
        raise ValueError(f"enterprises must be {SMALLEST} to {LARGEST}")
    directory.mkdir(parents=True, exist_ok=True)
    rng = Random(seed)  # noqa: S311 (a demonstration, no secret)
    city, published = simulate(enterprises, rng)
    dirt = Dirt(rng, city.namer)
    index: list[SampleList] = []
    behind: list[tuple[str, int, int]] = []
    for planned, lines in published:
        at = CALENDAR.index(planned)
        sheet = lay_out(planned, lines, rng, dirt)
        suffix, encoding = _format(at)
        name = f"{planned.published:%Y%m%d}-{planned.programme}-{planned.notice}-{planned.batch}{suffix}"
        path = directory / name
        numbers = _write_csv(path, sheet, encoding) if encoding else _write_xlsx(path, sheet)
        index.append(_describe(name, planned, sheet, len(index) + 1))
        behind += [(name, number, serial) for number, serial in zip(numbers, sheet.serials, strict=True)]
        if progress:
            progress(name)
    if truth:
        _write_truth(directory / TRUTH, behind)
    write_index(directory / INDEX, index)
    return index


def write_index(path: Path, lists: list[SampleList]) -> None:
    """The index of list files as JSON, dates in ISO form."""
    entries = [asdict(entry) for entry in lists]
    text = json.dumps(entries, ensure_ascii=False, indent=1, default=date.isoformat)
    path.write_text(text + "\n", encoding="utf-8")


def _describe(file: str, planned: Planned, sheet: Sheet, at: int) -> SampleList:
    return SampleList(
        file=file,
        programme=planned.programme,
        notice=planned.notice,
        title=planned.title + DEMONSTRATION,
        document_number=f"演示〔{planned.published.year}〕{at}号",
        published=planned.published,
        valid_from=planned.valid_from,
        valid_to=planned.valid_to,
        full=False,
        province_wide=planned.province_wide,
        source_url="",
        batch=planned.batch,
        note=_NOTE,
        rows=len(sheet.rows),
    )


def _format(at: int) -> tuple[str, str]:
    """One list in ten is a csv, by turns in GB18030 and UTF-8 with its mark; the others are workbooks."""
    if at % 10 != 5:
        return ".xlsx", ""
    return ".csv", "gb18030" if at % 20 == 5 else "utf-8-sig"


def _write_xlsx(path: Path, sheet: Sheet) -> range:
    """Writes a workbook; returns the sheet's row numbers of the rows, the first row being 1."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": _CREATED})
    day_format = book.add_format({"num_format": "yyyy-mm-dd"})
    page = book.add_worksheet("Sheet1")
    for column, cell in enumerate(sheet.rows[0]):
        page.set_column(column, column, 44 if "名称" in sheet.header[column] else _WIDTHS[type(cell)])
    rows: list[Sequence[Cell]] = [*sheet.above, sheet.header, *sheet.rows]
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(number, column, cell)
            elif isinstance(cell, int):
                page.write_number(number, column, cell)
            else:
                page.write_datetime(number, column, cell, day_format)
    book.close()
    return range(len(rows) - len(sheet.rows) + 1, len(rows) + 1)


def _write_csv(path: Path, sheet: Sheet, encoding: str) -> list[int]:
    """Writes a csv; returns the number of each row, as a spreadsheet counts them."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([*sheet.above, sheet.header, *sheet.rows])
    path.write_bytes(text.getvalue().encode(encoding))
    first = len(sheet.above) + 2
    return list(range(first, first + len(sheet.rows)))


def _write_truth(path: Path, behind: list[tuple[str, int, int]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["file", "row", "enterprise"])
        writer.writerows(behind)
