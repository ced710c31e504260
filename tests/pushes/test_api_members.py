"""Members page by page, and changes between two editions: the old ones with the changes are the new ones."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from enterprises.delta import Cause
from enterprises.editions import withdraw
from enterprises.models import Edition
from enterprises.public_ids import public_id
from pushes import agreeing, delivering
from pushes.formats.offered import COLUMNS
from pushes.models import Delivery, Institution, Receipt
from tests.pushes.asking import Machine, content, key_of, problem
from tests.pushes.making import institution, person, recognition, record, sealed_edition

SPRING, SUMMER, AUTUMN = (f"ZZKJ-2026Q{quarter}-v1" for quarter in (2, 3, 4))
Rows = dict[str, Any]
PROFILES: list[Mapping[str, Any]] = [
    {},
    {"programmes": ["HNTE"]},
    {"programmes": ["SRDI", "LG"]},
    {"include_name_only": False},
    {"districts": ["410105"]},
    {"columns": [key for key in COLUMNS if key not in ("former_names", "district", "number", "valid_to")]},
]


@pytest.fixture
def officer(db: None) -> User:
    return person("officer", None, staff=True)


@pytest.fixture
def autumn(summer: Edition) -> Edition:
    """2026Q4: 1 lost SRDI and moved, 2 is back by another programme, 3 is renamed, 4 is gone."""
    return sealed_edition(
        "2026Q4",
        [
            record(1, recognition(source="HNTE-2025-01#1"), district="中原区"),
            record(2, recognition("LG", "LG-2026-01#1")),
            record(3, recognition("HNTE", "HNTE-2025-01#3"), name="郑州新名科技有限公司", former_names=["旧名"]),
        ],
        previous=summer,
    )


def given(officer: User, **profile: Any) -> Machine:
    bank = institution("bank-a", **profile)
    delivering.sweep(clock=timezone.now)
    return Machine(key_of(bank, officer))


def members(machine: Machine, label: str, limit: int = 2) -> Rows:
    """Every member, page by page."""
    found: Rows = {}
    cursor = ""
    while True:
        response = machine.get(f"/editions/{label}/members?limit={limit}{cursor}")
        assert response.status_code == 200, response.content
        page = response.json()
        assert len(page["items"]) <= limit and page["edition"] == label
        found |= {one["id"]: one for one in page["items"]}
        if page["next"] is None:
            assert list(found) == sorted(found)
            return found
        cursor = f"&cursor={page['next']}"


def changes(machine: Machine, label: str, since: str) -> list[dict[str, Any]]:
    response = machine.get(f"/editions/{label}/changes?since={since}")
    assert response.status_code == 200 and response["Content-Type"] == "application/jsonl"
    return [orjson.loads(line) for line in content(response).splitlines()]


def applied(rows: Rows, found: list[dict[str, Any]]) -> Rows:
    """As the banks' manual says."""
    rows = dict(rows)
    for one in found:
        assert one["causes"] and (one["enterprise"] is None) == (one["kind"] == "removed")
        assert (one["id"] in rows) == (one["kind"] != "added")
        if one["kind"] == "removed":
            del rows[one["id"]]
        else:
            rows[one["id"]] = one["enterprise"]
    return rows


@pytest.mark.parametrize("profile", PROFILES, ids=[",".join(one) or "all" for one in PROFILES])
def test_the_old_ones_with_the_changes_are_the_new_ones(
    officer: User, autumn: Edition, profile: Mapping[str, Any]
) -> None:
    machine = given(officer, **profile)
    parts = {label: members(machine, label) for label in (SPRING, SUMMER, AUTUMN)}
    for since, label in ((SPRING, SUMMER), (SUMMER, AUTUMN), (SPRING, AUTUMN)):
        assert applied(parts[since], changes(machine, label, since)) == parts[label]
    assert changes(machine, AUTUMN, AUTUMN) == []


def test_members_are_those_of_the_package(officer: User, autumn: Edition) -> None:
    machine = given(officer, programmes=["HNTE"])
    rows = members(machine, AUTUMN)
    assert set(rows) == {public_id(1), public_id(3)}
    assert rows[public_id(3)] == {
        "id": public_id(3),
        "uscc": "91410100MA00000003",
        "name": "郑州新名科技有限公司",
        "former_names": ["旧名"],
        "district": "金水区",
        "recognitions": [
            {
                "programme": "HNTE", "programme_name": "高新技术企业", "state": "valid",
                "number": "GR202541000001", "batch": "2025年第一批", "valid_from": "2025-01-10",
                "valid_to": "2028-01-09", "source": "HNTE-2025-01#3",
            }
        ],
    }  # fmt: skip


