"""Which enterprise each cluster is. Law: an id goes on with the side that has the code, and comes back with its
entries.

An enterprise that was known stays the one whose first entry it was. Where several turn out to be one, the one
with the code goes on, else the oldest; the others are tombstones. Whoever is parted again gets the id back that they
had.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from django.db import connection

from enterprises.evidence import Present
from enterprises.matching.clusters import NOBODY, Flags, Ints
from enterprises.matching.said import Decided
from enterprises.models import MatchDecision
from enterprises.numbering import next_number
from registry.copying import as_numbers

_CODES = "SELECT id, substr(coalesce(uscc, ''), 9, 9) FROM enterprises_enterprise WHERE id = ANY(%s::bigint[])"
_TOMBSTONES = "SELECT id FROM enterprises_enterprise WHERE id = ANY(%s::bigint[]) AND merged_into_id IS NOT NULL"


@dataclass
class Owners:
    """Label → enterprise, for all clusters with a row that does not wait.

    `new` are labels whose enterprise is to be founded; `gone` says of enterprises that were known which they turned out
    to be; `back` are tombstones that stand for themselves again.
    """

    of: Ints  # by label; NOBODY where there is none
    new: Ints
    gone: dict[int, int] = field(default_factory=dict)
    back: set[int] = field(default_factory=set)


def own(present: Present, decided: Decided, waits: Flags) -> Owners:
    """Give every cluster its enterprise: one that is known, or the next new number, in the order of the clusters."""
    clusters = decided.clusters
    labels = np.unique(clusters.label[~waits])
    owners = Owners(np.full(len(clusters.label), NOBODY, dtype=np.int64), labels)
    held = present.held["enterprise"]
    if held.is_not_null().any():
        _keep(present, decided, waits, owners)
    owners.new = labels[owners.of[labels] == NOBODY]
    first = next_number() if len(owners.new) else 0
    owners.of[owners.new] = first + np.arange(len(owners.new))
    return owners


def _keep(present: Present, decided: Decided, waits: Flags, owners: Owners) -> None:
    """Let the known enterprises go on."""
    clusters = decided.clusters
    rows = present.held.with_columns(
        label=pl.Series(clusters.label), row=pl.int_range(pl.len()), waits=pl.Series(waits)
    ).filter(pl.col("enterprise").is_not_null() & ~pl.col("waits"))
    claims = rows.group_by("enterprise", "label").agg(rows=pl.len(), first=pl.col("row").min())
    codes = _codes(claims["enterprise"].unique().to_list())
    ours = pl.DataFrame({"number": clusters.code, "ours": present.evidence.rows["code"].str.slice(8, 9)})
    claims = (
        claims.with_columns(number=pl.Series(clusters.code_of[claims["label"].to_numpy()]))
        .join(codes, on="enterprise", how="left")
        .join(ours.unique("number", keep="last"), on="number", how="left")
        .with_columns(
            coded=pl.col("theirs").fill_null("") != "",
            with_code=(pl.col("theirs") != "") & pl.col("ours").eq_missing(pl.col("theirs")),
        )
        .with_columns(pl.col("with_code").fill_null(False))
    )
    parting = claims.filter(pl.col("enterprise").is_duplicated())["enterprise"].unique().to_list()
    founders = pl.Series(_founders(parting), dtype=pl.Int64)
    founded = rows.filter(pl.col("entry").is_in(founders.to_list())).select("enterprise", "label", founded=True)
    claims = claims.join(founded, on=["enterprise", "label"], how="left").with_columns(
        pl.col("founded").fill_null(False)
    )
    # An enterprise goes on as one cluster, and a cluster as one enterprise.
    order = ("with_code", "founded", "rows", "first")
    chosen = claims.sort("enterprise", *order, descending=[False, True, True, True, False])
    chosen = chosen.unique("enterprise", keep="first", maintain_order=True)
    kept: dict[int, int] = {}
    for enterprise, label in (
        chosen.sort("coded", "enterprise", descending=[True, False]).select("enterprise", "label").iter_rows()
    ):
        if label in kept:
            owners.gone[enterprise] = kept[label]
        else:
            kept[label] = enterprise
    parted = set(rows["label"].unique().to_list()) - kept.keys()
    kept |= _given_back(present, clusters.label, parted, set(kept.values()) | owners.gone.keys())
    for label, enterprise in kept.items():
        owners.of[label] = enterprise
    with connection.cursor() as cursor:
        cursor.execute(_TOMBSTONES, [as_numbers(kept.values())])
        owners.back = {enterprise for (enterprise,) in cursor.fetchall()}


def _founders(enterprises: list[int]) -> list[int]:
    """The entries that were the first of enterprises whose entries part: what came to them later leaves them."""
    firsts = MatchDecision.objects.filter(enterprise__in=enterprises).order_by("enterprise_id", "pk")
    return list(firsts.distinct("enterprise_id").values_list("entry", flat=True)) if enterprises else []


def _codes(enterprises: list[int]) -> pl.DataFrame:
    """The organisation codes of known enterprises: `enterprise`, `theirs`."""
    with connection.cursor() as cursor:
        cursor.execute(_CODES, [as_numbers(enterprises)])
        schema = {"enterprise": pl.Int64, "theirs": pl.String}
        return pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def _given_back(present: Present, label: Ints, parted: set[int], taken: set[int]) -> dict[int, int]:
    """Label → the enterprise that its entries were of before they came to the one that they leave now."""
    if not parted:
        return {}
    rows = np.flatnonzero(np.isin(label, list(parted)))
    entry_of = dict(zip(present.held["entry"][rows].to_list(), label[rows].tolist(), strict=True))
    before: dict[int, list[int]] = defaultdict(list)
    past = MatchDecision.objects.filter(entry__in=entry_of, superseded_at__isnull=False).order_by("-pk")
    for entry, enterprise in past.values_list("entry_id", "enterprise_id"):
        before[entry_of[entry]].append(enterprise)
    back: dict[int, int] = {}
    for one in sorted(before):
        free = next((enterprise for enterprise in before[one] if enterprise not in taken), None)
        if free is not None:
            back[one] = free
            taken.add(free)
    return back
