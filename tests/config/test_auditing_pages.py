"""The log as it is read, and what requests leave in it: sign-ins, refusals, downloads, rows' histories."""

from collections.abc import Iterator
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

import pytest
from celery import shared_task
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from config.auditing import admin as auditing_admin
from config.auditing.attending import Who
from config.auditing.models import Event
from config.auditing.recording import note
from config.celery import app as celery
from registry.models import District, Programme
from tests.conftest import Publish
from tests.staff import queries, signed_in, staff

pytestmark = pytest.mark.django_db
LIST = "/admin/auditing/event/"
READ, EXPORT = "auditing.view_event", "auditing.export_event"
PASSWORD = "Zhengzhou-2026!"
ADDRESS = "203.0.113.9"


def acts() -> list[tuple[str, str, bool, str]]:
    """The newest first."""
    return list(Event.objects.order_by("-number").values_list("area", "act", "success", "user_name"))


class TestDoor:
    @pytest.fixture(autouse=True)
    def quick(self, settings: Settings, own_tries: None) -> Iterator[None]:
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        celery.conf.task_always_eager = True
        yield
        celery.conf.task_always_eager = False

    def sign_in(self, client: Client, name: str, password: str = PASSWORD) -> Any:
        return client.post("/accounts/login/", {"login": name, "password": password})

    def test_sign_ins_failures_lock_outs_and_sign_outs(self) -> None:
        wang = User.objects.create_user("wang", "wang@kjj.example", PASSWORD)
        client = Client(REMOTE_ADDR=ADDRESS)
        self.sign_in(client, "wang")
        client.post("/accounts/logout/")
        assert acts()[:2] == [("sign_in", "signed_out", True, "wang"), ("sign_in", "signed_in", True, "wang")]
        assert Event.objects.filter(act="signed_in").get().address == ADDRESS
        for _number in range(6):
            self.sign_in(client, "wang@kjj.example", "wrong")
        self.sign_in(client, "my-own-password")
        failed = Event.objects.filter(area="sign_in", success=False)
        assert set(failed.filter(label="wang").values_list("act", "key")) == {
            ("failed", str(wang.pk)), ("locked", str(wang.pk)),
        }  # fmt: skip
        assert failed.filter(label="").exists()
        assert "my-own-password" not in str(list(Event.objects.values()))


def test_a_refused_page_and_a_refused_act_are_on_record(publish: Publish, settings: Settings) -> None:
    settings.CONFIRM_NEEDS_SECOND_PERSON = True
    listed = publish([["企业名称"], ["郑州启航科技有限公司"]], confirmed=False)
    client = signed_in("registry.view_listimport", "registry.confirm_listimport", name="wang")
    assert client.get(LIST, REMOTE_ADDR=ADDRESS).status_code == 403
    listed.staged_by = User.objects.get(username="wang")
    listed.save()
    answer = client.post(reverse("admin:registry_listimport_confirm", args=[listed.pk]))
    assert answer.status_code == 302
    (refused, forbidden) = Event.objects.filter(area="refusal").order_by("-number")
    assert (forbidden.act, forbidden.page, forbidden.address) == ("forbidden", f"GET {LIST}", ADDRESS)
    assert (refused.act, refused.user_name, refused.success) == ("refused", "wang", False)
    assert refused.details["said"]
    hasty = Client(enforce_csrf_checks=True)
    hasty.force_login(User.objects.get(username="wang"))
    assert hasty.post("/admin/logout/").status_code == 403
    assert (Event.objects.latest("number").act, Event.objects.latest("number").user_name) == ("forbidden", "wang")


def test_a_stranger_cannot_fill_the_log() -> None:
    """Its rows stay for half a year, and nothing limits how often a page is asked without its token."""
    assert Client(enforce_csrf_checks=True).post("/admin/logout/").status_code == 403
    assert not Event.objects.exists()


def test_what_opens_something_is_not_told() -> None:
    """Whoever signed in long ago and follows a link is signed out by it, which is an event: the link is good yet."""
    client = Client()
    client.force_login(User.objects.create_user("wang"))
    session = client.session
    session["signed_in_at"] -= 86_400
    session.save()
    token = token_urlsafe(32)
    client.get(reverse("pushes:invitation", args=[token]))
    event = Event.objects.filter(act="signed_out").get()
    assert event.page.startswith("GET /") and event.page.endswith("/…/") and token not in event.page


