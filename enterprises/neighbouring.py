"""Which entries new ones may change, or be compared with. Law: nothing outside can come to another enterprise by them.

Entries that share a key hang together: a spelling or a core of a name, a code, a number, an enterprise, a person's
word, a correction. `near_entry`, a table of the transaction's own, holds the seeds and all that hangs together with
them (`asked`), and then whoever bears a name a slip apart from one of theirs, with all that hangs together with those.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import nullcontext

import numpy as np
import polars as pl
from django.db import connection

from enterprises import evidence, planning
from enterprises.beside import beside
from enterprises.matching.hashing import Numbers, Sieve
from enterprises.matching.keys import hashed, parts_of
from enterprises.matching.sounds import all_sounds, numbers_of
from enterprises.matching.stated import Evidence
from registry.copying import copy_frame, copy_rows

_LARGE = 300_000  # probes of sums from which all sums are fetched instead
_HOT = 200  # names of one core beyond which the rest need not be seen
_OWN, _FORMER = "n", "f"  # kinds of names

_TABLES = (
    "DROP TABLE IF EXISTS near_entry, near_front, near_next, near_key, near_name, near_probe",
    "CREATE TEMPORARY TABLE near_entry (id bigint PRIMARY KEY, asked boolean NOT NULL) ON COMMIT DROP",
    # The entries that came last, with the keys that others may share.
    """
    CREATE TEMPORARY TABLE near_front (
        id bigint, list_import_id bigint, row_number integer, name_key varchar COLLATE "C",
        former_key varchar COLLATE "C", uscc varchar COLLATE "C", old_code varchar COLLATE "C",
        number varchar COLLATE "C"
    ) ON COMMIT DROP
    """,
    "CREATE TEMPORARY TABLE near_next (id bigint) ON COMMIT DROP",
    # The names and former names that were followed.
    """
    CREATE TEMPORARY TABLE near_key (name_key varchar COLLATE "C", kind "char", PRIMARY KEY (name_key, kind))
    ON COMMIT DROP
    """,
    "CREATE TEMPORARY TABLE near_name (name_key varchar) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE near_probe (name_key varchar) ON COMMIT DROP",
)
# The names that hang together with the front's, themselves among them. Most of the front was found by such a name: each
# is followed once.
_NAMES = f"""
    WITH fresh AS (
        INSERT INTO near_key
        SELECT name_key, '{_OWN}'::"char" FROM near_front WHERE name_key <> ''
        UNION SELECT former_key, '{_FORMER}' FROM near_front WHERE former_key <> ''
        ON CONFLICT DO NOTHING RETURNING name_key
    ), own AS MATERIALIZED (
        SELECT k.name_key, k.sounds, k.core
        FROM (SELECT DISTINCT name_key FROM fresh) f JOIN enterprises_namekeys k ON k.name_key = f.name_key
    )
    INSERT INTO near_name
    SELECT name_key FROM own
    UNION SELECT k.name_key FROM (SELECT DISTINCT sounds FROM own) o
          JOIN enterprises_namekeys k ON k.sounds = o.sounds
    UNION SELECT k.name_key FROM (SELECT DISTINCT core FROM own) o
          CROSS JOIN LATERAL (SELECT name_key FROM enterprises_namekeys WHERE core = o.core LIMIT {_HOT}) k
