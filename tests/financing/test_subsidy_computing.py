"""What a rule gives: at every threshold and limit, on the cent and one cent beside."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from financing.subsidies.capitals import in_capitals
from financing.subsidies.computing import Case, Terms, Worked, work

DAY = date(2026, 3, 1)
BANK = Terms(1, Decimal("0.2"), Decimal("1000000000.00"), Decimal("2000000.00"))
PREMIUM = Terms(2, Decimal(30), cap=Decimal("200000.00"))
SECURITIES = Terms(3, Decimal("1.5"), cap=Decimal("2000000.00"))
GRADES = Terms(4, once=True, steps={"一等": Decimal(300000), "二等": Decimal(200000), "三等": Decimal(100000)})


def case(key: str = "a", terms: Terms | None = PREMIUM, amount: str = "", **more: Any) -> Case:
    words: dict[str, Any] = {"recipient": "r", "day": DAY, "order": 0} | more
    return Case(key=key, terms=terms, amount=Decimal(amount) if amount else None, **words)


def granted(*cases: Case) -> Mapping[str, tuple[Decimal, str]]:
    return {one.case.key: (one.granted, one.cut) for one in work(cases)}


@pytest.mark.parametrize(
    ("terms", "amount", "gives", "cut"),
    [
        # Banks: the threshold itself reaches it, and gives the limit exactly.
        (BANK, "999999999.99", "0", "threshold"),
        (BANK, "1000000000.00", "2000000.00", ""),
        (BANK, "1000000000.01", "2000000.00", "cap"),  # 2,000,000.00002
        (BANK, "1000000002.49", "2000000.00", "cap"),  # 2,000,000.00498: cut, though it would round to the limit
        (BANK, "1000000005.00", "2000000.00", "cap"),
        (BANK, "0.00", "0", "threshold"),
        (BANK, "-1000000000.00", "0", "threshold"),
        (BANK, "99999999999999.99", "2000000.00", "cap"),
        # Premiums: 30 % reaches 200,000.00 at 666,666.67 only by the rounding.
        (PREMIUM, "666666.66", "200000.00", ""),  # 199,999.998
        (PREMIUM, "666666.65", "200000.00", ""),  # 199,999.995, half up
        (PREMIUM, "666666.64", "199999.99", ""),  # 199,999.992
        (PREMIUM, "666666.67", "200000.00", "cap"),  # 200,000.001
        (PREMIUM, "0.01", "0.00", ""),  # 0.003
        (PREMIUM, "0.02", "0.01", ""),  # 0.006
        (PREMIUM, "0.05", "0.02", ""),  # 0.015, half up and not to even
        (PREMIUM, "0.15", "0.05", ""),  # 0.045, half up and not to even
        # Securities: 1.5 % reaches 2,000,000.00 at 133,333,333.33….
        (SECURITIES, "133333333.32", "2000000.00", ""),  # 1,999,999.9998
        (SECURITIES, "133333333.33", "2000000.00", ""),  # 1,999,999.99995
        (SECURITIES, "133333333.34", "2000000.00", "cap"),  # 2,000,000.0001
        (SECURITIES, "133333332.99", "1999999.99", ""),  # 1,999,999.99485
        (SECURITIES, "133333333.00", "2000000.00", ""),  # 1,999,999.995, half up
        (SECURITIES, "1234.57", "18.52", ""),  # 18.51855
    ],
)
def test_one_case_at_each_border(terms: Terms, amount: str, gives: str, cut: str) -> None:
    assert granted(case(terms=terms, amount=amount)) == {"a": (Decimal(gives), cut)}


@pytest.mark.parametrize(
    ("cases", "gives"),
    [
        # Of one year the limit is of all policies together, taken by day and then by order, on the cent.
        (
            [case("b", amount="333333.34", order=2), case("a", amount="333333.33", order=1)],
            {"a": ("100000.00", ""), "b": ("100000.00", "cap")},  # 99,999.999, then 100,000.002 where 100,000 are left
        ),
        (
            [case("b", amount="600000", day=date(2026, 2, 1)), case("a", amount="600000")],
            {"b": ("180000.00", ""), "a": ("20000.00", "cap")},
        ),
        (
            [case("a", amount="666666.67"), case("b", amount="0.02", order=1), case("c", amount="0.01", order=2)],
            {"a": ("200000.00", "cap"), "b": ("0.00", "cap"), "c": ("0.00", "cap")},
        ),
        # Another recipient has a limit of its own.
        (
            [case("a", amount="700000"), case("b", amount="700000", recipient="s")],
            {"a": ("200000.00", "cap"), "b": ("200000.00", "cap")},
        ),
        # What a person left out uses up nothing.
        (
            [case("a", amount="700000", excluded=True), case("b", amount="600000", order=1)],
            {"a": ("0", "excluded"), "b": ("180000.00", "")},
        ),
        # A limit of each case is not used up by others.
        (
            [
                case("a", Terms(9, Decimal(30), cap=Decimal(100), cap_is_yearly=False), "400"),
                case("b", Terms(9, Decimal(30), cap=Decimal(100), cap_is_yearly=False), "300", order=1),
            ],
            {"a": ("100", "cap"), "b": ("90.00", "")},
        ),
        # The rule changed on 1 July: each by the rule of its day, what was granted before counts towards the new limit.
        (
            [
                case("old", amount="600000", day=date(2026, 6, 30)),
                case("new", Terms(5, Decimal(50), cap=Decimal("250000.00")), "200000", day=date(2026, 7, 1)),
            ],
            {"old": ("180000.00", ""), "new": ("70000.00", "cap")},
        ),
        # … and a lower one that is passed already leaves nothing.
        (
            [
                case("old", amount="600000", day=date(2026, 6, 30)),
                case("new", Terms(5, Decimal(30), cap=Decimal("150000.00")), "100", day=date(2026, 7, 1)),
            ],
            {"old": ("180000.00", ""), "new": ("0", "cap")},
        ),
        ([case("a", None, "100")], {"a": ("0", "no_rule")}),
        # Grades: once, whoever it was by.
        ([case("a", GRADES, grade="一等")], {"a": ("300000", "")}),
        ([case("a", GRADES, grade="二等")], {"a": ("200000", "")}),
        ([case("a", GRADES, grade="三等")], {"a": ("100000", "")}),
        ([case("a", GRADES, grade="四等")], {"a": ("0", "no_step")}),
        ([case("a", GRADES, grade="一等", had="2025")], {"a": ("0", "once")}),
        (
            [case("a", GRADES, grade="三等"), case("b", GRADES, grade="一等", order=1)],
            {"a": ("100000", ""), "b": ("0", "once")},
        ),
        (
            [case("a", GRADES, grade="三等", excluded=True), case("b", GRADES, grade="一等", order=1)],
            {"a": ("0", "excluded"), "b": ("300000", "")},
        ),
    ],
)  # fmt: skip
def test_cases_beside_each_other(cases: list[Case], gives: Mapping[str, tuple[str, str]]) -> None:
    assert granted(*cases) == {key: (Decimal(amount), cut) for key, (amount, cut) in gives.items()}
    assert granted(*reversed(cases)) == granted(*cases)  # in whatever order they come


def test_what_was_computed_is_exact_and_what_was_used_is_told() -> None:
    first, second = work([case("a", amount="333333.33"), case("b", amount="600000", order=1)])
    assert (first.exact, first.computed, first.used) == (Decimal("99999.999"), Decimal("100000.00"), Decimal(0))
    assert isinstance(second, Worked)
    assert (second.exact, second.used, second.granted) == (Decimal(180000), Decimal("100000.00"), Decimal("100000.00"))


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"), ("0.01", "壹分"), ("0.10", "壹角整"), ("1", "壹元整"), ("10.05", "壹拾元零伍分"),
        ("325.04", "叁佰贰拾伍元零肆分"), ("1409.50", "壹仟肆佰零玖元伍角整"), ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("6007.14", "陆仟零柒元壹角肆分"), ("10010", "壹万零壹拾元整"), ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("2000000", "贰佰万元整"), ("100000001", "壹亿零壹元整"), ("1000000000", "壹拾亿元整"),
        ("1000000000001", "壹万亿零壹元整"), ("10203040506070.8", "壹拾万贰仟零叁拾亿肆仟零伍拾万陆仟零柒拾元捌角整"),
        ("9999999999999999.99", "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)  # fmt: skip
def test_an_amount_in_capitals(amount: str, words: str) -> None:
    assert in_capitals(Decimal(amount)) == f"人民币{words}"


@pytest.mark.parametrize("amount", ["-0.01", "0.001", "10000000000000000"])
def test_what_is_no_amount_has_no_capitals(amount: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        in_capitals(Decimal(amount))
