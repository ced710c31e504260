"""Published names by a part of them. Law: by a fragment the same rows are found as by reading all of them.

A dictionary of all names that lists bear (`PublishedName`) is kept beside the entries, indexed by pairs of signs: such
an index on the entries themselves would cost as much as all the rest of reading a list. What a list brings is noted by
a sweep; until then its own rows are read.
"""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import QuerySet, TextField, Value

from registry.grams import LEAST, Grams, pairs_of
from registry.models import Entry, ListImport, NamesNoted, PublishedName

MOST = 3_000  # names beyond which a fragment is so common that reading the rows in their order soon meets it
_NOTE = """
    INSERT INTO registry_publishedname (name_key)
    SELECT DISTINCT name_key COLLATE "C" FROM registry_entry WHERE list_import_id = %s AND name_key <> ''
    ON CONFLICT DO NOTHING
"""


def names_with(fragment: str) -> list[str] | None:
    """All folded names that contain the folded fragment; None where there are more than `MOST`.

    A fragment of one sign stands for a whole name.
    """
    if len(fragment) < LEAST:
        return [fragment]
    names = set(_noted_names(fragment))
    if len(names) <= MOST:
        names |= set(_other_names(fragment))
    return None if len(names) > MOST else sorted(names)


def not_noted() -> QuerySet[ListImport]:
    """The lists whose names the dictionary lacks, the oldest first."""
    return ListImport.objects.exclude(pk__in=NamesNoted.objects.values("list_import")).order_by("pk")


def note_names(*, now: datetime) -> int:
    """Enter the names of all lists that it lacks; returns of how many lists. A list that somebody changes waits."""
    count = 0
    for pk in not_noted().values_list("pk", flat=True):
        with transaction.atomic():
            if not ListImport.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=pk).exists():
                continue
            with connection.cursor() as cursor:
                cursor.execute(_NOTE, [pk])
            NamesNoted.objects.bulk_create([NamesNoted(list_import_id=pk, at=now)], ignore_conflicts=True)
        count += 1
    return count


def forget_names(listed: ListImport) -> None:
    """A staged list's rows are others now; what the dictionary has too much of is no harm."""
    NamesNoted.objects.filter(list_import=listed).delete()


def _noted_names(fragment: str) -> QuerySet[PublishedName, str]:
    pairs = Value(pairs_of(fragment), output_field=ArrayField(TextField()))
    known = PublishedName.objects.alias(grams=Grams("name_key")).filter(grams__contains=pairs)
    return known.filter(name_key__contains=fragment).values_list("name_key", flat=True)[: MOST + 1]


def _other_names(fragment: str) -> QuerySet[Entry, str]:
    lists = list(not_noted().values_list("pk", flat=True))
    rows = Entry.objects.filter(list_import__in=lists, name_key__contains=fragment).order_by()
    return rows.values_list("name_key", flat=True).distinct()[: MOST + 1]
