"""Customers made of a city of known truth, and who of its firms was published. Law: truth is never in a row."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import polars as pl

from enterprises.public_ids import public_id
from registry.samples.truth.regions import shares
from registry.samples.truth.slips import NameSlips

_PUBLISHED, _OF = 2, 5  # of the firms
_ERRORS = 3.0  # how much worse than published lists a bank's own are
_HARMLESS = {"nm_bracket", "nm_fullascii"}
_MEMBER, _CODED, _SLIPPED, _LOST = 0.4, 0.6, 0.03, 0.03
_TYPED = {"0": "O", "1": "I", "2": "Z", "5": "S"}


@dataclass(frozen=True)
class Customer:
    firm: int
    name: str
    code: str


@dataclass(frozen=True)
class Truth:
    """Firm → its clean names and its code; firm → the enterprises whose lines are mostly its."""

    names: dict[int, list[str]]
    codes: dict[int, str]
    enterprise_of: dict[int, set[int]]

    def public_ids_of(self, firm: int) -> set[str]:
        return {public_id(enterprise) for enterprise in self.enterprise_of.get(firm, ())}


def published_part(city: Path, part: Path) -> Path:
    """The city's lists with the rows of the firms that are published, and no notices of renames of the others."""
    part.mkdir()
    firms = _firms(city)
    with _table(city / "rows.csv") as (header, rows):
        kept = [row for row in rows if _is_published(firms[int(row[0])])]
    _write(part / "rows.csv", header, kept)
    names = {row[3] for row in kept}
    with _table(city / "renames.csv") as (header, rows):
        _write(part / "renames.csv", header, [row for row in rows if {row[0], row[1]} & names])
    (part / "lists.csv").write_bytes((city / "lists.csv").read_bytes())
    return part


def truth_of(city: Path, lines: pl.DataFrame, clusters: pl.DataFrame, members: set[int]) -> Truth:
    """The truth, beside what became of the published lines."""
    names: dict[int, list[str]] = defaultdict(list)
    codes: dict[int, str] = {}
    firms: dict[int, int] = {}
    with _table(city / "truth.csv") as (_header, truth), _table(city / "rows.csv") as (_columns, rows):
        for (_row, firm, _part, tags), row in zip(truth, rows, strict=True):
            own, told = int(firm), set(tags.split("|") if "|" in tags else tags.split())
            firms[int(row[0])] = own
            if not {tag for tag in told if tag.startswith("nm_")} - _HARMLESS:
                names[own].append(row[3])
            if row[4] and not any(tag.startswith("code") for tag in told):
                codes[own] = row[4]
    counted: dict[int, Counter[int]] = defaultdict(Counter)
    for row_id, cluster in clusters.select("row_id", "cluster_id").iter_rows():
        counted[cluster][firms[int(row_id)]] += 1
    enterprise_of: dict[int, set[int]] = defaultdict(set)
    for cluster, of in counted.items():
        if cluster in members:
            enterprise_of[of.most_common(1)[0][0]].add(cluster)
    assert lines.height == clusters.height
    return Truth(dict(names), codes, dict(enterprise_of))


def customers(truth: Truth, rows: int, seed: int) -> Iterator[Customer]:
    """So many rows of a bank's: names as its people write them, codes where it has them, with slips of its own."""
    rng = Random(f"customers:{seed}")
    slips = NameSlips(rng, shares(100)[0].region, _ERRORS)
    firms = sorted(truth.names)
    members = [firm for firm in firms if firm in truth.enterprise_of]
    strangers = [firm for firm in firms if not _is_published(firm)]
    for _row in range(rows):
        firm = rng.choice(members if rng.random() < _MEMBER else strangers)
        name, _tags = slips.spoil(rng.choice(truth.names[firm]))
        code = truth.codes.get(firm, "") if rng.random() < _CODED else ""
        yield Customer(firm, name.replace("\r", " ").replace("\n", " "), _spoilt(code, rng))


def _spoilt(code: str, rng: Random) -> str:
    if not code:
        return code
    chance = rng.random()
    if chance < _LOST:
        return f"{code[0]}.{code[1:6]}E+17" if code[:6].isdecimal() else code
    if chance < _LOST + _SLIPPED:
        able = [at for at, sign in enumerate(code) if sign in _TYPED]
        at = rng.choice(able)
        return f"{code[:at]}{_TYPED[code[at]]}{code[at + 1 :]}"
    if chance < _LOST + 2 * _SLIPPED:
        at = rng.randrange(8, 17)
        return f"{code[:at]}{rng.choice('0123456789')}{code[at + 1 :]}"
    return code


def _is_published(firm: int) -> bool:
    return firm % _OF < _PUBLISHED


def _firms(city: Path) -> dict[int, int]:
    with _table(city / "truth.csv") as (_header, rows):
        return {int(row[0]): int(row[1]) for row in rows}


@contextmanager
def _table(path: Path) -> Iterator[tuple[list[str], Iterator[list[str]]]]:
    """Header and rows of a csv, within the block."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        yield next(reader), reader


def _write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)
