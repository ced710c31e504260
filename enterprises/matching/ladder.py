"""The evidence ladder (pure). Law: only exact agreement ties an entry to an enterprise; every doubt goes to a person.

Rungs, in order:

code        the credit code is an enterprise's, and the name is one of its names
number      the certificate number is an enterprise's, and the name is one of its names
name        the name is exactly one enterprise's current name, and no code speaks against it
rename      a published change of name whose former name is exactly one enterprise's
new         nothing points to anybody

Whatever else is found is a cause for review.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["same", "new", "review"]


@dataclass(frozen=True)
class Evidence:
    """What an entry offers for comparison: folded names, a valid credit code, a number that identifies."""

    name: str
    former: str = ""
    code: str = ""
    number: str = ""
    is_rename: bool = False
    must_match: bool = False  # a revocation: to take it for a new enterprise would leave the revoked one standing
    in_city: bool | None = None  # whether the row names a place of this city, or another city; None: neither


@dataclass(frozen=True)
class Verdict:
    """`rule` names the rung for "same" and "new", the cause for "review"; candidates come in order of id."""

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

    def learn(self, enterprise: int, evidence: Evidence) -> None:
        """Add what an entry that was tied to `enterprise` says of it."""
        if evidence.code and enterprise not in self.code_of:
            self.code[evidence.code] = enterprise
            self.code_of[enterprise] = evidence.code
        if evidence.in_city is not None:
            self.in_city.setdefault(enterprise, evidence.in_city)
        if evidence.number and not evidence.must_match:
            self.number[evidence.number].add(enterprise)
        if evidence.is_rename and evidence.former:
            self.name[evidence.former].discard(enterprise)
            self.former[evidence.former].add(enterprise)
            self.name[evidence.name].add(enterprise)
        elif not self._named(enterprise, evidence.name):
            self.name[evidence.name].add(enterprise)

    def _named(self, enterprise: int, name: str) -> bool:
        return enterprise in self.name.get(name, ()) or enterprise in self.former.get(name, ())

    def names_agree(self, enterprise: int, evidence: Evidence) -> bool:
        """Whether the entry's name, or the former name it states, is a name that the enterprise bears or bore."""
        return self._named(enterprise, evidence.name) or bool(
            evidence.former and self._named(enterprise, evidence.former)
        )


def judge(evidence: Evidence, known: Known) -> Verdict:
    """The verdict on one entry: identifiers are asked first, then names; a contradiction ends in review."""
    by_code = {known.code[evidence.code]} if evidence.code in known.code else set()
    by_number = known.number.get(evidence.number, set()) if evidence.number else set()
    by_name = known.name.get(evidence.name, set())
    pointed = by_code | by_number
    if len(pointed) > 1:
        return _review("identifiers_disagree", pointed | by_name)
    if pointed:
        return _by_identifier(evidence, known, pointed, by_code, by_name)
    return _by_names(evidence, known, by_name)


def _by_identifier(
    evidence: Evidence, known: Known, pointed: set[int], by_code: set[int], by_name: set[int]
) -> Verdict:
    (enterprise,) = pointed
    if by_name and enterprise not in by_name:
        return _review("identifier_and_name_disagree", pointed | by_name)
    if not known.names_agree(enterprise, evidence):
        return _review("identifier_with_other_name", pointed)
    if not by_code and _other_code(evidence, known, enterprise):
        return _review("name_with_other_code", pointed)
    return _same("code" if by_code else "number", evidence, known, enterprise)


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
    return _review("nobody_of_that_name", set()) if evidence.must_match else Verdict("new", "new")


def _same(rule: str, evidence: Evidence, known: Known, enterprise: int) -> Verdict:
    """A revocation by a number that nobody is known by might be mistyped: a person says what it ends."""
    if evidence.must_match and evidence.number and not known.number.get(evidence.number):
        return _review("number_of_nobody", {enterprise})
    return Verdict("same", rule, enterprise)


def _other_code(evidence: Evidence, known: Known, enterprise: int) -> bool:
    code = known.code_of.get(enterprise)
    return bool(evidence.code and code and code != evidence.code)


def _review(cause: str, candidates: Iterable[int]) -> Verdict:
    return Verdict("review", cause, candidates=tuple(sorted(candidates)))
