"""Whose the rows of a stranger's list are (pure): each judged by itself, against who is known.

Law: a row says "in" of one enterprise only, and only where an identifier or an equal name says so and nothing speaks
against it. Likeness alone only asks. Rows tie nobody, and no row knows of another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import polars as pl

from enterprises.matching import rungs
from enterprises.matching.comparing import Relation
from enterprises.matching.keys import Parts
from enterprises.matching.known import Borne, Known, parted
from enterprises.matching.stated import identity, registration

ROWS = pl.Schema(
    {
        "name": pl.String,  # name keys
        "former": pl.String,
        "code": pl.String,  # a valid credit code
        "old": pl.String,  # an organisation code of 9 or a registration number of 15 characters
        "repaired": pl.String,  # what a code that fails its check would be without the usual slips
        "fails": pl.Boolean,  # whether a code of full length fails its check
    }
)
MOST_CANDIDATES = 3
_SURE = 0.9999  # of what ties in the ladder without being measured


class Outcome(StrEnum):
    IN = "in"
    CANDIDATE = "candidate"  # a person has to look
    OUT = "out"
    NOTHING = "nothing"  # the row states neither code nor name


class By(StrEnum):
    """What says that the row is the enterprise's."""

    CODE = "code"
    NAME = "name"
    PUBLISHED = "published"  # a name of it other than the one that is shown
    FORMER = "former"


class Cause(StrEnum):
    """Why a person has to look."""

    CODE_OTHER_NAME = "code_other_name"  # the code is its, the name is not
    CODE_NEAR_NAME = "code_near_name"  # the code is its, the name one that another firm may well bear
    CODE_OF_SEVERAL = "code_of_several"
    CODE_SLIPPED = "code_slipped"  # without a slip of the pen the code would be its
    NAME_OTHER_CODE = "name_other_code"  # the name is its, the code is not
    NAME_FAULTY_CODE = "name_faulty_code"  # the name is its, the code fails its check
    NAME_OF_SEVERAL = "name_of_several"
    FORMER_OF_SEVERAL = "former_of_several"  # once its name; others bear it, too, or it is not known who does
    FORMER_STATED = "former_stated"  # the row says that it once bore the enterprise's name
    REGISTRATION = "registration"  # the registration number is its, and no name says so
    LISTED = "listed"  # a list once wrote its name so
    ALIKE = "alike"  # a name much like its


class Candidate(NamedTuple):
    enterprise: int
    cause: Cause
    relation: str = ""  # how the names differ, where that was looked at


class Finding(NamedTuple):
    """What was found of a row. `enterprise` of one that is out is that of one who may be told to have been in."""

    outcome: Outcome
    enterprise: int | None = None
    by: By | None = None
    relation: str = ""  # how the name differs, where the code decides; or `FORMER` or `PUBLISHED`, if it is such a one
    candidates: tuple[Candidate, ...] = ()
    proposal: str = ""  # what the code should probably be


FORMER, PUBLISHED = "former", "published"
_OUT, _NOTHING = Finding(Outcome.OUT), Finding(Outcome.NOTHING)
_BY = {
    Borne.CURRENT: By.NAME,
    Borne.PUBLISHED: By.PUBLISHED,
    Borne.FORMER: By.FORMER,
    Borne.LISTED: By.PUBLISHED,
}


_OTHER_NAMES = {Borne.FORMER: FORMER, Borne.PUBLISHED: PUBLISHED, Borne.LISTED: PUBLISHED, Borne.DOUBTFUL: PUBLISHED}


class Asked(NamedTuple):
    """A row as it is judged."""

    identity: str
    registration: str
    repaired: str
    fails: bool
    name: Parts | None
    former: Parts | None


@dataclass
class _Judged:
    finding: Finding
    looks: bool = False  # whether names like it are to be looked for


