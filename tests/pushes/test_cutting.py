"""What an institution is told of a change: why, as far as it concerns it, and nothing of others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises.delta import Cause, Kind
from pushes.cutting import CORRECTED, Cut, told

PROGRAMMES = ["HNTE", "TSME", "SRDI"]
ALL = Cut()
HNTE = Cut(frozenset(["HNTE"]))
WITH_CODE = Cut(include_name_only=False)
NEAR = Cut(districts=frozenset(["金水区"]))
FEW_COLUMNS = Cut(hidden=frozenset(["former_names", "district"]))
FEW_AND_NEAR = Cut(districts=frozenset(["金水区"]), hidden=frozenset(["district"]))
FIELDS = ["renamed", "respelled", "former_names", "code_found", "code_changed", "district_changed"]


def cause(name: str, programme: str = "", before: str = "", after: str = "", source: str = "") -> Cause:
    return {"cause": name, "programme": programme, "before": before, "after": after, "source": source}


causes = st.one_of(
    st.builds(
        lambda name, programme, row: cause(name, programme, source=f"{programme}-1#{row}"),
        st.sampled_from(["recognised", "renewed", "expired", "revoked", "split"]),
        st.sampled_from(PROGRAMMES),
        st.integers(1, 3),
    ),
    st.builds(
        lambda name, programme: cause(name, before="甲", after="乙", source=f"{programme}-1#1"),
        st.sampled_from(FIELDS),
        st.sampled_from(PROGRAMMES),
    ),
)
cuts = st.builds(
    Cut,
    st.frozensets(st.sampled_from(PROGRAMMES)),
    st.booleans(),
    st.frozensets(st.sampled_from(["金水区"])),
    st.frozensets(st.sampled_from(["former_names", "district"])),
)
kinds: st.SearchStrategy[Kind] = st.sampled_from(["added", "removed", "changed"])


@given(kinds, st.lists(causes), cuts)
def test_nothing_unwanted_is_told_and_something_always(kind: Kind, sealed: list[Cause], wanted: Cut) -> None:
    seen = told(kind, sealed, wanted)
    assert seen
    assert all(one["programme"] == "" or wanted.wants(one["programme"]) for one in seen)
    assert all(one["source"] == "" or wanted.wants(one["source"].partition("-")[0]) for one in seen)
    assert "former_names" not in wanted.hidden or all(one["cause"] != "former_names" for one in seen)


@pytest.mark.parametrize(
    ("kind", "sealed", "wanted", "expected"),
    [
        pytest.param(
            "added", [cause("recognised", "HNTE", after="2026-01-01/")], HNTE,
            [("recognised", "", "2026-01-01/")],
            id="a member by another programme is new to whoever wants this one",
        ),
        pytest.param(
            "removed",
            [cause("renamed", before="旧名", after="新名"), cause("expired", "HNTE", "2023-01-01/", "2026-01-01")],
            HNTE, [("expired", "2023-01-01/", "2026-01-01")],
            id="who leaves the cut leaves, and its new name is not told",
        ),
        pytest.param("added", [cause("code_found", after="9141")], WITH_CODE, [("code_found", "", "9141")],
                     id="a found code brings it in"),
        pytest.param("changed", [cause("renamed", before="旧", after="新"), cause("recognised", "SRDI")], HNTE,
                     [("renamed", "旧", "新")], id="a change of name is, without the other programme's news"),
        pytest.param("changed", [], ALL, [("corrected", "", "")], id="there is always a cause"),
        pytest.param(
            "removed", [cause("district_changed", before="金水区", after="中原区"), cause("recognised", "SRDI")], NEAR,
            [("district_changed", "金水区", "")],
            id="who moves away leaves, and where it went and what it got there is not told",
        ),
        pytest.param(
            "changed", [cause("district_changed", before="中原区", after="金水区")], NEAR,
            [("district_changed", "", "金水区")],
            id="nor is a district in which it was meanwhile",
        ),
        pytest.param("changed", [cause("district_changed", before="中原区", after="金水区")], ALL,
                     [("district_changed", "中原区", "金水区")], id="whoever gets all districts is told"),
        pytest.param(
            "changed", [cause("former_names", after="甲"), cause("district_changed", after="乙"), cause("renamed")],
            FEW_COLUMNS, [("renamed", "", "")], id="of columns that were not agreed on nothing is told",
        ),
        pytest.param("removed", [cause("district_changed", before="金水区", after="中原区")], FEW_AND_NEAR,
                     [("district_changed", "", "")], id="but that it came or went by one"),
    ],
)  # fmt: skip
def test_a_change_in_the_institutions_own_terms(
    kind: Kind, sealed: list[Cause], wanted: Cut, expected: list[tuple[str, str, str]]
) -> None:
    assert [(one["cause"], one["before"], one["after"]) for one in told(kind, sealed, wanted)] == expected


@pytest.mark.parametrize(
    ("wanted", "source", "expected"),
    [
        (HNTE, "SRDI-20260101-aaaaaaaa#4", ""),
        (HNTE, "HNTE-20260101-aaaaaaaa#4", "HNTE-20260101-aaaaaaaa#4"),
        (ALL, "SRDI-20260101-aaaaaaaa#4", "SRDI-20260101-aaaaaaaa#4"),
    ],
)
def test_the_evidence_of_a_new_name_does_not_tell_of_another_programme(wanted: Cut, source: str, expected: str) -> None:
    (seen,) = told("changed", [cause("renamed", source=source)], wanted)
    assert (seen["cause"], seen["source"]) == ("renamed", expected)


def test_who_is_in_neither_part_is_not_named() -> None:
    sealed = [cause("merged", "HNTE", before="2023-01-01/", after="E1234567"), CORRECTED]
    seen = told("removed", sealed, ALL, frozenset(["E1234567"]))
    assert [(one["before"], one["after"]) for one in seen] == [("2023-01-01/", ""), ("", "")]
    assert told("removed", sealed, ALL)[0]["after"] == "E1234567"


OLD, NEW, OTHER = "2023-01-01/2025-12-31", "2026-01-01/2028-12-31", "2026-02-01/2029-01-31"
GRANTED, EXPIRED = cause("recognised", "SRDI", after=NEW), cause("expired", "TSME", OLD, "2026-01-01")


@pytest.mark.parametrize(
    ("undone", "sealed", "expected"),
    [
        pytest.param([GRANTED], [GRANTED, EXPIRED], [("expired", "TSME", OLD, "2026-01-01")],
                     id="what both say is no news"),
        pytest.param([cause("renamed", before="甲", after="乙", source="HNTE-1#1")],
                     [cause("renamed", before="甲", after="乙", source="HNTE-2#1"), EXPIRED],
                     [("expired", "TSME", OLD, "2026-01-01")], id="nor is a name that is taken from another list"),
        pytest.param([GRANTED], [], [("corrected", "SRDI", NEW, "")], id="what was granted for nothing is taken back"),
        pytest.param([EXPIRED], [], [("corrected", "TSME", "", OLD)], id="what was ended for nothing is there again"),
        pytest.param([GRANTED], [{**GRANTED, "after": OTHER}], [("corrected", "SRDI", NEW, OTHER)],
                     id="another period of what was told is no new grant"),
        pytest.param([GRANTED], [cause("objection_upheld", "SRDI", OLD, OTHER)],
                     [("objection_upheld", "SRDI", NEW, OTHER)], id="an upheld objection is told as that"),
        pytest.param([EXPIRED], [cause("renewed", "TSME", after=NEW)], [("renewed", "TSME", "", NEW)],
                     id="what ended and was renewed after all needs no other word"),
        pytest.param([cause("renewed", "TSME", after=NEW), EXPIRED], [cause("revoked", "TSME", OLD, "2025-06-01")],
                     [("corrected", "TSME", NEW, ""), ("revoked", "TSME", OLD, "2025-06-01")],
                     id="a renewal that never was is taken back, and the true end is told"),
        pytest.param([cause("renamed", before="甲", after="误")], [cause("renamed", before="甲", after="乙")],
                     [("corrected", "", "", ""), ("renamed", "", "甲", "乙")], id="a wrong name is corrected first"),
    ],
)  # fmt: skip
def test_of_a_withdrawn_edition_only_the_difference_is_told(
    undone: list[Cause], sealed: list[Cause], expected: list[tuple[str, str, str, str]]
) -> None:
    seen = told("changed", sealed, ALL, undone=undone)
    assert [(one["cause"], one["programme"], one["before"], one["after"]) for one in seen] == expected


@given(kinds, st.lists(causes), st.lists(causes), cuts)
def test_nothing_unwanted_is_told_of_what_was_undone(
    kind: Kind, sealed: list[Cause], undone: list[Cause], wanted: Cut
) -> None:
    seen = told(kind, sealed, wanted, undone=undone)
    assert seen
    assert all(one["programme"] == "" or wanted.wants(one["programme"]) for one in seen)
    assert told(kind, sealed, wanted, undone=sealed) == [CORRECTED]


def test_what_was_undone_of_another_programme_corrects_nothing() -> None:
    both = cause("recognised", "HNTE", after=NEW)
    assert told("changed", [both], HNTE, undone=[GRANTED]) == [both]
