"""A draft that guards find red is sealed on a second person's word alone, and the record of it stays."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from pytest_django import Settings

from enterprises import editions, errors, resolving
from enterprises.guarding import limits
from enterprises.models import Edition, ExpectedList, GuardLimit, GuardResult, Overruling
from registry import importing
from registry.models import ListImport, Programme
from tests.conftest import NOW, Publish
from tests.enterprises.rules import revise_rule
from tests.staff import staff

pytestmark = pytest.mark.django_db
HEAD = ["企业名称", "证书编号", "发证日期"]
FIRMS = [[f"郑州示范{n}号科技有限公司", f"GR202541{n:06d}", "2025-01-10"] for n in range(30)]


def cut(hours: int, quarter: str = "2026Q3", by: User | None = None) -> Edition:
    now = NOW + timedelta(hours=hours)
    resolving.resolve(now=now)
    return editions.cut(quarter=quarter, now=now, by=by)


def seal(edition: Edition, hours: int, by: User | None = None) -> Edition:
    return editions.seal(edition=edition, now=NOW + timedelta(hours=hours), by=by)


def results(edition: Edition, guard: str) -> list[tuple[str, str, float]]:
    rows = GuardResult.objects.filter(edition=edition, guard=guard)
    return [(row.programme, row.level, float(row.measured)) for row in rows]


@pytest.fixture
def listed(publish: Publish) -> ListImport:
    """Thirty firms, in a sealed edition."""
    made = publish([HEAD, *FIRMS], now=NOW)
    seal(cut(1, "2026Q2"), 1)
    return made


@pytest.fixture
def makers() -> tuple[User, User]:
    return staff(name="wang"), staff(name="zhao")


def withdrawn(listed: ListImport, by: User | None = None) -> None:
    importing.withdraw(list_import=listed, reason="误传", now=NOW + timedelta(hours=2), by=by)


def test_every_guard_leaves_its_result_with_the_draft(listed: ListImport) -> None:
    draft = cut(3)
    rows = GuardResult.objects.filter(edition=draft)
    assert {row.guard for row in rows} >= {"programme_shrank", "mass_removal", "review_queue", "clock", "expected_list"}
    assert all(row.words and row.judged_at == draft.cut_at for row in rows)
    shrank = rows.get(guard="programme_shrank")
    assert (shrank.level, shrank.amber, shrank.red) == ("green", 10, 30)
    assert "高新技术企业" in shrank.words
    assert seal(draft, 3).state == "sealed"


def test_a_list_that_vanished_waits_for_a_second_person(listed: ListImport, makers: tuple[User, User]) -> None:
    maker, checker = makers
    withdrawn(listed)
    draft = cut(3, by=maker)
    assert results(draft, "programme_shrank") == [("HNTE", "red", 100)]
    assert results(draft, "mass_removal") == [("", "red", 100)]
    later = NOW + timedelta(hours=4)
    with pytest.raises(errors.GuardsRed, match="高新技术企业"):
        editions.seal(edition=draft, now=later, by=checker)
    with pytest.raises(errors.MakerMayNotOverrule, match="wang"):
        editions.overrule(edition=draft, by=maker, reason="本来如此", now=later)
    with pytest.raises(errors.ReasonNeeded):
        editions.overrule(edition=draft, by=checker, reason="  ", now=later)
    assert not Overruling.objects.exists()
    editions.overrule(edition=draft, by=checker, reason="原名单误传，省厅已撤回", now=later)
    with pytest.raises(errors.NothingToOverrule):
        editions.overrule(edition=draft, by=checker, reason="再次", now=later)
    assert editions.seal(edition=draft, now=later, by=maker).state == "sealed"
    kept = Overruling.objects.get(edition=draft)
    assert (kept.by, kept.reason, kept.alone) == (checker, "原名单误传，省厅已撤回", False)


def test_where_a_machine_cut_it_whoever_confirmed_its_lists_is_its_maker(
    listed: ListImport, makers: tuple[User, User]
) -> None:
    confirmer, checker = makers
    withdrawn(listed, by=confirmer)
    draft = cut(3)
    later = NOW + timedelta(hours=4)
    with pytest.raises(errors.MakerMayNotOverrule):
        editions.overrule(edition=draft, by=confirmer, reason="本来如此", now=later)
    assert not editions.overrule(edition=draft, by=checker, reason="核对无误", now=later).alone


def test_a_team_of_one_may_and_the_record_says_so(
    listed: ListImport, makers: tuple[User, User], settings: Settings
) -> None:
    settings.OVERRULE_ALONE = True
    withdrawn(listed)
    draft = cut(3, by=makers[0])
    assert editions.overrule(edition=draft, by=makers[0], reason="核对无误", now=NOW + timedelta(hours=4)).alone
    assert seal(draft, 4, makers[0]).state == "sealed"


def test_an_overruling_is_of_the_draft_it_saw(listed: ListImport, makers: tuple[User, User], publish: Publish) -> None:
    withdrawn(listed)
    draft = cut(3, by=makers[0])
    editions.overrule(edition=draft, by=makers[1], reason="核对无误", now=NOW + timedelta(hours=4))
    publish([HEAD, FIRMS[0]], published="2026-08-01", now=NOW + timedelta(hours=5))
    with pytest.raises(errors.DraftOutdated):
        seal(draft, 6)
    with pytest.raises(errors.GuardsRed):
        seal(cut(6, by=makers[0]), 6)


LAWS = {
    "seal it unheard": "UPDATE enterprises_edition SET state = 'sealed', sealed_at = now() WHERE id = %(edition)s",
    "change a result": "UPDATE enterprises_guardresult SET level = 'green' WHERE edition_id = %(edition)s",
    "overrule as its maker": """
        INSERT INTO enterprises_overruling (edition_id, by_id, at, reason, alone)
        VALUES (%(edition)s, %(maker)s, now(), 'x', false)""",
    "overrule without a reason": """
        INSERT INTO enterprises_overruling (edition_id, by_id, at, reason, alone)
        VALUES (%(edition)s, %(checker)s, now(), '', false)""",
}


@pytest.mark.parametrize("act", LAWS)
def test_the_database_holds_it_too(listed: ListImport, makers: tuple[User, User], act: str) -> None:
    withdrawn(listed)
    draft = cut(3, by=makers[0])
    names = {"edition": draft.pk, "maker": makers[0].pk, "checker": makers[1].pk}
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LAWS[act], names)


def test_a_limit_of_the_bureau_counts_at_the_next_cut(listed: ListImport) -> None:
    withdrawn(listed)
    GuardLimit.objects.filter(guard__in=("programme_shrank", "mass_removal", "changes_of_kind")).update(red=None)
    draft = cut(3)
    assert results(draft, "programme_shrank") == [("HNTE", "amber", 100)]
    assert seal(draft, 3).state == "sealed"


@pytest.mark.parametrize(
    ("setting", "level", "seals"),
    [
        ("amber", "amber", True), ("amber", "green", True),
        ("green", "amber", False), ("green", "green", True),
        ("never", "green", False),
    ],
)  # fmt: skip
def test_what_seals_itself_is_the_bureaus_word(
    listed: ListImport, settings: Settings, setting: str, level: str, seals: bool
) -> None:
    settings.EDITION_SEALS_ITSELF = setting
    ExpectedList.objects.all().delete()
    if level == "amber":
        gz = Programme.objects.get(code="GZ")
        ExpectedList.objects.create(programme=gz, notice="recognition", first_month=7, last_month=8)
    draft = cut(3)
    assert set(GuardResult.objects.filter(edition=draft).values_list("level", flat=True)) == {"green", level}
    if seals:
        editions.refuse_by_itself(draft)
    else:
        with pytest.raises(errors.SealsByPerson):
            editions.refuse_by_itself(draft)
    assert seal(draft, 3, staff(name="li")).state == "sealed"  # a person may in any case


@pytest.mark.parametrize(
    ("published", "first", "last", "level", "missed"),
    [
        ("2026-08-01", 7, 9, "amber", False),
        ("2025-08-01", 7, 9, "amber", True),  # last year's
        ("2026-06-30", 7, 9, "red", True),  # too early for it
        ("2026-05-01", 4, 7, "amber", False),  # within a span that ends in this quarter
        ("2026-05-01", 10, 12, "red", False),  # not due yet
    ],
)
def test_a_list_of_the_season_that_did_not_come(
    listed: ListImport, publish: Publish, published: str, first: int, last: int, level: str, missed: bool
) -> None:
    ExpectedList.objects.all().delete()
    gz = Programme.objects.get(code="GZ")
    ExpectedList.objects.create(programme=gz, notice="recognition", first_month=first, last_month=last, level=level)
    publish([HEAD[:1], ["郑州瞪羚科技有限公司"]], programme="GZ", published=published, now=NOW + timedelta(hours=1))
    assert results(cut(3), "expected_list") == ([("GZ", level, 1)] if missed else [("", "green", 0)])


def test_what_waits_is_counted(listed: ListImport, publish: Publish) -> None:
    moment = NOW + timedelta(hours=1)
    publish([HEAD, ["郑州待定科技有限公司", "", ""]], published="2026-07-01", now=moment, confirmed=False)
    # The next quarter's.
    publish([HEAD, ["郑州未定科技有限公司", "", ""]], published="2026-12-01", now=moment, confirmed=False)
    publish([HEAD[:2], ["郑州无人知晓科技有限公司", ""]], kind="revocation", published="2026-07-02", now=moment)
    draft = cut(3)
    assert results(draft, "waiting_list") == [("", "amber", 1)]
    assert results(draft, "review_queue") == [("", "green", 1)]


def test_a_programme_whose_rule_ended(listed: ListImport) -> None:
    revise_rule("HNTE", NOW + timedelta(hours=1), effective_to=date(2026, 7, 1))
    assert results(cut(3), "rule_gap") == [("HNTE", "red", 1)]


def test_a_clock_that_went_back(listed: ListImport) -> None:
    now: datetime = NOW - timedelta(days=1, hours=-2)
    draft = editions.cut(quarter="2026Q3", now=now)
    ((_programme, level, ahead),) = results(draft, "clock")
    assert (level, ahead > 0) == ("red", True)


def test_a_quarter_left_out(listed: ListImport) -> None:
    assert results(editions.cut(quarter="2026Q3", now=NOW + timedelta(hours=2)), "skipped_quarter") == [
        ("", "green", 0)
    ]
    later = NOW + timedelta(days=100)
    assert results(editions.cut(quarter="2026Q4", now=later), "skipped_quarter") == [("", "amber", 1)]


def test_an_edition_as_of_an_early_day_waits_for_a_person(listed: ListImport) -> None:
    """Sealed, it would stand in the place of the quarter's, with what ended or was revoked until its last day."""
    assert results(cut(2), "early_day") == [("", "green", 0)]
    draft = editions.cut(quarter="2026Q3", as_of=date(2026, 9, 15), now=NOW + timedelta(hours=2))
    assert results(draft, "early_day") == [("", "red", 15)]
    with pytest.raises(errors.GuardsRed, match="15"):
        editions.seal(edition=draft, now=NOW + timedelta(hours=3))


def test_every_guard_has_a_limit_or_a_calendar() -> None:
    known = limits()
    assert {guard for guard, _programme, _cause in known.given} | {"expected_list"} == {
        value for value, _words in GuardLimit._meta.get_field("guard").flatchoices
    }
    assert ExpectedList.objects.count() > 10


def test_a_name_that_lists_state_otherwise_is_judged_as_a_change_of_name() -> None:
    """One faulty list may bring many of either."""
    renamed = limits().of("changes_of_kind", cause="renamed")
    assert (renamed.amber, renamed.red) == (10, 30)
    assert limits().of("changes_of_kind", cause="respelled") == renamed
