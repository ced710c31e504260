"""The evidence ladder (pure). Law: likeness alone ties nothing to an enterprise; every doubt goes to a person.

Rungs, in order:

code        the credit code is an enterprise's, and the name is one of its names
number      the certificate number is an enterprise's, and the name is one of its names
code_like   the credit code is an enterprise's, and the name is like one of its names and nobody else's
number_like the same of the certificate number
joined      the code or number is one enterprise's, the name exactly another's that has no code, and the names are
            alike: the two are one
name        the name is exactly one enterprise's current name, and no code speaks against it
spelling    the same, but for punctuation, a row number before the name, traditional characters
rename      a published change of name whose former name is exactly one enterprise's
new         nothing points to anybody

Whatever else is found is a cause for review.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from enterprises.matching.likeness import alike, core, differs_by_omission, spelling

Outcome = Literal["same", "new", "join", "review"]


BY_LIKENESS = (
    "code_like",
    "number_like",
    "spelling",
    "like_in_district",
)  # rungs whose rows perhaps spell the name wrongly


@dataclass(frozen=True)
class Evidence:
    """What an entry offers for comparison: folded names, a valid credit code, a number that identifies."""

    name: str
    former: str = ""
    code: str = ""
    number: str = ""
    is_rename: bool = False
    must_match: bool = False  # a revocation: to take it for a new enterprise would leave the revoked one standing
    list_id: int = 0
    in_city: bool | None = None  # whether the row names a place of this city, or another city; None: neither


@dataclass(frozen=True)
class Verdict:
    """`rule` names the rung for "same", "join" and "new", the cause for "review"; candidates come in order of id.

    Of "join", the candidates are the enterprises that turned out to be `enterprise`; of "new", those that a person may
    find to be the same.
    """

    outcome: Outcome
    rule: str
    enterprise: int | None = None
    candidates: tuple[int, ...] = ()


@dataclass
class Known:
    """What is known of the enterprises that a list's keys touch. It grows while the list is judged."""

    code: dict[str, int] = field(default_factory=dict)
    code_of: dict[int, str] = field(default_factory=dict)
    number: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    name: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    former: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    in_city: dict[int, bool] = field(default_factory=dict)
    names_of: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))  # current and former
    like: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))  # by the core of a name
    numbers_of: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    lists_of: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    fixed: set[int] = field(default_factory=set)  # what a person decided on

    def by_code(self, evidence: Evidence) -> set[int]:
        """The enterprise that has the entry's code."""
        return {self.code[evidence.code]} if evidence.code in self.code else set()

    def by_number(self, evidence: Evidence) -> set[int]:
        """The enterprises that are known by the entry's number."""
        return self.number.get(evidence.number, set()) if evidence.number else set()

    def by_name(self, evidence: Evidence) -> set[int]:
        """The enterprises whose name the entry's exactly is."""
        return self.name.get(evidence.name, set())

    def bear(self, enterprise: int, name: str) -> None:
        """The enterprise bears the name."""
        self.name[name].add(enterprise)
        self.names_of[enterprise].add(name)
        self.like[core(name)].add(enterprise)

    def nearly(self, evidence: Evidence) -> tuple[set[int], set[int]]:
        """Whose name is spelled otherwise alone, and whose lacks or adds a place or a word of its form.

        Whoever has another code, or stands in the same list under its own name, is another firm.
        """
        spelled, omitted = set(), set()
        for enterprise in self.like.get(core(evidence.name), ()):
            if _other_code(evidence, self, enterprise) or evidence.list_id in self.lists_of[enterprise]:
                continue
            names = self.names_of[enterprise]
            if any(spelling(name) == spelling(evidence.name) for name in names):
                spelled.add(enterprise)
            elif any(differs_by_omission(name, evidence.name) for name in names):
                omitted.add(enterprise)
        return spelled, omitted

    def is_like(self, enterprise: int, evidence: Evidence) -> bool:
        """Whether the entry's name is like a name that the enterprise bears or bore."""
        return any(alike(evidence.name, name) for name in self.names_of.get(enterprise, ()))

    def may_join(self, kept: int, gone: int) -> bool:
        """Whether nothing speaks against two enterprises' being one: no list names both, and no person parted them."""
        here, there = self.in_city.get(kept), self.in_city.get(gone)
        if gone in self.code_of or gone in self.fixed or (here is not None and there is not None and here != there):
            return False
        if self.lists_of[kept] & self.lists_of[gone]:
            return False
        return any(alike(one, other) for one in self.names_of[kept] for other in self.names_of[gone])

    def join(self, kept: int, gone: int) -> None:
        """What was known of `gone` is known of `kept`."""
        borne = self.names_of.pop(gone)
        for index in (self.name, self.former):
            for name in borne & index.keys():
                _move(index[name], kept, gone)
        for number in self.numbers_of.pop(gone, ()):
            _move(self.number[number], kept, gone)
            self.numbers_of[kept].add(number)
        for name in borne:
            _move(self.like[core(name)], kept, gone)
        self.names_of[kept] |= borne
        self.lists_of[kept] |= self.lists_of.pop(gone)

    def learn(self, enterprise: int, evidence: Evidence, rule: str = "") -> None:
        """Add what an entry that was tied to `enterprise` by `rule` says of it.

        A name that is only like the enterprise's is not learned: it may be exactly another's.
        """
        if evidence.code and enterprise not in self.code_of:
            self.code[evidence.code] = enterprise
            self.code_of[enterprise] = evidence.code
        if evidence.in_city is not None:
            self.in_city.setdefault(enterprise, evidence.in_city)
        if evidence.number and not evidence.must_match:
            self.number[evidence.number].add(enterprise)
            self.numbers_of[enterprise].add(evidence.number)
        if evidence.list_id:
            self.lists_of[enterprise].add(evidence.list_id)
        if evidence.is_rename and evidence.former:
            self.name[evidence.former].discard(enterprise)
            self.former[evidence.former].add(enterprise)
            self.names_of[enterprise].add(evidence.former)
            self.bear(enterprise, evidence.name)
        elif rule not in BY_LIKENESS and not self._named(enterprise, evidence.name):
            self.bear(enterprise, evidence.name)

    def _named(self, enterprise: int, name: str) -> bool:
        return enterprise in self.name.get(name, ()) or enterprise in self.former.get(name, ())

    def names_agree(self, enterprise: int, evidence: Evidence) -> bool:
        """Whether the entry's name, or the former name it states, is a name that the enterprise bears or bore."""
        return self._named(enterprise, evidence.name) or bool(
            evidence.former and self._named(enterprise, evidence.former)
        )


