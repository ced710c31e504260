"""The ladder, rung by rung: rows in, who is who out. No database."""

from typing import Any

import polars as pl
import pytest

from enterprises.matching import rungs
from enterprises.matching.deciding import decide
from enterprises.matching.places import places_of
from enterprises.matching.said import Decided, Words
from enterprises.matching.stated import SCHEMA, Evidence
from registry.names import name_key

PLACES = places_of(["金水区", "二七区", "荥阳市", "高新区"])
A = "郑州启航智能科技有限公司"
CODE, OTHER_CODE = "91410105MA44C1N27X", "91410103MA9F2B3C4Y"
JINSHUI, ERQI = "410105", "410103"


def row(name: str, code: str = "", **facts: Any) -> dict[str, Any]:
    return {"name": name_key(name), "code": code, **facts}


def decided(*rows: dict[str, Any], words: Words | None = None, line: float = rungs.LINE) -> Decided:
    """Judge the rows, each of a list of its own unless it says which."""
    blank = {name: "" if kind == pl.String else 0 for name, kind in SCHEMA.items()}
    whole = [
        {**blank, "entry": number, "listed": number, "place": "home", "role": "grant", "district_id": None, **facts}
        for number, facts in enumerate(rows)
    ]
    evidence = Evidence(pl.DataFrame(whole, schema=SCHEMA), PLACES)
    return decide(evidence, words or Words(), line=line)


def clusters(found: Decided) -> list[set[int]]:
    sets: dict[int, set[int]] = {}
    for number, label in enumerate(found.clusters.label.tolist()):
        if number not in found.waiting:
            sets.setdefault(label, set()).add(number)
    return list(sets.values())


def rung(found: Decided, number: int) -> str:
    return rungs.name(int(found.clusters.rung[number]))


def causes(found: Decided) -> list[str]:
    return [question.cause for question in found.questions]


NUMBER: dict[str, Any] = {"number": "HNTE:GR202341000001", "year": 2023, "apart": 3}
KNOWN = (row(A, CODE, county=JINSHUI), row(A, listed=1))


@pytest.mark.parametrize(
    ("later", "by"),
    [
        (row(A, CODE), "code"),
        (row(A, old=CODE[8:17]), "code"),
        (row(A), "name"),
        (row("鄭州啟航智能科技有限公司"), "name"),
        (row("郑州启航智能科枝有限公司", CODE), "code_like"),
        (row("河南启航控股有限公司", CODE, former=name_key(A)), "former"),
        (row("河南启航控股有限公司", role="rename", former=name_key(A)), "rename"),
        (row("郑州启航智能科技有限公锶"), "form_damaged"),
        (row("郑州启航智能科技有", CODE), "code_like"),
        (row("郑州市启航智能科技有限公司", county=JINSHUI), "suffix_here"),
        (row("郑粥启航智能科技有限公司"), "place_slip_bare"),
        (row("郑州启航智能科技有限公司", place=""), "name"),
    ],
)
def test_the_rung_by_which_a_row_comes(later: dict[str, Any], by: str) -> None:
    found = decided(*KNOWN, later)
    assert clusters(found) == [{0, 1, 2}]
    assert rung(found, 2) == by
    assert not found.questions


@pytest.mark.parametrize(
    ("later", "cause"),
    [
        (row("郑州市启航智能科技有限公司"), "suffix_bare"),
        (row("郑州启航智能科技有限责任公司"), "form_worded_bare"),
        (row("启航(郑州)智能科技有限公司"), "place_moved_bare"),
        (row("郑州启航智能科计有限公司"), "sound_bare"),
        (row("郑州启航智科技有限公司", county=JINSHUI), "lost_here"),
        (row("郑州启航智能科技股份有限公司"), "form_other_bare"),
    ],
)
def test_likeness_alone_asks(later: dict[str, Any], cause: str) -> None:
    found = decided(*KNOWN, later)
    assert clusters(found) == [{0, 1}, {2}]
    assert causes(found) == [cause]


