"""Small counts are not shown, and nobody can work them out."""

from itertools import product

import pytest

from enterprises.suppressing import LEAST, Shown, parts_shown, shown


@pytest.mark.parametrize("count", [1, 4])
def test_a_small_count_is_hidden(count: int) -> None:
    assert shown(count) == Shown(None, small=True)
    assert shown(0) == Shown(0)
    assert shown(LEAST) == Shown(LEAST)


@pytest.mark.parametrize(
    "parts",
    [
        (100, 50, 3),
        (100, 50, 1),
        (100, 5, 4),
        (100, 5, 1, 1),
        (50, 5, 6, 1, 1),
        (100, 4, 4, 4),
        (5, 5, 1),
        (30, 20, 2, 0),
        (100, 1, 2, 3, 4),
    ],
)
def test_what_is_hidden_cannot_be_had_from_the_total(parts: tuple[int, ...]) -> None:
    """Every number from one to four is possible for each small one, by all that is published."""
    named = {f"d{place}": count for place, count in enumerate(parts)}
    told = parts_shown(named)
    hidden = sum(parts) - sum(one.count or 0 for one in told.values())
    ranges = [range(1, LEAST) if one.small else range(LEAST, 120) for one in told.values() if one.count is None]
    possible = [combination for combination in product(*ranges[:-1]) if _rest_fits(hidden, combination, ranges[-1])]
    place = 0
    for name, one in told.items():
        if one.count is not None:
            assert one.count == named[name]
            continue
        if one.small:
            values = {(*some, hidden - sum(some))[place] for some in possible}
            assert values >= {1, 2, 3, 4}, (name, told)
        place += 1


def _rest_fits(total: int, some: tuple[int, ...], last: range) -> bool:
    return total - sum(some) in last


def test_nothing_is_hidden_without_need() -> None:
    assert parts_shown({"a": 5, "b": 0, "c": 900}) == {"a": Shown(5), "b": Shown(0), "c": Shown(900)}
