"""What a table of a package is made of, and how it is taken from where its rows come (pure).

Law: a row passes through once, and lies beside itself twice: as it is, and as a spreadsheet may have it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from pushes.formats.defusing import defused, written

_BLOCK = 2_000  # rows in memory at a time
_MARK = b"\xef\xbb\xbf"  # without it a spreadsheet takes UTF-8 for something else


class Column(NamedTuple):
    """A column: its title, its width in a workbook (in Latin letters), and whether it holds days."""

    title: str
    width: int = 16
    days: bool = False


def apart(columns: Iterable[Column]) -> list[Column]:
    """The columns, of which no two bear one title: what is written goes by it."""
    seen: Counter[str] = Counter()
    told = []
    for column in columns:
        title = column.title
        while seen[title]:
            seen[column.title] += 1
            title = f"{column.title} ({seen[column.title]})"
        seen[title] += 1
        told.append(column._replace(title=title))
    return told


class Feed(NamedTuple):
    """A table that is still to be read: each row a line of csv in UTF-8, ended by a line feed, without a header.

    All cells are text, days in ISO form; what is lacking is empty.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterator[bytes]


@dataclass(frozen=True)
class Table:
    """A table that was read: `plain` has every formula defused, `original` has the cells as they are.

    Both are csv in UTF-8 with a header, `plain` with a byte order mark and lines ended by CR LF. `rows` are without
    the header.
    """

    name: str
    columns: Sequence[Column]
    rows: int
    plain: Path
    original: Path

    @property
    def titles(self) -> list[str]:
        return [column.title for column in self.columns]


def taken(feed: Feed, folder: Path) -> Table:
    """Read the whole feed into two files of `folder`, a block of rows at a time."""
    plain, original = folder / f"{feed.name}.plain", folder / f"{feed.name}.original"
    titles = written([column.title for column in feed.columns])
    rows = 0
    with plain.open("wb") as safe, original.open("wb") as exact:
        safe.write(_MARK + defused([titles]))
        exact.write(titles)
        while block := list(islice(feed.rows, _BLOCK)):
            exact.writelines(block)
            safe.write(defused(block))
            rows += len(block)
    return Table(feed.name, feed.columns, rows, plain, original)
