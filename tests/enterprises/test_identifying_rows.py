"""Whose a stranger's rows are: each judged by itself, against who is known. No database."""

from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enterprises.matching.deciding import decide
from enterprises.matching.identifying import ROWS, By, Cause, Finding, Outcome, identify
from enterprises.matching.known import CODES, NAMES, Borne, Known
from enterprises.matching.places import places_of
from enterprises.matching.said import Words
from enterprises.matching.stated import SCHEMA, Evidence
from registry.names import name_key

PLACES = places_of(["金水区", "二七区", "荥阳市", "高新区"])
A, A_CODE = "郑州启航智能科技有限公司", "91410105MA44C1N27X"
A_MOVED = "91410103MA44C1N27B"  # the same organisation, another registrar
B = "河南中原数据服务股份有限公司"  # known by name only
C, C_CODE, C_ONCE = "郑州天成电子有限公司", "91410103MA9F2B3C4Y", "郑州天成仪表有限公司"
D, D_ONCE = "郑州云飞信息技术有限公司", "郑州云翔信息技术有限公司"
E, E_CODE = "郑州云翔信息技术有限公司", "91410100MA40000018"  # bears today what was D's; not shown
F = "新乡市大河物流有限公司"  # not shown, was in before
UNKNOWN = "91410122MA3X5YDM0A"
REG = "440106000096133"

KNOWN_NAMES = [
    (1, A, Borne.CURRENT), (1, "郑州启航智能科枝有限公司", Borne.LISTED), (1, "启航智能", Borne.LISTED),
    (1, "郑粥启航智能科技有限公司", Borne.LISTED),
    (2, B, Borne.CURRENT), (3, C, Borne.CURRENT), (3, C_ONCE, Borne.FORMER),
    (4, D, Borne.CURRENT), (4, D_ONCE, Borne.FORMER), (5, E, Borne.CURRENT), (6, F, Borne.CURRENT),
]  # fmt: skip
KNOWN_CODES = [(1, A_CODE, ""), (3, C_CODE, ""), (3, "", REG), (5, E_CODE, "")]
SHOWN, ONCE = {1, 2, 3, 4}, {6}


def known(
    names: Sequence[tuple[int, str, int]] = KNOWN_NAMES,
    codes: Sequence[tuple[int, str, str]] = KNOWN_CODES,
    shown: set[int] = SHOWN,
    once: set[int] = ONCE,
) -> Known:
    keyed = [(enterprise, name_key(name), int(borne)) for enterprise, name, borne in names]
    return Known(
        pl.DataFrame(keyed, schema=NAMES, orient="row"),
        pl.DataFrame(list(codes), schema=CODES, orient="row"),
        PLACES,
        shown=shown,
        once=once,
    )


KNOWN = known()
Row = dict[str, Any]


def row(name: str = "", code: str = "", **facts: Any) -> Row:
    facts = {part: name_key(text) if part == "former" else text for part, text in facts.items()}
    return {"former": "", "old": "", "repaired": "", "fails": False, "name": name_key(name), "code": code, **facts}


def found(*rows: Row, among: Known = KNOWN) -> list[Finding]:
    return identify(among, pl.DataFrame(list(rows), schema=ROWS))


@pytest.mark.parametrize(
    ("asked", "enterprise", "by", "relation"),
    [
        (row(A, A_CODE), 1, By.CODE, ""),
        (row("", A_CODE), 1, By.CODE, ""),
        (row("", "", old=A_CODE[8:17]), 1, By.CODE, ""),
        (row(A, A_MOVED), 1, By.CODE, ""),
        (row(C_ONCE, C_CODE), 3, By.CODE, "former"),
        (row("郑州启航智能科枝有限公司", A_CODE), 1, By.CODE, "published"),
        (row("启航智能", A_CODE), 1, By.CODE, "spelling"),
        (row("郑州启航智能科技有限责任公司", A_CODE), 1, By.CODE, "form_worded"),
        (row("郑州启航智能科技有", A_CODE), 1, By.CODE, "form_damaged"),
        (row("启航智能科技有限公司", A_CODE), 1, By.CODE, "place_omitted"),
        (row(A), 1, By.NAME, ""),
        (row("郑州启航智能科技 有限公司"), 1, By.NAME, ""),
        (row("鄭州啟航智能科技有限公司"), 1, By.NAME, ""),
        (row("(郑州)启航智能科技有限公司"), 1, By.NAME, ""),
        (row("郑粥启航智能科技有限公司"), 1, By.PUBLISHED, ""),
        (row(B, UNKNOWN), 2, By.NAME, ""),
        (row(C_ONCE), 3, By.FORMER, ""),
        (row(C, old=REG), 3, By.NAME, ""),
        (row(C, old="410105000096139"), 3, By.NAME, ""),
    ],
)
def test_rows_that_are_in(asked: Row, enterprise: int, by: By, relation: str) -> None:
    assert found(asked) == [Finding(Outcome.IN, enterprise, by, relation)]


