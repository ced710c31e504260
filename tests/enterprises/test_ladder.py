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


LONG, VARIANT, OTHER = "郑州市启航智能科技有限公司", "郑州启航智能科技有限责任公司", "郑州远航智能科技有限公司"


def coded(*others: Evidence) -> Known:
    """1 bears LONG, with a code and a number; each of `others` is an enterprise of its own."""
    state = Known()
    state.learn(1, Evidence(LONG, code=CODE, number=NUMBER, list_id=1, in_city=True))
    for number, evidence in enumerate(others, start=2):
        state.learn(number, evidence)
    return state


@pytest.mark.parametrize(
    ("evidence", "outcome", "rule"),
    [
        (Evidence(VARIANT, code=CODE), "same", "code_like"),
        (Evidence(VARIANT, number=NUMBER), "same", "number_like"),
        (Evidence(OTHER, code=CODE), "review", "identifier_with_other_name"),
        (Evidence(VARIANT, code=CODE, must_match=True), "review", "identifier_with_other_name"),
        (Evidence(VARIANT, number=NUMBER, code=OTHER_CODE), "review", "name_with_other_code"),
        (Evidence("12、" + LONG), "same", "spelling"),
        (Evidence("鄭州市啟航智能科技有限公司", in_city=True), "same", "spelling"),
        (Evidence(f"12、{LONG}", in_city=False), "new", "new"),
        (Evidence(f"12、{LONG}", code=OTHER_CODE), "new", "new"),
        (Evidence(f"12、{LONG}", list_id=1), "new", "new"),  # one list names both
        (Evidence(f"12、{LONG}", must_match=True), "review", "nobody_of_that_name"),
        (Evidence(VARIANT), "new", "new"),  # likeness alone ties nothing
    ],
)
def test_likeness_only_lets_other_evidence_count(evidence: Evidence, outcome: str, rule: str) -> None:
    verdict = judge(evidence, coded())
    assert (verdict.outcome, verdict.rule) == (outcome, rule)


def test_a_name_that_is_only_like_is_not_learned() -> None:
    state = coded()
    verdict = judge(Evidence(VARIANT, code=CODE), state)
    state.learn(1, Evidence(VARIANT, code=CODE), verdict.rule)
    assert judge(Evidence(VARIANT), state).outcome == "new"


@pytest.mark.parametrize(
    ("other", "joins"),
    [
        (Evidence(VARIANT, list_id=2), True),
        (Evidence(VARIANT, number="N9", list_id=2), True),
        (Evidence(VARIANT, code=OTHER_CODE, list_id=2), False),  # two codes
        (Evidence(VARIANT, list_id=1), False),  # one list names both
        (Evidence(VARIANT, list_id=2, in_city=False), False),
        (Evidence(OTHER, list_id=2), False),  # the names are not alike
    ],
)
def test_a_row_with_the_code_of_one_and_the_name_of_the_other_joins_them(other: Evidence, joins: bool) -> None:
    state = coded(other)
    row = Evidence(other.name, code=CODE, list_id=3)
    verdict = judge(row, state)
    assert (verdict.outcome == "join") is joins
    if joins:
        assert (verdict.enterprise, verdict.candidates) == (1, (2,))
        state.join(1, 2)
        state.learn(1, row, verdict.rule)
        assert judge(Evidence(VARIANT), state).enterprise == 1
        assert not other.number or judge(Evidence(VARIANT, number=other.number), state).enterprise == 1
    else:
        assert verdict.outcome == "review"


def test_what_a_person_decided_is_not_joined_by_a_rule() -> None:
    state = coded(Evidence(VARIANT, list_id=2))
    state.fixed.add(2)
    assert judge(Evidence(VARIANT, code=CODE), state).rule == "identifier_and_name_disagree"
