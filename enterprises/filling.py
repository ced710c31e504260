"""Tables are filled for the first time. Law: indexes are laid aside only where nobody can miss them, and put back.

A first filling of many rows has the table to itself until its transaction ends: whoever reads it meanwhile waits, and
would have found it empty. Where somebody reads it already, it is filled as any other.
"""

from collections.abc import Callable

import polars as pl

from registry.copying import Behind

_MANY = 10_000  # rows from which it is worth while
_BEGIN = "SELECT enterprises_begin_filling(%s)"
_END = "SELECT enterprises_end_filling(%s)"


def fill(behind: Behind, table: str, made: Callable[[], pl.DataFrame], *, rows: int, first: bool) -> None:
    """Have about so many rows made and copied; `first` where the table is known to be empty."""
    if first and rows >= _MANY:
        behind.run(_BEGIN, [table])
        behind.copy(table, made)
        behind.run(_END, [table])
    else:
        behind.copy(table, made)