@pytest.mark.parametrize(
    ("asked", "candidates"),
    [
        (row("郑州山高烟草有限公司", A_CODE), [(1, Cause.CODE_OTHER_NAME)]),
        (row("荥阳启航智能科技有限公司", A_CODE), [(1, Cause.CODE_NEAR_NAME)]),
        (row(C, A_CODE), [(1, Cause.CODE_OTHER_NAME), (3, Cause.NAME_OTHER_CODE)]),
        (row(A, E_CODE), [(1, Cause.NAME_OTHER_CODE)]),
        (row(A, UNKNOWN), [(1, Cause.NAME_OTHER_CODE)]),
        (row(A, fails=True), [(1, Cause.NAME_FAULTY_CODE)]),
        (row(A, repaired=A_CODE, fails=True), [(1, Cause.CODE_SLIPPED)]),
        (row("", repaired=A_CODE, fails=True), [(1, Cause.CODE_SLIPPED)]),
        (row(C, repaired=A_CODE, fails=True), [(3, Cause.NAME_FAULTY_CODE)]),
        (row(D_ONCE), [(4, Cause.NAME_OF_SEVERAL)]),
        (row(D_ONCE, UNKNOWN), [(4, Cause.NAME_OF_SEVERAL)]),
        (row("郑州新地名科技有限公司", former=A), [(1, Cause.FORMER_STATED)]),
        (row("", old=REG), [(3, Cause.REGISTRATION)]),
        (row(A, old=REG), [(3, Cause.REGISTRATION), (1, Cause.NAME_OF_SEVERAL)]),
        (row("郑州市启航智能科技有限公司"), [(1, Cause.ALIKE)]),
        (row("郑州启航智能科机有限公司"), [(1, Cause.ALIKE)]),
        (row("郑州启航智能技有限公司"), [(1, Cause.ALIKE)]),
        (row("郑州启航智能科技有限公"), [(1, Cause.ALIKE)]),
        (row("河南省中原数据服务股份有限公司", UNKNOWN), [(2, Cause.ALIKE)]),
        (row("郑州启航智能科枝有限公司"), [(1, Cause.LISTED)]),
        (row("启航智能"), [(1, Cause.ALIKE)]),  # a list wrote it so, but what is no name in full is anybody's
    ],
)
def test_rows_that_want_a_look(asked: Row, candidates: list[tuple[int, Cause]]) -> None:
    (finding,) = found(asked)
    assert finding.outcome is Outcome.CANDIDATE
    assert [(one.enterprise, one.cause) for one in finding.candidates] == candidates
    assert finding.proposal == (asked["repaired"] if candidates[0][1] is Cause.CODE_SLIPPED else "")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (row("郑州山高烟草有限公司"), Finding(Outcome.OUT)),
        (row("郑州山高烟草有限公司", UNKNOWN), Finding(Outcome.OUT)),
        (row(E, E_CODE), Finding(Outcome.OUT)),  # known, and not this institution's to know
        (row("", E_CODE), Finding(Outcome.OUT)),
        (row(F), Finding(Outcome.OUT, 6)),
        (row("郑州市启航智能科技有限公司", UNKNOWN), Finding(Outcome.OUT)),  # two codes are two enterprises
        (row("", fails=True), Finding(Outcome.OUT)),
        (row(), Finding(Outcome.NOTHING)),
    ],
)
def test_rows_that_are_not_in(asked: Row, expected: Finding) -> None:
    assert found(asked) == [expected]


def test_a_code_of_two_and_a_former_name_of_two_want_a_look() -> None:
    among = known([*KNOWN_NAMES, (2, C_ONCE, Borne.FORMER)], [*KNOWN_CODES, (2, A_CODE, "")])
    assert [one.cause for one in found(row(A, A_CODE), among=among)[0].candidates] == [Cause.CODE_OF_SEVERAL] * 2
    assert [one.cause for one in found(row(C_ONCE), among=among)[0].candidates] == [Cause.FORMER_OF_SEVERAL] * 2


