"""Whoever looks after the system sees on the front page that something is amiss, and on one page what it is."""

from datetime import timedelta

from config.keeping.models import KeepingRun, RunKind
from config.watching.models import Trouble
from tests.browser.conftest import JOURNEY, Open, shoot, sideways
from tests.conftest import NOW
from tests.staff import staff

pytestmark = JOURNEY


def test_what_is_amiss_is_one_click_from_the_front_page(open_page: Open) -> None:
    staff("watching.see_system", name="keeper")
    Trouble.objects.create(about="disk", words="磁盘空间：/srv 剩余 0.4 GB（1%）", since=NOW, seen_at=NOW)
    hour = timedelta(hours=1)
    KeepingRun.objects.create(
        kind=RunKind.BACKUP, began_at=NOW, ended_at=NOW + hour, words="备份中断：磁盘已满", name="20261001T013000Z"
    )
    page = open_page("/admin/")
    page.fill("[name=login]", "keeper")
    page.fill("[name=password]", "a-long-Password-1")
    page.click("main button")
    page.click("p.errornote a[href*='/watching/trouble/']")
    page.wait_for_selector("tr.amiss")
    assert "磁盘空间：/srv" in page.inner_text("main")
    assert "备份中断" in page.inner_text("main")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) <= 0
        shoot(page, f"system-state-{width}")
