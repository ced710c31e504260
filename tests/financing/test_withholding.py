"""What figures may tell to whom: no sum of one institution's, by itself or by subtraction of what is shown."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from financing.withholding import Part, mixed, moments, of_overlapping, of_parts, tellable


def part(enterprises: int, **by: int) -> Part:
    return Part(enterprises, {code: Decimal(value) for code, value in by.items()})


@pytest.mark.parametrize(
    ("told", "of", "own"),
    [
        (True, part(0), ""),
        (True, part(3, a=0, b=0, c=0), ""),  # nobody has anything
        (False, part(3, a=0, b=0), ""),  # it would tell that these two have nothing
        (True, part(0, a=0), "a"),
        (True, part(5, a=1, b=1, c=1), ""),
        (False, part(4, a=1, b=1, c=1), ""),  # too few enterprises
        (False, part(9, a=1, b=1), ""),  # too few institutions
        (False, part(9, a=1, b=1, c=0), ""),
        (True, part(99, a=85, b=14, c=1), ""),
        (False, part(99, a=86, b=13, c=1), ""),  # one has nearly all of it
        (False, part(99, a=50, b=30, c=20), "a"),  # beside the reader's own there are two
        (True, part(99, a=900, b=30, c=30, d=40), "a"),  # the reader himself may have nearly all
        (False, part(99, a=10, b=90, c=5, d=5), "a"),
        (False, part(9, a=5), "a"),  # that the others have nothing would be told
    ],
)
def test_a_sum_is_told_where_several_stand_behind_it(told: bool, of: Part, own: str) -> None:
    assert tellable(of, own) is told


@pytest.mark.parametrize(
    ("may", "of"),
    [
        (True, part(0)), (True, part(10, a=5, b=5, c=5)), (True, part(10, a=8, b=5, c=5)),
        (False, part(10, a=9, b=5, c=5)), (False, part(10, a=10, b=1, c=1)), (False, part(10, a=5, b=5)),
    ],
)  # fmt: skip
def test_enterprises_are_named_where_no_institution_has_nearly_all(may: bool, of: Part) -> None:
    assert mixed(of) is may


def test_beside_what_is_left_out_as_much_more_is_left_out_as_subtraction_needs() -> None:
    large, other, small = part(9, a=5, b=5, c=5), part(7, a=3, b=3, c=3), part(9, a=2)
    assert of_parts({"large": large, "other": other, "small": small}, tellable) == {"large"}
    assert of_parts({"large": large, "small": small}, tellable) == set()
    assert of_parts({"large": large, "other": other}, tellable) == {"large", "other"}
    # Two that may not be told each, and may be told together, need no third.
    assert of_parts({"one": part(9, a=3, b=3), "two": part(9, c=3), "large": large}, tellable) == {"large"}


def test_of_what_overlaps_the_rest_is_judged_too() -> None:
    total = part(40, a=10, b=10, c=10, d=10)
    assert of_overlapping({"P": part(30, a=8, b=8, c=8, d=4)}, total, tellable) == {"P"}
    assert of_overlapping({"P": part(38, a=10, b=10, c=10, d=8)}, total, tellable) == set()  # the rest is d's
    whole, within = part(30, a=8, b=8, c=8), part(20, a=8, b=8, c=2)
    assert of_overlapping({"whole": whole, "within": within}, total, tellable) == {"whole"}
    # Two that lie beside each other leave of the total what is one institution's.
    one, two, last = part(20, a=6, b=5, c=5, d=2), part(18, a=4, b=5, c=5, d=2), part(2, d=6)
    assert of_overlapping({"one": one, "two": two, "last": last}, total, tellable) == {"one"}


def test_moments_lie_so_far_apart_that_several_reported_in_between() -> None:
    changes = list(zip(range(1, 9), "aabacdea", strict=True))
    assert moments(changes, 3) == [5, 8]
    assert moments(changes, 1) == list(range(1, 9))
    assert moments(changes, 9) == []


_PARTS = st.dictionaries(
    st.sampled_from("STUVW"),
    st.builds(
        lambda count, by: Part(count, {code: Decimal(value) for code, value in by.items()}),
        st.integers(0, 30),
        st.dictionaries(st.sampled_from("abcde"), st.integers(0, 40), max_size=5),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=150, deadline=None)
@given(_PARTS, st.sampled_from(["", "a"]))
def test_no_hidden_sum_can_be_had_from_what_is_shown(parts: Mapping[str, Part], own: str) -> None:
    """Every sum of parts that follows from total, shown parts and the reader's own may be told, or is shown."""

    def may(one: Part) -> bool:
        return tellable(one, own)

    total = _joined(parts, parts)
    told = of_parts(parts, may)
    assert all(may(parts[name]) for name in told)
    if not may(total):
        return  # then no total is shown, and nothing can be subtracted from it
    names = sorted(parts)
    shown = [[int(name == one) for name in names] for one in told] + [[1] * len(names)]
    for mask in range(1, 1 << len(names)):
        wanted = [mask >> place & 1 for place in range(len(names))]
        hidden = {name for name, one in zip(names, wanted, strict=True) if one} - told
        if hidden and _follows(shown, wanted):
            assert may(_joined(parts, hidden)), (hidden, told)


@settings(max_examples=100, deadline=None)
@given(_PARTS, st.integers(0, 40))
def test_of_what_overlaps_no_rest_tells_of_one_institution(parts: Mapping[str, Part], more: int) -> None:
    total = Part(
        sum(one.enterprises for one in parts.values()) + more,
        {code: sum((one.by.get(code, Decimal(0)) for one in parts.values()), Decimal(more)) for code in "abcde"},
    )
    told = of_overlapping(parts, total, tellable)
    for name in told:
        rest = {code: total.by[code] - parts[name].by.get(code, Decimal(0)) for code in total.by}
        assert tellable(Part(total.enterprises - parts[name].enterprises, rest)) or not any(rest.values())
    # Of parts that lie beside each other the rest of all that is told tells nothing either.
    whole = _joined(parts, parts)
    hidden = set(parts) - of_overlapping(parts, whole, tellable)
    if hidden and len(hidden) < len(parts):
        left = _joined(parts, hidden)
        assert tellable(left) or not (left.enterprises or any(left.by.values()))


def _joined(parts: Mapping[str, Part], names: object) -> Part:
    chosen = [parts[name] for name in names]  # type: ignore[attr-defined]
    by = {code: sum((one.by.get(code, Decimal(0)) for one in chosen), Decimal(0)) for code in "abcde"}
    return Part(sum(one.enterprises for one in chosen), by)


def _follows(shown: list[list[int]], wanted: list[int]) -> bool:
    """Whether the wanted sum is made of the shown ones by adding and subtracting."""
    return _rank(shown) == _rank([*shown, wanted])


def _rank(rows: list[list[int]]) -> int:
    left, rank = [[Fraction(value) for value in row] for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in left[rank:] if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        left = [
            [a - b * row[column] / pivot[column] for a, b in zip(row, pivot, strict=True)] if at >= rank else row
            for at, row in enumerate(left)
        ]
        left.insert(rank, pivot)
        rank += 1
    return rank
