"""Reads the tables of Word and PDF annexes in a process of its own, as `parsing` does workbooks, and answers like it.

Rows are numbered over the whole document. Texts outside the tables (titles, notes, page numbers) come as rows of one
cell. Tables without ruled lines are not taken for tables: a blank cell would shift all that follow.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from typing import TextIO

import docx
import pdfplumber
from docx.table import Table
from docx.text.paragraph import Paragraph

from registry import apart

MAX_PAGES = 2_000
_RADICAL = re.compile("[\u2f00-\u2fdf]")
# Radicals that Unicode itself does not fold to their characters.
_SHORT_RADICALS = str.maketrans(
    "⺠⺟⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳", "民母虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟"
)


def main(path: str, kind: str, memory: str) -> int:
    """Write the document's rows to standard output; the exit code tells how it went."""
    apart.limit(int(memory))
    try:
        return _write(_of_word(path) if kind == ".docx" else _of_pdf(path), sys.stdout)
    except MemoryError:
        return apart.TOO_MUCH
    except Exception as error:  # both readers raise whatever the file makes them raise
        print(repr(error), file=sys.stderr)
        return apart.NOT_WHAT_IT_SAYS


def _write(rows: Iterator[list[str]], out: TextIO) -> int:
    first = next(rows, None)
    if first is None:
        print(json.dumps(["", [], 0]), file=out)
        return apart.WITHOUT_TEXT
    print(json.dumps(["document", ["document"], 0]), file=out)
    print(json.dumps([first]), file=out)
    for row in rows:
        print(json.dumps([row]), file=out)
    print(json.dumps({"hidden": 0}), file=out)
    return 0


def _of_word(path: str) -> Iterator[list[str]]:
    for part in docx.Document(path).iter_inner_content():
        if isinstance(part, Paragraph):
            if part.text.strip():
                yield [part.text.strip()]
        elif isinstance(part, Table):
            yield from _of_table(part)


def _of_table(table: Table) -> Iterator[list[str]]:
    """A cell merged downwards is repeated in each of its rows; one merged sideways stands once, blanks beside it."""
    for row in table.rows:
        seen: set[int] = set()
        texts = [""] * row.grid_cols_before
        for cell in row.cells:
            texts.append("" if id(cell._tc) in seen else cell.text.strip())
            seen.add(id(cell._tc))
        yield texts


def _of_pdf(path: str) -> Iterator[list[str]]:
    with pdfplumber.open(path) as document:
        if len(document.pages) > MAX_PAGES:
            raise MemoryError
        for page in document.pages:
            tables = sorted(page.find_tables(), key=lambda table: table.bbox[1])
            top = 0.0
            for table in tables:
                yield from _lines(page, top, table.bbox[1])
                for row in table.extract():
                    yield [_as_written(cell or "") for cell in row]
                top = max(top, table.bbox[3])
            yield from _lines(page, top, page.height)
            page.close()  # what was read of it is let go


def _lines(page: pdfplumber.page.Page, top: float, bottom: float) -> Iterator[list[str]]:
    """The texts of a page outside its ruled tables, each line one cell: columns are not guessed from gaps."""
    if bottom - top < 1:
        return
    part = page.crop((0, max(top, 0), page.width, min(bottom, page.height)), strict=False)
    for line in part.extract_text_lines(return_chars=False):
        yield [_as_written(line["text"])]


def _as_written(text: str) -> str:
    """The text with whole characters where the file's fonts put radicals that look the same (⼦ for 子)."""
    return _RADICAL.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text.translate(_SHORT_RADICALS)).strip()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