def identify(known: Known, rows: pl.DataFrame) -> list[Finding]:
    """A finding for each of the rows (`ROWS`), in their order."""
    names = parted(pl.concat([rows["name"], rows["former"]]), known.places)
    asked = _asked(rows, names)
    judged = [_Judge(known, one).judged() for one in asked]
    looking = dict.fromkeys(
        one.name for one, found in zip(asked, judged, strict=True) if found.looks and one.name and one.name.spelling
    )
    alike = _alike(known, [name for name in looking if name])
    return [
        _with_alike(known, one, found.finding, alike) if found.looks else found.finding
        for one, found in zip(asked, judged, strict=True)
    ]


def _asked(rows: pl.DataFrame, names: Mapping[str, Parts]) -> list[Asked]:
    columns = rows.select(
        identity=identity(), registration=registration(), repaired="repaired", fails="fails", name="name",
        former="former",
    )  # fmt: skip
    return [
        Asked(own, number, repaired, fails, names.get(name), names.get(former))
        for own, number, repaired, fails, name, former in columns.iter_rows()
    ]


@dataclass
class _Judge:
    known: Known
    asked: Asked
    named: Mapping[int, Borne] = field(init=False)

    def __post_init__(self) -> None:
        name = self.asked.name
        self.named = self.known.bearers(name.spelling) if name else {}

    def judged(self) -> _Judged:
        """What identifiers and equal names say."""
        asked = self.asked
        if asked.identity:
            return self._by_code(self.known.by_identity.get(asked.identity, frozenset()))
        if asked.repaired and (found := self._by_repaired()):
            return _Judged(found)
        numbered = self.known.by_registration.get(asked.registration, frozenset())
        if asked.name is None:
            return _Judged(self._asking(numbered, Cause.REGISTRATION) if numbered else self._nothing())
        return self._by_name(numbered)

    def _nothing(self) -> Finding:
        stated = self.asked.fails or self.asked.registration
        return _OUT if stated else _NOTHING

    def _by_code(self, owners: frozenset[int]) -> _Judged:
        if len(owners) > 1:
            return _Judged(self._asking(owners, Cause.CODE_OF_SEVERAL))
        if not owners:
            return self._by_name_beside_code()
        (owner,) = owners
        name = self.asked.name
        if name is None or owner in self.named:
            return _Judged(self._certain(owner, By.CODE, _OTHER_NAMES.get(self.named.get(owner, Borne.CURRENT), "")))
        relation = self.known.relation(owner, name)
        if self.named:
            own = [Candidate(owner, Cause.CODE_OTHER_NAME, relation)]
            others = [Candidate(other, Cause.NAME_OTHER_CODE) for other in sorted(self.named)]
            return _Judged(self._told([*own, *others]))
        if relation is Relation.OTHER:
            if owner in self.known.shown:
                return _Judged(self._told([Candidate(owner, Cause.CODE_OTHER_NAME, relation)]))
            return _Judged(self._elsewhere(owner), looks=True)
        if relation.is_loose:
            return _Judged(self._told([Candidate(owner, Cause.CODE_NEAR_NAME, relation)], owner))
        return _Judged(self._certain(owner, By.CODE, relation))

    def _by_name_beside_code(self) -> _Judged:
        """The code is nobody's that is known."""
        if len(self.named) > 1:
            return _Judged(self._asking(self.named, Cause.NAME_OF_SEVERAL))
        if not self.named:
            return _Judged(_OUT, looks=True)
        ((bearer, borne),) = self.named.items()
        if bearer in self.known.identified:
            return _Judged(self._asking([bearer], Cause.NAME_OTHER_CODE))
        if borne is Borne.FORMER:
            return _Judged(self._asking([bearer], Cause.FORMER_OF_SEVERAL))
        if borne is Borne.DOUBTFUL:
            return _Judged(self._asking([bearer], Cause.LISTED))
        return _Judged(self._certain(bearer, _BY[borne]))

    def _by_repaired(self) -> Finding | None:
        owners = self.known.by_identity.get(self.asked.repaired[8:17], frozenset())
        name = self.asked.name
        if len(owners) != 1 or not owners <= self.known.shown:
            return None
        (owner,) = owners
        relation = self.known.relation(owner, name) if name and owner not in self.named else Relation.SPELLING
        if relation is Relation.OTHER or relation.is_loose:
            return None
        told = [Candidate(owner, Cause.CODE_SLIPPED, "" if relation is Relation.SPELLING else relation)]
        return self._told(told)._replace(proposal=self.asked.repaired)

    def _by_name(self, numbered: frozenset[int]) -> _Judged:
        """No code that could be compared; `numbered` have the registration number that the row states."""
        named = self.named
        if numbered and not numbered & named.keys():
            others = [Candidate(other, Cause.NAME_OF_SEVERAL) for other in sorted(named)]
            return _Judged(self._told([*(Candidate(one, Cause.REGISTRATION) for one in sorted(numbered)), *others]))
        if len(numbered & named.keys()) == 1:
            named = {one: named[one] for one in numbered & named.keys()}
        if not named:
            return self._by_stated_former()
        if len(named) > 1:
            former = all(borne is Borne.FORMER for borne in named.values())
            return _Judged(self._asking(named, Cause.FORMER_OF_SEVERAL if former else Cause.NAME_OF_SEVERAL))
        ((bearer, borne),) = named.items()
        if borne is Borne.DOUBTFUL:
            return _Judged(self._asking([bearer], Cause.LISTED))
        if self.asked.fails:
            return _Judged(self._asking([bearer], Cause.NAME_FAULTY_CODE))
        return _Judged(self._certain(bearer, _BY[borne]))

    def _by_stated_former(self) -> _Judged:
        former = self.asked.former
        bearers = self.known.bearers(former.spelling) if former else {}
        if bearers:
            return _Judged(self._asking(bearers, Cause.FORMER_STATED))
        return _Judged(_OUT, looks=True)

    def _certain(self, enterprise: int, by: By, relation: str = "") -> Finding:
        if enterprise in self.known.shown:
            return Finding(Outcome.IN, enterprise, by, relation)
        return self._elsewhere(enterprise)

    def _elsewhere(self, enterprise: int) -> Finding:
        """It is known, and not shown."""
        return Finding(Outcome.OUT, enterprise) if enterprise in self.known.once else _OUT

    def _asking(self, enterprises: Iterable[int], cause: Cause) -> Finding:
        return self._told([Candidate(one, cause) for one in sorted(enterprises)])

    def _told(self, candidates: Sequence[Candidate], owner: int | None = None) -> Finding:
        return _told(self.known, candidates) or (_OUT if owner is None else self._elsewhere(owner))


