"""The bureau reads a quarter's financing, looks behind a figure, and answers a mistake; a bank sees the city's sums."""

from datetime import timedelta

from config.accounts import roles
from financing.models import Feedback, ListMistake
from pushes.models import Institution
from tests.browser.conftest import JOURNEY, Open
from tests.browser.desks import at_desk, fits, press
from tests.financing.city import city
from tests.financing.making import feedback
from tests.pushes.making import SEALED_AT, person, recognition, record, sealed_edition
from tests.staff import in_roles

pytestmark = JOURNEY


def test_statistics_are_read_and_a_mistake_is_answered(open_page: Open) -> None:
    edition = city()
    year_start = sealed_edition("2025Q4", [record(number, recognition()) for number in range(1, 20)])
    banks = list(Institution.objects.order_by("code"))
    for place, bank in enumerate(banks):
        lines = {number: {"balance": "70.5"} for number in range(1 + place, 8 + place)}
        feedback(bank, year_start, lines, at=SEALED_AT + timedelta(days=place))
    member = edition.rows.get(name="郑州示范3号科技有限公司")
    for kind, of in (("renamed", "bank-a"), ("renamed", "bank-b"), ("code", "bank-b")):
        ListMistake.objects.create(
            feedback=Feedback.objects.get(institution__code=of, quarter="2026Q3"), row_number=4, kind=kind,
            enterprise_id=member.enterprise_id, says="已更名为郑州示范三号科技股份有限公司", reported_at=SEALED_AT,
        )  # fmt: skip
    desk = at_desk(open_page, in_roles(roles.CHECKER, roles.REVIEWER))
    fits(desk, "financing-front")
    desk.get_by_role("link", name="融资统计").click()
    desk.select_option("[name=quarter]", "2026Q3")
    desk.get_by_role("button", name="查看").click()
    assert "73.3%" in desk.inner_text(".tiles")
    fits(desk, "financing-statistics")
    desk.get_by_role("link", name="二七区").click()
    fits(desk, "financing-cell")
    desk.fill("[name=reason]", "走访重点企业")
    desk.get_by_role("button", name="查看企业名单").click()
    assert "郑州示范13号科技有限公司" in desk.inner_text("main")
    fits(desk, "financing-enterprises")
    desk.goto("/admin/financing/feedback/overview/")
    fits(desk, "financing-overview")
    desk.goto(f"/admin/financing/feedback/{Feedback.objects.filter(quarter='2026Q3').latest('received_at').pk}/change/")
    fits(desk, "financing-feedback")
    desk.goto("/admin/")
    desk.get_by_role("link", name="机构报告的名单差错").click()
    fits(desk, "financing-mistakes")
    desk.locator("#result_list tbody tr").first.locator("th a").click()
    fits(desk, "financing-mistake")
    desk.check("[name=outcome][value=mended]")
    desk.fill("[name=words]", "更名公告已导入，下一期体现。")
    assert "2" in press(desk, "办结")
    assert ListMistake.objects.filter(outcome="open").count() == 1
    room = at_desk(open_page, person("reader", banks[0], role="reader"), "/institutions/statistics/")
    assert "全市融资统计" in room.inner_text("main") and "–" in room.inner_text("main")
    fits(room, "financing-city")
