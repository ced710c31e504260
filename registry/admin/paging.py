"""How the admin's lists stay quick at any size. Law: no page of a list counts, or skips, more than so many rows.

Whatever lies beyond is reached by search and filters, which have indexes. What is not counted is told as such.
"""

from typing import ClassVar

from django.contrib import admin
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import cached_property

COUNTED = 2_000


class BoundedPaginator(Paginator):
    """Pages of the first rows of a list; `more` says whether others follow, `about` how many there are in all."""

    @cached_property
    def count(self) -> int:
        return min(self._found, COUNTED)

    @property
    def more(self) -> bool:
        return self._found > COUNTED

    @cached_property
    def about(self) -> int | None:
        """The database's own estimate, where the list is a whole table."""
        rows = self.object_list
        if not self.more or not isinstance(rows, QuerySet) or rows.query.where:
            return None
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [rows.model._meta.db_table]
            )
            (estimate,) = cursor.fetchone()
        return max(int(estimate), 0) or None

    def page(self, number: int | str) -> Page:
        """First which rows, by as few columns as their order needs; then these alone with all that they show."""
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return super().page(number)
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        keys = list(rows.values_list("pk", flat=True)[first : min(first + self.per_page, self.count)])
        found = {row.pk: row for row in rows.order_by().filter(pk__in=keys)}
        return Page([found[key] for key in keys if key in found], number, self)

    @cached_property
    def _found(self) -> int:
        rows = self.object_list
        if isinstance(rows, QuerySet):
            return rows.order_by()[: COUNTED + 1].count()
        return len(rows)


class Quick(admin.ModelAdmin):
    """For desks of many rows: bounded pages, no counts beside filters, no order that has no index."""

    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    sortable_by: ClassVar[list[str] | tuple[str, ...] | None] = ()
