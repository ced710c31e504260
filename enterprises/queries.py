"""What faces, and the app to the right, may ask of identities, pool and editions. Law: reads only."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from enterprises import errors
from enterprises.calendar import edition_labelled
from enterprises.canonical import Record
from enterprises.models import Edition, EditionChange, EditionMember, EditionState, MatchDecision, ReviewItem
from registry.models import ImportState, ListImport

_CHUNK = 2_000


def sealed_editions() -> QuerySet[Edition]:
    """Sealed editions that stand, the oldest first."""
    return Edition.objects.filter(state=EditionState.SEALED).order_by("quarter", "version")


def edition_of(label: str) -> Edition:
    """The edition of that label, whatever its state. Raises `NoSuchEdition`."""
    named = edition_labelled(label)
    edition = Edition.objects.filter(quarter=named[0], version=named[1]).first() if named else None
    if edition is None:
        raise errors.NoSuchEdition(label)
    return edition


def turned_lists() -> QuerySet[ListImport]:
    """Lists that were resolved, and withdrawn or confirmed again since: no sweep has followed yet."""
    return ListImport.objects.filter(resolution__isnull=False).exclude(state=F("resolution__state_seen"))


def unresolved_lists() -> QuerySet[ListImport]:
    """Lists of which no sweep has taken account as they stand: confirmed and not resolved, or turned since."""
    fresh = Q(state=ImportState.CONFIRMED, resolution=None)
    return ListImport.objects.filter(fresh | Q(pk__in=turned_lists()))


def waiting_items() -> QuerySet[ReviewItem]:
    """Open items whose entry has no enterprise: until a person decides, nobody is told of it."""
    decided = MatchDecision.objects.filter(entry=OuterRef("entry"), superseded_at=None)
    return ReviewItem.objects.filter(~Exists(decided), closed_at=None)


def edition_records(edition: Edition) -> Iterator[Record]:
    """The edition's records in order of public id, a few at a time: memory does not grow with the edition."""
    members = EditionMember.objects.filter(edition=edition).order_by("public_id")
    values = members.values_list("public_id", "uscc", "name", "former_names", "district", "recognitions")
    for public_id, uscc, name, former_names, district, recognitions in values.iterator(_CHUNK):
        yield {
            "id": public_id,
            "uscc": uscc,
            "name": name,
            "former_names": former_names,
            "district": district,
            "recognitions": recognitions,
        }


def edition_changes(edition: Edition) -> Iterator[EditionChange]:
    """The edition's changes in order of public id, a few at a time."""
    return EditionChange.objects.filter(edition=edition).order_by("public_id").iterator(_CHUNK)
