"""A report as a workbook (xlsx): a sheet for each section. Law: the same report gives the same bytes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from math import ceil

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from financing.report import AMOUNT, COUNT, DAYS, PERCENT, TEXT, Column, Report, Section, Table, Value, head_lines

_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_NUMBERS = {COUNT: "#,##0", AMOUNT: "#,##0.00", PERCENT: "0.00", DAYS: "0.0"}
_MADE = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # when is said on the cover; files must be alike
_FONT = {"font_name": "宋体", "font_size": 11}
_COVER, _PART = 105, 4  # widths in digits: of the cover's values, of one part of a table's whole
_LINE_HEIGHT = 16
_LINE = {"border": 1, "border_color": "#b8c3cc"}


class _Looks:
    def __init__(self, book: Workbook) -> None:
        self.title = book.add_format(_FONT | {"bold": True, "font_size": 16})
        self.part = book.add_format(_FONT | {"bold": True, "font_size": 12})
        self.words = book.add_format(_FONT | {"text_wrap": True, "valign": "top"})
        self.head = book.add_format(
            _FONT
            | _LINE
            | {"bold": True, "bg_color": "#e8eef2", "text_wrap": True, "align": "center", "valign": "vcenter"}
        )
        self.text = book.add_format(_FONT | _LINE | {"text_wrap": True, "valign": "vcenter"})
        self.none = book.add_format(_FONT | _LINE | {"align": "right", "valign": "vcenter"})
        self.numbers = {
            kind: book.add_format(_FONT | _LINE | {"num_format": form, "valign": "vcenter"})
            for kind, form in _NUMBERS.items()
        }


def written(report: Report) -> bytes:
    """The workbook's bytes."""
    target = BytesIO()
    with Workbook(target, _PLAIN) as book:
        book.set_properties({"title": f"{report.title} {report.label}", "created": _MADE})
        looks = _Looks(book)
        _cover(book.add_worksheet(_("Cover")), report, looks)
        for number, section in enumerate(report.sections, start=1):
            _section(book.add_worksheet(f"{number} {section.title}"[:31]), report, section, looks)
    return target.getvalue()


def _cover(page: Worksheet, report: Report, looks: _Looks) -> None:
    _to_print(page, report)
    page.set_column(0, 0, 24)
    page.set_column(1, 1, _COVER)
    page.write_string(0, 0, report.title, looks.title)
    at = 2
    for name, value in report.facts:
        page.write_string(at, 0, name, looks.text)
        page.write_string(at, 1, value, looks.text)
        page.set_row(at, _LINE_HEIGHT * _lines(value, _COVER))
        at += 1
    for words in report.warnings:
        at += 1
        page.merge_range(at, 0, at, 1, words, looks.words)
        page.set_row(at, _LINE_HEIGHT * _lines(words, _COVER))


def _section(page: Worksheet, report: Report, section: Section, looks: _Looks) -> None:
    _to_print(page, report)
    widths = _widths(section.tables) or [_COVER]
    for place, width in enumerate(widths):
        page.set_column(place, place, width)
    page.write_string(0, 0, section.title, looks.title)
    at = 2
    for words in section.words:
        at = _paragraph(page, at, words, widths, looks.words)
    at += bool(section.words)
    for table in section.tables:
        at = _table(page, at, table, looks) + 1
    if len(section.tables) == 1:
        first = at - len(section.tables[0].rows) - 2
        page.repeat_rows(first)


def _paragraph(page: Worksheet, at: int, words: str, widths: Sequence[int], look: Format) -> int:
    """Over the whole width, as high as it needs: a merged cell never grows by itself."""
    if len(widths) > 1:
        page.merge_range(at, 0, at, len(widths) - 1, words, look)
    else:
        page.write_string(at, 0, words, look)
    page.set_row(at, _LINE_HEIGHT * _lines(words, sum(widths)))
    return at + 1


def _table(page: Worksheet, at: int, table: Table, looks: _Looks) -> int:
    page.write_string(at, 0, table.title, looks.part)
    page.set_row(at + 1, 3 * _LINE_HEIGHT)
    for place, column in enumerate(table.columns):
        page.write_string(at + 1, place, head_lines(column.head), looks.head)
    for row in table.rows:
        told = zip(table.columns, row, strict=True)
        high = [_lines(str(value), column.width * _PART) for column, value in told if column.kind == TEXT]
        page.set_row(at + 2, _LINE_HEIGHT * max(high, default=1))
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _cell(page, at + 2, place, column, value, looks)
        at += 1
    return at + 2


def _cell(page: Worksheet, at: int, place: int, column: Column, value: Value, looks: _Looks) -> None:
    if isinstance(value, int | Decimal):
        page.write_number(at, place, value, looks.numbers[column.kind])
    else:
        page.write_string(at, place, "–" if value is None else value, looks.text if column.kind == TEXT else looks.none)


def _lines(text: str, width: int) -> int:
    """How many lines the text needs in so many digits' width; a Chinese character takes two, and a bit more."""
    wide = sum(2.2 if ord(sign) > 0x2000 else 1.1 for sign in text)
    return max(1, ceil(wide / width))


def _widths(tables: Sequence[Table]) -> list[int]:
    """Of each column the widest that a table asks for."""
    most = max((len(table.columns) for table in tables), default=0)
    return [max(table.columns[at].width * _PART for table in tables if at < len(table.columns)) for at in range(most)]


def _to_print(page: Worksheet, report: Report) -> None:
    page.set_paper(9)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.8)
    page.set_header(f"&L{report.half}&R{report.label}")
    page.set_footer("&C&P / &N")
    page.hide_gridlines(2)
