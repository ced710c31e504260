"""A slip as one page to print (pure): what was said, its number, and a QR code that leads to where it is checked.

The Chinese font is one that every reader of PDF brings along (STSong-Light): none is carried in the file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, KeepInFrame, Paragraph, SimpleDocTemplate, Spacer, Table

_FONT = "STSong-Light"
_SIDE, _TOP = 20 * mm, 16 * mm
_QR = 28 * mm
_COLUMNS = (30 * mm, 34 * mm, 42 * mm, 16 * mm, None)  # programme, number, period, state, source
_LINE = colors.HexColor("#b8c3cc")


@dataclass(frozen=True)
class Printed:
    """What stands on the page: a heading, facts, blocks of words with a table of recognitions each, the small print."""

    title: str
    facts: Mapping[str, str]
    blocks: Sequence[tuple[str, Sequence[str], Sequence[Sequence[str]]]]
    small: Sequence[str]
    address: str


def printed(what: Printed) -> bytes:
    """The page as PDF; what is too much for it is made smaller."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    target = BytesIO()
    page = SimpleDocTemplate(
        target, pagesize=A4, title=what.title, leftMargin=_SIDE, rightMargin=_SIDE, topMargin=_TOP, bottomMargin=_TOP,
        invariant=1,
    )  # fmt: skip
    page.build([KeepInFrame(page.width - 12, page.height - 12, list(_flow(what, page.width - 12)), mode="shrink")])
    return target.getvalue()


def _flow(what: Printed, width: float) -> Iterator[Flowable]:
    head = [
        [_words(what.title, 18, 24)],
        [_grid([[name, value] for name, value in what.facts.items()], [26 * mm, None])],
    ]
    beside = Table(
        [[Table(head, colWidths=[width - _QR - 4 * mm]), _qr(what.address)]], colWidths=[width - _QR - 4 * mm, None]
    )
    beside.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 0)])
    yield beside
    for title, words, rows in what.blocks:
        yield Spacer(1, 4 * mm)
        yield _words(title, 13, 19)
        yield from (_words(one) for one in words if one)
        if rows:
            yield Spacer(1, 2 * mm)
            yield _grid(rows, _COLUMNS, ruled=True)
    yield Spacer(1, 6 * mm)
    yield from (_words(one, 8, 12) for one in what.small)


def _words(text: str, size: float = 10, leading: float = 15) -> Paragraph:
    style = ParagraphStyle("words", fontName=_FONT, fontSize=size, leading=leading, wordWrap="CJK")
    return Paragraph(escape(text, quote=False), style)


def _grid(rows: Iterable[Sequence[str]], widths: Sequence[float | None], *, ruled: bool = False) -> Table:
    cells = [[_words(cell, 9, 13) for cell in row] for row in rows]
    table = Table(cells, colWidths=list(widths), hAlign="LEFT")
    style: list[tuple[object, ...]] = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, -1), 0)]
    table.setStyle([*style, ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE)] if ruled else style)
    return table


def _qr(address: str) -> Drawing:
    code = QrCodeWidget(address, barWidth=_QR, barHeight=_QR, barBorder=0)
    drawing = Drawing(_QR, _QR)
    drawing.add(code)
    return drawing
