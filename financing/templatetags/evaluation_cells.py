"""How the desk writes the values of a report's table. Law: as the papers do."""

from collections.abc import Iterator

from django import template

from financing.report import Table, shown

register = template.Library()


@register.filter
def shown_rows(table: Table) -> Iterator[list[str]]:
    """The rows as texts."""
    for row in table.rows:
        yield [shown(column.kind, value) for column, value in zip(table.columns, row, strict=True)]
