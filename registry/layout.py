"""From rows of text to a table: header, columns, blocks, rows (pure). Law: only furniture is dropped, and counted.

Rows are streamed: the head of a file is looked at once, the rest passes through.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from registry.columns import OTHER, Vocabulary, folded, map_columns
from registry.names import clean_name, clean_text, is_legal_name

HEADER_SEARCH_ROWS = 30
_ROWS_BELOW = 20  # rows whose values settle an ambiguous header
_LONGEST_HEADER = 25
_NAMES = ("name", "new_name")
_FOOTER = re.compile(
    r"^(?:合\s*计|总\s*计|备\s*注|注|说\s*明|第\s*\d+\s*页|共\s*\d+\s*[页家户]|填表|制表|"
    r"-+\s*\d+\s*-+$|\d{1,4}\s*/\s*\d{1,4}$|Page\s*\d+)"
)
_HEADING = re.compile(r"^(?:第?[一二三四五六七八九十]+[、批部]|[(\uff08][一二三四五六七八九十]+[)\uff09])")
_BARE_NUMBER = re.compile(r"^\d{1,6}$")
_SECTION_THAT_TAKES = re.compile(r"取消|撤销|未通过|不通过|不予|终止|退出|移出")

Row = tuple[int, list[str]]


class NoHeader(Exception):
    """No row names an enterprise and one thing more; `seen` is how the file begins."""

    def __init__(self, seen: str) -> None:
        super().__init__(seen)
        self.seen = seen


class MixedSections(Exception):
    """A heading within the rows says that those below it lose what those above it get."""

    def __init__(self, row_number: int, text: str) -> None:
        super().__init__(row_number, text)
        self.row_number, self.text = row_number, text


@dataclass
class Table:
    """A list as it lies in its file. `rows` gives row number, block (from 1) and cells in the order of `header`.

    `remarks` counts what was dropped, complete once the rows were taken.
    """

    titles: list[str]
    header_row: int
    header: list[str]
    columns: dict[str, int]
    unknown: list[str]
    blocks: int
    rows: Iterator[tuple[int, int, list[str]]]
    remarks: Counter[str]


@dataclass(frozen=True)
class _Header:
    """A header of one row or two: the text of each column, and each of its rows as it would be repeated."""

    at: int
    height: int
    texts: list[str]
    columns: dict[str, int]
    repeats: list[list[str]] = field(default_factory=list)


def lay_out(rows: Iterator[Row], vocabulary: Vocabulary) -> Table:
    """Find the header among the first rows, and how the rows below it are to be taken.

    Raises `NoHeader`; while the rows are taken, `MixedSections`.
    """
    head = list(islice(rows, HEADER_SEARCH_ROWS + _ROWS_BELOW))
    header = _find_header([cells for _number, cells in head], vocabulary)
    if header is None:
        raise NoHeader(" / ".join(" ".join(filter(None, cells))[:40] for _number, cells in head[:3]))
    start, width, blocks = _blocks(header.texts, vocabulary)
    below = [
        cells[start : start + width] if blocks > 1 else cells for _number, cells in head[header.at + header.height :]
    ]
    texts = header.texts[start : start + width] if blocks > 1 else header.texts
    columns = map_columns(texts, below[:_ROWS_BELOW], vocabulary)
    remarks = Counter({"two_row_header": int(header.height > 1), "side_by_side": blocks if blocks > 1 else 0})
    body = chain(head[header.at + header.height :], rows)
    return Table(
        titles=[text for _number, cells in head[: header.at] if (text := " ".join(filter(None, cells)))],
        header_row=head[header.at + header.height - 1][0],
        header=_told_apart(texts),
        columns=columns,
        unknown=[text for text in _told_apart(texts) if text and not vocabulary.field_of(text)],
        blocks=blocks,
        rows=_Rows(header, columns, start, width, blocks, remarks).taken(body),
        remarks=remarks,
    )


def _find_header(rows: Sequence[Sequence[str]], vocabulary: Vocabulary) -> _Header | None:
    """The first row, or pair of rows, that names an enterprise and one thing more."""
    for at, row in enumerate(rows[:HEADER_SEARCH_ROWS]):
        lower = rows[at + 1] if at + 1 < len(rows) else []
        below = rows[at + 1 : at + 1 + _ROWS_BELOW]
        if _is_second_row(row, lower, vocabulary):
            texts = _joined(row, lower)
            columns = map_columns(texts, rows[at + 2 : at + 2 + _ROWS_BELOW], vocabulary)
            if _names_enterprises(texts, columns, vocabulary):
                return _Header(at, 2, texts, columns, [_shown(row), _shown(lower), _shown(texts)])
        columns = map_columns(row, below, vocabulary)
        if _names_enterprises(row, columns, vocabulary):
            return _Header(at, 1, list(row), columns, [_shown(row)])
    return None


def _names_enterprises(texts: Sequence[str], columns: dict[str, int], vocabulary: Vocabulary) -> bool:
    """A name and one thing more, in short texts; or a name alone in its row (a list of bare names)."""
    if not set(_NAMES) & columns.keys():
        return False
    shown = [text for text in texts if text]
    short = all(vocabulary.field_of(text) is None or len(text) <= _LONGEST_HEADER for text in shown)
    alone = len(set(shown)) == 1 and vocabulary.exactly(shown[0]) is not None
    known = len(columns) + sum(vocabulary.exactly(text) == OTHER for text in shown)
    return short and (known >= 2 or alone)


def _is_second_row(upper: Sequence[str], lower: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Whether `lower` goes on with a header that `upper` began: short header texts, some of them known, no values."""
    fresh = [text for at, text in enumerate(lower) if text and (at >= len(upper) or text != upper[at])]
    if not fresh or sum(1 for text in upper if text) < 2:
        return False
    if any(len(text) > _LONGEST_HEADER or text[0].isdigit() or is_legal_name(text) for text in fresh):
        known = [text for text in fresh if vocabulary.exactly(text)]
        if len(known) < len(fresh):
            return False
    return any(vocabulary.field_of(text) for text in fresh)


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """One text a column: a group's text stands before those of its columns, unless it is the column's own."""
    texts, group = [], ""
    for at in range(max(len(upper), len(lower))):
        above = upper[at] if at < len(upper) else ""
        below = lower[at] if at < len(lower) else ""
        group = above or (group if below else "")
        texts.append(above if not below or below == above else f"{group}/{below}" if group else below)
    return texts