def test_a_list_s_own_wording_does_not_stand_for_a_name_it_is_unlike() -> None:
    among = known([*KNOWN_NAMES, (1, "郑州山高烟草有限公司", Borne.LISTED)])
    assert [one.cause for one in found(row("郑州山高烟草有限公司"), among=among)[0].candidates] == [Cause.LISTED]
    (beside_code,) = found(row("郑州山高烟草有限公司", A_CODE), among=among)
    assert (beside_code.outcome, beside_code.enterprise) == (Outcome.IN, 1)


# ── what holds of all rows ──
WORDS = ("郑州", "河南", "荥阳市", "启航", "天成", "智能", "电子", "云飞", "云翔", "信息技术")
FORMS = ("有限公司", "有限责任公司", "股份有限公司", "有限公", "")
names = st.one_of(
    st.sampled_from([A, B, C, C_ONCE, D, E, F, ""]),
    st.builds(
        lambda parts, form: "".join(parts) + form, st.lists(st.sampled_from(WORDS), max_size=4), st.sampled_from(FORMS)
    ),
)
codes = st.sampled_from(["", "", A_CODE, A_MOVED, C_CODE, E_CODE, UNKNOWN])
rows = st.builds(
    row, names, codes, former=st.sampled_from(["", A, C]), old=st.sampled_from(["", "", REG, A_CODE[8:17]]),
    repaired=st.sampled_from(["", "", A_CODE]), fails=st.booleans(),
)  # fmt: skip
worlds = st.lists(st.tuples(st.integers(1, 6), names, st.sampled_from(Borne)), min_size=3, max_size=12)
some = settings(max_examples=60, deadline=None, derandomize=True)


@some
@given(worlds, st.lists(rows, min_size=1, max_size=8))
def test_no_row_knows_of_another_and_nobody_hidden_is_named(
    world: list[tuple[int, str, int]], asked: list[Row]
) -> None:
    among = known(world)
    together = found(*asked, among=among)
    assert together == [found(one, among=among)[0] for one in asked]
    assert together == found(*reversed(asked), among=among)[::-1]
    for finding in together:
        named = {one.enterprise for one in finding.candidates} | {finding.enterprise} - {None}
        assert named <= (SHOWN if finding.outcome is not Outcome.OUT else ONCE)
        assert len(named) == 1 if finding.outcome is Outcome.IN else finding.by is None
        assert bool(finding.candidates) == (finding.outcome is Outcome.CANDIDATE)


published = st.lists(
    st.tuples(st.sampled_from([A, B, C, C_ONCE, D, E, "郑州启航智能科枝有限公司", "荥阳启航智能科技有限公司"]), codes),
    min_size=2, max_size=8,
)  # fmt: skip


@some
@given(published)
def test_a_copy_of_a_published_line_is_never_somebody_elses(lines: list[tuple[str, str]]) -> None:
    """Where the resolver ties a line to an enterprise, its copy is in as that one, or that one is asked of."""
    blank = {name: "" if kind == pl.String else 0 for name, kind in SCHEMA.items()}
    facts = [
        {**blank, "entry": at, "listed": at, "place": "home", "role": "grant", "district_id": None,
         "name": name_key(name), "code": code}
        for at, (name, code) in enumerate(lines)
    ]  # fmt: skip
    decided = decide(Evidence(pl.DataFrame(facts, schema=SCHEMA), PLACES), Words())
    label = {at: int(decided.clusters.label[at]) for at in range(len(lines)) if at not in decided.waiting}
    first: dict[int, int] = {}
    for at, own in label.items():
        first.setdefault(own, at)
    among = known(
        [(own, lines[at][0], Borne.CURRENT if first[own] == at else Borne.LISTED) for at, own in label.items()],
        [(own, lines[at][1], "") for at, own in label.items()],
        shown=set(label.values()), once=set(),
    )  # fmt: skip
    for at, finding in enumerate(found(*(row(*line) for line in lines), among=among)):
        if finding.outcome is Outcome.IN and at in label:
            assert finding.enterprise == label[at]
        elif finding.outcome is Outcome.CANDIDATE and at in label and len(finding.candidates) < 3:
            assert label[at] in {one.enterprise for one in finding.candidates}
        assert finding.outcome is not Outcome.OUT or at not in label