"""  # noqa: S608 - its parts are constants
# What the front holds is put before the rest, so that the planner weighs the ways from there alone: it takes reading
# these tables for so dear that beside it no other difference counts.
_NEXT = (
    """
    WITH n AS MATERIALIZED (SELECT name_key FROM near_name)
    INSERT INTO near_next SELECT e.id FROM n JOIN registry_entry e ON e.name_key = n.name_key
    """,
    """
    WITH n AS MATERIALIZED (SELECT name_key FROM near_name)
    INSERT INTO near_next SELECT e.id FROM n JOIN registry_entry e ON e.former_key = n.name_key AND e.former_key <> ''
    """,
    """
    WITH c AS MATERIALIZED (SELECT DISTINCT uscc FROM near_front WHERE uscc <> '')
    INSERT INTO near_next SELECT o.id FROM c JOIN registry_entry o ON o.uscc = c.uscc COLLATE "default" AND o.uscc <> ''
    """,
    """
    WITH c AS MATERIALIZED (SELECT DISTINCT number FROM near_front WHERE number <> '')
    INSERT INTO near_next
    SELECT o.id FROM c JOIN registry_entry o ON o.number = c.number COLLATE "default" AND o.number <> ''
    """,
    # substring and not substr: an index is found by the very function that it is of.
    """
    WITH c AS MATERIALIZED (
        SELECT substring(uscc, 9, 9) AS code FROM near_front WHERE uscc <> ''
        UNION SELECT old_code FROM near_front WHERE old_code <> ''
    )
    INSERT INTO near_next
    SELECT o.id FROM c JOIN registry_entry o ON o.old_code = c.code COLLATE "default" AND o.old_code <> ''
    UNION ALL
    SELECT d.entry_id FROM c
    JOIN enterprises_enterprise n ON substring(n.uscc, 9, 9) = c.code COLLATE "default" AND n.uscc IS NOT NULL
    JOIN enterprises_matchdecision d ON d.enterprise_id = n.id AND d.superseded_at IS NULL
    """,
    """
    WITH f AS MATERIALIZED (SELECT id FROM near_front), n AS MATERIALIZED (
        SELECT DISTINCT d.enterprise_id
        FROM f JOIN enterprises_matchdecision d ON d.entry_id = f.id AND d.superseded_at IS NULL
    )
    INSERT INTO near_next SELECT o.entry_id
    FROM n JOIN enterprises_matchdecision o ON o.enterprise_id = n.enterprise_id AND o.superseded_at IS NULL
    """,
    """
    WITH f AS MATERIALIZED (SELECT id FROM near_front)
    INSERT INTO near_next
    SELECT j.other_id FROM f JOIN enterprises_judgement j ON j.entry_id = f.id AND j.other_id IS NOT NULL
    UNION ALL SELECT j.entry_id FROM f JOIN enterprises_judgement j ON j.other_id = f.id
    """,
    # A corrected line is found by what its correction says.
    """
    WITH f AS MATERIALIZED (SELECT id, list_import_id, row_number FROM near_front)
    INSERT INTO near_next
    SELECT c.corrects_id FROM f
    JOIN registry_linecorrection c ON c.list_import_id = f.list_import_id AND c.row_number = f.row_number
         AND c.corrects_id IS NOT NULL
    UNION ALL
    SELECT e.id FROM f JOIN registry_linecorrection c ON c.corrects_id = f.id
    JOIN registry_entry e ON e.list_import_id = c.list_import_id AND e.row_number = c.row_number
    """,
)
_GATHERED = f"""
    SELECT DISTINCT k.name_key, k.sounds FROM near_key n JOIN enterprises_namekeys k ON k.name_key = n.name_key
    WHERE n.kind = '{_OWN}'
"""  # noqa: S608 - its parts are constants
_ADVANCE = """
    WITH come AS (
        INSERT INTO near_entry SELECT DISTINCT n.id, %(asked)s FROM near_next n
        ON CONFLICT DO NOTHING RETURNING id
    )
    INSERT INTO near_front
    SELECT e.id, e.list_import_id, e.row_number, e.name_key, e.former_key, e.uscc, e.old_code, e.number
    FROM come JOIN registry_entry e ON e.id = come.id
"""
_KNOWN_NAMES = """
    INSERT INTO enterprises_namekeys (place, name_key, core, sounds)
    SELECT place, name_key, core, sounds FROM come_name ON CONFLICT DO NOTHING
