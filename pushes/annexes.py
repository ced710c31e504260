"""What the annex of an edition says of members, as their institution agreed to see it (reads only).

Law: a list or points that were not agreed on are not in it; whoever agreed on none is told of no annex at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from enterprises.canonical import NamedEntry, PointsEntry
from enterprises.models import AnnexKind, Edition, EditionAnnex
from pushes.belonging import OF_RECOGNITIONS
from pushes.cutting import Cut
from registry.queries import Column, indicator_columns


@dataclass
class Annex:
    """What stands beside one member's record: programme code and what is said, for named lists and for points."""

    listed: list[tuple[str, NamedEntry]] = field(default_factory=list)
    scored: list[tuple[str, PointsEntry]] = field(default_factory=list)


def annexes_of(edition: Edition, members: Iterable[str], wanted: Cut) -> dict[str, Annex]:
    """Public id → its annex, of those that have one."""
    found: dict[str, Annex] = {}
    if not wanted.annexes:
        return found
    rows = EditionAnnex.objects.filter(edition=edition, public_id__in=list(members), programme__in=wanted.annexes)
    for row in rows.order_by("public_id", "programme"):
        annex = found.setdefault(row.public_id, Annex())
        said = annex.listed if row.kind == AnnexKind.NAMED_LIST else annex.scored
        said += [(row.programme, one) for one in row.payload]
    return found


def indicators(wanted: Cut) -> Mapping[tuple[str, str], Column]:
    """What the indicators of the agreed points are called, by programme and code."""
    return indicator_columns(wanted.annexes) if wanted.annexes else {}


def told(
    annex: Annex | None, wanted: Cut, names: Mapping[str, str], called: Mapping[tuple[str, str], Column]
) -> dict[str, Any]:
    """The part of a machine's row that tells of the annex: nothing at all where none was agreed on."""
    if not wanted.annexes:
        return {}
    said = annex or Annex()
    return {
        "annex": {
            "named_lists": [_listed(code, one, wanted, names) for code, one in said.listed],
            "points": [_scored(code, one, wanted, names, called) for code, one in said.scored],
        }
    }


def _listed(code: str, one: NamedEntry, wanted: Cut, names: Mapping[str, str]) -> dict[str, Any]:
    values: Mapping[str, Any] = one
    return {
        "list": code,
        "list_name": names.get(code, code),
        "state": one["state"],
        **{part: None if part in wanted.hidden else values[part] for part in OF_RECOGNITIONS},
    }


def _scored(
    code: str,
    one: PointsEntry,
    wanted: Cut,
    names: Mapping[str, str],
    called: Mapping[tuple[str, str], Column],
) -> dict[str, Any]:
    own = [key for programme, key in called if programme == code and key in one["values"]]
    own += sorted(set(one["values"]).difference(own))
    unnamed = Column("", "")
    return {
        "points": code,
        "points_name": names.get(code, code),
        "year": one["year"],
        "total": one["total"],
        "grade": one["grade"],
        "indicators": [
            {
                "code": key,
                "name": called.get((code, key), unnamed).name or key,
                "unit": called.get((code, key), unnamed).unit,
                "value": one["values"][key],
            }
            for key in own
        ],
        "source": None if "source" in wanted.hidden else one["source"],
    }
