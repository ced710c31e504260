"""What a person sees of a list before letting it in. Law: reads only, and no row is read twice."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from registry.models import Entry, ListImport
from registry.wording import PROBLEMS, SEVERITIES

PREVIEW_ROWS = 50

_OWN_WORDS = {
    "seq": _("running number"),
    "new_name": _("new name"),
    "city": _("city"),
    "person": _("persons (not kept)"),
    "district": _("district as published"),
}
_PROBLEMS = """
    SELECT problem ->> 'code', problem ->> 'severity', count(*), min(row_number)
    FROM registry_entry, jsonb_array_elements(problems) AS problem
    WHERE list_import_id = %s
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


def columns_of(list_import: ListImport) -> list[tuple[str, str]]:
    """Header text in the file → what it was taken for, in words."""
    return [(header, _field_words(field)) for field, header in list_import.columns.items()]


def _field_words(field: str) -> str:
    if field in _OWN_WORDS:
        return str(_OWN_WORDS[field])
    known: Any = Entry._meta.get_field(field)
    return str(capfirst(known.verbose_name))
