"""Later each time, never all at once, never beyond six hours."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushes.retrying import gives_up, wait


@pytest.mark.parametrize(
    ("failures", "chance", "expected"),
    [
        (1, 0.0, timedelta(minutes=1)),
        (1, 1.0, timedelta(seconds=30)),
        (2, 0.0, timedelta(minutes=2)),
        (5, 0.0, timedelta(minutes=16)),
        (10, 0.0, timedelta(hours=6)),
        (10_000, 0.0, timedelta(hours=6)),
    ],
)
def test_waits(failures: int, chance: float, expected: timedelta) -> None:
    assert wait(failures, chance) == expected


@given(st.integers(1, 100_000), st.floats(0, 1))
def test_a_wait_is_between_half_a_minute_and_six_hours(failures: int, chance: float) -> None:
    assert timedelta(seconds=30) <= wait(failures, chance) <= timedelta(hours=6)


@pytest.mark.parametrize(
    ("failures", "days", "expected"),
    [
        (12, 5.0, True),
        (200, 4.9, False),
        (11, 9.0, False),  # no worker ran for days
    ],
)
def test_gives_up_after_days_of_trying(failures: int, days: float, expected: bool) -> None:
    assert gives_up(failures, timedelta(days=days), 5) is expected
