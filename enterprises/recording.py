"""Decisions and enterprises are written down.

Law: superseded, never overwritten; what stays as it was is not touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from django.db import connection
from django.db.models import Max

from enterprises import filling, planning
from enterprises.evidence import HOME, Present
from enterprises.matching import rungs
from enterprises.matching.clusters import NOBODY, Flags, Ints
from enterprises.matching.said import Decided
from enterprises.models import Enterprise, Judgement, MatchDecision
from enterprises.owning import Owners
from enterprises.public_ids import public_ids
from registry.copying import Behind, as_numbers, copy_frame

_MOVED = """
    CREATE TEMPORARY TABLE moved_entry (
        entry_id bigint, enterprise_id bigint, rule varchar, slipped boolean, beside bigint
    ) ON COMMIT DROP
"""
_SUPERSEDE = """
    UPDATE enterprises_matchdecision d SET superseded_at = %(now)s
    FROM moved_entry m WHERE m.entry_id = d.entry_id AND d.superseded_at IS NULL
"""
_DECIDE = """
    INSERT INTO enterprises_matchdecision (entry_id, enterprise_id, rule, slipped, beside, decided_at, decided_by_id)
    SELECT m.entry_id, m.enterprise_id, CASE WHEN j.judged_by_id IS NULL THEN m.rule ELSE 'person' END, m.slipped,
           m.beside, %(now)s, j.judged_by_id
    FROM moved_entry m
    LEFT JOIN LATERAL (
        SELECT judged_by_id FROM enterprises_judgement
        WHERE entry_id = m.entry_id AND withdrawn_at IS NULL AND m.enterprise_id IS NOT NULL
        ORDER BY id DESC LIMIT 1) j ON %(judged)s
    WHERE m.enterprise_id IS NOT NULL
"""
_BURY = """
    UPDATE enterprises_enterprise e SET merged_into_id = g.kept
    FROM unnest(%s::bigint[], %s::bigint[]) AS g (gone, kept) WHERE e.id = g.gone
"""
_MOVES = """
    SELECT e.name, coalesce(b.public_id, ''), coalesce(a.public_id, '')
    FROM enterprises_matchdecision d
    JOIN registry_entry e ON e.id = d.entry_id
    JOIN enterprises_enterprise a ON a.id = d.enterprise_id
    LEFT JOIN LATERAL (SELECT enterprise_id FROM enterprises_matchdecision p
                       WHERE p.entry_id = d.entry_id AND p.id <= %(last)s ORDER BY p.id DESC LIMIT 1) p ON true
    LEFT JOIN enterprises_enterprise b ON b.id = p.enterprise_id
    WHERE d.id > %(last)s AND d.superseded_at IS NULL AND p.enterprise_id IS DISTINCT FROM d.enterprise_id
    ORDER BY d.id
"""
_IDENTITIES = """
    SELECT id, name, name_key, uscc, district_id, in_scope FROM enterprises_enterprise WHERE id = ANY(%s::bigint[])
