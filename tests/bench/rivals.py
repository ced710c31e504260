"""What our import is compared with: the library's own import, and the least that any import of such a list must do."""

import html
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import reverse
from import_export.formats.base_formats import XLSX
from python_calamine import CalamineWorkbook

from registry.identifiers import uscc_check_passes
from registry.models import Programme
from tests.bench.ours import PROGRAMME, UnexpectedError
from tests.bench.stock.models import Certificate

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_FLOOR = ("row_number", "published", "name", "uscc", "number", "district_text", "issued_on")
_FLOOR_TABLE = """
    CREATE TABLE IF NOT EXISTS bench_floor (
        row_number integer, published jsonb, name text, uscc text, number text, district_text text, issued_on date
    )
"""


def through_stock(client: Client, path: Path, model: type[Certificate], *, rows: int) -> None:
    """Upload the workbook to the library's import page, look at its preview, confirm."""
    pages = f"admin:stock_{model._meta.model_name}"
    kinds = admin.site._registry[model].get_import_formats()  # type: ignore[attr-defined]
    with path.open("rb") as file:
        answer = client.post(reverse(f"{pages}_import"), {"import_file": file, "format": kinds.index(XLSX)})
    confirmation = reverse(f"{pages}_process_import")
    form = answer.content.decode().partition(f'action="{confirmation}"')[2].partition("</form>")[0]
    client.post(confirmation, {name: html.unescape(value) for name, value in _HIDDEN.findall(form)})
    if model._default_manager.count() != rows:
        raise UnexpectedError(f"the library's import of {path.name} failed: {model._default_manager.count()} rows")


def forget_stock() -> None:
    """Nothing was ever imported, nor noted in the admin's log."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE stock_certificate, django_admin_log")


def floor(path: Path, *, rows: int) -> None:
    """Parse the workbook, check each row plainly, copy it into a table without an index."""
    fields = ", ".join(_FLOOR)
    number_pattern = re.compile(Programme.objects.get(code=PROGRAMME).number_pattern)
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY bench_floor ({fields}) FROM STDIN") as copy:
            for row in _checked(path, number_pattern):
                copy.write_row(row)
        cursor.execute("SELECT count(*) FROM bench_floor")
        (found,) = cursor.fetchone()
    if found != rows:
        raise UnexpectedError(f"{path.name}: {found} rows instead of {rows}")


def forget_floor() -> None:
    """The floor's table, empty."""
    with connection.cursor() as cursor:
        cursor.execute(_FLOOR_TABLE)
        cursor.execute("TRUNCATE bench_floor")


def _checked(path: Path, number_pattern: re.Pattern[str]) -> Iterator[tuple[object, ...]]:
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows()
    next(rows)  # the title
    header = [str(cell) for cell in next(rows)]
    for row_number, (seq, name, uscc, number, district, day) in enumerate(rows, start=3):
        issued_on = day if isinstance(day, date) else date.fromisoformat(str(day))
        texts = (str(seq), str(name), str(uscc), str(number), str(district), issued_on.isoformat())
        if not texts[1] or not uscc_check_passes(texts[2]) or not number_pattern.match(texts[3]):
            raise UnexpectedError(f"{path.name}, row {row_number} is unsound")
        published = json.dumps(dict(zip(header, texts, strict=True)), ensure_ascii=False)
        yield row_number, published, texts[1], texts[2], texts[3], texts[4], issued_on
