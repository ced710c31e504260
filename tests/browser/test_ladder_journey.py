"""Staff look why rows are tied or asked of: from the rungs to a question, to a person's word, to a tombstone."""

from enterprises import resolving, reviewing
from enterprises.models import Enterprise, ReviewItem
from tests.browser.conftest import JOURNEY, Open, shoot, sideways
from tests.browser.desks import at_desk
from tests.conftest import NOW, Publish
from tests.enterprises.looking import CODE, OTHER_CODE
from tests.staff import in_roles, staff

pytestmark = JOURNEY

HEADER = ["企业名称", "统一社会信用代码"]


def test_staff_look_at_the_ladder(open_page: Open, publish: Publish) -> None:
    firms = [["郑州市启航精密科技有限公司", CODE], ["郑州市远望智能装备有限公司", OTHER_CODE]]
    publish([HEADER, *firms])
    publish([HEADER, *([name.replace("市", ""), ""] for name, _code in firms)], published="2025-06-01")
    publish([HEADER, ["河南中州面粉有限公司", OTHER_CODE]], published="2025-07-01")
    resolving.resolve(now=NOW)
    first = ReviewItem.objects.filter(cause="suffix_bare").order_by("pk")[0]
    reviewing.settle(item=first, enterprise=first.candidates.get(), now=NOW, by=staff(name="zhao"))
    page = at_desk(open_page, in_roles("匹配审核员", name="wang"), "/admin/enterprises/matchdecision/rungs/")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) <= 0
        shoot(page, f"admin-rungs-{width}")
    page.click("#suffix_bare td:last-child a")
    page.wait_for_selector("#result_list")
    assert page.locator("#result_list tbody tr").count() == 1
    page.goto("/admin/enterprises/judgement/")
    page.click("#result_list tbody th a")
    gone = Enterprise.objects.get(merged_into__isnull=False)
    page.goto(f"/admin/enterprises/enterprise/{gone.pk}/change/")
    page.click(f".facts a[href$='/enterprise/{gone.merged_into_id}/change/']")
    page.wait_for_selector(f".facts a[href$='/enterprise/{gone.pk}/change/']")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) <= 0
        shoot(page, f"admin-enterprise-joined-{width}")
