"""Known enterprises, as a stranger's rows are compared with them: by code, by name, by likeness (pure).

Law: built once, never changed by what is asked of it. All that is known speaks against a match; those alone that may
be `shown` are ever an answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import cached_property

import polars as pl

from enterprises.matching import rungs
from enterprises.matching.comparing import Relation, compare
from enterprises.matching.keys import Parts, parts_of
from enterprises.matching.nearby import Neighbours
from enterprises.matching.places import Places
from enterprises.matching.stated import identity, registration
from registry.names import is_legal_name


class Borne(IntEnum):
    """How an enterprise bears a name; of several ways the first counts."""

    CURRENT = 0  # as it is told
    PUBLISHED = 1  # its name by what is known today
    FORMER = 2
    LISTED = 3  # a list wrote it so, and it is plainly one of the others
    DOUBTFUL = 4  # a list wrote it so, and it may be somebody else's name


NAMES = pl.Schema({"enterprise": pl.Int64, "name": pl.String, "borne": pl.Int64})  # name keys, borne by the first four
CODES = pl.Schema({"enterprise": pl.Int64, "code": pl.String, "old": pl.String})  # as rows of lists state them
_HOT = 60  # names of one core beyond which it finds nobody
_ORDER = {relation: place for place, relation in enumerate(Relation)}


class Known:
    """Who is known, and who of them may be shown. `once`: those who may be told to have been in before, and no more."""

    def __init__(
        self,
        names: pl.DataFrame,
        codes: pl.DataFrame,
        places: Places,
        *,
        shown: Iterable[int],
        once: Iterable[int] = (),
    ) -> None:
        self.places, self.shown, self.once = places, frozenset(shown), frozenset(once)
        stated = names.filter(pl.col("name") != "").sort("enterprise", "borne", "name").unique(
            ["enterprise", "name"], keep="first", maintain_order=True
        )  # fmt: skip
        self._parts = parts_of(stated["name"].unique(maintain_order=True), places)
        numbers = self._parts.with_row_index("number").select("name", pl.col("number").cast(pl.Int64), "spelling")
        self._stated = stated.join(numbers, on="name", maintain_order="left")
        self._numbers_of: dict[int, list[int]] = defaultdict(list)
        for enterprise, number in self._stated.select("enterprise", "number").iter_rows():
            self._numbers_of[enterprise].append(number)
        self._one: dict[int, Parts] = {}
        self.by_identity, self.by_registration = _owners(codes, identity()), _owners(codes, registration())
        self.identified = frozenset(one for owners in self.by_identity.values() for one in owners)
        self._bearers = self._gathered()

    def bearers(self, spelling: str) -> dict[int, Borne]:
        """Who bears a name of this spelling, and how."""
        return self._bearers.get(spelling, {})

    def relation(self, enterprise: int, asked: Parts) -> Relation:
        """The nearest relation of the name to any of the enterprise's."""
        return min(
            (compare(self._part(number), asked, self.places) for number in self._numbers_of[enterprise]),
            key=_ORDER.__getitem__,
            default=Relation.OTHER,
        )

    def alike(self, asked: pl.DataFrame) -> Iterator[tuple[int, int]]:
        """Pairs of a row of `asked` (`spelling`, `core`) and an enterprise, shown, that has a name much like it."""
        rows = asked.with_row_index("one").with_columns(pl.col("one").cast(pl.Int64))
        by_core = rows.join(self._cores, on="core").select("one", "enterprise")
        nearby = self._neighbours.of(asked["spelling"]).join(self._spelt, on="other").select("one", "enterprise")
        yield from pl.concat([by_core, nearby]).unique().sort("one", "enterprise").iter_rows()

    @cached_property
    def _told(self) -> pl.DataFrame:
        """The names of those who may be an answer, in parts."""
        told = self._stated.filter(pl.col("enterprise").is_in(list(self.shown)))
        return told.select("enterprise", "number", "spelling").with_columns(
            core=self._parts["core"].gather(told["number"])
        )

    @cached_property
    def _cores(self) -> pl.DataFrame:
        cores = self._told.filter(pl.col("core") != "").select("core", "enterprise").unique()
        return cores.filter(pl.len().over("core") <= _HOT)

    @cached_property
    def _spellings(self) -> pl.Series:
        return self._told.filter(pl.col("spelling") != "")["spelling"].unique(maintain_order=True)

    @cached_property
    def _neighbours(self) -> Neighbours:
        return Neighbours(self._spellings)

    @cached_property
    def _spelt(self) -> pl.DataFrame:
        numbered = pl.DataFrame({"spelling": self._spellings}).with_row_index("other")
        return numbered.with_columns(pl.col("other").cast(pl.Int64)).join(self._told, on="spelling")

    def _gathered(self) -> dict[str, dict[int, Borne]]:
        """Spelling → who bears it. A name that is none in full is anybody's, and found by nobody."""
        bearers: dict[str, dict[int, Borne]] = defaultdict(dict)
        whole = (self._parts["form"] != "").to_list()
        for number in (at for at, formed in enumerate(whole) if not formed):
            whole[number] = is_legal_name(self._parts["name"][number])
        listed = []
        for enterprise, borne, number, spelling in self._stated.select(
            "enterprise", "borne", "number", "spelling"
        ).iter_rows():
            if not spelling or not whole[number]:
                continue
            if borne == Borne.LISTED:
                listed.append((enterprise, number, spelling))
            else:
                bearers[spelling].setdefault(enterprise, Borne(borne))
        own = {(spelling, enterprise) for spelling, borne_by in bearers.items() for enterprise in borne_by}
        named = self._stated.filter(pl.col("borne") != Borne.LISTED.value)
        names_of: dict[int, list[int]] = defaultdict(list)
        for enterprise, number in named.select("enterprise", "number").iter_rows():
            names_of[enterprise].append(number)
        for enterprise, number, spelling in listed:
            if (spelling, enterprise) not in own:
                plainly = self._is_plainly(number, names_of[enterprise])
                bearers[spelling].setdefault(enterprise, Borne.LISTED if plainly else Borne.DOUBTFUL)
        return dict(bearers)

    def _is_plainly(self, number: int, names: list[int]) -> bool:
        """Whether a name that a list wrote can be nobody's but who bears one of these."""
        relations = (compare(self._part(number), self._part(name), self.places) for name in names)
        return any(
            relation in (Relation.SPELLING, Relation.FORM_DAMAGED) or _is_sure(relation) for relation in relations
        )

    def _part(self, number: int) -> Parts:
        parts = self._one.get(number)
        if parts is None:
            columns = self._parts.select("spelling", "form", "kind", "places", "inner", "core")
            parts = self._one[number] = Parts(*columns.row(number))
        return parts


def parted(names: pl.Series, places: Places) -> dict[str, Parts]:
    """Name key → its parts, of each name that is not empty."""
    found = parts_of(names.filter(names != "").unique(maintain_order=True), places)
    columns = found.select("spelling", "form", "kind", "places", "inner", "core")
    return dict(zip(found["name"], map(Parts._make, columns.iter_rows()), strict=True))


def _is_sure(relation: Relation) -> bool:
    """Whether names that differ so were always one enterprise's, though nothing of their districts was known."""
    figure = rungs.figures().get(("bare", relation))
    ties = figure is not None and figure.ties(rungs.LINE)
    return ties or relation in (Relation.SPELLING, Relation.FORM_DAMAGED)


def _owners(codes: pl.DataFrame, of: pl.Expr) -> dict[str, frozenset[int]]:
    stated = codes.select("enterprise", key=of).filter(pl.col("key") != "").group_by("key").agg(pl.col("enterprise"))
    return {key: frozenset(owners) for key, owners in stated.iter_rows()}