def _told(known: Known, candidates: Iterable[Candidate]) -> Finding | None:
    """Those of the candidates who may be shown."""
    shown = tuple(one for one in candidates if one.enterprise in known.shown)[:MOST_CANDIDATES]
    return Finding(Outcome.CANDIDATE, candidates=shown) if shown else None


def _alike(known: Known, names: Sequence[Parts]) -> dict[Parts, list[Candidate]]:
    """Name → who has one that was measured to be often the same, the likeliest first."""
    if not names:
        return {}
    asked = pl.DataFrame({"spelling": [one.spelling for one in names], "core": [one.core for one in names]})
    found: dict[Parts, list[tuple[float, Candidate]]] = {}
    for at, enterprise in known.alike(asked):
        relation = known.relation(enterprise, names[at])
        if (likely := _likelihood(relation)) >= rungs.ASKING:
            found.setdefault(names[at], []).append((likely, Candidate(enterprise, Cause.ALIKE, relation)))
    return {
        name: [one for _likely, one in sorted(some, key=lambda pair: (-pair[0], pair[1].enterprise))]
        for name, some in found.items()
    }


def _likelihood(relation: Relation) -> float:
    """How often names that differ so, and of which no place is known, were one enterprise's."""
    if relation in (Relation.SPELLING, Relation.FORM_DAMAGED):
        return _SURE
    figure = rungs.figures().get(("bare", relation))
    return figure.precision if figure else 0.0


def _with_alike(known: Known, asked: Asked, finding: Finding, alike: Mapping[Parts, list[Candidate]]) -> Finding:
    """The finding, or those whose names are alike. Two codes are two enterprises, whatever their names."""
    candidates = alike.get(asked.name, []) if asked.name else []
    if asked.identity:
        candidates = [one for one in candidates if one.enterprise not in known.identified]
    return _told(known, candidates) or finding
