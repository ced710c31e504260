"""Every figure of a generated year equals what its definition gives, reckoned apart; and stays so for its moment.

YEAR=25000x40 takes the whole year (`make year`); PAPERS=folder keeps the report's papers to be looked at.
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from enterprises.models import Edition
from financing import evaluating
from financing.errors import NoFiguresYet
from financing.figures import Key, figures
from financing.models import Evaluation, Feedback, FeedbackState, Target
from financing.summing_up import document
from financing.terms import terms
from pushes.models import Institution
from tests.financing import reckoning
from tests.financing.year import MOMENTS, QUARTERS, Year, at, generated
from tests.financing.year_kept import keep

pytestmark = pytest.mark.django_db

MEMBERS, INSTITUTIONS = (int(part) for part in os.environ.get("YEAR", "700x12").split("x"))
GROUPS = {**{code: [code] for code in ("HNTE", "TSME", "SRDI", "INNO", "GZ")}, "HNTE+TSME": ["HNTE", "TSME"]}
HALF = ("2026Q1", "2026Q2")


def test_a_year() -> None:
    """One test, since the year is what costs: every cell, every figure of the report, and that it stays."""
    year = generated(members=MEMBERS, institutions=INSTITUTIONS)
    keep(year)
    for moment in MOMENTS:
        every_cell_is_as_reckoned(year, moment)
        every_figure_of_the_report_is_as_reckoned(year, moment)
    an_evaluation_stays_what_it_was_whatever_comes_later()


def _units(millionths: int) -> Decimal:
    return Decimal(millionths).scaleb(-6)


def every_cell_is_as_reckoned(year: Year, moment: datetime) -> None:
    told = 0
    for quarter in QUARTERS:
        if reckoning.standing(quarter, moment) is None:
            with pytest.raises(NoFiguresYet):
                figures(quarter, groups=GROUPS, known_by=moment)
            continue
        found = figures(quarter, groups=GROUPS, known_by=moment)
        assert found.edition.label == f"ZZKJ-{reckoning.standing(quarter, moment)}"
        assert dict(found.members) == reckoning.counted(year, quarter, moment, GROUPS)
        reckoned = reckoning.cells(year, quarter, moment, GROUPS)
        assert {tuple(key) for key in found.cells} == set(reckoned)
        for side, numbers in reckoned.items():
            wanted = numbers | {name: _units(numbers[name]) for name in reckoning.SUMS}
            assert vars(found.cells[Key(*side)]) == wanted, side
            told += 1
    assert told > 500 * (INSTITUTIONS > 3)


def every_figure_of_the_report_is_as_reckoned(year: Year, moment: datetime) -> None:
    said = document("2026H1", known_by=moment, by=terms())
    assert [one["quarter"] for one in said["quarters"]] == list(HALF)
    at_start = reckoning.cells(year, "2025Q4", moment, GROUPS)
    for one in said["quarters"]:
        quarter = one["quarter"]
        held = reckoning.counted(year, quarter, moment, GROUPS)
        cells = reckoning.cells(year, quarter, moment, GROUPS)
        assert one["edition"]["members"] == one["total"]["members"] == held["", "", "", ""]
        for row in _rows(one):
            _is_as_reckoned(row, held, cells, at_start)
        assert len(one["programmes"]) == 5
        assert len(one["districts"]) == len({side[1] for side in held if side[1]})
        assert {row["institution"] for row in one["institutions"]} == {side[3] for side in cells if side[3]}
        _targets_are_as_reckoned(one["targets"], held, cells)
    done = said["activity"]
    acts = reckoning.acts(year, HALF, moment, said["terms"]["due_days"])
    assert {row.pop("institution"): row for row in done["institutions"]} == acts
    came = reckoning.conversions(year, HALF, moment)
    for row in done["kinds"]:
        assert (row["contacted"], row["granted"], row["lent"]) == came[row["kind"], ""]
        assert row["institutions"] == sum(year.institutions[code] == row["kind"] for code in acts)
    assert (done["total"]["contacted"], done["total"]["granted"], done["total"]["lent"]) == came["", ""]


def _rows(one: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield one["total"]
    for part in ("programmes", "districts", "programmes_in_districts", "kinds", "institutions"):
        yield from one[part]


def _is_as_reckoned(row: dict[str, Any], held: Any, cells: Any, at_start: Any) -> None:
    side = tuple(row.get(name, "") for name in ("group", "district", "kind", "institution"))
    cell = cells.get(side) or dict.fromkeys(next(iter(cells.values())), 0)
    for name, number in cell.items():
        assert row[name] == (f"{_units(number):.6f}" if name in reckoning.SUMS else number), (side, name)
    for name in ("first", "renewed", "on_credit"):
        assert row[f"{name}_share"] == reckoning.share(cell[name], cell["paid_out"])
    of = None if side[3] else held.get((side[0], side[1], "", ""), 0)
    assert (row["members"], row["share"]) == (of, None if of is None else reckoning.share(cell["lent_to"], of))
    start = at_start.get(side, {}).get("balance", 0)
    assert row["year_start"] == f"{_units(start):.6f}"
    assert row["growth"] == reckoning.share(cell["balance"] - start, start)


def _targets_are_as_reckoned(told: list[dict[str, Any]], held: Any, cells: Any) -> None:
    both, hnte, tsme = (cells[code, "", "", ""] for code in ("HNTE+TSME", "HNTE", "TSME"))
    in_yi = Decimal(both["balance"]).scaleb(-10)
    of = [reckoning.share(one["lent_to"], held[code, "", "", ""]) for code, one in (("HNTE", hnte), ("TSME", tsme))]
    assert [told[1]["reached"], told[2]["reached"]] == of
    assert [Decimal(told[0]["reached"]), Decimal(told[3]["reached"])] == [in_yi, in_yi]
    assert Decimal(told[0]["distance"]) == 2500 - in_yi


def an_evaluation_stays_what_it_was_whatever_comes_later() -> None:
    """Late feedback, a withdrawal, other names, kinds and targets: the old moment keeps its digest, now has another."""
    made = evaluating.make(half="2026H1", known_by=MOMENTS[0], clock=lambda: MOMENTS[0] + timedelta(minutes=30))
    later = evaluating.make(half="2026H1", known_by=MOMENTS[1], clock=lambda: MOMENTS[1] + timedelta(days=1))
    assert (made.label, later.label) == ("2026H1-v1", "2026H1-v2")
    assert made.document["quarters"][1]["edition"]["label"] != later.document["quarters"][1]["edition"]["label"]
    _keep_papers(later)
    with transaction.atomic():
        _the_world_goes_on()
        assert evaluating.verify(Evaluation.objects.get(pk=made.pk)) == evaluating.Verified(same=True)
        now = document("2026H1", known_by=at("2027-02-02"), by=terms())
        assert evaluating.digest(now) not in (made.digest, later.digest)
        assert now["quarters"][0]["total"]["balance"] != later.document["quarters"][0]["total"]["balance"]
        transaction.set_rollback(True)


def _the_world_goes_on() -> None:
    late = Feedback.objects.filter(state=FeedbackState.IN_FORCE, quarter="2026Q1").order_by("pk")[0]
    late.state, late.replaced_at = FeedbackState.REPLACED, at("2027-01-15")
    late.save(update_fields=["state", "replaced_at"])
    edition = Edition.objects.get(quarter="2026Q1", version=2)
    edition.state, edition.withdrawn_at, edition.withdrawn_reason = "withdrawn", at("2027-01-20"), "演练"
    edition.save()
    Institution.objects.filter(code="bank-00").update(name="更名银行", kind="insurer")
    Target.objects.filter(measure="share").delete()
    Target.objects.update(value=1)


def _keep_papers(evaluation: Evaluation) -> None:
    papers = {paper.kind: paper for paper in evaluation.papers.all()}
    assert set(papers) == {"pdf", "xlsx"}
    for paper in papers.values():
        with paper.file.open("rb") as file:
            content = file.read()
        assert content.startswith({"pdf": b"%PDF", "xlsx": b"PK"}[paper.kind])
        assert len(content) == paper.size
        if os.environ.get("PAPERS"):
            (Path(os.environ["PAPERS"]) / f"{evaluation.label}.{paper.kind}").write_bytes(content)
