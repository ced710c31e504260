"""Members of an institution's part of an edition, found by what its people ask for (reads only).

Law: what was not agreed on is neither shown nor searched: nobody learns by asking what the package does not say.
"""

import json
import re
from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Count, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.lookups import IContains

from enterprises.models import Edition, EditionMember
from pushes.belonging import members
from pushes.cutting import Cut

BY_ID, BY_NAME, BY_END = "id", "name", "end"
_NUMBER = re.compile(r"[A-Z0-9]{6,}")
_MOST_WORDS = 5


@dataclass(frozen=True)
class Asked:
    """What is looked for; empty fields ask for nothing.

    `text` holds words that must all be found: in the name, a former name, the code, the public id, or as the beginning
    of a certificate's number. `until` is the last day on which a recognition ends that holds still. `programme`,
    `state` and `until` are of one and the same recognition. `new` leaves out whom the edition told before had, too.
    """

    text: str = ""
    programme: str = ""
    district: str = ""
    state: str = ""
    until: date | None = None
    new: bool = False
    order: str = BY_ID


def found(
    edition: Edition, since: Edition | None, wanted: Cut, columns: frozenset[str], asked: Asked
) -> QuerySet[EditionMember]:
    """Who of the cut is asked for, in the order asked for. `since` is the edition told before."""
    rows = members(edition, wanted)
    for word in asked.text.split()[:_MOST_WORDS]:
        rows = rows.filter(_said(word, wanted, columns))
    if asked.district and "district" not in wanted.hidden:
        rows = rows.filter(district=asked.district)
    if asked.programme:
        rows = rows.filter(programmes__contains=[asked.programme])  # sooner told than what stands in its recognitions
    condition = _held(wanted, columns, asked)
    if condition is not None:
        rows = rows.filter(condition)
    if asked.new and since:
        before = members(since, wanted).order_by().filter(public_id=OuterRef("public_id"))
        rows = rows.filter(~Exists(before))
    if asked.order == BY_END and "valid_to" in columns:
        return rows.annotate(ends=_Ends(wanted, "true == true", ".valid_to")).order_by(
            F("ends").asc(nulls_last=True), "public_id"
        )
    return rows.order_by("name", "public_id") if asked.order == BY_NAME else rows


def counted_by_district(edition: Edition, wanted: Cut) -> list[tuple[str, int]]:
    """District → members, the largest first; those of no known district last."""
    rows = members(edition, wanted).order_by().values_list("district").annotate(number=Count("pk"))
    return sorted(rows, key=lambda row: (not row[0], -row[1], row[0]))


def _said(word: str, wanted: Cut, columns: frozenset[str]) -> Q:
    """Where a word may be found. A name is found by any part of it, a number by its beginning."""
    upper = word.upper()
    said = Q(name__icontains=word) | Q(public_id=upper) | Q(uscc__startswith=upper)
    if "former_names" not in wanted.hidden:
        said |= Q(IContains(_Joined(F("former_names"), Value("\n")), word))
    if "number" in columns and _NUMBER.fullmatch(upper):
        said |= Q(_Holds(wanted, "@.number starts with $number", number=upper))
    return said


def _held(wanted: Cut, columns: frozenset[str], asked: Asked) -> "_Holds | None":
    """The condition on one recognition, if there is any."""
    terms: dict[str, str] = {}
    if asked.programme:
        terms["@.programme == $programme"] = asked.programme
    if asked.state:
        terms["@.state == $state"] = asked.state
    if asked.until and "valid_to" in columns:
        terms["@.valid_to <= $until"] = asked.until.isoformat()
        terms.setdefault("@.state == $state", "valid")
    if not terms:
        return None
    return _Holds(wanted, " && ".join(terms), **{text.rpartition("$")[2]: value for text, value in terms.items()})


class _OfRecognitions(Func):
    """What a path finds in the recognitions of the cut; `condition` is theirs, `values` are its variables."""

    def __init__(self, wanted: Cut, condition: str, tail: str = "", **values: str) -> None:
        own = "@.programme == $own[*] && " if wanted.programmes else ""
        path = f"$[*] ? ({own}{condition}){tail}"
        known = json.dumps({**values, "own": sorted(wanted.programmes)})
        super().__init__(_Jsonb(F("recognitions")), _Path(Value(path)), _Jsonb(Value(known)))


class _Holds(_OfRecognitions):
    """Whether a recognition of the cut is so."""

    template = "jsonb_path_exists(%(expressions)s)"
    output_field = BooleanField()


class _Ends(_OfRecognitions):
    """The first day on which a recognition of the cut ends."""

    template = "(SELECT min(day #>> '{}') FROM jsonb_path_query(%(expressions)s) AS day)"
    output_field = TextField()


class _Jsonb(Func):
    template = "(%(expressions)s)::jsonb"
    output_field = TextField()


class _Path(Func):
    template = "(%(expressions)s)::jsonpath"
    output_field = TextField()


class _Joined(Func):
    template = "array_to_string(%(expressions)s)"
    output_field = TextField()
