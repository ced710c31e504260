"""An institution's part of an edition, member by member: for pages, look-ups and comparisons (reads only).

Law: what was not agreed is not in it. It is the part that packages have (see `selecting`); tests hold one to the other.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from enterprises.canonical import RecognitionRecord, Record
from enterprises.models import Edition, EditionMember
from pushes.cutting import Cut
from pushes.formats.offered import COLUMNS
from pushes.models import Delivery, DeliveryState, Profile
from registry.queries import beside_the_pool, district_names

OF_RECOGNITIONS = ("number", "batch", "valid_from", "valid_to", "source")  # what may be left out of each
_TO_CHOOSE = {"former_names", "district", *OF_RECOGNITIONS}


@dataclass(frozen=True)
class Member:
    """A member as its institution may see it: what was not agreed on is empty."""

    public_id: str
    uscc: str
    name: str
    former_names: tuple[str, ...]
    district: str
    recognitions: tuple[RecognitionRecord, ...]


def cut_of(profile: Profile, districts: Mapping[str, str] | None = None, beside: Collection[str] | None = None) -> Cut:
    """What the institution agreed to get. Whoever asks of many has looked up once what districts are called, and which
    programmes stand beside the pool.
    """
    districts = district_names() if districts is None else districts
    beside = beside_the_pool() if beside is None else beside
    return Cut(
        programmes=frozenset(profile.programmes),
        include_name_only=profile.include_name_only,
        districts=frozenset(districts[code] for code in profile.districts),
        hidden=frozenset(_TO_CHOOSE - set(profile.columns) if profile.columns else ()),
        annexes=frozenset(profile.annexes),
        unseen=frozenset(beside).difference(profile.annexes),
    )


def members(edition: Edition, wanted: Cut) -> QuerySet[EditionMember]:
    """The rows of the edition that are in the cut, in order of public id; `seen` tells what of each may be seen."""
    own = Q() if wanted.include_name_only else ~Q(uscc="")
    if wanted.districts:
        own &= Q(district__in=wanted.districts)
    if wanted.programmes:
        own &= Q(programmes__overlap=sorted(wanted.programmes))
    return EditionMember.objects.filter(own, edition=edition).order_by("public_id")


def belongs(member: EditionMember, wanted: Cut) -> bool:
    """Whether a row of an edition is in the cut: what `members` asks the database."""
    return (
        (wanted.include_name_only or bool(member.uscc))
        and (not wanted.districts or member.district in wanted.districts)
        and (not wanted.programmes or not wanted.programmes.isdisjoint(member.programmes))
    )


def institutions_told(rows: Sequence[EditionMember]) -> list[tuple[EditionMember, int]]:
    """Of each row, how many institutions have received its edition with it in their cut; where any have."""
    sent = Delivery.objects.filter(edition__in={row.edition_id for row in rows}, state=DeliveryState.DELIVERED)
    told = set(sent.values_list("edition", "profile", "channel__institution"))
    profiles = Profile.objects.in_bulk({profile for _edition, profile, _institution in told})
    names, beside = (district_names(), beside_the_pool()) if profiles else ({}, {})
    cuts = {pk: cut_of(profile, names, beside) for pk, profile in profiles.items()}
    counted = [
        (row, len({who for edition, cut, who in told if edition == row.edition_id and belongs(row, cuts[cut])}))
        for row in rows
    ]
    return [(row, count) for row, count in counted if count]


def columns(profile: Profile) -> frozenset[str]:
    """The keys of the columns beside the obligatory ones that were agreed on: what a page shows, and is searched by."""
    return frozenset(profile.columns or COLUMNS)


def seen(member: EditionMember, wanted: Cut) -> Member:
    """The member without what was not agreed on."""
    return Member(
        public_id=member.public_id,
        uscc=member.uscc,
        name=member.name,
        former_names=() if "former_names" in wanted.hidden else tuple(member.former_names),
        district="" if "district" in wanted.hidden else member.district,
        recognitions=_agreed(member.recognitions, wanted),
    )


def of_record(record: Record, wanted: Cut) -> Member:
    """The same of a record in its canonical form."""
    return Member(
        public_id=record["id"],
        uscc=record["uscc"],
        name=record["name"],
        former_names=() if "former_names" in wanted.hidden else tuple(record["former_names"]),
        district="" if "district" in wanted.hidden else record["district"],
        recognitions=_agreed(record["recognitions"], wanted),
    )


def _agreed(recognitions: Iterable[RecognitionRecord], wanted: Cut) -> tuple[RecognitionRecord, ...]:
    return tuple(_without(one, wanted) for one in recognitions if wanted.wants(one["programme"]))


def _without(one: RecognitionRecord, wanted: Cut) -> RecognitionRecord:
    hidden = wanted.hidden
    return {
        "programme": one["programme"],
        "number": "" if "number" in hidden else one["number"],
        "batch": "" if "batch" in hidden else one["batch"],
        "valid_from": "" if "valid_from" in hidden else one["valid_from"],
        "valid_to": None if "valid_to" in hidden else one["valid_to"],
        "state": one["state"],
        "source": "" if "source" in hidden else one["source"],
    }
