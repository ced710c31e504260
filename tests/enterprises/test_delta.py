"""Old + delta = new, and every change has its cause."""

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises import canonical
from enterprises.canonical import RecognitionRecord, Record
from enterprises.delta import Difference, Fate, Origin, apply, causes, differences, lost, moved


def recognition(programme: str = "HNTE", source: str = "L1#1", **more: Any) -> RecognitionRecord:
    plain: RecognitionRecord = {
        "programme": programme, "number": "", "batch": "", "valid_from": "2024-01-01", "valid_to": "2026-12-31",
        "state": "valid", "source": source,
    }  # fmt: skip
    return cast(RecognitionRecord, plain | more)


def record(id: str = "E1", *recognitions: RecognitionRecord, **more: Any) -> Record:
    plain: Record = {
        "id": id, "uscc": "", "name": "甲", "former_names": [], "district": "",
        "recognitions": list(recognitions) or [recognition()],
    }  # fmt: skip
    return cast(Record, plain | more)


records = st.builds(
    record,
    st.sampled_from([f"E{n}" for n in range(9)]),
    st.builds(recognition, st.sampled_from(["HNTE", "TSME"]), st.sampled_from(["L1#1", "L2#1", "L3#1"])),
    name=st.sampled_from(["甲", "乙"]),
    uscc=st.sampled_from(["", "C1"]),
)
editions = st.lists(records, unique_by=lambda r: r["id"]).map(lambda rs: sorted(rs, key=lambda r: r["id"]))


@given(editions, editions)
def test_old_and_delta_give_new_to_the_byte(old: list[Record], new: list[Record]) -> None:
    changes = list(differences(old, new))
    assert list(apply(old, changes)) == new
    assert canonical.digest(apply(old, changes)) == canonical.digest(new)


@given(editions, editions)
def test_every_difference_has_a_cause_and_nothing_else_is_one(old: list[Record], new: list[Record]) -> None:
    changes = list(differences(old, new))
    assert all(causes(change, {}) for change in changes)
    before, after = {r["id"]: r for r in old}, {r["id"]: r for r in new}
    assert {change.id for change in changes} == {id for id in before | after if before.get(id) != after.get(id)}


def test_kinds() -> None:
    assert [c.kind for c in differences([record("E1"), record("E3")], [record("E2"), record("E3", name="乙")])] == [
        "removed", "added", "changed",
    ]  # fmt: skip


CHANGES = {
    "recognised": (record(), record("E1", recognition(), recognition("TSME", "L2#1")), None),
    "renewed": (record(), record("E1", recognition(), recognition(source="L2#1", valid_from="2027-01-01")), None),
    "grace": (record(), record("E1", recognition(state="grace")), None),
    "expired": (record("E1", recognition(), recognition("TSME", "L2#1")), record(), Fate("expired", "2026-12-31")),
    "revoked": (record(), None, Fate("revoked", "2026-01-01", "L9#4")),
    "delisted": (record(), None, Fate("delisted", "2026-01-01", "L9")),
    "list_withdrawn": (record(), None, Fate("list_withdrawn")),
    "left_city": (record(), None, Fate("valid")),
    "merged": (record(), None, Fate("merged", "E2")),
    "corrected": (record(), None, None),
    "respelled": (record(name="启航(河南)公司"), record(name="启航（河南）公司"), None),
    "disputed": (record(), None, Fate("disputed", "", "L9#4")),
    "former_names": (record(), record(former_names=["旧甲"]), None),
    "code_found": (record(), record(uscc="C1"), None),
    "code_changed": (record(uscc="C1"), record(uscc="C2"), None),
    "district_changed": (record(), record(district="金水区"), None),
}


@pytest.mark.parametrize("cause", CHANGES)
def test_a_cause_has_its_name(cause: str) -> None:
    before, after, fate = CHANGES[cause]
    change = Difference(before, after)
    fates = {("E1", source): fate for source in lost(change) if fate}
    assert [found["cause"] for found in causes(change, fates)] == [cause]


def test_a_loss_names_the_source_that_ended_it() -> None:
    change = Difference(record(), None)
    (cause,) = causes(change, {("E1", "L1#1"): Fate("revoked", "2026-01-01", "L9#4")})
    assert (cause["source"], cause["after"], cause["before"]) == ("L9#4", "2026-01-01", "2024-01-01/2026-12-31")


def test_a_change_of_a_field_names_its_source() -> None:
    change = Difference(record(), record(name="乙", uscc="C1", district="金水区"))
    sources = [cause["source"] for cause in causes(change, {}, Origin("L1#1", "L2#2", "L3#3"))]
    assert sources == ["L1#1", "L2#2", "L3#3"]


def test_another_name_is_a_change_of_name_where_that_is_known() -> None:
    change = Difference(record(), record(name="乙"))
    (cause,) = causes(change, {}, Origin("L1#1", naming="renamed"))
    assert (cause["cause"], cause["before"], cause["after"]) == ("renamed", "甲", "乙")


def test_what_is_asked_about_is_another_period_and_an_early_end() -> None:
    three = [recognition(source=source) for source in ("L1#1", "L2#1", "L3#1")]
    kept, other = three[0], recognition(source="L2#1", valid_to="2027-12-31")
    gone = [recognition(source=source) for source in ("L4#1", "L5#1")]
    change = Difference(record("E1", *three, *gone), record("E1", kept, other))
    ends = {"L3#1": "2025-12-31", "L4#1": "2026-12-31"}  # the one before the day that was told, the other on it
    fates = {("E1", source): Fate("expired", day) for source, day in ends.items()}
    fates["E1", "L5#1"] = Fate("upcoming")
    assert moved(change, fates) == ["L2#1", "L3#1", "L5#1"]
    endless = Difference(record("E1", recognition(valid_to=None)), None)
    assert moved(endless, {("E1", "L1#1"): Fate("expired", "2026-12-31")}) == ["L1#1"]


def test_a_fate_of_another_enterprise_is_not_this_ones() -> None:
    change = Difference(record(), None)
    assert [c["cause"] for c in causes(change, {("E2", "L1#1"): Fate("valid")})] == ["corrected"]


def test_another_list_that_stands_for_the_same_is_a_correction_not_a_loss() -> None:
    change = Difference(record(), record("E1", recognition(source="L0#7")))
    assert [c["cause"] for c in causes(change, {("E1", "L1#1"): Fate("valid")})] == ["corrected"]