"""
_PART = 200_000  # clusters of which rows are looked at together
_MANY = 10_000  # decisions, after which tables are not as large as they were
_GROWN = 10  # if they were not ten times as many before
# By these the planner chooses among the queries that follow; of the texts it learns in its own time.
_COUNTED = {
    MatchDecision: ("entry_id", "enterprise_id", "superseded_at"),
    Enterprise: ("id", "uscc"),
}


@dataclass(frozen=True)
class Written:
    """Which rows founded an enterprise, and the enterprises whose entries differ in what they say of it."""

    founding: Flags
    touched: set[int]


def record(present: Present, decided: Decided, waits: Flags, owners: Owners, *, now: datetime) -> Written:
    """Write what has changed: new enterprises, decisions, tombstones."""
    clusters = decided.clusters
    enterprise = np.where(waits, NOBODY, owners.of[clusters.label])
    founded, codeless = _founded(present, decided, waits, owners, now)
    judged, last = Judgement.objects.exists(), _last_decision()
    with Behind() as behind:
        if founded.height:
            first = founded["id"].min() == 1  # nobody was known
            filling.fill(behind, Enterprise._meta.db_table, lambda: founded, rows=founded.height, first=first)
        moved, decisions = _decisions(present, decided, enterprise, owners)
        # Where there is nothing to supersede and nobody to name, they can be written as they are.
        straight = not judged and present.held["enterprise"].is_null().all()
        if straight:
            stated = decisions.drop_nulls("enterprise_id").with_columns(decided_at=pl.lit(now.isoformat()))
            filling.fill(behind, MatchDecision._meta.db_table, lambda: stated, rows=stated.height, first=last == 0)
        touched = _touched(present, enterprise, moved, owners) | codeless
    if not straight:
        touched |= _held_otherwise(present, enterprise, moved, owners)
    if not straight and decisions.height:
        with planning.by_index(decisions.height, of=last):
            _supersede(decisions, judged=judged, now=now)
    _bury(owners)
    if moved.sum() > _MANY and moved.sum() * _GROWN > last:
        _count_anew()
    founding = np.zeros(len(enterprise), dtype=np.bool_)
    founding[owners.new] = True  # a label is its cluster's first row
    return Written(founding & ~waits, touched)


def _bury(owners: Owners) -> None:
    """Tombstones for those who turned out to be others; who is back has none."""
    with connection.cursor() as cursor:
        cursor.execute(_BURY, [as_numbers(owners.gone), as_numbers(owners.gone.values())])
    Enterprise.objects.filter(pk__in=owners.back).update(merged_into=None)


def _last_decision() -> int:
    return MatchDecision.objects.aggregate(last=Max("pk"))["last"] or 0


def _count_anew() -> None:
    with planning.roughly(), connection.cursor() as cursor:
        for model, columns in _COUNTED.items():
            planning.count_anew(cursor, model._meta.db_table, *columns)


def _founded(
    present: Present, decided: Decided, waits: Flags, owners: Owners, now: datetime
) -> tuple[pl.DataFrame, set[int]]:
    """The new enterprises, each as it will be derived, as far as its rows tell.

    Beside them those whose code is, for the moment, a known enterprise's.
    """
    firsts = pl.concat(_firsts(present, decided, waits, labels) for labels in _in_parts(owners.new))
    numbers = owners.of[firsts["label"].to_numpy()]
    founded = firsts.with_columns(
        id=pl.Series(numbers), public_id=public_ids(numbers),
        uscc=pl.when(pl.Series(_owns_code(decided, waits, firsts["label"].to_numpy()))).then(pl.col("code")),
    )  # fmt: skip
    known = set(Enterprise.objects.filter(uscc__in=_suspects(founded)).values_list("uscc", flat=True))
    taken = pl.col("uscc").is_in(list(known)).fill_null(False)
    codeless = set(founded.filter(taken)["id"])
    founded = founded.with_columns(uscc=pl.when(taken).then(None).otherwise(pl.col("uscc")))
    columns = ("id", "public_id", "name", "name_key", "uscc", "district_id", "in_scope")
    return founded.select(*columns, created_at=pl.lit(now.isoformat())), codeless


def _in_parts(labels: Ints) -> list[Ints]:
    """The labels in order, some at a time: a nation's rows at once would take a gigabyte more."""
    return np.array_split(np.sort(labels), max(1, len(labels) // _PART))


def _firsts(present: Present, decided: Decided, waits: Flags, labels: Ints) -> pl.DataFrame:
    """Of these clusters, by label: what each is called first, its code, its district, whether it is of the city."""
    own = np.flatnonzero(np.isin(decided.clusters.label, labels) & ~waits)
    members = (
        present.evidence.rows.select("name", "former", "role", "code", "place", "county", "district_id")[own]
        .with_columns(
            written=present.written[own], label=pl.Series(decided.clusters.label[own]),
            slipped=pl.Series(decided.clusters.slipped[own]), row=pl.Series(own),
            district=pl.col("district_id").is_not_null(),
        )
        .sort("slipped", "row")
    )  # fmt: skip
    # The latest list that names a district, before one that names the city alone: as it will be derived.
    firsts = members.group_by("label", maintain_order=True).agg(
        name=pl.coalesce(pl.col("written").replace("", None), "name").first(),
        name_key=pl.col("name").first(),
        code=pl.col("code").filter(pl.col("code") != "").first(),
        district_id=pl.col("district_id").sort_by("district", pl.col("county") != "", "row").last(),
        in_scope=(pl.col("place") == HOME).any() | (pl.col("place") == "").all(),
    ).sort("label")  # fmt: skip
    return firsts.join(_latest_names(members), on="label", how="left", maintain_order="left").with_columns(
        name=pl.coalesce("latest", "name"), name_key=pl.coalesce("latest_key", "name_key")
    )


def _latest_names(members: pl.DataFrame) -> pl.DataFrame:
    """Of clusters whose rows bear several names: the latest that was not given up, as it was first spelled."""
    several = members.filter((pl.col("name").n_unique() > 1).over("label") & (pl.col("name") != ""))
    renames = (several["role"] == "rename") & (several["former"] != "") & (several["former"] != several["name"])
    given_up = several.filter(renames).group_by("label", name="former").agg(until=pl.col("row").max())
    standing = several.join(given_up, on=["label", "name"], how="left").with_columns(
        stands=pl.col("until").is_null() | ((pl.col("role") == "rename") & (pl.col("row") > pl.col("until")))
    )
    latest = (
        standing.sort(pl.col("slipped").not_(), "stands", "row").group_by("label").agg(latest_key=pl.col("name").last())
    )
    spelled = several.join(latest, left_on=["label", "name"], right_on=["label", "latest_key"]).sort(
        pl.col("role") == "rename", "row"
    )
    spelling = pl.coalesce(pl.col("written").replace("", None), "name")
    return spelled.group_by("label").agg(latest=spelling.first(), latest_key=pl.col("name").first())


def _suspects(founded: pl.DataFrame) -> list[str]:
    """Codes that a known enterprise may have already."""
    if founded["id"].min() == 1:
        return []  # nobody was known
    return founded["uscc"].drop_nulls().to_list()


def _owns_code(decided: Decided, waits: Flags, labels: Ints) -> Flags:
    """Whose code it is where several clusters state one: of the one with the most rows that do, then the first."""
    clusters = decided.clusters
    stated = np.flatnonzero((clusters.code != NOBODY) & ~waits)
    table = pl.DataFrame({"code": clusters.code[stated], "label": clusters.label[stated], "row": stated})
    counts = table.group_by("code", "label").agg(pl.len(), pl.col("row").min())
    counts = counts.sort("code", "len", "row", descending=[False, True, False])
    owner = counts.unique("code", keep="first", maintain_order=True)["label"].to_numpy()
    return np.isin(labels, owner)


def _decisions(present: Present, decided: Decided, enterprise: Ints, owners: Owners) -> tuple[Flags, pl.DataFrame]:
    """Which rows have another decision than they had, and that decision: no enterprise where there is none now."""
    clusters = decided.clusters
    held = present.held["enterprise"].fill_null(NOBODY).to_numpy()
    slipped = clusters.slipped & (enterprise != NOBODY)
    moved: Flags = (held != enterprise) | ((slipped != present.held["slipped"].to_numpy()) & (enterprise != NOBODY))
    entries = present.held["entry"].to_numpy()
    beside = clusters.beside
    frame = pl.DataFrame(
        {
            "entry_id": entries, "enterprise_id": enterprise, "rung": _rungs(decided, enterprise, owners),
            "slipped": slipped, "beside": np.where(beside == NOBODY, NOBODY, entries[beside]),
        }
    ).filter(pl.Series(moved))  # fmt: skip
    names = {number: rungs.name(number) for number in frame["rung"].unique()}
    frame = frame.with_columns(
        rule=pl.col("rung").replace_strict(list(names), list(names.values()), return_dtype=pl.String),
        enterprise_id=pl.when(pl.col("enterprise_id") == NOBODY).then(None).otherwise(pl.col("enterprise_id")),
        beside=pl.when(pl.col("beside") == NOBODY).then(None).otherwise(pl.col("beside")),
    )
    # In the order of the index by which they are found.
    return moved, frame.select("entry_id", "enterprise_id", "rule", "slipped", "beside").sort("entry_id")


def _supersede(decisions: pl.DataFrame, *, judged: bool, now: datetime) -> None:
    """Write the decisions in the place of those that no longer hold."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS moved_entry")
        cursor.execute(_MOVED)
        copy_frame("moved_entry", decisions)
        cursor.execute("ANALYZE moved_entry")
        cursor.execute(_SUPERSEDE, {"now": now})
        cursor.execute(_DECIDE, {"now": now, "judged": judged})


def _rungs(decided: Decided, enterprise: Ints, owners: Owners) -> Ints:
    """By which rung each row came; the first of a cluster that is no new enterprise, by that of the next one to it."""
    clusters = decided.clusters
    rung = clusters.rung.astype(np.int64)
    first = np.flatnonzero((rung == rungs.NEW) & (enterprise != NOBODY))
    known = first[~np.isin(clusters.label[first], owners.new)]
    if len(known):
        followers = np.flatnonzero(np.isin(clusters.beside, known))
        by = dict(zip(clusters.beside[followers][::-1].tolist(), rung[followers][::-1].tolist(), strict=True))
        rung[known] = [by.get(row, rungs.NEW) for row in known.tolist()]
    return rung


def _touched(present: Present, enterprise: Ints, moved: Flags, owners: Owners) -> set[int]:
    """Enterprises that must be derived anew: what their first row says may not be all.

    Those that entries left, and those that entries came to whose rows do not all say the same.
    """
    evidence = present.evidence
    left = present.held.filter(pl.Series(moved))["enterprise"].drop_nulls().unique().to_list()
    changed = np.flatnonzero(np.isin(enterprise, enterprise[moved & (enterprise != NOBODY)]))
    rows = pl.DataFrame(
        {"name": evidence.name[changed], "former": evidence.former[changed], "place": evidence.place[changed]}
    ).select(pl.when(pl.all() != NOBODY).then(pl.all()))
    said = rows.with_columns(
        enterprise=pl.Series(enterprise[changed]),
        code=evidence.rows["code"][changed].replace("", None),
        gives=(evidence.rows["role"] == "grant")[changed],
    )
    differs = pl.any_horizontal(pl.col(part).min() != pl.col(part).max() for part in ("name", "code", "place"))
    several = said.group_by("enterprise").agg(
        differs=differs.fill_null(value=False) | pl.col("former").is_not_null().any() | ~pl.col("gives").all()
    )
    return {*several.filter("differs")["enterprise"], *left, *owners.back, *owners.gone}


def _held_otherwise(present: Present, enterprise: Ints, moved: Flags, owners: Owners) -> set[int]:
    """Of known enterprises that entries came to: those of which something else may be held than their rows say.

    What counts is a matter of the lists' days and kinds (`derivation`), unless all rows that say anything say the same,
    and no others have a share in their code.
    """
    rows = present.evidence.rows.select("name", "code", "place", "district_id").with_columns(
        enterprise=pl.Series(enterprise), moved=pl.Series(moved), moves_in=present.held["moves_in"],
        written=pl.coalesce(present.written.replace("", None), present.evidence.rows["name"]),
    )  # fmt: skip
    contested, here = _of_several(rows), pl.col("place") == HOME
    is_new = pl.col("enterprise").is_in(pl.Series(owners.of[owners.new]).implode())
    known = rows.filter((pl.col("enterprise") != NOBODY) & ~is_new & pl.col("moved").any().over("enterprise"))
    said = known.group_by("enterprise").agg(
        **{part: _only(part, pl.col(part) != "") for part in ("name", "code")},
        written=_only("written", pl.col("name") != ""),
        district_id=_only("district_id", pl.col("district_id").is_not_null()),
        here=here.all(),
        elsewhere=(~here & ~pl.col("moves_in")).all(),
        several=pl.any_horizontal(
            pl.col(part).filter(pl.col("name") != "").n_unique() != 1 for part in ("name", "written")
        )
        | (pl.col("code").filter(pl.col("code") != "").n_unique() > 1)
        | (pl.col("district_id").drop_nulls().n_unique() > 1)
        | pl.col("code").is_in(contested.implode()).any(),
    )
    held = said.join(_identities(said["enterprise"].to_list()), on="enterprise", how="left")
    as_said = (
        pl.col("name").eq_missing(pl.col("held_key")) & pl.col("written").eq_missing(pl.col("held_name"))
        & pl.col("code").eq_missing(pl.col("held_code")) & pl.col("district_id").eq_missing(pl.col("held_district"))
        & pl.when("held_scope").then("here").otherwise("elsewhere")
    )  # fmt: skip
    return set(held.filter(pl.col("several") | ~as_said)["enterprise"])


def _only(part: str, stated: pl.Expr) -> pl.Expr:
    return pl.col(part).filter(stated).first()


def _identities(enterprises: list[int]) -> pl.DataFrame:
    """What is held of these enterprises."""
    schema = {
        "enterprise": pl.Int64, "held_name": pl.String, "held_key": pl.String, "held_code": pl.String,
        "held_district": pl.Int64, "held_scope": pl.Boolean,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_IDENTITIES, [as_numbers(enterprises)])
        return pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def _of_several(rows: pl.DataFrame) -> pl.Series:
    """Codes that rows of several enterprises state, or such as wait."""
    stated = rows.filter(pl.col("code") != "").select("code", "enterprise").unique()
    return stated.filter(pl.col("code").is_duplicated())["code"].unique()


def moved_since(last: int) -> Sequence[tuple[str, str, str]]:
    """The entries whose enterprise is another since the decision of that number."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVES, {"last": last})
        return list(cursor.fetchall())
