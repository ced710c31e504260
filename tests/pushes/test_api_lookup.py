"""Enterprises looked up by machines: in the newest standing edition given, in its cut, each answer in its place."""

import hashlib
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from stdnum.cn import uscc

from enterprises.editions import withdraw
from enterprises.models import Edition
from enterprises.public_ids import public_id
from pushes import delivering
from pushes.models import Institution, Receipt
from tests.pushes.asking import Machine, key_of, problem
from tests.pushes.making import institution, person, recognition, record, sealed_edition

LABEL = "ZZKJ-2026Q3-v1"


def code(number: int) -> str:
    begin = f"91410100MA{number:07d}"
    return begin + uscc.calc_check_digit(begin)


@pytest.fixture
def officer(db: None) -> User:
    return person("officer", None, staff=True)


@pytest.fixture
def edition(db: None) -> Edition:
    """1 in HNTE, 2 in SRDI alone, 3 known by name only."""
    return sealed_edition(
        "2026Q3",
        [
            record(1, recognition(), recognition("SRDI", "SRDI-2025-01#1"), uscc=code(1)),
            record(2, recognition("SRDI", "SRDI-2025-01#2"), uscc=code(2)),
            record(3, uscc=""),
        ],
    )


@pytest.fixture
def bank(edition: Edition) -> Institution:
    made = institution("bank-a", programmes=["HNTE"])
    institution("bank-b")
    delivering.sweep(clock=timezone.now)
    return made


@pytest.fixture
def machine(bank: Institution, officer: User) -> Machine:
    return Machine(key_of(bank, officer, "lookup"))


def results(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [one["result"] for one in response.json()["answers"]]


def test_each_is_answered_in_its_place(machine: Machine) -> None:
    asked = [code(2), public_id(1), "9141O100MA0000001X", f" {code(1).lower()}", code(9), public_id(3), code(1)]
    response = machine.look_up(asked)
    told = response.json()
    assert (told["edition"], told["as_of"]) == (LABEL, "2026-09-30")
    assert [one["asked"] for one in told["answers"]] == asked
    assert results(response) == ["not_found", "found", "malformed", "found", "not_found", "found", "found"]
    first = told["answers"][1]["enterprise"]
    assert (first["id"], first["uscc"]) == (public_id(1), code(1))
    assert [one["programme"] for one in first["recognitions"]] == ["HNTE"]  # what the cut has of it
    assert "第5位" in told["answers"][2]["fault"] and "O" in told["answers"][2]["fault"]
    assert [one["fault"] is None for one in told["answers"]] == [True, True, False, True, True, True, True]


def test_unknown_and_beyond_the_cut_look_alike(machine: Machine) -> None:
    known, unknown = (machine.look_up([one]).json()["answers"][0] for one in (code(2), code(9)))
    assert known | {"asked": ""} == unknown | {"asked": ""}
    told = [problem(machine.get(f"/enterprises/{one}"), 404, "enterprise-not-found") for one in (code(2), code(9))]
    assert told[0] == told[1] and told[0]["edition"] == LABEL and told[0]["as_of"] == "2026-09-30"
    by_id = [problem(machine.get(f"/enterprises/{public_id(one)}"), 404, "enterprise-not-found") for one in (2, 9)]
    assert by_id[0] == by_id[1]


def test_one_by_its_code_or_number(machine: Machine) -> None:
    told = machine.get(f"/enterprises/{code(1)}").json()
    assert told["enterprise"]["id"] == public_id(1) and told["edition"] == LABEL
    assert machine.get(f"/enterprises/{public_id(1).lower()}").json() == told


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("9141O100MA0000001X", "第5位"),
        ("91410100MA00000012", "校验"),
        ("440106000096133", "2015"),
        ("9.14101E%2B17", "电子表格"),
        ("123", "18"),
        ("%00", "代码"),
        ("91410100MA000000%E4%BC%81X", "第17位"),
    ],
)
def test_a_fault_is_told_and_nothing_looked_up(machine: Machine, wrong: str, words: str) -> None:
    told = problem(machine.get(f"/enterprises/{wrong}"), 422, "code-malformed")
    assert words in told["detail"] and told["errors"][0]["pointer"] == "code"
    assert not Receipt.objects.exists()


def test_whoever_agreed_to_codes_alone_learns_of_no_other(officer: User, edition: Edition) -> None:
    bank = institution("bank-c", include_name_only=False)
    delivering.sweep(clock=timezone.now)
    assert results(Machine(key_of(bank, officer)).look_up([public_id(3), public_id(1)])) == ["not_found", "found"]


def test_the_newest_that_stands_and_was_given(machine: Machine, edition: Edition) -> None:
    newer = sealed_edition("2026Q4", [record(9, uscc=code(9))], previous=edition)
    assert results(machine.look_up([code(9), code(1)])) == ["not_found", "found"]  # sealed, and not yet given
    delivering.sweep(clock=timezone.now)
    assert results(machine.look_up([code(9), code(1)])) == ["found", "not_found"]
    withdraw(edition=newer, reason="名单有误", now=timezone.now())
    assert results(machine.look_up([code(9), code(1)])) == ["not_found", "found"]
    withdraw(edition=edition, reason="名单有误", now=timezone.now())
    problem(machine.look_up([code(1)]), 404, "nothing-given")
    problem(machine.get(f"/enterprises/{code(1)}"), 404, "nothing-given")


def test_each_look_up_leaves_one_receipt(machine: Machine, edition: Edition) -> None:
    responses = [
        machine.look_up([code(1), code(2), "x"]),
        machine.get(f"/enterprises/{code(1)}"),
        machine.get(f"/enterprises/{code(9)}"),
    ]
    found = list(Receipt.objects.order_by("number"))
    assert [one.rows for one in found] == [3, 1, 1]
    assert [one.sha256 for one in found] == [hashlib.sha256(one.content).hexdigest() for one in responses]
    for one in found:
        assert (one.kind, one.key, one.user, one.address) == ("lookup", machine.key[:13], None, "198.51.100.7")
        assert one.delivery is not None and one.delivery.edition == edition


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"codes": []}, ["/codes"]),
        ({"codes": ["x"] * 1001}, ["/codes"]),
        ({"codes": ["x", 5, None]}, ["/codes/1", "/codes/2"]),
        ({"codes": ["x" * 65]}, ["/codes/0"]),
        ({"codes": "x"}, ["/codes"]),
        ({}, ["/codes"]),
        ({"codes": ["x"], "a/b": 1}, ["/a~1b"]),
        ([], [""]),
        (7, [""]),
    ],
)
def test_what_was_sent_is_judged_place_by_place(machine: Machine, body: object, pointers: list[str]) -> None:
    told = problem(machine.post("/enterprises/lookup", body), 422, "invalid-input")
    assert [one["pointer"] for one in told["errors"]] == pointers
    assert all(not one["detail"].isascii() for one in told["errors"])


def test_a_thousand_at_once_cost_no_more_questions_than_one(
    machine: Machine, django_assert_max_num_queries: Any
) -> None:
    codes = [code(number) for number in range(1, 1001)]
    with django_assert_max_num_queries(14):
        assert results(machine.look_up(codes)).count("found") == 1
