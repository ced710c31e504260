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
_LOOK_UP = ("enable_seqscan",)
_STEP = ("enable_hashjoin", "enable_mergejoin")


def count_anew(cursor: CursorWrapper, table: str, *columns: str) -> None:
    """Have these columns of a table of this app counted."""
    cursor.execute("SELECT enterprises_count_anew(%s, VARIADIC %s::text[])", [table, list(columns)])


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


@contextmanager
def by_index(few: int, *, of: int, steps: bool = False) -> Iterator[None]:
    """Look few rows of many up, instead of reading whole tables for them.

    The planner takes what is read here and there for dear, as it was on turning disks. Where `steps` are taken from key
    to key, by tables just made, of which it knows too little, it is not asked at all. It is told for the rest of the
    transaction at most.
    """
    ways = _LOOK_UP + (_STEP if steps else ()) if few <= FEW or few * _SOME <= of else ()
    with connection.cursor() as cursor:
        if ways:
            count_on_memory(cursor)
        for way in ways:
            cursor.execute(f"SET LOCAL {way} = off")
        yield
        for way in (*ways, "random_page_cost") if ways else ():
            cursor.execute(f"SET LOCAL {way} TO DEFAULT")
