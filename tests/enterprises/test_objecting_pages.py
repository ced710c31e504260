"""The pages of objections: without an account, without script, and without telling one enterprise of another."""

import re
import uuid
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from enterprises import pooling, resolving, settling
from enterprises.admin import front_page
from enterprises.models import Enterprise, Objection, ObjectionKind
from tests.conftest import NOW, Publish
from tests.enterprises.evidence_files import png
from tests.enterprises.objections import CONTACT, SAYS, fields, filed, in_memory
from tests.staff import said, signed_in, staff

pytestmark = pytest.mark.django_db
__all__ = ["in_memory"]
NEW, OPEN = "/objections/new/", "/objections/"
HEAD = ["企业名称", "证书编号", "发证日期"]
WRONG, RIGHT = "郑州启杭科技有限公司", "郑州启航科技有限公司"


@pytest.fixture(autouse=True)
def alone(in_memory: None) -> None:
    """Tries are counted for each test alone."""


@pytest.fixture
def enterprise(publish: Publish) -> Enterprise:
    publish([HEAD, [WRONG, "GR202541000001", "2025-01-10"]])
    resolving.resolve(now=NOW)
    return Enterprise.objects.get()


def received(client: Client | None = None, **more: object) -> tuple[str, str]:
    """Hand in a form; returns the receipt's number and password."""
    page = (client or Client()).post(NEW, fields(**(CONTACT | more))).content.decode()
    number, secret = re.search(r"YY-\d{8}-\d{6}", page), re.search(r'id="secret">([\w-]{43})<', page)
    assert number and secret, page
    return number[0], secret[1]


def opened(number: str, secret: str, **more: object) -> str:
    return unescape(Client().post(OPEN, {"number": number, "secret": secret, **more}).content.decode())


def test_from_form_to_receipt_to_answer_to_withdrawal() -> None:
    number, secret = received(files=[SimpleUploadedFile("证书.png", png())])
    page = opened(number, secret)
    assert SAYS in page and "证书.png" in page and "已受理" in page and "王工" not in page
    objection = Objection.objects.get()
    officer = staff(name="officer")
    settling.take(objection=objection, now=timezone.now(), by=officer)
    settling.ask(objection=objection, words="请提供变更登记证明", now=timezone.now(), by=officer)
    assert "请提供变更登记证明" in opened(number, secret)
    assert "officer" not in opened(number, secret)
    page = opened(number, secret, act="answer", text="已附", files=[SimpleUploadedFile("x.png", b"<svg>")])
    assert "x.png" in page and Objection.objects.get().state == "asked"
    assert "补充说明已收到" in opened(
        number, secret, act="answer", text="已附", files=[SimpleUploadedFile("y.png", png())]
    )
    assert "已撤回" not in opened(number, secret, act="withdraw")  # not sure
    assert "异议已撤回" in opened(number, secret, act="withdraw", sure="1")
    assert 'name="act" value="withdraw"' not in opened(number, secret)


def test_wrong_numbers_and_wrong_secrets_are_one_answer_and_are_counted() -> None:
    number, secret = received()
    answers = []
    for named, tried in ((number, "x" * 43), ("YY-20261126-000000", secret)):
        answer = Client().post(OPEN, {"number": named, "secret": tried})
        answers.append(re.sub(rf"{named}|{tried}|csrf\S+ \S+ \S+", "", answer.content.decode()))
        assert answer.status_code == 403
    assert answers[0] == answers[1]
    got = [Client().post(OPEN, {"number": number, "secret": "x"}).status_code for _n in range(30)]
    assert got[-1] == 429
    doors = []
    for named in (number, "YY-20261126-000000"):
        door = Client().get(f"/objections/{named}/")
        doors.append((door.status_code, re.sub(rf"{named}|token. value=.\w+", "", door.content.decode())))
    assert doors[0] == doors[1] and doors[0][0] == 200
    assert Client().get("/objections/x/").status_code == 404


def test_one_form_is_filed_once_and_a_network_files_so_many() -> None:
    form = fields(**CONTACT)
    assert Client().post(NEW, form).status_code == 200
    again = Client().post(NEW, form)
    assert again.status_code == 409 and Objection.objects.get().number in again.content.decode()
    got = [Client().post(NEW, fields(**CONTACT)).status_code for _n in range(10)]
    assert got[-1] == 429


@pytest.mark.parametrize(
    "wrong",
    [
        {"contact_phone": "", "contact_mail": ""}, {"contact_mail": "x", "contact_phone": ""}, {"kind": "other"},
        {"says": ""}, {"says": "短"}, {"says": "长" * 4001}, {"name": ""}, {"name": "甲\x00乙丙丁"}, {"form": "x"},
        {"line": "HNTE-1#2"}, {"contact_phone": "<script>"}, {"code": "1" * 40},
    ],
)  # fmt: skip
def test_a_form_that_lacks_something_is_shown_again_with_what_was_written(wrong: dict[str, str]) -> None:
    answer = Client().post(NEW, fields(**(CONTACT | {"name": "河南归航公司"} | wrong)))
    assert answer.status_code == 400 and Objection.objects.count() == 0
    page = answer.content.decode()
    assert "尚未收到" in page and "errorlist" in page
    assert "name" in wrong or "河南归航公司" in page
    assert "<script>" not in page.partition("<main")[2]