"""


def begin(seeds: Iterable[int]) -> None:
    """Let `near_entry` hold these entries, and nothing else."""
    with connection.cursor() as cursor:
        for statement in _TABLES:
            cursor.execute(statement)
    copy_rows("near_entry", ("id", "asked"), ((entry, True) for entry in set(seeds)))


def gather(seeds: Collection[int], *, of: int, committed: bool = False) -> None:
    """Fill `near_entry` with all that hangs together with these entries, `of` so many.

    Their names must be known (`learn_names`). Where all else is `committed` and much will be probed for, another
    session fetches the sums of all names meanwhile. It does not see names just learned: those are the seeds' own.
    """
    begin(())
    kept: list[Numbers] = []
    many = len(seeds) * len(all_sounds()) > _LARGE
    fetching = beside(lambda: kept.append(_all_sums()), committed=committed) if many else nullcontext()
    with fetching, planning.by_index(len(seeds), of=of, steps=True):
        _close(((entry,) for entry in set(seeds)), asked=True)
    with planning.by_index(len(seeds), of=of, steps=True):
        _close(_entries_named(_names_nearby(*kept)), asked=False)


def _close(entries: Iterable[tuple[int]], *, asked: bool) -> None:
    """Add the entries and, step by step, all that hangs together with them."""
    copy_rows("near_next", ("id",), entries)
    with connection.cursor() as cursor:
        while True:
            cursor.execute("TRUNCATE near_front")
            cursor.execute(_ADVANCE, {"asked": asked})
            if not cursor.rowcount:
                return
            cursor.execute("TRUNCATE near_next, near_name")
            cursor.execute("ANALYZE near_front (id, name_key, former_key, uscc, old_code, number)")
            cursor.execute(_NAMES)
            cursor.execute("ANALYZE near_name")
            for statement in _NEXT:
                cursor.execute(statement)


def _names_nearby(kept: Numbers | None = None) -> set[str]:
    """Names that are a slip apart from one of the entries gathered so far, by the sums of their sounds.

    `kept` are those of all names, where they are at hand.
    """
    names = evidence.fetched(_GATHERED, {"name_key": pl.String, "sounds": pl.Int64})
    if not names.height:
        return set()
    parts = parts_of(names["name_key"].unique(), evidence.places())
    spelled = names.join(parts, left_on="name_key", right_on="name", how="left", maintain_order="left")
    return _names_of(spelled["spelling"], names["sounds"].to_numpy(), kept) - set(names["name_key"])


def _probes(spellings: pl.Series, sums: Numbers) -> Iterator[Numbers]:
    """All sums under which a name a slip apart would be found, a few at a time: all at once are many millions."""
    numbers, begins = numbers_of(spellings)
    each = np.repeat(sums, np.diff(np.concatenate((begins, [len(numbers)]))))
    yield np.concatenate((sums, each - numbers))
    # Each may be the one that lost a sound, whichever it was.
    for sound in all_sounds():
        yield sums + sound


def _names_of(spellings: pl.Series, sums: Numbers, kept: Numbers | None) -> set[str]:
    probes = _probes(spellings, sums)
    if len(sums) * len(all_sounds()) <= _LARGE:
        wanted = np.unique(np.concatenate(list(probes)))
    else:
        wanted = _among(_all_sums() if kept is None else kept, probes)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name_key FROM enterprises_namekeys WHERE sounds = ANY(%s)", [wanted.tolist()])
        return {name for (name,) in cursor.fetchall()}


def _all_sums() -> Numbers:
    """The sums of all names that are kept, as one value: a million rows would take longer to come than to be read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(int8send(sounds), '') FROM enterprises_namekeys")
        (sums,) = cursor.fetchone()
    return np.frombuffer(sums or b"", dtype=">i8").astype(np.int64)


def _among(sums: Numbers, probes: Iterable[Numbers]) -> Numbers:
    """Those of the sums that are probed for."""
    sieve = Sieve(sums)
    likely = np.unique(np.concatenate([few[sieve.may_hold(few)] for few in probes]))
    if not len(likely):
        return likely
    places = np.searchsorted(likely, sums).clip(max=len(likely) - 1)
    return np.unique(sums[likely[places] == sums])


def _entries_named(names: set[str]) -> Iterable[tuple[int]]:
    copy_rows("near_probe", ("name_key",), ((name,) for name in names))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE near_probe")
        cursor.execute("SELECT e.id FROM near_probe n JOIN registry_entry e ON e.name_key = n.name_key")
        return list(cursor.fetchall())


def keys_of(found: Evidence) -> pl.DataFrame:
    """The keys of all names and former names of the rows, in their cities, as rows of `NameKeys`."""
    names = pl.concat(
        [
            found.rows.select("place", name_key=pl.col(column)).filter(pl.col("name_key") != "")
            for column in ("name", "former")
        ]
    ).unique()
    return hashed(names, found.names).sort("name_key", "place")


def learn_names(found: Evidence) -> None:
    """Keep the keys of the rows' names that are not kept yet."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS come_name")
        cursor.execute("CREATE TEMPORARY TABLE come_name (LIKE enterprises_namekeys) ON COMMIT DROP")
        copy_frame("come_name", keys_of(found))
        cursor.execute(_KNOWN_NAMES)
