"""The evidence ladder: what ties an entry to an enterprise, and what goes to a person."""

import pytest

from enterprises.matching.ladder import Evidence, Known, judge

CODE, OTHER_CODE, NUMBER, OTHER_NUMBER = "C1", "C2", "N1", "N2"


def known() -> Known:
    """1: 甲 (code C1, number N1, formerly 旧甲). 2: 乙 (no code). 3 and 4: both 丙. 5: 丁 (code C5)."""
    state = Known()
    state.learn(1, Evidence("旧甲", code=CODE, number=NUMBER))
    state.learn(1, Evidence("甲", former="旧甲", is_rename=True))
    state.learn(2, Evidence("乙", number="N3"))
    state.learn(3, Evidence("丙"))
    state.learn(4, Evidence("丙"))
    state.learn(5, Evidence("丁", code="C5", in_city=True))
    return state


@pytest.mark.parametrize(
    ("evidence", "outcome", "rule", "enterprises"),
    [
        # an identifier and a name that agree
        (Evidence("甲", code=CODE), "same", "code", [1]),
        (Evidence("旧甲", code=CODE), "same", "code", [1]),
        (Evidence("甲", number=NUMBER), "same", "number", [1]),
        (Evidence("旧甲", number=NUMBER), "same", "number", [1]),
        (Evidence("甲", code=CODE, number=OTHER_NUMBER), "same", "code", [1]),
        (Evidence("乙", code=OTHER_CODE, number="N3"), "same", "number", [2]),
        # the name alone, where it is one enterprise's
        (Evidence("甲"), "same", "name", [1]),
        (Evidence("乙", code=OTHER_CODE), "same", "name", [2]),
        (Evidence("甲", number=OTHER_NUMBER), "same", "name", [1]),
        # a published change of name
        (Evidence("新乙", former="乙", is_rename=True), "same", "rename", [2]),
        (Evidence("新甲", former="旧甲", is_rename=True), "same", "rename", [1]),
        (Evidence("新甲", former="甲", number=NUMBER, is_rename=True), "same", "number", [1]),
        (Evidence("甲", former="旧甲", is_rename=True), "same", "name", [1]),
        # nobody
        (Evidence("戊"), "new", "new", []),
        (Evidence("戊", code="C9", number="N9"), "new", "new", []),
        (Evidence("新戊", former="戊", is_rename=True), "new", "new", []),
        # places
        (Evidence("乙", in_city=True), "same", "name", [2]),
        (Evidence("丁", in_city=False), "review", "name_in_another_city", [5]),
        (Evidence("丁", code="C5", in_city=False), "same", "code", [5]),
        # a revocation by a number
        (Evidence("甲", number=NUMBER, must_match=True), "same", "number", [1]),
        (Evidence("甲", must_match=True), "same", "name", [1]),
        (Evidence("甲", number="N9", must_match=True), "review", "number_of_nobody", [1]),
        (Evidence("甲", code=CODE, number="N9", must_match=True), "review", "number_of_nobody", [1]),
        # doubt
        (Evidence("戊", must_match=True), "review", "nobody_of_that_name", []),
        (Evidence("戊", code=CODE), "review", "identifier_with_other_name", [1]),
        (Evidence("戊", number=NUMBER), "review", "identifier_with_other_name", [1]),
        (Evidence("乙", code=CODE), "review", "identifier_and_name_disagree", [1, 2]),
        (Evidence("甲", code=CODE, number="N3"), "review", "identifiers_disagree", [1, 2]),
        (Evidence("甲", code="C5", number=NUMBER), "review", "identifiers_disagree", [1, 5]),
        (Evidence("甲", code=OTHER_CODE), "review", "name_with_other_code", [1]),
        (Evidence("甲", code=OTHER_CODE, number=NUMBER), "review", "name_with_other_code", [1]),
        (Evidence("丙"), "review", "several_of_that_name", [3, 4]),
        (Evidence("旧甲"), "review", "former_name_only", [1]),
        (Evidence("戊", former="甲"), "review", "former_name_only", [1]),
        (Evidence("乙", former="甲", is_rename=True), "review", "former_name_of_another", [1, 2]),
        (Evidence("新丙", former="丙", is_rename=True), "review", "former_name_only", [3, 4]),
        (Evidence("新甲", former="甲", code=OTHER_CODE, is_rename=True), "review", "name_with_other_code", [1]),
    ],
)
def test_the_verdict(evidence: Evidence, outcome: str, rule: str, enterprises: list[int]) -> None:
    verdict = judge(evidence, known())
    named = [verdict.enterprise] if verdict.enterprise else list(verdict.candidates)
    assert (verdict.outcome, verdict.rule, named) == (outcome, rule, enterprises)


def test_a_list_learns_from_its_own_rows() -> None:
    state = Known()
    assert judge(Evidence("甲", code=CODE), state).outcome == "new"
    state.learn(1, Evidence("甲", code=CODE))
    assert judge(Evidence("甲"), state).enterprise == 1
    assert judge(Evidence("甲", code=OTHER_CODE), state).rule == "name_with_other_code"
    assert judge(Evidence("乙", code=CODE), state).rule == "identifier_with_other_name"


def test_a_name_that_was_given_up_does_not_attract() -> None:
    state = Known()
    state.learn(1, Evidence("甲"))
    state.learn(1, Evidence("乙", former="甲", is_rename=True))
    assert judge(Evidence("乙"), state).enterprise == 1
    assert judge(Evidence("甲"), state).rule == "former_name_only"
