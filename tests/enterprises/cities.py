"""Small cities of known truth for tests: their lists published one by one, and what became of their rows."""

import csv
from collections import defaultdict
from pathlib import Path

import polars as pl

from enterprises.management import cities
from enterprises.models import Enterprise, MatchDecision, ReviewItem
from registry.samples.truth.writing import write_truth_city

# Of one code these have nothing else in common: the first has it, the others wait.
KNOWN = "郑州甲科技有限公司"
STRANGE = [
    f"郑州{name}有限公司"
    for name in ("天明面粉", "地利陶瓷", "人和轴承", "日新酒业", "月异纺织", "山高烟草", "水长电缆", "云飞书店")
]

State = tuple[frozenset[frozenset[str]], frozenset[tuple[str, str, frozenset[str]]]]


def make(folder: Path, *, enterprises: int = 150, seed: int = 1, errors: float = 4.0) -> list[Path]:
    """Write a city, and of each of its lists, and of its renames, a folder of its own."""
    write_truth_city(folder / "whole", enterprises=enterprises, seed=seed, errors=errors)
    whole = folder / "whole"
    about = {row["list_id"]: row for row in _table(whole / "lists.csv")}
    rows = defaultdict(list)
    for row in _table(whole / "rows.csv"):
        rows[row["list_id"]].append(row)
    parts = []
    for list_id, members in rows.items():
        part = folder / "parts" / list_id
        _write(part / "lists.csv", [about[list_id]])
        _write(part / "rows.csv", members)
        parts.append(part)
    renames = folder / "parts" / "renames"
    first = parts[0]
    _write(renames / "lists.csv", _table(first / "lists.csv"))
    (renames / "rows.csv").write_text((first / "rows.csv").read_text(encoding="utf-8"), encoding="utf-8")
    (renames / "renames.csv").write_text((whole / "renames.csv").read_text(encoding="utf-8"), encoding="utf-8")
    return [renames, *parts[1:]]


def publish(part: Path) -> pl.DataFrame:
    """Confirm the lists of a part; returns which row of which list each of the city's rows is."""
    return cities.publish(part)


def state(rows: pl.DataFrame) -> State:
    """Who is who, and what is asked: sets of row ids, whatever numbers enterprises and entries have."""
    name_of = {
        (listed, number): row for row, listed, number in rows.select("row_id", "listed", "row_number").iter_rows()
    }
    live = MatchDecision.objects.filter(superseded_at=None)
    members = defaultdict(set)
    for listed, number, enterprise in live.values_list("entry__list_import", "entry__row_number", "enterprise"):
        members[enterprise].add(name_of.get((listed, number), f"rename {number}"))
    asked = frozenset(
        (
            name_of.get((item.entry.list_import_id, item.entry.row_number), "rename"),
            item.cause,
            frozenset(row for one in item.candidates.all() for row in members[one.pk]),
        )
        for item in ReviewItem.objects.filter(closed_at=None).select_related("entry").prefetch_related("candidates")
    )
    return frozenset(frozenset(one) for one in members.values()), asked


def snapshot() -> tuple[object, ...]:
    """All that is held of enterprises, decisions and doubts, to the letter."""
    enterprises = Enterprise.objects.order_by("pk").values_list("pk", "name", "uscc", "district", "merged_into")
    decisions = MatchDecision.objects.filter(superseded_at=None).order_by("entry")
    items = ReviewItem.objects.filter(closed_at=None).order_by("entry").prefetch_related("candidates")
    return (
        list(enterprises),
        list(decisions.values_list("entry", "enterprise", "slipped")),
        [(item.entry_id, item.cause, sorted(one.pk for one in item.candidates.all())) for item in items],
    )


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