@pytest.mark.parametrize(
    ("known", "later", "relation", "is_tied"),
    [
        (A, "启航智能科技有限公司", "place_omitted", True),
        ("启航智能科技有限公司", A, "place_omitted", False),
        (A, "郑州启航智能科技公司", "form_worded", True),
        ("郑州启航智能科技公司", A, "form_worded", False),
        (A, "郑州启航智能科技有限责任公司", "form_worded", True),
        ("郑州启航智能科技有限责任公司", A, "form_worded", True),
    ],
)
def test_a_row_leaves_out_what_others_write_but_does_not_add_what_they_leave_out(
    known: str, later: str, relation: str, is_tied: bool
) -> None:
    rows = (row(known, CODE, county=JINSHUI), row(known, listed=1), row(later, county=JINSHUI))
    found = decided(*rows)
    assert clusters(found) == ([{0, 1, 2}] if is_tied else [{0, 1}, {2}])
    assert rung(found, 2) == (f"{relation}_here" if is_tied else "new")
    assert causes(found) == ([] if is_tied else [f"{relation}_here"])


def test_of_two_single_rows_nobody_knows_which_left_a_place_out() -> None:
    found = decided(row("启航智能科技有限公司", CODE, county=JINSHUI), row(A, county=JINSHUI))
    assert clusters(found) == [{0, 1}]


@pytest.mark.parametrize(
    "later",
    [
        row("郑州市启航智能科技有限公司", OTHER_CODE),
        row("郑州市启航智能科技有限公司", county=ERQI),
        row("郑州市启航智能科技有限公司", listed=1),
        row(A, place="洛阳市"),
        row("郑州远航智能科技有限公司"),
        row("郑州启航智能科技有限公司荥阳分公司"),
        row("郑州启航第二智能科技有限公司"),
    ],
)
def test_what_speaks_against_it_is_not_even_asked(later: dict[str, Any]) -> None:
    found = decided(*KNOWN, later)
    assert clusters(found) == [{0, 1}, {2}]
    assert not found.questions


def test_certificates_of_one_programme_lie_years_apart() -> None:
    early: dict[str, Any] = {"number": "HNTE:GR202241000009", "year": 2022, "apart": 3}
    variant = "郑州市启航智能科技有限公司"
    assert causes(decided(row(A, **NUMBER), row(A), row(variant, **early))) == []
    earlier = {**early, "number": "HNTE:GR202041000009", "year": 2020}
    assert causes(decided(row(A, **NUMBER), row(A), row(variant, **earlier))) == ["suffix_bare"]


def certified(number: str, /, **facts: Any) -> dict[str, Any]:
    year = int(number[2:6]) if number[2:6].isdigit() else 0
    return row(A, **{"number": f"HNTE:{number}", "year": year, "apart": 3, **facts})


BARE, FIRST, SECOND = row(A), "GR202341000001", "GR202241000978"
CLASH = "same_name_other_number"


