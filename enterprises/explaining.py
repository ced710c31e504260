"""Why each change of the pool came about. Law: asked of what was derived last in this transaction."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from django.db import connection
from django.db.backends.utils import CursorWrapper

from enterprises import delta, derivation
from enterprises.delta import Cause, Difference, Fate, Origin

_BATCH = 1_000


def explained(differences: Iterable[Difference]) -> Iterator[tuple[Difference, list[Cause]]]:
    """Each difference with its causes, in the order in which they come; a few queries for every thousand."""
    for _number, numbered in groupby(enumerate(differences), key=lambda pair: pair[0] // _BATCH):
        batch = [difference for _index, difference in numbered]
        with connection.cursor() as cursor:
            fates = _fates(cursor, [(one.id, source) for one in batch for source in delta.lost(one)])
            origins = _origins(cursor, [difference.id for difference in batch])
        for one in batch:
            yield one, delta.causes(one, fates, origins.get(one.id, Origin()))


def _fates(cursor: CursorWrapper, lost: list[tuple[str, str]]) -> dict[tuple[str, str], Fate]:
    """What became of recognitions that an enterprise lost, by its public id and their source.

    As derived, or their list was withdrawn, or the enterprise turned out to be another.
    """
    if not lost:
        return {}
    public_ids, sources = (list(column) for column in zip(*lost, strict=True))
    cursor.execute(derivation.FATES, {"sources": sources})
    fates = {(public_id, source): Fate(*fate) for public_id, source, *fate in cursor.fetchall()}
    cursor.execute(derivation.WITHDRAWN_SOURCES, {"sources": sources})
    withdrawn = {(public_id, source): Fate("list_withdrawn") for public_id, source in cursor.fetchall()}
    cursor.execute(derivation.MERGED, {"public_ids": public_ids, "sources": sources})
    merged = {(gone, source): Fate("merged", kept) for gone, source, kept in cursor.fetchall()}
    return withdrawn | fates | merged


def _origins(cursor: CursorWrapper, public_ids: list[str]) -> dict[str, Origin]:
    cursor.execute(derivation.ORIGINS, {"public_ids": public_ids})
    return {public_id: Origin(*sources) for public_id, *sources in cursor.fetchall()}
