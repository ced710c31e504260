"""A report as a paper to print (A4, PDF): cover, numbered pages, tables that go on with their heads repeated.

The Chinese font is one that every reader of PDF brings along (STSong-Light): none is carried in the file. Law: the same
report gives the same bytes.
"""

from collections.abc import Iterator
from html import escape
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

from financing.report import TEXT, Column, Report, Section, Table, Value, head_lines, shown

_FONT = "STSong-Light"
_PAGE = landscape(A4)
_SIDE, _TOP = 15 * mm, 20 * mm
_LINE, _SHADE, _BAND = colors.HexColor("#b8c3cc"), colors.HexColor("#e8eef2"), colors.HexColor("#f6f8fa")
_LEFT, _MIDDLE = 0, 1
_AT_LEAST = 70 * mm  # of a page must be free where a section begins


def printed(report: Report) -> bytes:
    """The paper's bytes."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    target = BytesIO()
    page = SimpleDocTemplate(
        target, pagesize=_PAGE, title=f"{report.title} {report.label}", leftMargin=_SIDE, rightMargin=_SIDE,
        topMargin=_TOP, bottomMargin=_TOP, invariant=1,
    )  # fmt: skip
    page.build(list(_flow(report, page.width - 12)), canvasmaker=lambda *a, **more: _Numbered(report, *a, **more))
    return target.getvalue()


class _Numbered(Canvas):  # type: ignore[misc]  # the library is not typed
    """Writes head and foot when all pages are known: each says of how many it is one."""

    def __init__(self, report: Report, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._report, self._pages = report, []  # type: ignore[var-annotated]

    def showPage(self) -> None:
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        pages = self._pages
        for number, page in enumerate(pages, start=1):
            self.__dict__.update(page)
            self._frame(number, len(pages))
            super().showPage()
        super().save()

    def _frame(self, number: int, of: int) -> None:
        width, height = _PAGE
        self.setFont(_FONT, 8.5)
        if number > 1:
            self.drawString(_SIDE, height - 13 * mm, f"{self._report.title}　{self._report.half}")
            self.drawRightString(width - _SIDE, height - 13 * mm, self._report.label)
            self.setStrokeColor(_LINE)
            self.line(_SIDE, height - 15 * mm, width - _SIDE, height - 15 * mm)
        self.drawCentredString(width / 2, 10 * mm, _("page %(number)s of %(all)s") % {"number": number, "all": of})


def _flow(report: Report, width: float) -> Iterator[Flowable]:
    yield Spacer(1, 28 * mm)
    yield _words(report.title, 24, 34, _MIDDLE)
    yield Spacer(1, 6 * mm)
    yield _words(report.half, 16, 24, _MIDDLE)
    yield Spacer(1, 14 * mm)
    facts = [[_words(name, 10, 14), _words(value, 10, 14)] for name, value in report.facts]
    yield Grid(facts, colWidths=[42 * mm, width - 42 * mm], style=_ruled())
    yield Spacer(1, 8 * mm)
    for warning in report.warnings:
        yield _words(warning, 10, 15)
    for number, section in enumerate(report.sections, start=1):
        yield PageBreak() if number == 1 else CondPageBreak(_AT_LEAST)
        yield from _section(number, section, width)
        yield Spacer(1, 8 * mm)


def _section(number: int, section: Section, width: float) -> Iterator[Flowable]:
    yield _words(f"{number}　{section.title}", 15, 22, follows=True)
    for words in section.words:
        yield Spacer(1, 1.5 * mm)
        yield _words(words, 10, 15)
    for table in section.tables:
        yield Spacer(1, 5 * mm)
        yield _words(table.title, 11, 16, follows=True)
        yield Spacer(1, 1.5 * mm)
        yield _grid(table, width)


def _grid(table: Table, width: float) -> Grid:
    small = 8 if len(table.columns) < 14 else 7
    heads = [_words(head_lines(column.head), small, small + 2.5, _MIDDLE) for column in table.columns]
    body = [
        [_cell(column, value, small) for column, value in zip(table.columns, row, strict=True)] for row in table.rows
    ]
    parts = sum(column.width for column in table.columns)
    style = [
        ("FONT", (0, 0), (-1, -1), _FONT, small), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("GRID", (0, 0), (-1, -1), 0.4, _LINE), ("BACKGROUND", (0, 0), (-1, 0), _SHADE),
        ("ROWBACKGROUNDS", (0, 1), (-1, -1), (colors.white, _BAND)),
        ("LEFTPADDING", (0, 0), (-1, -1), 2.5), ("RIGHTPADDING", (0, 0), (-1, -1), 2.5),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        *(("ALIGN", (at, 1), (at, -1), "RIGHT") for at, column in enumerate(table.columns) if column.kind != TEXT),
    ]  # fmt: skip
    widths = [width * column.width / parts for column in table.columns]
    return Grid([heads, *body], colWidths=widths, repeatRows=1, style=style, hAlign="LEFT")


def _cell(column: Column, value: Value, size: float) -> Paragraph | str:
    """Texts may need several lines; numbers never do."""
    text = shown(column.kind, value)
    return _words(text, size, size + 2.5) if column.kind == TEXT else text


def _words(text: str, size: float = 10, leading: float = 15, align: int = _LEFT, *, follows: bool = False) -> Paragraph:
    style = ParagraphStyle(
        "words", fontName=_FONT, fontSize=size, leading=leading, wordWrap="CJK", alignment=align, keepWithNext=follows
    )
    return Paragraph(escape(text, quote=False).replace("\n", "<br/>"), style)


def _ruled() -> list[tuple[object, ...]]:
    return [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE)]