def test_what_was_not_agreed_is_null(officer: User, autumn: Edition) -> None:
    machine = given(officer, **PROFILES[-1])
    rows = [*members(machine, SUMMER).values()]
    rows += [one["enterprise"] for one in changes(machine, SUMMER, SPRING) if one["enterprise"]]
    for row in rows:
        assert row["former_names"] is None and row["district"] is None
        for one in row["recognitions"]:
            assert one["number"] is None and one["valid_to"] is None and one["valid_from"] and one["source"]


def test_causes_are_told_as_the_institution_may_know_them(officer: User, spring: Edition) -> None:
    """One enterprise took over another's recognition; of the other, which is not in the cut, no id is named."""
    merged: Cause = {
        "cause": "joined", "programme": "HNTE", "before": public_id(9), "after": "2025-01-10/2028-01-09",
        "source": "HNTE-2025-01#1",
    }  # fmt: skip
    sealed_edition(
        "2026Q3",
        [record(1, recognition(source="HNTE-2025-01#1"), recognition("SRDI", "SRDI-2026-01#1")), record(3)],
        previous=spring,
        causes={public_id(1): [merged]},
    )
    (one,) = (row for row in changes(given(officer), SUMMER, SPRING) if row["id"] == public_id(1))
    assert [cause["cause"] for cause in one["causes"]] == ["joined"]
    assert one["causes"][0]["before"] == "" and public_id(9) not in str(one)


def test_from_a_withdrawn_edition_to_its_successor(officer: User, spring: Edition, summer: Edition) -> None:
    machine = given(officer)
    old = members(machine, SUMMER)
    withdraw(edition=summer, reason="名单有误", now=timezone.now())
    sealed_edition("2026Q3", [record(1), record(4)], previous=spring, version=2)
    delivering.sweep(clock=timezone.now)
    found = changes(machine, "ZZKJ-2026Q3-v2", SUMMER)
    assert applied(old, found) == members(machine, "ZZKJ-2026Q3-v2")
    assert all(one["causes"][0]["cause"] == "corrected" for one in found)


def test_between_two_cuts_there_is_nothing_to_tell(officer: User, summer: Edition) -> None:
    machine = given(officer, programmes=["HNTE"])
    agreeing.agree(
        institution=Institution.objects.get(), programmes=["SRDI"], include_name_only=True, now=timezone.now()
    )
    sealed_edition("2026Q4", [record(1)], previous=summer)
    delivering.sweep(clock=timezone.now)
    problem(machine.get(f"/editions/{AUTUMN}/changes?since={SUMMER}"), 409, "another-cut")
    assert changes(machine, SUMMER, SPRING)


def test_changes_lead_forward_alone(officer: User, summer: Edition) -> None:
    machine = given(officer)
    assert SUMMER in problem(machine.get(f"/editions/{SPRING}/changes?since={SUMMER}"), 422, "invalid-input")["detail"]
    problem(machine.get(f"/editions/{SPRING}/changes"), 422, "invalid-input")


def test_each_answer_leaves_its_receipt(officer: User, summer: Edition) -> None:
    machine = given(officer)
    response = machine.get(f"/editions/{SUMMER}/members")
    receipt = Receipt.objects.get()
    assert (receipt.kind, receipt.rows, receipt.key) == ("members", 3, machine.key[:13])
    assert receipt.sha256 == hashlib.sha256(response.content).hexdigest()
    got = content(machine.get(f"/editions/{SUMMER}/changes?since={SPRING}"))
    receipt = Receipt.objects.first() or receipt
    assert (receipt.kind, receipt.rows) == ("changes", 4) and receipt.sha256 == hashlib.sha256(got).hexdigest()
    assert receipt.delivery == Delivery.objects.get(edition=summer)


def test_changes_go_on_where_they_broke_off(officer: User, summer: Edition) -> None:
    machine = given(officer)
    path = f"/editions/{SUMMER}/changes?since={SPRING}"
    first = machine.get(path)
    whole, etag = content(first), first["ETag"]
    rest = machine.get(path, Range="bytes=100-", If_Range=etag)
    assert rest.status_code == 206 and content(rest) == whole[100:]
    same = machine.get(path, If_None_Match=etag)
    assert (same.status_code, same["ETag"]) == (304, etag)
    problem(machine.get(path, If_Match='"another"'), 412, "precondition-failed")
    told = problem(machine.get(path, Range=f"bytes={len(whole)}-"), 416, "range-outside")
    assert str(len(whole)) in told["detail"] and Receipt.objects.count() == 2


@pytest.mark.parametrize("cursor", ["E0000001", "x", "E%00"])
def test_a_cursor_is_judged(officer: User, summer: Edition, cursor: str) -> None:
    problem(given(officer).get(f"/editions/{SUMMER}/members?cursor={cursor}"), 422, "invalid-input")
