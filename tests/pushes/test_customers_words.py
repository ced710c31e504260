"""What a compared list says of each row: titles that do not meet, words for everything that can be found."""

import pytest

from enterprises.identifying import FAULTS, Identified
from enterprises.matching.comparing import Relation
from enterprises.matching.identifying import By, Candidate, Cause, Finding, Outcome
from pushes.formats.customers import OWN, Answers, Repeats, Shown, cells, columns, held
from tests.pushes.making import recognition

WHO = Shown("E1234567", "郑州甲科技有限公司", "91410105MA44C1N295", "高新技术企业（2025-01-10起）")
NAMELESS = Shown("E7654321", "郑州乙科技有限公司", "", "")
ANSWERS = Answers({1: WHO, 2: NAMELESS}, {3: "ZZKJ-2026Q2-v1"}, tells_former=True)


def row(finding: Finding, *, number: int = 2, name: str = "甲", code: str = "", fault: str = "") -> Identified:
    return Identified(number, [name, code], name, code, fault, finding)


@pytest.mark.parametrize(
    ("header", "width", "titles"),
    [
        (["客户名称", "备注", "备注"], 3, ["客户名称", "备注", "备注 (2)"]),
        (["客户名称", ""], 4, ["客户名称", "列2", "列3", "列4"]),
        ([], 1, ["列1"]),
        (["备注 (2)", "备注", "备注"], 3, ["备注 (2)", "备注", "备注 (3)"]),
    ],
)
def test_no_two_columns_bear_one_title(header: list[str], width: int, titles: list[str]) -> None:
    assert [one.title for one in columns(header, width)] == titles + [one.title for one in OWN]


def test_a_result_that_is_compared_again_keeps_what_it_had() -> None:
    again = [one.title for one in columns([one.title for one in OWN], len(OWN))]
    assert len(set(again)) == len(again) == 2 * len(OWN)
    assert again[: len(OWN)] == [one.title for one in OWN]


@pytest.mark.parametrize("by", list(By))
def test_every_match_has_its_words(by: By) -> None:
    for relation in ("", "former", "published", *Relation):
        said = cells(row(Finding(Outcome.IN, 1, by, relation), code=WHO.uscc), ANSWERS, "")
        assert said[0] == "在库" and said[2:6] == list(WHO)
        assert bool(said[6]) == (by is By.FORMER or (by is By.CODE and relation not in ("", "spelling")))


@pytest.mark.parametrize("cause", list(Cause))
def test_every_candidate_has_its_words_and_no_cells(cause: Cause) -> None:
    for relation in Relation:
        both = (Candidate(1, cause, relation), Candidate(2, cause, relation))
        said = cells(row(Finding(Outcome.CANDIDATE, candidates=both, proposal="X")), ANSWERS, "与第1行重复")
        assert said[:6] == ["待核对", "", "", "", "", ""]
        assert WHO.name in said[6] and NAMELESS.public_id in said[6] and said[6].endswith("；与第1行重复")


def test_other_words() -> None:
    assert cells(row(Finding(Outcome.OUT, 3)), ANSWERS, "")[6] == "曾在库（ZZKJ-2026Q2-v1），本版本不在库"
    assert cells(row(Finding(Outcome.NOTHING)), ANSWERS, "")[0] == "无法比对"
    for fault in FAULTS:
        assert "代码" in cells(row(Finding(Outcome.OUT), fault=fault), ANSWERS, "")[6]
    moved = cells(row(Finding(Outcome.IN, 1, By.CODE), code="91410103MA44C1N29B"), ANSWERS, "")
    assert WHO.uscc in moved[6]
    assert "未列代码" in cells(row(Finding(Outcome.IN, 2, By.NAME)), ANSWERS, "")[6]
    hidden = ANSWERS._replace(tells_former=False)
    assert "曾用名" not in "".join(cells(row(Finding(Outcome.IN, 1, By.FORMER)), hidden, ""))


def test_repeats_are_told_by_the_first_row_and_counted() -> None:
    repeats = Repeats()
    found = Finding(Outcome.IN, 1, By.NAME)
    said = [
        repeats.note(row(found, number=2)),
        repeats.note(row(found, number=3)),
        repeats.note(row(found, number=4, name="乙")),
        repeats.note(row(Finding(Outcome.OUT), number=5, name="丙")),
        repeats.note(row(Finding(Outcome.NOTHING), number=6, name="")),
        repeats.note(row(Finding(Outcome.NOTHING), number=7, name="")),
    ]
    assert said == ["", "与第2行重复", "与第2行为同一企业", "", "", ""]
    assert repeats.count == 1


def test_recognitions_are_told_with_their_periods() -> None:
    told = held([recognition(), recognition("SRDI", valid_to=None, state="grace")], {"HNTE": "高新技术企业"})
    assert told == "高新技术企业（2025-01-10至2028-01-09）；SRDI（2025-01-10起，到期待续）"


@pytest.mark.parametrize(
    ("hidden", "valid_to", "words"),
    [
        ({"valid_to"}, None, "HNTE（有效期起2025-01-10）"),  # else it would seem to have no end
        ({"valid_from"}, "2028-01-09", "HNTE（有效期至2028-01-09）"),
        ({"valid_from"}, None, "HNTE"),
        ({"valid_from", "valid_to"}, None, "HNTE"),
    ],
)
def test_a_day_that_was_not_agreed_on_is_not_taken_for_none(hidden: set[str], valid_to: str | None, words: str) -> None:
    one = recognition(valid_to=valid_to) | {"valid_from": "" if "valid_from" in hidden else "2025-01-10"}
    assert held([one], {}, hidden) == words