@pytest.mark.parametrize(
    ("rows", "one", "asked", "waiting"),
    [
        # a renewal; a slip of the pen in a digit, in the year; two digits in the other order; another programme
        ([certified(FIRST), certified("GR202041000978"), BARE], [[0, 1, 2]], [], []),
        ([certified(FIRST), certified("GR202341000007"), BARE], [[0, 1, 2]], [], []),
        ([certified(FIRST), certified("GR202241000001"), BARE], [[0, 1, 2]], [], []),
        ([certified(SECOND), certified("GR202241000987"), BARE], [[0, 1, 2]], [], []),
        ([certified(FIRST), certified("", number="TSME:202241010500000978", year=2022), BARE], [[0, 1, 2]], [], []),
        # a programme that does not say how far apart, and a number without a year
        ([certified(FIRST, apart=0), certified(SECOND, apart=0), BARE], [[0, 1, 2]], [], []),
        ([certified(FIRST), certified("证书九百七十八"), BARE], [[0, 1, 2]], [], []),
        # one code says more than two numbers
        ([certified(FIRST, code=CODE), certified(SECOND, code=CODE), BARE], [[0, 1, 2]], [], []),
        # two that one list each speaks of: whose the rest is, nobody knows
        ([certified(FIRST), certified(SECOND), BARE], [[0], [1]], [CLASH], [2]),
        # what two lists, or a code, say is believed
        ([certified(FIRST), certified(FIRST), certified(SECOND), BARE], [[0, 1, 3], [2]], [CLASH], []),
        ([certified(FIRST, code=CODE), certified(SECOND), BARE], [[0, 2], [1]], [CLASH], []),
        ([certified(FIRST)] * 2 + [certified(SECOND)] * 2 + [BARE], [[0, 1], [2, 3]], [CLASH], [4]),
        # what lies between a certificate and its renewal is the stray
        (
            [certified(FIRST)] * 2 + [certified("GR202041000978")] * 2 + [certified("GR202141000555"), BARE],
            [[0, 1, 2, 3, 5], [4]], [CLASH], [],
        ),
        # the district tells whose the rest is
        (
            [certified(FIRST, county=JINSHUI), certified(SECOND, county=ERQI), row(A, county=ERQI)],
            [[0], [1, 2]], [CLASH], [],
        ),
        # one that names no city is not brought together with it either
        ([certified(FIRST), certified(SECOND, place="")], [[0], [1]], [CLASH], []),
    ],
)  # fmt: skip
def test_numbers_too_near_in_time_part_rows_of_one_name(
    rows: list[dict[str, Any]], one: list[list[int]], asked: list[str], waiting: list[int]
) -> None:
    found = decided(*rows)
    assert sorted(map(sorted, clusters(found))) == one
    assert causes(found) == asked
    assert sorted(found.waiting) == waiting
    assert {cause for cause, _candidates in found.waiting.values()} <= {"several_of_that_name"}


def test_a_person_says_whether_numbers_too_near_are_of_one() -> None:
    rows = [certified(FIRST), certified(SECOND), BARE]
    same = decided(*rows, words=Words(same=((0, 1),)))
    assert (clusters(same), causes(same)) == ([{0, 1, 2}], [])
    different = decided(*rows, words=Words(different=((0, 1),), same=((0, 2),)))
    assert (clusters(different), causes(different)) == ([{0, 2}, {1}], [])


def test_one_number_under_two_names() -> None:
    like = decided(row(A, CODE, **NUMBER), row("郑州启航智能装备有限公司", **NUMBER))
    assert clusters(like) == [{0, 1}]
    other = decided(row(A, CODE, **NUMBER), row("河南中州面粉有限公司", **NUMBER))
    assert clusters(other) == [{0}, {1}]


def test_one_code_under_names_that_have_nothing_in_common() -> None:
    found = decided(*KNOWN, row("河南中州面粉有限公司", CODE))
    assert found.waiting == {2: ("identifier_with_other_name", (0,))}
    several = decided(*KNOWN, row("河南中州面粉有限公司", CODE), row("河南中州面粉有限公司"))
    assert clusters(several) == [{0, 1}, {2, 3}]
    assert causes(several) == ["other_code"]


def test_a_code_is_whose_more_rows_state_it_or_who_was_first() -> None:
    other = "河南中州面粉有限公司"
    # One wrong cell of a firm that others name without a code takes nobody's place.
    found = decided(row(A, CODE), row(other), row(other, CODE))
    assert clusters(found) == [{0}, {1, 2}]
    assert causes(found) == ["other_code"]
    found = decided(row(A, CODE), row(other, CODE), row(other, CODE))
    assert found.waiting == {0: ("identifier_with_other_name", (1,))}
    found = decided(row(A), row(other, CODE), row(A, CODE))
    assert found.waiting == {}
    found = decided(row(A, CODE), row(other, CODE))
    assert found.waiting == {1: ("identifier_with_other_name", (0,))}


B = "河南嵩山控股有限公司"


def renamed(new: str, old: str, **facts: Any) -> dict[str, Any]:
    return row(new, role="rename", former=name_key(old), **facts)


