"""An institution's part of an edition: nothing else is in it; its changes lead from the old to the new."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises import delta
from enterprises.canonical import Record
from enterprises.delta import Difference, Origin
from pushes.cutting import Cut, cut, cut_change
from tests.pushes.making import recognition, record

PROGRAMMES = ["HNTE", "TSME", "SRDI"]
ALL = Cut()
HNTE = Cut(frozenset(["HNTE"]))
WITH_CODE = Cut(include_name_only=False)

held = st.builds(
    lambda programme, row, state: recognition(programme, f"{programme}-1#{row}", state=state),
    st.sampled_from(PROGRAMMES),
    st.integers(1, 3),
    st.sampled_from(["valid", "grace"]),
)
records = st.builds(
    lambda number, name, coded, recognitions: record(number, *recognitions, name=name, uscc=None if coded else ""),
    st.integers(1, 8),
    st.sampled_from(["甲公司", "乙公司"]),
    st.booleans(),
    st.lists(held, min_size=1, max_size=3, unique_by=lambda one: one["source"]),
)
pools = st.lists(records, max_size=8, unique_by=lambda one: one["id"]).map(
    lambda pool: sorted(pool, key=lambda one: one["id"])
)
cuts = st.builds(Cut, st.frozensets(st.sampled_from(PROGRAMMES)), st.booleans())


def part(pool: list[Record], wanted: Cut) -> list[Record]:
    return [seen for one in pool if (seen := cut(one, wanted))]


@given(pools, pools, cuts)
def test_old_cut_and_cut_changes_make_the_new_cut(old: list[Record], new: list[Record], wanted: Cut) -> None:
    changes = [
        seen for change in delta.differences(old, new) if (seen := cut_change(change, delta.causes(change, {}), wanted))
    ]
    rebuilt = list(delta.apply(part(old, wanted), (change.difference for change in changes)))
    assert rebuilt == part(new, wanted)
    assert all(change.causes for change in changes)


@given(pools, pools, cuts)
def test_nothing_unwanted_is_in_a_cut(old: list[Record], new: list[Record], wanted: Cut) -> None:
    seen = [change for one in delta.differences(old, new) if (change := cut_change(one, delta.causes(one, {}), wanted))]
    programmes = {cause["programme"] for change in seen for cause in change.causes} - {""}
    programmes |= {held["programme"] for one in part(new, wanted) for held in one["recognitions"]}
    assert all(wanted.wants(programme) for programme in programmes)
    assert wanted.include_name_only or all(one["uscc"] for one in part(new, wanted))


def test_the_whole_edition_is_cut_to_itself() -> None:
    one = record(1)
    assert cut(one, ALL) == one


@pytest.mark.parametrize(
    ("before", "after", "wanted", "expected"),
    [
        pytest.param(
            record(1, recognition("SRDI", "S#1")),
            record(1, recognition("SRDI", "S#1"), recognition("HNTE", "H#1")),
            HNTE,
            ("added", ["recognised"]),
            id="a member by another programme is new to whoever wants this one",
        ),
        pytest.param(
            record(1, recognition("SRDI", "S#1"), recognition("HNTE", "H#1")),
            record(1, recognition("SRDI", "S#1"), name="新名"),
            HNTE,
            ("removed", ["corrected"]),
            id="who leaves the cut leaves, and its new name is not told",
        ),
        pytest.param(
            record(1, recognition("HNTE", "H#1"), uscc=""),
            record(1, recognition("HNTE", "H#1")),
            WITH_CODE,
            ("added", ["code_found"]),
            id="a found code brings it in",
        ),
        pytest.param(
            record(1, recognition("SRDI", "S#1")),
            record(1, recognition("SRDI", "S#1", state="grace")),
            HNTE,
            None,
            id="another programme's change is not seen",
        ),
        pytest.param(
            record(1, recognition("HNTE", "H#1")),
            record(1, recognition("HNTE", "H#1"), recognition("SRDI", "S#1"), name="新名"),
            HNTE,
            ("changed", ["renamed"]),
            id="a change of name is, without the other programme's news",
        ),
    ],
)
def test_a_change_in_the_institutions_own_terms(
    before: Record, after: Record, wanted: Cut, expected: tuple[str, list[str]] | None
) -> None:
    change = Difference(before, after)
    seen = cut_change(change, delta.causes(change, {}), wanted)
    told = (seen.difference.kind, [cause["cause"] for cause in seen.causes]) if seen else None
    assert told == expected


@pytest.mark.parametrize(
    ("wanted", "source", "expected"),
    [
        (HNTE, "SRDI-20260101-aaaaaaaa#4", ""),
        (HNTE, "HNTE-20260101-aaaaaaaa#4", "HNTE-20260101-aaaaaaaa#4"),
        (ALL, "SRDI-20260101-aaaaaaaa#4", "SRDI-20260101-aaaaaaaa#4"),
    ],
)
def test_the_evidence_of_a_new_name_does_not_tell_of_another_programme(wanted: Cut, source: str, expected: str) -> None:
    change = Difference(record(1, name="旧名"), record(1, name="新名"))
    seen = cut_change(change, delta.causes(change, {}, Origin(name=source)), wanted)
    assert seen is not None
    assert [(cause["cause"], cause["source"]) for cause in seen.causes] == [("renamed", expected)]
