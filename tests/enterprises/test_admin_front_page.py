"""The bureau's front page: where the quarter stands, what waits for whoever looks, what is late.

Nobody is told of what he may not view; every number leads to its rows.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate, now
from pytest_django import Settings

from enterprises import editions, pooling, resolving
from enterprises.admin import front_page
from enterprises.awaiting import awaited
from enterprises.calendar import finished_quarter, last_day
from enterprises.models import ExpectedList, PoolRebuild, Recognition, ReviewItem
from pushes.admin import front_page as of_pushes
from registry.models import ListImport, Programme
from tests.conftest import NOW, Publish
from tests.enterprises.looking import CODE
from tests.staff import queries, signed_in, staff

VIEWS = {
    "待确认名单": "registry.view_listimport",
    "待核对的匹配": "enterprises.view_reviewitem",
    "异议申诉": "enterprises.view_objection",
    "版本": "enterprises.view_edition",
    "推送": "pushes.view_delivery",
}
STEPS = ("registry.confirm_listimport", "enterprises.settle_reviewitem", "enterprises.seal_edition")
HEADER = ["企业名称", "统一社会信用代码"]
INDEX = "admin:index"


@pytest.fixture
def work(publish: Publish) -> None:
    """One list to confirm, one doubtful match to settle, no delivery."""
    publish([HEADER, ["郑州甲科技有限公司", CODE]])
    publish([HEADER, ["郑州乙智能科技有限公司", CODE]], published="2025-06-01")
    resolving.resolve(now=NOW)
    publish([HEADER, ["郑州丙科技有限公司", ""]], published="2025-07-01", confirmed=False)
    assert ReviewItem.objects.count() == 1


def who(client: Client) -> User:
    return User.objects.get(pk=client.session["_auth_user_id"])


def steps(client: Client) -> dict[str, Any]:
    assert client.get(reverse(INDEX)).status_code == 200
    told = (*front_page.desk(who(client)).steps, *of_pushes.desk(who(client)).steps)
    return {step.name: step for step in told}


def tasks(client: Client) -> dict[str, Any]:
    return {task.words: task for task in front_page.desk(who(client)).tasks}


def test_each_number_is_counted_and_leads_to_its_rows(work: None) -> None:
    client = signed_in(*VIEWS.values(), *STEPS)
    told = steps(client)
    for name, count in {"待确认名单": 1, "待核对的匹配": 1, "异议申诉": 0, "已确认名单": 0}.items():
        assert told[name].value == str(count), name
        assert client.get(told[name].address).context["cl"].result_count == count, name
    waiting = tasks(client)
    assert {words: task.number for words, task in waiting.items()} == {"待确认名单": 1, "尚无人领取的待核对匹配": 1}
    for task in waiting.values():
        assert client.get(task.address).context["cl"].result_count == task.number
    assert queries(client, reverse(INDEX)) <= 30


def test_ones_own_work_is_told_apart(work: None, settings: Settings) -> None:
    client = signed_in(*VIEWS.values(), *STEPS, name="wang")
    wang = User.objects.get(username="wang")
    ReviewItem.objects.update(assigned_to=wang)
    assert "分配给我的待核对匹配" in str(tasks(client)) or len(tasks(client)) == 2
    mine = next(task for words, task in tasks(client).items() if "匹配" in words)
    assert client.get(mine.address).context["cl"].result_count == 1
    settings.CONFIRM_NEEDS_SECOND_PERSON = True
    assert "待确认名单" in tasks(client)
    ListImport.objects.filter(state="staged").update(staged_by=wang)
    assert "待确认名单" not in tasks(client)  # another is asked


@pytest.mark.parametrize("name", VIEWS)
def test_nobody_is_told_of_what_he_may_not_view(work: None, name: str) -> None:
    told = steps(signed_in(*(permission for kind, permission in VIEWS.items() if kind != name)))
    assert name not in told and told.keys() >= VIEWS.keys() - {name}


def test_who_may_nothing_sees_nothing_and_a_calm_day_looks_calm(db: None) -> None:
    page = signed_in(name="stranger").get(reverse(INDEX))
    assert "进展" not in page.content.decode()
    ExpectedList.objects.all().delete()
    calm = signed_in("registry.view_listimport", name="calm").get(reverse(INDEX)).content.decode()
    assert "没有等待您处理的事项" in calm and "没有逾期" in calm and 'class="late"' not in calm


def test_a_finished_quarter_without_a_sealed_edition_is_an_alarm(work: None) -> None:
    client, quarter = signed_in("enterprises.view_edition", "enterprises.seal_edition"), finished_quarter(localdate())

    def warned() -> bool:
        told = front_page.desk(who(client))
        assert (told.quarter == quarter) == bool(told.alarms)
        assert ("尚未封存" in client.get(reverse(INDEX)).content.decode()) == bool(told.alarms)
        return bool(told.alarms)

    assert warned()
    moment = max(now(), NOW)
    edition = editions.cut(quarter=quarter, now=moment)
    assert warned() and edition.label in str(steps(client)["版本"])
    editions.seal(edition=edition, now=moment)
    assert not warned()


class TestAwaitedLists:
    @pytest.fixture
    def season(self, db: None) -> None:
        ExpectedList.objects.all().delete()
        ExpectedList.objects.create(programme=Programme.objects.get(code="HNTE"), first_month=10, last_month=11)
        ExpectedList.objects.create(programme=Programme.objects.get(code="SRDI"), first_month=12, last_month=12)

    def test_only_what_its_season_has_begun_for(self, season: None) -> None:
        end = last_day("2026Q4")
        november = awaited("2026Q4", end.replace(month=11, day=5))
        assert [(one.programme, one.late) for one in november] == [("高新技术企业", False)]
        december = awaited("2026Q4", end.replace(day=5))
        assert [one.late for one in december] == [True, False]
        assert awaited("2026Q3", last_day("2026Q3")) == []

    @pytest.mark.parametrize("confirmed", [True, False])
    def test_a_list_that_came_is_not_awaited(self, season: None, publish: Publish, confirmed: bool) -> None:
        publish([HEADER, ["郑州甲科技有限公司", CODE]], published="2026-11-02", confirmed=confirmed, now=now())
        assert awaited("2026Q4", last_day("2026Q4").replace(month=11, day=5)) == []


def test_the_pool_in_figures_is_what_the_rebuild_counted(work: None) -> None:
    pooling.rebuild(as_of=NOW.date(), now=NOW)
    client = signed_in("enterprises.view_enterprise")
    told = front_page.pool(who(client))
    assert told is not None
    figures = PoolRebuild.objects.latest().figures
    assert told.members == sum(figures["districts"].values()) == sum(bar.value for bar in told.districts)
    for bar in told.programmes:
        assert client.get(bar.link).context["cl"].result_count == bar.value
    page = client.get(reverse(INDEX)).content.decode()
    assert "<rect" in page and "style=" not in page
    assert front_page.pool(staff(name="stranger")) is None


def test_what_ends_soon_leads_to_who_it_is(work: None) -> None:
    Recognition.objects.all().delete()
    pooling.rebuild(as_of=localdate(), now=max(now(), NOW))
    Recognition.objects.update(valid_to=localdate() + timedelta(days=40), state="valid", counts=True)
    client = signed_in("enterprises.view_enterprise")
    url = reverse("admin:enterprises_enterprise_changelist")
    found = {days: client.get(url, {"ends": days}).context["cl"].result_count for days in ("30", "90", "x")}
    assert (found["30"], found["90"]) == (0, Recognition.objects.values("enterprise").distinct().count())
    assert found["x"] >= found["90"] > 0


def test_lists_stand_in_the_order_of_the_work(db: None) -> None:
    admin = Client()
    admin.force_login(User.objects.create_superuser("chief"))
    page = admin.get(reverse(INDEX)).content.decode()
    rooms = [page.index(f"room-{name}") for name in ("lists", "matches", "editions", "pushes", "records", "settings")]
    assert rooms == sorted(rooms)
    assert staff(name="other").is_staff
