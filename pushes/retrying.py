"""When a failed delivery is tried again, and when it is given up (pure). Law: later each time, never all at once."""

from datetime import timedelta

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=6)
# Days alone do not end it: where no worker ran, nothing was tried.
FEWEST = 12


def wait(failures: int, chance: float) -> timedelta:
    """How long to wait after so many failures in a row (1 and up): doubling from a minute to six hours.

    `chance`, from 0 to 1, takes off up to half, so that what failed together does not come back together.
    """
    full: timedelta = min(FIRST * 2 ** min(failures - 1, 16), LONGEST)
    return full * (1 - chance / 2)


def gives_up(failures: int, tried_for: timedelta, days: int) -> bool:
    """Whether what failed so many times, over so long, is left to people: after `days`, and a fair number of tries."""
    return tried_for >= timedelta(days=days) and failures >= FEWEST