def _blocks(texts: Sequence[str], vocabulary: Vocabulary) -> tuple[int, int, int]:
    """First column, width and number of blocks side by side: 序号, 企业名称, 序号, 企业名称."""
    keys = [folded(text) for text in texts]
    while keys and not keys[-1]:
        keys.pop()
    start = next((at for at, key in enumerate(keys) if key), 0)
    names = [at for at, key in enumerate(keys) if key and vocabulary.field_of(key) in _NAMES]
    same = [at for at in names[1:] if keys[at] == keys[names[0]]]
    if same:
        width = same[0] - names[0]
        whole = (len(keys) - start + width - 1) // width
        if whole > 1 and all(keys[at] == keys[at + width] for at in range(start, len(keys) - width)):
            return start, width, whole
    return 0, len(texts), 1


def _told_apart(texts: Sequence[str]) -> list[str]:
    """Header texts without line breaks, each once: a second 备注 becomes 备注 (2)."""
    seen: Counter[str] = Counter()
    apart = []
    for text in map(clean_text, texts):
        seen[text] += 1
        apart.append(f"{text} ({seen[text]})" if text and seen[text] > 1 else text)
    return apart


def _shown(row: Sequence[str]) -> list[str]:
    return [text for text in row if text]


class _Rows:
    """Takes the rows below a header: cuts blocks, drops furniture and counts it."""

    def __init__(
        self, header: _Header, columns: dict[str, int], start: int, width: int, blocks: int, remarks: Counter[str]
    ) -> None:
        self._repeats, self._columns, self._remarks = header.repeats, columns, remarks
        self._start, self._width, self._blocks = start, width, blocks
        self._name = columns["name"] if "name" in columns else columns["new_name"]
        self._first_name = self._name + (start if blocks > 1 else 0)

    def taken(self, rows: Iterator[Row]) -> Iterator[tuple[int, int, list[str]]]:
        return self._from_blocks(rows) if self._blocks > 1 else self._from_one(rows)

    def _from_one(self, rows: Iterator[Row]) -> Iterator[tuple[int, int, list[str]]]:
        name = self._name
        for number, cells in rows:
            # Nearly every row ends here: what names a company is never furniture.
            if (len(cells) > name and cells[name].endswith("公司")) or not self._is_furniture(number, cells):
                yield number, 1, cells

    def _from_blocks(self, rows: Iterator[Row]) -> Iterator[tuple[int, int, list[str]]]:
        for number, cells in rows:
            if self._is_furniture(number, cells):
                continue
            for block in range(self._blocks):
                begin = self._start + block * self._width
                last = block == self._blocks - 1
                part = cells[begin:] if last else cells[begin : begin + self._width]
                if self._holds_more_than_a_number(part):
                    yield number, block + 1, part

    def _holds_more_than_a_number(self, part: Sequence[str]) -> bool:
        """The last block's rows may be numbered beyond its last enterprise."""
        return any(text for at, text in enumerate(part) if at != self._columns.get("seq"))

    def _is_furniture(self, number: int, cells: Sequence[str]) -> bool:
        texts = _shown(cells)
        if not texts:
            return True
        if texts in self._repeats:
            self._remarks["header_repeated"] += 1
            return True
        if len(texts) > 2 or any(is_legal_name(clean_name(text)) for text in texts[1:]):
            return False
        footer = bool(_FOOTER.match(texts[0]))
        if len(texts) == 1:
            return self._is_lone_furniture(number, texts[0], cells, footer)
        dropped = footer and not is_legal_name(clean_name(texts[0]))
        self._remarks["footer_dropped"] += dropped
        return dropped

    def _is_lone_furniture(self, number: int, text: str, cells: Sequence[str], footer: bool) -> bool:
        """A text alone in its row: a heading or a footer, unless it stands where names do."""
        named = self._first_name < len(cells) and bool(cells[self._first_name])
        if named and not _HEADING.match(text):
            dropped = footer and not is_legal_name(clean_name(text))
            self._remarks["footer_dropped"] += dropped
            return dropped
        if _BARE_NUMBER.match(text):  # a form that was numbered beyond its last enterprise
            return True
        if not footer and len(text) <= 40 and _SECTION_THAT_TAKES.search(text):
            raise MixedSections(number, text)
        self._remarks["footer_dropped" if footer else "heading_dropped"] += 1
        return True
