"""A bank's clerk reports on a quarter: faults come back as a sheet, the mended file counts, a mistake is answered."""

import csv
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import Settings

from financing.models import Feedback, ListMistake
from pushes.models import Institution
from tests.browser.axe import faults
from tests.browser.conftest import JOURNEY, Open, await_true, label, shoot, sideways
from tests.conftest import rows_of
from tests.financing.making import feedback
from tests.processes import worker
from tests.pushes.making import delivered, institution, person, record, sealed_edition

pytestmark = JOURNEY

PASSWORD = "a long pass phrase"
BALANCE, ANSWER, MISTAKE, SAYS = "贷款余额（万元）", "对接结果", "名单差错", "差错说明"


def filled(template: Path, path: Path, cells: dict[int, dict[str, str]]) -> Path:
    """The csv that was downloaded, with these cells of its rows filled in."""
    with template.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = csv.reader(stream)
    for place, said in cells.items():
        for column, text in said.items():
            rows[place][header.index(column)] = text
    with path.open("w", encoding="gb18030", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def signed_in(open_page: Open, bank: Institution) -> Page:
    person("clerk", bank)
    page = open_page("/institutions/sign-in/?next=/institutions/feedback/")
    page.fill("[name=login]", "clerk")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_selector("#asked")
    return page


def send(page: Page, file: Path) -> None:
    page.set_input_files("input[type=file]", file)
    page.click("main form[enctype] button")
    await_true(page, "!document.querySelector('#progress') && !!document.querySelector('dl.facts')")


def test_a_clerk_reports_on_a_quarter(
    open_page: Open, surroundings: dict[str, str], tmp_path: Path, settings: Settings
) -> None:
    settings.SECRETS_KEY = surroundings["SECRET_KEY"]  # what is enclosed here, the worker discloses
    bank = institution()
    spring, summer = (sealed_edition(quarter, [record(n) for n in range(1, 9)]) for quarter in ("2026Q2", "2026Q3"))
    feedback(bank, spring, {1: {"balance": "10", "contacted": True}})
    delivered(summer, bank)
    own = tmp_path / "own"
    own.mkdir()
    page = signed_in(open_page, bank)
    shoot(page, "feedback")
    with page.expect_download() as waiting:
        page.click("text=已填好企业（csv）")
    assert waiting.value.suggested_filename == "对接反馈-ZZKJ-2026Q3-v1-企业.csv"
    said = {
        0: {BALANCE: "500", ANSWER: "放款", MISTAKE: "更名", SAYS: "现名郑州新名科技有限公司"},
        1: {BALANCE: "300万元"},
        2: {ANSWER: "放款"},
        3: {ANSWER: "无需求"},
    }
    with worker(surroundings, tmp_path / "worker.log"):
        send(page, filled(Path(waiting.value.path()), own / "反馈.csv", said))
        assert page.locator("#faults tbody tr").count() == 2
        assert faults(page) == []
        shoot(page, "feedback-faulty")
        page.set_viewport_size({"width": 390, "height": 800})
        assert label(page, "#faults tbody th") == "行号" and sideways(page) <= 0
        shoot(page, "feedback-faulty-390")
        page.set_viewport_size({"width": 1280, "height": 900})
        with page.expect_download() as sheet:
            page.click("text=下载问题清单（xlsx）")
        (own / "faults.xlsx").write_bytes(Path(sheet.value.path()).read_bytes())
        assert [cells[0] for _number, cells in rows_of(own / "faults.xlsx")] == ["行号", "3", "4"]
        page.click("text=上传改正后的文件")
        page.wait_for_url("**/feedback/#send")
        said |= {1: {BALANCE: "300"}, 2: {ANSWER: "放款", BALANCE: "1,200.50"}}
        send(page, filled(Path(waiting.value.path()), own / "改正.csv", said))
    assert "2,000.50" in page.inner_text("main") and "生效" in page.inner_text("main .badge")
    shoot(page, "feedback-in-force")
    one = Feedback.objects.get(state="in_force", quarter="2026Q3")
    assert (one.lines, one.faulty) == (4, 0)
    assert Feedback.objects.get(file_name="反馈.csv").state == "dropped"
    ListMistake.objects.update(
        outcome="mended", words="已按更名公告更正，谢谢。", settled_at=timezone.now(),
        settled_by=person("officer", None, staff=True),
    )  # fmt: skip
    page.goto("/institutions/feedback/")
    shoot(page, "feedback-done")
    page.click("text=查看答复")
    assert "已按更名公告更正，谢谢。" in page.inner_text(".answer")
    shoot(page, "feedback-mistakes")
    page.set_viewport_size({"width": 390, "height": 800})
    for path, name in (
        ("mistakes/", "mistakes"), (f"{one.pk}/", "one"), ("", "room"),
        (f"{Feedback.objects.get(file_name='反馈.csv').pk}/", "dropped"),
    ):  # fmt: skip
        page.goto(f"/institutions/feedback/{path}")
        assert sideways(page) <= 0, name
        assert faults(page) == [], name
        shoot(page, f"feedback-{name}-390")
    assert "郑州" not in (tmp_path / "worker.log").read_text()