def test_robots_and_staff_file_nothing_and_no_token_no_form() -> None:
    assert Client().post(NEW, fields(website="http://x", **CONTACT)).status_code == 429
    assert signed_in().post(NEW, fields(**CONTACT)).status_code == 403
    assert Client(enforce_csrf_checks=True).post(NEW, fields(**CONTACT)).status_code == 403
    assert Objection.objects.count() == 0
    browser = Client(enforce_csrf_checks=True)
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', browser.get(NEW).content.decode())
    assert token
    received(browser, csrfmiddlewaretoken=token[1])


def test_the_form_of_an_enterprise_offers_its_own_recognitions(enterprise: Enterprise, publish: Publish) -> None:
    pooling.rebuild(as_of=timezone.localdate(NOW), now=NOW)
    page = Client().get(NEW, {"about": enterprise.public_id}).content.decode()
    line = re.search(r'value="(HNTE-\S+#2)"', page)
    assert WRONG in page and line
    received(about=enterprise.public_id, line=line[1], kind="name")
    objection = Objection.objects.get()
    assert (objection.enterprise, objection.entry and objection.entry.name) == (enterprise, WRONG)
    assert Client().get(NEW, {"about": "x' OR 1"}).status_code == 200
    found = Client().get("/", {"q": WRONG}).content.decode()
    assert f"/objections/new/?about={enterprise.public_id}" in found and f"/watch/{enterprise.public_id}/" in found
    assert "/objections/new/?name=" in Client().get("/", {"q": "郑州没有科技有限公司"}).content.decode()


def test_pages_are_kept_by_nobody(enterprise: Enterprise) -> None:
    for address in (NEW, OPEN, f"/watch/{enterprise.public_id}/"):
        answer = Client().get(address)
        assert "no-store" in answer["Cache-Control"] and "noindex" in answer["X-Robots-Tag"]


def test_the_desk_from_taking_it_to_the_correction(enterprise: Enterprise) -> None:
    objection = filed(ObjectionKind.NAME, enterprise)
    reader = signed_in("enterprises.view_objection", name="reader")
    desk = signed_in("enterprises.view_objection", "enterprises.settle_objection", "enterprises.view_enterprise")
    page = reverse("admin:enterprises_objection_change", args=[objection.pk])

    def step(name: str, client: Client = desk, **data: object) -> object:
        return client.post(reverse(f"admin:enterprises_objection_{name}", args=[objection.pk]), data, follow=True)

    for name in ("take", "ask", "reject", "uphold", "confirm", "send_back"):
        assert step(name, reader, reason="x").status_code == 403  # type: ignore[attr-defined]
    step("take")
    shown = desk.get(page).content.decode()
    line = re.search(r'name="lines" value="(\d+)"', shown)
    assert line and WRONG in shown and SAYS in shown
    assert "/uphold/" not in reader.get(page).content.decode()
    assert "更正" in said(step("uphold", reason="证书属实"))
    assert said(step("uphold", reason="", lines=line[1], right_name=RIGHT))
    assert "已经如此" in said(step("uphold", reason="证书属实", lines=line[1], right_name=WRONG))
    assert "补录" in said(step("uphold", reason="证书属实", add_name=RIGHT))
    assert said(step("uphold", reason="x", lines="999999", right_name=RIGHT))
    objection.refresh_from_db()
    assert objection.state == "in_work"
    step("uphold", reason="证书属实", lines=line[1], right_name=RIGHT)
    resolving.resolve(now=timezone.now())
    enterprise.refresh_from_db()
    objection.refresh_from_db()
    assert (objection.state, enterprise.name) == ("upheld", RIGHT)
    assert desk.get(page).status_code == 200


def test_the_queue_and_the_front_page(enterprise: Enterprise, settings: Settings) -> None:
    filed(ObjectionKind.MISSING, now=NOW.replace(year=2025))
    mine = filed(enterprise=enterprise, now=timezone.now())
    desk = signed_in("enterprises.view_objection", "enterprises.settle_objection")
    desk.post(reverse("admin:enterprises_objection_take", args=[mine.pk]))
    front = front_page.desk(User.objects.get(username="staff"))
    (step,), (alarm,) = front.steps, front.alarms
    assert (step.value, desk.get(step.address).context["cl"].result_count) == ("2", 2)
    assert desk.get(alarm.address).context["cl"].result_count == 1 and "1" in alarm.words
    assert {desk.get(task.address).context["cl"].result_count for task in front.tasks} == {1} and len(front.tasks) == 2
    assert "异议申诉" not in signed_in("registry.view_listimport", name="other").get("/admin/").content.decode()
    queue = reverse("admin:enterprises_objection_changelist")
    for query, count in (
        ("", 2), ("?due=open", 2), ("?due=overdue", 1), ("?due=today", 0), ("?whose=mine", 1), ("?whose=unassigned", 1),
        ("?kind__exact=missing", 1), ("?state__exact=received", 1), (f"?q={mine.number}", 1),
    ):  # fmt: skip
        assert desk.get(queue + query).context["cl"].result_count == count, query
    assert uuid.UUID(str(mine.form))


@pytest.mark.parametrize("path", ["/objections/new/?about=%00", "/watch/E%00/"])
def test_a_public_id_that_is_none_is_no_fault_of_ours(path: str) -> None:
    client = Client(raise_request_exception=False)
    assert client.get(path).status_code == (200 if "about" in path else 404)
