"""A bank's clerk is invited, comes in, takes the edition, says so, and has 20,000 customers compared by a worker."""

import csv
import io
import re
from pathlib import Path

from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import Settings

from pushes import delivering, inviting
from pushes.models import CustomerMatch, Institution, Receipt, ReceiptKind, Role
from tests.browser.conftest import JOURNEY, Open, label, shoot, sideways
from tests.codes import totp
from tests.processes import worker
from tests.pushes.making import institution, person, record, sealed_edition

pytestmark = JOURNEY

ROWS = 20_000
EMAIL, PASSWORD = "li.si@bank.example", "Zhengzhou-2026!"


def customers(path: Path) -> Path:
    """Sixty are members, one is written otherwise, all others are nobody's."""
    path.mkdir()
    with (path / "客户名单.csv").open("w", encoding="gb18030", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["客户号", "客户名称", "余额"])
        writer.writerow(["K0", "郑州市示范1号科技有限公司", "1.00"])
        for number in range(1, ROWS):
            member = number in range(5, 301, 5)
            name = f"郑州示范{number}号科技有限公司" if member else f"洛阳甲乙{number}丙商贸有限公司"
            writer.writerow([f"K{number}", name, "=1+1" if number == 1 else "1.00"])
    return path / "客户名单.csv"


def come_in(open_page: Open, bank: Institution) -> Page:
    """By the mail of an invitation, with a password and a second factor, as far as the editions."""
    boss = person("boss", bank, role=Role.ADMINISTRATOR)
    inviting.invite(institution=bank, email=EMAIL, name="李四", role=Role.OPERATOR, by=boss, now=timezone.now())
    inviting.send_due(now=timezone.now())
    link = re.search(r"http://\S+?(/institutions/invitations/\S+/)", str(mail.outbox[-1].body))
    assert link
    page = open_page(link.group(1))
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.click("main button")
    page.wait_for_selector(".qr svg")
    page.fill("[name=code]", totp(page.inner_text(".secret")))
    page.click("main button")
    page.wait_for_selector(".codes")
    page.click("main a.button")
    page.wait_for_selector(".newest")
    return page


def test_a_clerks_first_day(open_page: Open, surroundings: dict[str, str], tmp_path: Path, settings: Settings) -> None:
    settings.SECRETS_KEY = surroundings["SECRET_KEY"]  # what is enclosed here, the worker discloses
    settings.MFA_REQUIRED = ["institutions"]
    bank = institution()
    edition = sealed_edition("2026Q3", [record(number) for number in range(1, 301)])
    delivering.sweep(clock=timezone.now)
    page = come_in(open_page, bank)
    page.click(f"h2 >> text={edition.label}")
    page.wait_for_url("**/editions/**")
    with page.expect_download() as waiting:
        page.click("a.button[download]")
    assert waiting.value.suggested_filename == f"{edition.label}.zip"
    page.click("form.acknowledge button")
    page.wait_for_selector(".messages .success")
    told = Receipt.objects.order_by("number").values_list("kind", "user__username")
    assert list(told) == [(kind, EMAIL) for kind in (ReceiptKind.DOWNLOAD, ReceiptKind.ACKNOWLEDGEMENT)]
    file = customers(tmp_path / "own")
    with worker(surroundings, tmp_path / "worker.log"):
        page.goto("/institutions/matches/")
        shoot(page, "matches")
        page.set_input_files("input[type=file]", file)
        page.click("main form[enctype] button")
        page.wait_for_selector("progress, #rows")
        shoot(page, "match-progress")
        page.wait_for_selector("#rows", timeout=60_000)
    assert "客户名单" not in (tmp_path / "worker.log").read_text() and "K1" not in (tmp_path / "worker.log").read_text()
    shoot(page, "match-result")
    page.click("text=待核对 (1)")
    assert page.locator("#rows tbody tr").count() == 1
    assert "郑州示范1号科技有限公司" in page.inner_text("#rows tbody")
    with page.expect_download() as waiting:
        page.click("text=下载csv")
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8-sig"))))
    assert waiting.value.suggested_filename == "名单比对结果-ZZKJ-2026Q3-v1.csv"
    assert len(rows) == ROWS
    assert [row["客户号"] for row in rows] == [f"K{number}" for number in range(ROWS)]
    assert rows[1]["余额"] == "'=1+1"
    assert {row["客户号"] for row in rows if row["比对结果"] == "在库"} == {f"K{number}" for number in range(5, 301, 5)}
    with page.expect_download() as waiting:
        page.click("text=下载xlsx")
    assert Path(waiting.value.path()).stat().st_size > 0

    page.set_viewport_size({"width": 390, "height": 800})
    assert sideways(page) <= 0
    assert [label(page, f"#rows tbody {cell}") for cell in ("th", "td:nth-of-type(2)")] == ["行号", "比对结果"]
    assert page.locator("#rows .table-scroll").evaluate("one => one.scrollWidth - one.clientWidth") == 0
    shoot(page, "match-result-390")
    page.click("text=立即删除")
    page.wait_for_selector(".messages")
    assert sideways(page) <= 0
    shoot(page, "matches-390")
    assert CustomerMatch.objects.get().state == "ended"
    assert Receipt.objects.latest("number").kind == ReceiptKind.LOOKUP
