"""The desk of statistics: what it shows, what it withholds, and who is told which enterprises a figure counts."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from pytest_django import DjangoAssertNumQueries

from config.auditing.models import Event
from enterprises.models import Edition
from financing.behind import behind
from financing.counted import Counted
from financing.counting_ahead import count_ahead
from financing.errors import NoFiguresYet, TooFewInstitutions
from financing.figures import Key, figures
from financing.models import Feedback
from financing.naming import named
from financing.statistics import Statistics, statistics
from financing.terms import terms
from registry.admin.exporting import open_rows
from registry.models import Export
from tests.financing.city import LATER, city
from tests.financing.making import feedback
from tests.pushes.making import SEALED_AT, institution
from tests.staff import said, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_tries")]

AT = "/admin/financing/statistic/"
SEE, NAMES = "financing.see_statistics", "financing.see_enterprises"


@pytest.fixture
def edition() -> Edition:
    return city()


def found(known_by: Any = LATER) -> Statistics:
    return statistics("2026Q3", known_by=known_by)


def test_institutions_are_told_apart_only_where_they_are_mixed(edition: Edition) -> None:
    kinds, seen = terms().kinds, found()
    large, small = (behind(seen, Key(district=name), kinds) for name in ("金水区", "上街区"))
    assert large and small and large.row.cell.lent_to == 10 and small.row.cell.lent_to == 2
    # 上街区 has one institution: withheld; with 二七区 left out beside it, nothing can be subtracted from the whole.
    assert small.withheld and small.institutions is None and not small.may_name
    two = {name: behind(seen, Key(district=name), kinds) for name in ("金水区", "二七区")}
    assert sorted(bool(one and one.withheld) for one in two.values()) == [False, True]
    whole = behind(seen, Key(), kinds)
    assert whole and len(whole.institutions or ()) == 5 and whole.may_name and not whole.withheld
    of_a = behind(seen, Key(institution="bank-a"), kinds)
    assert of_a and {part.name for part in of_a.districts if part.row is None} >= {"上街区"}
    assert not of_a.may_name and of_a.institutions is None
    of_kind = behind(seen, Key(kind="guarantor"), kinds)
    assert of_kind and [row.key.institution for row in of_kind.institutions or ()] == ["guard-e"]
    both = behind(seen, Key(group="TSME", district="金水区"), kinds)
    assert both and both.withheld and both.row.cell.lent_to == 5 and both.may_name
    for key in (Key(group="nothing"), Key(district="nowhere"), Key(kind="bank", district="金水区"), Key("HNTE", "x")):
        assert behind(seen, key, kinds) is None, key


def test_enterprises_are_named_as_of_moments_between_which_three_institutions_reported(edition: Edition) -> None:
    bank = institution("bank-f")
    by = terms()
    with pytest.raises(TooFewInstitutions):
        named("2026Q3", Key(), known_by=SEALED_AT + timedelta(days=2, hours=1), by=by)
    early = named("2026Q3", Key(), known_by=LATER, by=by)  # five have reported, and three of them make a moment
    assert early.known_by == SEALED_AT + timedelta(days=3)
    counted = figures("2026Q3", groups={}, known_by=early.known_by).cell().lent_to
    assert early.members.count() == early.count == counted - early.left
    # Of 上街区 none is named here either: its figure grew when bank-a alone had reported.
    assert early.left == 2 and "上街区" not in {one.district for one in early.members}
    feedback(bank, edition, {1: {"balance": "1"}, 23: {"lent": "1"}}, at=SEALED_AT + timedelta(days=6))
    late = named("2026Q3", Key(), known_by=LATER, by=by)
    assert late.known_by == SEALED_AT + timedelta(days=6) and late.count == late.members.count() == 21
    part = named("2026Q3", Key(group="TSME", district="金水区"), known_by=LATER, by=by)
    assert part.count == 5 and [one.district for one in part.members] == ["金水区"] * 5
    for key in (Key(district="上街区"), Key(kind="bank"), Key(institution="bank-a")):
        with pytest.raises(TooFewInstitutions):
            named("2026Q3", key, known_by=LATER, by=by)


def test_remembered_figures_are_those_that_were_counted(
    edition: Edition, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def same(moment: Any) -> bool:
        by = terms()
        seen, plain = Counted(["2026Q3"], known_by=moment, by=by), figures("2026Q3", groups=by.groups, known_by=moment)
        assert seen.brief("2026Q3").cells == {
            key: cell for key, cell in plain.cells.items()
            if not (key.district or key.kind) and not (key.group and key.institution)
        }  # fmt: skip
        return seen.of("2026Q3") == plain

    moments = [SEALED_AT + timedelta(days=days) for days in (0, 1, 2, 5, 9)]
    assert all(same(moment) for moment in moments)
    assert all(same(moment) for moment in moments)
    by = terms()
    with django_assert_num_queries(2):
        seen = Counted(["2026Q2", "2026Q3"], known_by=SEALED_AT + timedelta(days=9), by=by)
        assert seen.of("2026Q3").cell().lent_to == seen.brief("2026Q3").cell().lent_to == 22
    with pytest.raises(NoFiguresYet):
        seen.of("2026Q2")
    # What comes into force later, though it says that it was there before, makes other figures.
    feedback(institution("bank-f"), edition, {28: {"balance": "7"}}, at=SEALED_AT + timedelta(days=2))
    assert all(same(moment) for moment in moments)
    first = Feedback.objects.get(institution__code="bank-a")
    first.state, first.replaced_at = "replaced", SEALED_AT + timedelta(days=5)
    first.save()
    assert all(same(moment) for moment in moments)


def test_what_comes_into_force_while_it_is_counted_is_not_remembered_as_what_was(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = institution("bank-f")
    by, seen = terms(), Counted(["2026Q3"], known_by=LATER, by=terms())

    def slowly(quarter: str, **asked: Any) -> Any:
        feedback(bank, edition, {28: {"balance": "7"}})
        return figures(quarter, **asked)

    before = figures("2026Q3", groups=by.groups, known_by=LATER)
    with monkeypatch.context() as patch:
        patch.setattr("financing.counted.figures", slowly)
        assert seen.of("2026Q3").cell().institutions == 6
    Feedback.objects.filter(institution=bank).update(state="replaced", replaced_at=LATER)
    assert Counted(["2026Q3"], known_by=LATER, by=by).of("2026Q3") == before


def test_a_page_opens_with_what_was_counted_ahead(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    count_ahead(now=LATER)

    def counting(*_sides: object, **_more: object) -> None:
        raise AssertionError("counted while somebody waits")

    monkeypatch.setattr("financing.counted.figures", counting)
    assert signed_in(SEE).get(AT).status_code == 200
    feedback(institution("bank-z"), edition, {1: {"balance": "1"}})
    with pytest.raises(AssertionError, match="waits"):
        signed_in(SEE, name="other").get(AT)


def test_the_page_and_what_is_behind_it(edition: Edition) -> None:
    browser = signed_in(SEE)
    page = browser.get(AT, {"quarter": "2026Q3", "known_by": "2026-10-21T14:30"})
    text = page.content.decode()
    assert page.status_code == 200 and page.context["found"].total.cell.lent_to == 22
    assert "73.3%" in text and "2026-10-21 14:30" in text
    cell = browser.get(page.context["tables"][1][2][0].address)
    assert cell.status_code == 200 and cell.context["told"].row.name and cell.context["quarter"] == "2026Q3"
    assert not cell.context["may_ask"] and "enterprises/ask/" not in cell.content.decode()
    for wrong in ("?quarter=1999Q9", "?known_by=never", "?quarter=2026Q3&known_by=2020-01-01T00:00"):
        assert browser.get(AT + wrong).status_code == 200, wrong
    for wrong in ("cell/?group=x", "cell/?quarter=2026Q3&known_by=2020-01-01T00:00", "cell/?district=%00"):
        assert browser.get(AT + wrong).status_code == 302, wrong
    asked = browser.post(f"{AT}export/csv/?quarter=2026Q3&known_by=2026-10-21T14:30:00")
    export = Export.objects.get()
    assert asked.status_code == 302 and "known_by=2026-10-21" in export.query and export.desk == "financing.statistic"
    sheet = list(open_rows(export).rows)
    assert sheet[0][1] == page.context["total"].name and "73.3333" in map(str, sheet[0])
    assert browser.post(f"{AT}export/exe/").status_code == 302 and Export.objects.count() == 1
    assert signed_in(name="nobody").get(AT).status_code == 403


def test_enterprises_are_seen_by_a_right_for_a_reason_and_on_record(edition: Edition) -> None:
    feedback(institution("bank-f"), edition, {1: {"balance": "1"}, 23: {"lent": "1"}}, at=SEALED_AT + timedelta(days=6))
    asked = "?quarter=2026Q3&known_by=2026-10-21T14:30:00&district=金水区"
    assert signed_in(SEE, name="other").post(f"{AT}enterprises/ask/{asked}", {"reason": "x"}).status_code == 403
    browser = signed_in(SEE, NAMES)
    assert said(browser.get(f"{AT}enterprises/{asked}", follow=True))
    assert (
        browser.post(f"{AT}enterprises/ask/{asked}", {"reason": ""}, follow=True)
        .redirect_chain[-1][0]
        .startswith(f"{AT}cell/")
    )
    assert not LogEntry.objects.exists()
    shown = browser.post(f"{AT}enterprises/ask/{asked}", {"reason": "走访企业"}, follow=True)
    text = shown.content.decode()
    assert shown.context["named"].count == 10 and "郑州示范1号科技有限公司" in text and "郑州示范13号" not in text
    assert "bank-" not in text and "示范银行" not in text
    noted = LogEntry.objects.get()
    assert "走访企业" in noted.change_message and "2026Q3" in noted.change_message
    assert Event.objects.filter(area="desk", act="noted", user_name="staff").exists()
    leave = shown.redirect_chain[-1][0]
    assert browser.get(leave).status_code == 200
    other = signed_in(SEE, NAMES, name="colleague")
    assert other.get(leave).status_code == 302  # the leave is one person's
    refused = browser.post(f"{AT}enterprises/ask/?quarter=2026Q3&district=上街区", {"reason": "x"}, follow=True)
    assert said(refused) and LogEntry.objects.count() == 1
