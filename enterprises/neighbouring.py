"""Which entries new ones may change, or be compared with. Law: nothing outside can come to another enterprise by them.

All that hangs together with the new ones (`hanging`) may change. Whoever bears a name a slip apart from one of theirs,
with all that hangs together with those, is compared with them.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import polars as pl
from django.db import connection

from enterprises import evidence, filling
from enterprises.evidence import Present
from enterprises.hanging import Hanging
from enterprises.matching.hashing import Flags, Numbers, Sieve
from enterprises.matching.keys import hashed, parts_of
from enterprises.matching.sounds import all_sounds, numbers_of
from enterprises.matching.stated import Evidence
from enterprises.models import NameKeys
from enterprises.sessions import Answer, Sessions
from registry.copying import Behind

_LARGE = 300_000  # probes of sums from which all sums are fetched instead

_KEPT = NameKeys._meta.db_table
_KEYS = {"place": pl.String, "name_key": pl.String, "core": pl.Int64, "sounds": pl.Int64}
_KNOWN_NAMES = """
    INSERT INTO enterprises_namekeys (place, name_key, core, sounds)
    SELECT place, name_key, core, sounds FROM come_name ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Near:
    """What is near `seeds`, or near all (None); which rows are `asked` about, and the keys of names that come."""

    seeds: Sequence[int] | None
    present: Present
    asked: Flags
    come: pl.DataFrame


def gather(seeds: Sequence[int], sessions: Sessions, *, learned: bool) -> Near:
    """All that hangs together with these entries, and is asked about, and all that is compared with it.

    `learned`: the names of the seeds are kept already.
    """
    reading = [] if learned else evidence.reading(seeds, sessions)
    many = len(seeds) * len(all_sounds()) > _LARGE
    kept = sessions.do(_all_sums) if many else None
    come = cache(partial(_keys_of_come, reading))
    hanging = Hanging(sessions, come)
    hanging.add(seeds)
    asked = sorted(hanging.entries)
    reading = evidence.reading(asked, sessions)
    hanging.add_named(_names_nearby(hanging.sounds, kept() if kept else None))
    reading += evidence.reading(sorted(hanging.entries.difference(asked)), sessions)
    present = evidence.present(reading)
    return Near(seeds, present, present.held["entry"].is_in(asked).to_numpy(), come())


def _keys_of_come(reading: Sequence[Answer[pl.DataFrame]]) -> pl.DataFrame:
    return keys_of(evidence.present(reading).evidence) if reading else pl.DataFrame(schema=_KEYS)


def _names_nearby(sounds: Collection[tuple[str, int]], kept: Numbers | None) -> set[str]:
    """Names that are a slip apart from one of these, by the sums of their sounds; `kept` are those of all names."""
    if not sounds:
        return set()
    summed = pl.DataFrame(list(sounds), schema={"name": pl.String, "sounds": pl.Int64}, orient="row")
    parts = parts_of(summed["name"].unique(), evidence.places())
    spelled = summed.join(parts, on="name", how="left", maintain_order="left")
    return _names_of(spelled["spelling"], summed["sounds"].to_numpy(), kept) - set(summed["name"])


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


def keys_of(found: Evidence) -> pl.DataFrame:
    """The keys of all names and former names of the rows, in their cities, as rows of `NameKeys`."""
    names = pl.concat(
        [
            found.rows.select("place", name_key=pl.col(column)).filter(pl.col("name_key") != "")
            for column in ("name", "former")
        ]
    ).unique()
    return hashed(names, found.names).sort("name_key", "place")


def learn(behind: Behind, keys: pl.DataFrame, *, first: bool) -> None:
    """Have those of the keys kept that are not kept yet; `first` where none are."""
    if first:
        filling.fill(behind, _KEPT, lambda: keys, rows=keys.height, first=True)
    elif keys.height:
        behind.run("DROP TABLE IF EXISTS come_name", ())
        behind.run(f"CREATE TEMPORARY TABLE come_name (LIKE {_KEPT}) ON COMMIT DROP", ())
        behind.copy("come_name", lambda: keys)
        behind.run(_KNOWN_NAMES, ())
