"""Step 1 of the path: a file's rows become an import's entries. Law: each row is read, checked and written once.

Reading, layout and checking each stream into the next, and the last into one COPY.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from registry import errors
from registry.checking import Checker, Expectation, Line
from registry.columns import Vocabulary
from registry.comparing import compare
from registry.copying import as_json, copy_rows
from registry.guessing import guess, kind_in
from registry.indicators import header_words, scale_of
from registry.layout import MixedSections, NoHeader, Table, lay_out
from registry.models import District, Entry, HeaderWord, ListImport, RememberedColumn
from registry.names import clean_text, name_key
from registry.reading import Rows
from registry.repeating import Seen, note_repeats

REPORT_ROWS = 2_000
_DECLARED = re.compile(r"共\s*(?:计\s*)?(\d{1,7})\s*[家户个]")
_COPIED = (
    "list_import_id", "row_number", "block", "published", "name", "name_key", "former_name", "former_key", "uscc",
    "old_code", "number", "district_text", "district_id", "batch", "issued_on", "valid_from", "valid_to",
    "revoked_from_year", "points", "problems", "usable",
)  # fmt: skip

Report = Callable[[int, int], None]  # rows written, rows expected (0: not known)


@dataclass(frozen=True)
class Notice:
    """What the notice says of its list. `valid_to` is the last day; an empty title is guessed from the file.

    `columns` says what staff took some header texts for.
    """

    programme: str
    kind: str
    published_on: date
    title: str = ""
    document_number: str = ""
    publisher: str = ""
    source_url: str = ""
    batch: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    is_full: bool = False
    province_wide: bool = False
    sheet: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


def fill(listed: ListImport, rows: Rows, *, columns: Mapping[str, str], report: Report | None) -> None:
    """Write the rows as entries of `listed`, which is saved and staged, and note on it what was read.

    Raises a `FileRefused` where the rows are no list, and whatever `report` raises, which hears of every 2,000 rows.
    """
    vocabulary = _vocabulary(listed, columns)
    table = _laid_out(listed, rows, vocabulary)
    listed.columns = {name: clean_text(table.header[column]) for name, column in table.columns.items()}
    listed.unknown_columns = [clean_text(text) for text in table.unknown]
    _read_titles(listed, [clean_text(text) for text in table.titles])
    seen = Seen()
    listed.row_count, listed.faulty_count = _copy(
        listed, _lines(listed, table, vocabulary), seen, report, rows.expected
    )
    if not listed.row_count:
        raise errors.NoRows(listed.file_name, table.header_row)
    note_repeats(listed, seen=seen)
    listed.remarks = _remarks(listed, table, rows.hidden)
    listed.comparison = compare(listed)
    listed.save()


def checker_of(
    listed: ListImport, header: Sequence[str], columns: Mapping[str, int], *, persons: frozenset[int] = frozenset()
) -> Checker:
    """What checks the rows of this import."""
    return Checker(
        Expectation(
            header=header,
            columns=columns,
            districts=_districts(),
            number_pattern=listed.programme.number_pattern,
            province_wide=listed.province_wide,
            kind=listed.notice,
            keep_persons=settings.LIST_KEEPS_PERSONS,
            persons=persons,
            scale=scale_of(listed),
        )
    )


def _laid_out(listed: ListImport, rows: Rows, vocabulary: Vocabulary) -> Table:
    try:
        return lay_out(rows.rows, vocabulary)
    except NoHeader as found:
        raise errors.NoNameColumn(listed.file_name, found.seen) from found


def _vocabulary(listed: ListImport, columns: Mapping[str, str]) -> Vocabulary:
    remembered = RememberedColumn.objects.filter(programme=listed.programme, publisher=listed.publisher)
    chosen = dict(remembered.values_list("header", "field"))
    return Vocabulary(
        HeaderWord.objects.values_list("text", "field"),
        {**chosen, **columns},
        listed.programme.number_pattern,
        whole=header_words(listed.programme),
    )


def _read_titles(listed: ListImport, titles: list[str]) -> None:
    """What the rows above the header say, where the notice's own facts were left open."""
    declared = _DECLARED.search(" ".join(titles))
    listed.declared_count = int(declared[1]) if declared else None
    guessed = guess(titles, listed.file_name)
    listed.title = (listed.title or guessed.title)[:300]
    listed.document_number = (listed.document_number or guessed.document_number)[:100]


