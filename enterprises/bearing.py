"""Who bears a code, and whether a name is one of its own. Law: exact, and reads only; a likeness is no answer here."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from enterprises.models import Enterprise, FormerName
from registry.names import name_key


@dataclass(frozen=True)
class Bearer:
    """An enterprise as it is known today, and the keys of the names that it bears or bore."""

    enterprise: Enterprise
    keys: frozenset[str]

    def bears(self, name: str) -> bool:
        return name_key(name) in self.keys


def bearers(codes: Collection[str]) -> Mapping[str, Bearer]:
    """Unified social credit code or public id → its bearer; one that turned out to be another is that other."""
    known = list(Enterprise.objects.filter(Q(uscc__in=codes) | Q(public_id__in=codes)))
    into = standing(one.pk for one in known)
    keys: dict[int, set[str]] = defaultdict(set)
    for one in (*known, *into.values()):
        keys[one.pk].add(one.name_key or name_key(one.name))
    for enterprise, key in FormerName.objects.filter(enterprise__in=list(keys)).values_list("enterprise", "name_key"):
        keys[enterprise].add(key)
    found = {code: one for one in known for code in (one.uscc, one.public_id) if code in codes}
    return {
        code: Bearer(into[one.pk], frozenset(keys[one.pk] | keys[into[one.pk].pk]))
        for code, one in found.items()
        if code
    }


def standing(ids: Iterable[int]) -> Mapping[int, Enterprise]:
    """Id → the enterprise that it is today: itself, or what it turned out to be."""
    asked = set(ids)
    found = {one.pk: one for one in Enterprise.objects.filter(pk__in=asked)}
    into = dict(found)
    while moved := {pk: one.merged_into_id for pk, one in into.items() if one.merged_into_id}:
        nearer = {one.pk: one for one in Enterprise.objects.filter(pk__in=set(moved.values()))}
        into |= {pk: nearer[to] for pk, to in moved.items() if to}
    return into
