"""Lets the planner know at once what it would take minutes to notice by itself, or never.

Law: temporary tables are counted by whoever made them; those that stay, by their owner's right (see migration 0027).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

FEW = 1_000  # rows that are looked up one by one, however many there are
_SOME = 20  # where rows are less than a twentieth of all, nothing is read as a whole for their sake
_ROUGHLY = 30  # instead of 100: a look at 9,000 rows instead of 30,000
_LOOK_UP = ("enable_seqscan",)
_STEP = ("enable_hashjoin", "enable_mergejoin")


def count_anew(cursor: CursorWrapper, table: str, *columns: str) -> None:
    """Have these columns of a table of this app counted."""
    cursor.execute("SELECT enterprises_count_anew(%s, VARIADIC %s::text[])", [table, list(columns)])


@contextmanager
def roughly() -> Iterator[None]:
    """Have tables counted by a look at fewer rows. Those that stay the database counts better in its own time."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL default_statistics_target = {_ROUGHLY}")
        yield
        cursor.execute("SET LOCAL default_statistics_target TO DEFAULT")


def count_on_memory(cursor: CursorWrapper) -> None:
    """For this transaction: sort and hash in it, and take what is read here and there for cheap.

    What was just derived lies in memory: to look a few thousand of its rows up one by one costs less than to read all.
    """
    cursor.execute(
        "SELECT set_config('work_mem', %s, true), set_config('random_page_cost', '1.1', true)",
        [f"{settings.DERIVE_MEMORY_MB}MB"],
    )


@contextmanager
def as_a_whole() -> Iterator[None]:
    """Read whole tables and join them by hashing, although they may have filled up since they were last counted."""
    with connection.cursor() as cursor:
        count_on_memory(cursor)
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        for way in ("enable_nestloop", "random_page_cost"):
            cursor.execute(f"SET LOCAL {way} TO DEFAULT")


def read_as_a_whole() -> None:
    """Do so for as long as the session lasts."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET work_mem = '{settings.DERIVE_MEMORY_MB}MB'; SET enable_nestloop = off")


@contextmanager
def by_index(few: int, *, of: int, steps: bool = False) -> Iterator[None]:
    """Look few rows of many up, instead of reading whole tables for them.

    The planner takes what is read here and there for dear, as it was on turning disks. Where `steps` are taken from key
    to key, of which it knows too little, it is not asked at all. It is told for the rest of the transaction at most.
    """
    ways = _ways(few, of, steps=steps)
    with connection.cursor() as cursor:
        if ways:
            count_on_memory(cursor)
        for way in ways:
            cursor.execute(f"SET LOCAL {way} = off")
        yield
        for way in (*ways, "random_page_cost") if ways else ():
            cursor.execute(f"SET LOCAL {way} TO DEFAULT")


def step_by_index(few: int, *, of: int) -> None:
    """Look up what is found by steps from key to key, for as long as the session lasts."""
    with connection.cursor() as cursor:
        for way in _ways(few, of, steps=True):
            cursor.execute(f"SET {way} = off")


def _ways(few: int, of: int, *, steps: bool) -> tuple[str, ...]:
    """What the planner is not to do."""
    return _LOOK_UP + (_STEP if steps else ()) if few <= FEW or few * _SOME <= of else ()