def _lines(listed: ListImport, table: Table, vocabulary: Vocabulary) -> Iterator[Line]:
    # People are not needed for the pool; where several columns speak of them, none is kept.
    persons = frozenset(at for at, text in enumerate(table.header) if vocabulary.field_of(text) == "person")
    dropped = frozenset() if settings.LIST_KEEPS_PERSONS else persons
    listed.header = [text for at, text in enumerate(table.header) if text and at not in dropped]
    return _checked(listed, table, checker_of(listed, table.header, table.columns, persons=persons).check)


def _checked(listed: ListImport, table: Table, check: Callable[[int, Sequence[str], int], Line]) -> Iterator[Line]:
    """Asks the database nothing: its rows are taken while a COPY holds the connection."""
    limit = settings.LIST_MAX_ROWS
    try:
        for count, (row_number, block, cells) in enumerate(table.rows):
            if count >= limit:
                raise errors.TooLarge(listed.file_name, _("%(rows)s rows") % {"rows": limit})
            yield check(row_number, cells, block)
    except MixedSections as found:
        raise errors.MixedList(listed.file_name, found.row_number, found.text) from found


def _copy(
    listed: ListImport, lines: Iterator[Line], seen: Seen, report: Report | None, expected: int
) -> tuple[int, int]:
    """Copy the lines as entries; returns how many, and how many of them cannot be used."""
    faulty, import_id = 0, listed.pk

    def rows() -> Iterator[tuple[object, ...]]:
        nonlocal faulty
        for count, line in enumerate(lines):
            usable = line.usable
            faulty += not usable
            seen.look(line)
            if report and count % REPORT_ROWS == 0:
                report(count, expected)
            yield _values(import_id, line, usable)

    return copy_rows(Entry._meta.db_table, _COPIED, rows()), faulty


def copy_lines(lines: Iterable[tuple[int, Line]]) -> int:
    """Copy checked lines of many staged lists at once, each with its list's id; returns how many."""
    return copy_rows(Entry._meta.db_table, _COPIED, (_values(listed, line, line.usable) for listed, line in lines))


def _values(import_id: int, line: Line, usable: bool) -> tuple[object, ...]:
    return (
        import_id, line.row_number, line.block, as_json(line.published), line.name, line.name_key, line.former_name,
        line.former_key, line.uscc, line.old_code, line.number, line.district_text, line.district_id, line.batch,
        line.issued_on, line.valid_from, line.valid_to, line.revoked_from_year,
        as_json(line.points) if line.points else None, problems_json(line), usable,
    )  # fmt: skip


def problems_json(line: Line) -> str:
    """The line's problems as its entry keeps them."""
    if not line.problems:
        return "[]"
    return as_json([problem_as_kept(one.code, one.severity, one.text, one.proposal) for one in line.problems])


def problem_as_kept(code: str, severity: str, text: str, proposal: str) -> dict[str, str]:
    """A problem as an entry's JSON holds it."""
    kept = {"code": code, "severity": str(severity), "text": text}
    return {**kept, "proposal": proposal} if proposal else kept


def _remarks(listed: ListImport, table: Table, hidden: int) -> list[dict[str, object]]:
    counts: dict[str, int] = {**table.remarks, "hidden_rows": hidden}
    if listed.declared_count is not None and listed.declared_count != listed.row_count:
        counts["count_differs"] = listed.declared_count
    if kind_in(listed.title) not in ("", listed.notice):
        counts["kind_differs"] = 1
    return [{"code": code, "count": count} for code, count in sorted(counts.items()) if count]


def _districts() -> dict[str, int]:
    return {
        name_key(name): district.pk
        for district in District.objects.all()
        for name in (district.name, *district.aliases)
    }
