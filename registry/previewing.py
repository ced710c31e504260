"""What a person sees of a list before letting it in. Law: reads only, and no row is read twice."""

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext_lazy as _

from registry.indicators import field_names
from registry.models import Entry, Field, ListImport, Programme
from registry.wording import PROBLEMS, REMARKS, SEVERITIES

PREVIEW_ROWS = 50

_PROBLEMS = """
    SELECT problem ->> 'code', problem ->> 'severity', count(*), min(row_number)
    FROM registry_entry, jsonb_array_elements(problems) AS problem
    WHERE list_import_id = %s AND problems <> '[]'
    GROUP BY 1, 2
"""


@dataclass(frozen=True)
class ProblemCount:
    """One cause among a list's problems: on how many rows, and on which first."""

    code: str
    severity: str
    rows: int
    first_row: int

    @property
    def words(self) -> str:
        return str(PROBLEMS.get(self.code, self.code))

    @property
    def severity_words(self) -> str:
        return str(SEVERITIES.get(self.severity, self.severity))


def problems_of(list_import: ListImport) -> list[ProblemCount]:
    """The list's problems by cause, the gravest and then the most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(_PROBLEMS, [list_import.pk])
        counts = [ProblemCount(*row) for row in cursor.fetchall()]
    weight = list(SEVERITIES)
    return sorted(counts, key=lambda one: (weight.index(one.severity), -one.rows, one.code))


@dataclass(frozen=True)
class Column:
    """A column of the file: its header text, and what it was taken for ("" for nothing known), in `words` too."""

    header: str
    field: str
    words: str = ""


def columns_of(list_import: ListImport) -> list[Column]:
    """The file's columns: those that were understood, then those of no known meaning."""
    names = meanings(list_import.programme)
    known = [Column(header, field, names.get(field, field)) for field, header in list_import.columns.items()]
    unknown = str(_("not known; kept as published"))
    return known + [Column(header, "", unknown) for header in list_import.unknown_columns]


def meanings(programme: Programme) -> dict[str, str]:
    """Everything that a column of its lists may be taken for: every list's fields, and a points programme's own."""
    return {field.value: str(field.label) for field in Field} | field_names(programme)


def first_rows(list_import: ListImport) -> list[Entry]:
    """The first rows as they stand in the file. Most are found among its first lines, without sorting all of them."""
    entries = list_import.entries.select_related("district").order_by("row_number", "block")
    near = list(entries.filter(row_number__lte=4 * PREVIEW_ROWS)[:PREVIEW_ROWS])
    return near if len(near) == min(PREVIEW_ROWS, list_import.row_count) else list(entries[:PREVIEW_ROWS])


def remarks_of(list_import: ListImport) -> list[tuple[str, int]]:
    """What is remarkable about the file as a whole, in words, each with how often."""
    told = [one for one in list_import.remarks if one["code"] != "count_differs"]  # which stands beside the rows
    return [(str(REMARKS.get(one["code"], one["code"])), one["count"]) for one in told]
