"""Words, moving lines and tables on a terminal. Its law: an ideograph takes two columns, and a pipe gets no tricks."""

import sys
import unicodedata
from collections.abc import Sequence


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table; columns of whole numbers are set to the right."""
    texts = [header, *([str(cell) for cell in row] for row in rows)]
    widths = [max(_width(row[column]) for row in texts) for column in range(len(header))]
    numeric = [all(isinstance(row[column], int) for row in rows) for column in range(len(header))]
    print()
    for row in texts:
        cells = []
        for text, width, right in zip(row, widths, numeric, strict=True):
            gap = " " * (width - _width(text))
            cells.append(gap + text if right else text + gap)
        print("  ".join(cells).rstrip())
        if row is header:
            print("  ".join("─" * width for width in widths))
    sys.stdout.flush()


def _width(text: str) -> int:
    """Columns on a terminal: an ideograph takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def progress(text: str, *, last: bool) -> None:
    """A line that is written over while it moves on a terminal, and written once elsewhere."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="\n" if last else "", flush=True)
    elif last:
        print(text, flush=True)