def judge(evidence: Evidence, known: Known) -> Verdict:
    """The verdict on one entry: identifiers are asked first, then names; a contradiction ends in review."""
    by_code, by_name = known.by_code(evidence), known.by_name(evidence)
    pointed = by_code | known.by_number(evidence)
    if len(pointed) > 1:
        return _review("identifiers_disagree", pointed | by_name)
    if pointed:
        return _by_identifier(evidence, known, pointed, by_code, by_name)
    return _by_names(evidence, known, by_name)


def _by_identifier(
    evidence: Evidence, known: Known, pointed: set[int], by_code: set[int], by_name: set[int]
) -> Verdict:
    (enterprise,) = pointed
    if not by_code and _other_code(evidence, known, enterprise):
        return _review("name_with_other_code", pointed | by_name)
    if by_name and enterprise not in by_name:
        if len(by_name) == 1 and not evidence.must_match and known.may_join(enterprise, *by_name):
            return Verdict("join", "joined", enterprise, tuple(by_name))
        return _review("identifier_and_name_disagree", pointed | by_name)
    rung = "code" if by_code else "number"
    if known.names_agree(enterprise, evidence):
        return _same(rung, evidence, known, enterprise)
    if not evidence.must_match and not evidence.is_rename and known.is_like(enterprise, evidence):
        return Verdict("same", f"{rung}_like", enterprise)
    return _review("identifier_with_other_name", pointed)


def _by_names(evidence: Evidence, known: Known, by_name: set[int]) -> Verdict:
    bore = known.former.get(evidence.name, set())
    stated = known.name.get(evidence.former, set()) | known.former.get(evidence.former, set())
    stated = stated if evidence.former else set()
    if len(by_name) > 1:
        return _review("several_of_that_name", by_name)
    if by_name and (stated - by_name):
        return _review("former_name_of_another", by_name | stated)
    if by_name:
        (enterprise,) = by_name
        if _other_code(evidence, known, enterprise):
            return _review("name_with_other_code", by_name)
        if evidence.in_city is not None and known.in_city.get(enterprise, evidence.in_city) != evidence.in_city:
            return _review("name_in_another_city", by_name)
        return _same("name", evidence, known, enterprise)
    if evidence.is_rename and len(stated) == 1 and not bore - stated:
        (enterprise,) = stated
        if _other_code(evidence, known, enterprise):
            return _review("name_with_other_code", stated)
        return Verdict("same", "rename", enterprise)
    if stated or bore:
        return _review("former_name_only", stated | bore)
    return _by_likeness(evidence, known)


def _by_likeness(evidence: Evidence, known: Known) -> Verdict:
    spelled, omitted = known.nearly(evidence)
    if evidence.must_match:
        return _review("nobody_of_that_name", spelled | omitted)
    if len(spelled) == 1 and not evidence.is_rename:
        (enterprise,) = spelled
        if evidence.in_city is None or known.in_city.get(enterprise, evidence.in_city) == evidence.in_city:
            return Verdict("same", "spelling", enterprise)
    return Verdict("new", "new", candidates=tuple(sorted(spelled | omitted)))


def _same(rule: str, evidence: Evidence, known: Known, enterprise: int) -> Verdict:
    """A revocation by a number that nobody is known by might be mistyped: a person says what it ends."""
    if evidence.must_match and evidence.number and not known.number.get(evidence.number):
        return _review("number_of_nobody", {enterprise})
    return Verdict("same", rule, enterprise)


def _move(enterprises: set[int], kept: int, gone: int) -> None:
    if gone in enterprises:
        enterprises.discard(gone)
        enterprises.add(kept)


def _other_code(evidence: Evidence, known: Known, enterprise: int) -> bool:
    code = known.code_of.get(enterprise)
    return bool(evidence.code and code and code != evidence.code)


def _review(cause: str, candidates: Iterable[int]) -> Verdict:
    return Verdict("review", cause, candidates=tuple(sorted(candidates)))