@pytest.mark.usefixtures("own_tries")
def test_a_neighbour_with_a_zone_in_the_address_signs_in() -> None:
    client = Client(REMOTE_ADDR="fe80::1%eth0")
    client.force_login(User.objects.create_user("wang"))
    client.post("/accounts/login/", {"login": "nobody", "password": "wrong"})
    assert client.get("/accounts/sessions/").status_code == 200
    client.logout()
    client.post("/accounts/login/", {"login": "nobody", "password": "wrong"})
    assert set(Event.objects.filter(act="failed").values_list("address", flat=True)) == {"fe80::1"}


def test_a_download_from_the_desk_is_on_record(publish: Publish) -> None:
    listed = publish([["企业名称"], ["郑州启航科技有限公司"]])
    client = signed_in("registry.view_listimport", "registry.view_entry", name="wang")
    answer = client.get(reverse("admin:registry_listimport_file", args=[listed.pk]))
    assert answer.status_code == 200
    (event,) = Event.objects.filter(area="download")
    assert event.user_name == "wang" and event.label


def test_a_task_is_told_as_such() -> None:
    @shared_task(name="tests.change")  # type: ignore[untyped-decorator]
    def change() -> None:
        District.objects.filter(code="410105").update(note="任务")

    change.apply(task_id="task-1")
    event = Event.objects.latest("number")
    assert (event.page, event.request, event.user_name) == ("task tests.change", "task-1", "")


def test_the_list_is_read_filtered_and_changed_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing_admin, "COUNTED", 30)
    for number in range(40):
        note("desk", "noted", label=f"第{number}条", success=number > 0)
    note("list", "confirmed", who=Who(name="wang"), label="名单")
    client = signed_in(READ, name="auditor")

    def found(**query: str) -> int:
        return int(client.get(LIST, query).context["cl"].result_count)

    today = timezone.localdate()
    assert found() == 30  # counted up to the limit
    assert (found(area="list"), found(outcome="refused"), found(q="wang"), found(q="名单")) == (1, 1, 1, 1)
    assert (found(q="203.0.113.77"), found(q="\x00"), found(q="无人")) == (0, 30, 0)
    assert found(**{"from": today.isoformat()}) == 30
    assert found(to=(today - timedelta(days=1)).isoformat(), area="list") == 0
    assert found(**{"from": "x", "to": "2026-13-40"}) == 30
    assert queries(client, LIST) <= 10
    event = Event.objects.filter(area="list").get()
    page = client.get(f"{LIST}{event.pk}/change/")
    assert "名单" in page.content.decode()
    for path in ("add/", f"{event.pk}/delete/"):
        assert client.get(LIST + path).status_code == 403
    assert client.post(f"{LIST}{event.pk}/change/", {"area": "x"}).status_code in (200, 403, 405)
    event.refresh_from_db()
    assert event.area == "list"


def test_the_log_is_exported_on_record() -> None:
    note("desk", "noted", label="=1+1")
    note("desk", "noted", label=" ＝1+1")
    assert signed_in(READ, name="reader").post(f"{LIST}export/csv/").status_code == 403
    client = signed_in(READ, EXPORT, name="auditor")
    assert client.get(f"{LIST}export/csv/").status_code == 405
    answer: Any = client.post(f"{LIST}export/csv/?area=desk")
    text = b"".join(answer.streaming_content).decode()
    assert "'=1+1" in text and "' ＝1+1" in text and text.count("\r\n") == 4
    event = Event.objects.filter(area="log").get()
    assert (event.act, event.user_name, event.details["filters"]) == ("exported", "auditor", "area=desk")
    assert client.post(f"{LIST}export/exe/").status_code == 302


def test_a_rows_history_says_before_and_after_in_its_fields_words() -> None:
    chief = Programme.objects.get(code="HNTE")
    other = Programme.objects.exclude(pk=chief.pk).order_by("pk")[0]
    address = reverse("admin:registry_programme_history", args=[chief.pk])
    client = signed_in("registry.view_programme", name="viewer")
    client.get(address)
    few = queries(client, address)
    for body in ("甲机关", "乙机关", "丙机关"):
        Programme.objects.filter(pk=chief.pk).update(body=body, presumes=other, level="city")
        Programme.objects.filter(pk=chief.pk).update(presumes=None, level="national")
    page = client.get(address).content.decode()
    for text in ("认定部门", "甲机关", "乙机关", other.name, "市级"):
        assert text in page, text
    assert queries(client, address) <= few + 1
    staff(name="idle")