def test_a_list_that_names_both_before_speaks_against_a_change_of_name() -> None:
    both = (row(A, listed=7), row(B, listed=7))
    found = decided(*both, renamed(B, A))
    assert clusters(found) == [{0}, {1}]
    assert found.waiting == {2: ("former_name_of_another", (0, 1))}
    assert not found.questions
    found = decided(*both, renamed(B, A, listed=8), renamed(A, B, listed=8))
    assert clusters(found) == [{0}, {1}]
    assert set(found.waiting) == {2, 3}
    # A person says whose notice it is. The firm of the new name is another all the same.
    found = decided(*both, renamed(B, A), words=Words(same=((0, 2),)))
    assert clusters(found) == [{0, 2}, {1}]
    found = decided(*both, renamed(B, A), words=Words(same=((1, 2),)))
    assert clusters(found) == [{0}, {1, 2}]
    assert causes(found) == ["former_name_of_another"]


def test_a_notice_of_several_changes_of_one_name_is_followed() -> None:
    third = "河南少林控股有限公司"
    found = decided(row(A, CODE), renamed(B, A, listed=8), renamed(third, B, listed=8), row(third))
    assert clusters(found) == [{0, 1, 2, 3}]


def test_another_takes_a_name_that_was_given_up() -> None:
    found = decided(row(A, CODE), renamed(B, A), row(A, listed=9, county=ERQI), row(B, listed=9))
    assert clusters(found) == [{0, 1, 3}, {2}]
    assert causes(found) == ["name_given_up"]
    # Who bears it now may change it as well.
    third = "河南少林控股有限公司"
    found = decided(row(A, CODE), renamed(B, A), row(A, listed=9), row(B, listed=9), renamed(third, A))
    assert causes(found)  # of two who bore it, a person says which one changed it
    # Its code says that it is the same firm, listed twice.
    found = decided(row(A, CODE), renamed(B, A), row(A, CODE, listed=9), row(B, listed=9))
    assert clusters(found) == [{0, 2}, {3}]
    assert found.waiting == {1: ("former_name_of_another", (0, 1))}


def test_a_former_name_is_not_the_firm_that_is_named_beside_it() -> None:
    found = decided(row(B, former=name_key(A), listed=9), row(A, listed=9))
    assert clusters(found) == [{0}, {1}]
    found = decided(row(A), row(B, former=name_key(A)))
    assert clusters(found) == [{0, 1}]


def test_numbers_too_near_in_time_speak_against_a_change_of_name() -> None:
    near: dict[str, Any] = NUMBER | {"number": "HNTE:GR202441000777", "year": 2024}
    found = decided(row(A, **NUMBER), row(B, **near), renamed(B, A))
    assert clusters(found) == [{0}, {1}]
    assert found.waiting == {2: ("former_name_of_another", (0, 1))}


def test_one_name_under_two_codes() -> None:
    found = decided(row(A, CODE), row(A, CODE), row(A, OTHER_CODE), row(A))
    assert clusters(found) == [{0, 1, 3}]
    assert found.waiting == {2: ("name_with_other_code", (0,))}
    believed = decided(row(A, CODE), row(A, CODE), row(A, OTHER_CODE), row(A, OTHER_CODE), row(A))
    assert clusters(believed) == [{0, 1}, {2, 3}]
    assert believed.waiting == {4: ("several_of_that_name", (0, 2))}


def test_the_district_tells_whose_a_name_is() -> None:
    coded = [row(A, CODE, registered=JINSHUI)] * 2 + [row(A, OTHER_CODE, registered=ERQI)] * 2
    found = decided(*coded, row(A, registered=ERQI), row(A, county=JINSHUI))
    assert clusters(found) == [{0, 1, 5}, {2, 3, 4}]
    assert rung(found, 4) == "name_here"


def test_one_name_registered_in_two_counties_is_asked_of() -> None:
    found = decided(row(A, registered=JINSHUI), row(A), row(A, registered=ERQI))
    assert sorted(map(sorted, clusters(found))) == [[0, 1], [2]]
    assert causes(found) == ["same_name_elsewhere"]


def test_rows_of_two_counties_do_not_meet_in_one_that_says_none() -> None:
    found = decided(row(A, CODE), row(A, registered=JINSHUI), row(A, registered=JINSHUI), row(A, registered=ERQI))
    assert clusters(found) == [{0, 1, 2}, {3}]
    assert causes(found) == ["same_name_elsewhere"]


