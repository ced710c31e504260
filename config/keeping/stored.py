"""Which files the database names: those of a backup.

Law: what no row names is a remnant or a bank's list of customers, enclosed for hours; neither is kept.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.db.models import FileField, Model

# Columns that name a stored file without being a file's field; what holds this law is a test.
NAMED = (("enterprises.ObjectionFile", "stored"),)
SUM = "sha256"


class Column(NamedTuple):
    """Where names of files stand, and in which column beside them their sums, if in any."""

    table: str
    column: str
    sum: str

    @property
    def query(self) -> str:
        """Every name with its sum, or with nothing."""
        beside = f'"{self.sum}"' if self.sum else "''"
        return f'SELECT "{self.column}", {beside} FROM "{self.table}" WHERE "{self.column}" <> \'\''  # noqa: S608


def columns() -> Iterator[Column]:
    """Of all models."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField) or (model._meta.label, field.name) in NAMED:
                yield Column(model._meta.db_table, str(field.column), _sum_of(model))


def _sum_of(model: type[Model]) -> str:
    return SUM if any(field.name == SUM for field in model._meta.concrete_fields) else ""
