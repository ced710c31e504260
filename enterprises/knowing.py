"""Who is known, out of the database, for the rows of a stranger's list: the names and codes that were published.

Law: reads only, set by set. Who of them may be an answer is for the asker to say; all others only speak against one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from enterprises.evidence import fetched, places
from enterprises.matching.known import CODES, NAMES, Borne, Known
from registry.names import name_key

_ENTERPRISES = """
    SELECT id, name_key, coalesce(uscc, ''), coalesce(merged_into_id, 0) FROM enterprises_enterprise
    WHERE name_key <> '' OR merged_into_id IS NOT NULL
"""
_FORMER = "SELECT enterprise_id, name_key FROM enterprises_formername"
_LISTED = """
    SELECT DISTINCT d.enterprise_id, e.name_key, e.uscc, e.old_code
    FROM enterprises_matchdecision d
    JOIN registry_entry e ON e.id = d.entry_id
    JOIN registry_listimport i ON i.id = e.list_import_id AND i.state = 'confirmed'
    WHERE d.superseded_at IS NULL AND e.usable
      -- A line that was corrected, or corrected anew, says no more what it said.
      AND NOT EXISTS (
          SELECT FROM registry_linecorrection c
          JOIN registry_listimport l ON l.id = c.list_import_id AND l.state = 'confirmed'
          WHERE c.corrects_id = e.id)
      AND NOT EXISTS (
          SELECT FROM registry_linecorrection own
          JOIN registry_linecorrection c ON c.corrects_id = own.corrects_id AND c.id > own.id
          JOIN registry_listimport l ON l.id = c.list_import_id AND l.state = 'confirmed'
          WHERE own.list_import_id = e.list_import_id AND own.row_number = e.row_number)
"""


class Told(NamedTuple):
    """An enterprise as an edition tells of it."""

    enterprise: int
    uscc: str
    name: str
    former_names: Sequence[str]


def known(shown: Iterable[Told], once: Iterable[Told] = ()) -> Known:
    """All who are known. `shown` may be an answer; `once` may be told to have been in before."""
    told, before = list(shown), list(once)
    today = _fetched(_ENTERPRISES, {"enterprise": pl.Int64, "name": pl.String, "code": pl.String, "into": pl.Int64})
    former = _fetched(_FORMER, {"enterprise": pl.Int64, "name": pl.String})
    listed = _fetched(
        _LISTED, {"enterprise": pl.Int64, "name": pl.String, "code": pl.String, "old": pl.String}
    )  # fmt: skip
    answers = {one.enterprise for one in told} | {one.enterprise for one in before}
    moved = _moved(dict(today.filter(pl.col("into") > 0).select("enterprise", "into").iter_rows()), answers)
    living = _as_answers(today.filter(pl.col("into") == 0), moved)
    named = [
        _of_editions([*told, *before]),
        _borne(living, pl.when(pl.col("enterprise").is_in(list(answers))).then(Borne.PUBLISHED).otherwise(0)),
        _borne(former, pl.lit(Borne.FORMER.value)),
        _borne(listed, pl.lit(Borne.LISTED.value)),
    ]
    coded = [
        pl.DataFrame([(one.enterprise, one.uscc, "") for one in (*told, *before)], schema=CODES, orient="row"),
        living.select("enterprise", "code", old=pl.lit("")),
        listed.select("enterprise", "code", "old"),
    ]
    return Known(
        _as_answers(pl.concat(named), moved),
        _as_answers(pl.concat(coded), moved),
        places(),
        shown={one.enterprise for one in told},
        once={one.enterprise for one in before},
    )


def _fetched(query: str, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    return fetched(query, schema).with_columns(pl.col(pl.String).fill_null(""))


def _of_editions(told: Iterable[Told]) -> pl.DataFrame:
    rows = [
        (one.enterprise, name_key(name), borne.value)
        for one in told
        for name, borne in ((one.name, Borne.CURRENT), *((former, Borne.FORMER) for former in one.former_names))
    ]
    return pl.DataFrame(rows, schema=NAMES, orient="row")


def _borne(names: pl.DataFrame, borne: pl.Expr) -> pl.DataFrame:
    return names.select("enterprise", "name", borne=borne.cast(pl.Int64)).filter(pl.col("name") != "")


def _moved(into: Mapping[int, int], answers: set[int]) -> dict[int, int]:
    """Who it is today → whom editions tell of: one that turned out to be another since is still called as it was."""
    moved: dict[int, int] = {}
    for gone in sorted(answers & into.keys()):
        now = gone
        while now in into:
            now = into[now]
        if now not in answers:
            moved.setdefault(now, gone)
    return moved


def _as_answers(rows: pl.DataFrame, moved: Mapping[int, int]) -> pl.DataFrame:
    if not moved:
        return rows
    return rows.with_columns(pl.col("enterprise").replace(list(moved), list(moved.values())))