def test_a_name_not_in_full_founds_nobody() -> None:
    found = decided(row("郑州启航智能科技有", CODE))
    assert found.waiting == {0: ("name_incomplete", ())}


@pytest.mark.parametrize(
    ("revoked", "outcome"),
    [
        (row(A), ""),
        (row(A, CODE), ""),
        (row(A, **NUMBER), ""),
        (row(A, number="HNTE:GR202341009999"), "number_of_nobody"),
        (row(A, OTHER_CODE), "name_with_other_code"),
        (row("郑州市启航智能科技有限公司"), "nobody_of_that_name"),
        (row("河南中州面粉有限公司", CODE), "identifier_with_other_name"),
        (row("郑州启航智能科枝有限公司", CODE), "identifier_with_other_name"),
    ],
)
def test_what_takes_away_is_brought_by_exact_agreement_alone(revoked: dict[str, Any], outcome: str) -> None:
    found = decided(row(A, CODE, **NUMBER), {**revoked, "role": "must"})
    if outcome:
        assert found.waiting[1][0] == outcome
    else:
        assert clusters(found) == [{0, 1}]


def test_what_takes_away_ties_nobody_together() -> None:
    found = decided(row(A), row("河南中州面粉有限公司", CODE), row(A, CODE, role="must"))
    assert clusters(found)[:2] == [{0}, {1}]
    assert found.waiting[2][0] == "identifier_and_name_disagree"


def test_a_persons_word_binds() -> None:
    strange, variant = row("河南中州面粉有限公司"), row("郑州市启航智能科技有限公司", county=JINSHUI)
    assert clusters(decided(*KNOWN, strange, words=Words(same=((2, 0),)))) == [{0, 1, 2}]
    found = decided(*KNOWN, variant, words=Words(different=((2, 0),)))
    assert clusters(found) == [{0, 1}, {2}]
    assert not found.questions
    alone = decided(*KNOWN, row("河南中州面粉有限公司", CODE), words=Words(alone=frozenset({2})))
    assert clusters(alone) == [{0, 1}, {2}]


@pytest.mark.parametrize(
    ("name", "slips"),
    [
        ("郑州市启航智能科技有限公司", True),
        ("郑州启航智能科枝有限公司", True),
        (A, False),
        ("郑州启航智能科技股份有限公司", False),  # which it may have become
        ("河南嵩山控股有限公司", False),
    ],
)
def test_a_person_says_whose_a_name_is_and_not_that_it_is_written_rightly(name: str, slips: bool) -> None:
    same = Words(same=((0, 2),))
    found = decided(*KNOWN, row(name), words=same)
    assert clusters(found) == [{0, 1, 2}]
    assert found.clusters.slipped.tolist() == [False, False, slips]
    # What several lists call it is no slip.
    assert not decided(*KNOWN, row(name), row(name), words=same).clusters.slipped.any()


def test_a_stricter_line_asks_where_another_ties() -> None:
    variant = row("郑州市启航智能科技有限公司", county=JINSHUI)
    assert clusters(decided(*KNOWN, variant)) == [{0, 1, 2}]
    assert causes(decided(*KNOWN, variant, line=1.1)) == ["suffix_here"]


def test_what_several_lists_call_by_a_name_is_no_slip() -> None:
    variant = row("郑州市启航智能科技有限公司", county=JINSHUI)
    found = decided(*KNOWN, variant, {**variant})
    assert clusters(found) == [{0, 1}, {2, 3}]
    assert causes(found) == ["suffix_here"]


def test_a_name_that_very_many_bear_finds_nobody() -> None:
    many = [row(f"郑州{place}启航智能科技有限公司") for place in "东西南北中上下左右前后里外大小多少高低远近"]
    assert len(clusters(decided(*many))) == len(many)


def test_every_figure_that_ties_was_right_whenever_it_was_asked() -> None:
    ties = [figure for figure in rungs.figures().values() if figure.ties(rungs.LINE)]
    assert len(ties) >= 5
    assert all(figure.true == figure.pairs >= 40 for figure in ties)
