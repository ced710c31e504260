"""A whole quarter at the bureau, by its own people: from a list full of mistakes to an objection that is settled.

Law: each does what his role may, and what needs two is refused to one. The manual's pictures are taken on the way.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from celery import current_app as celery
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import Settings

from enterprises import editions, pooling, resolving
from enterprises.models import Edition, EditionState, Enterprise, Objection, ObjectionState, Overruling, ReviewItem
from pushes.models import Channel, ChannelKind, Delivery, Receipt
from registry.models import ImportState, ListImport, Programme
from tests import otherday
from tests.browser.conftest import JOURNEY, Open, shoot, sideways
from tests.browser.desks import at_desk, fits, press, refused
from tests.browser.pictures import Picture, picture
from tests.conftest import Cells, Publish, write_workbook
from tests.enterprises.evidence_files import pdf
from tests.enterprises.looking import CODE, NAME, good_code
from tests.enterprises.objections import SAYS
from tests.processes import until, worker
from tests.pushes.making import institution, person
from tests.pushes.peers import mailbox
from tests.pushes.peers.mailbox import Mailbox
from tests.staff import in_roles

pytestmark = JOURNEY
__all__ = ["picture"]

AUTUMN = datetime(2026, 10, 9, 1, 30, tzinfo=UTC)  # the first working day after the holidays
WRONG, RIGHT = "郑州启杭科技有限公司", "郑州启航科技有限公司"
LISTS, REVIEWS = "/admin/registry/listimport/", "/admin/enterprises/reviewitem/"
EDITIONS, OBJECTIONS = "/admin/enterprises/edition/", "/admin/enterprises/objection/"
MATCHED = 16  # lines of the large list whose names lack the 市 of a known firm's

FAULTY: Cells = [
    ["河南省2025年度专精特新中小企业名单（共6家）"],
    ["序号", "企业名称", "登记证照", "区县"],
    [1, NAME, CODE, "金水区"],
    [2, "郑州乙新材料有限公司", CODE[:-2] + CODE[:-3:-1], "高新区"],
    [3, "河南丙电子股份有限公司（原名：郑州丙电子有限公司）", "", "中牟县"],
    [4, "", "", "金水区"],
    [5, "启航", "", "金水区"],
    [6, NAME, CODE, "金水区"],
]


@pytest.fixture
def autumn() -> Iterator[int]:
    """It is autumn: by how many seconds the clock was put forward."""
    ahead = otherday.seconds_to(AUTUMN)
    otherday.moved_by(ahead)
    yield ahead
    otherday.moved_by(0)


@pytest.fixture
def post() -> Iterator[Mailbox]:
    with mailbox.running() as running:
        yield running


class Quarter:
    """What its steps share: who sits where, and the pictures."""

    def __init__(self, open_page: Open, take: Picture, folder: Path) -> None:
        self.open, self.picture, self.folder = open_page, take, folder
        # In a small bureau somebody has both roles: what he imported himself another one confirms all the same.
        self.maker = self.colleague("王敏", "经办员", "复核员", "科技局", "工业和信息化局")
        self.checker = self.colleague("赵强", "复核员")

    def colleague(self, name: str, *roles: str) -> Page:
        return at_desk(self.open, in_roles(*roles, name=name))


def test_a_quarter(
    open_page: Open, picture: Picture, publish: Publish, settings: Settings, tmp_path: Path, autumn: int,
    post: Mailbox, surroundings: dict[str, str],
) -> None:  # fmt: skip
    _spring(publish)
    settings.CONFIRM_NEEDS_SECOND_PERSON, settings.REVIEW_SAMPLE = True, 5
    surroundings["EMAIL_URL"] = f"smtp://127.0.0.1:{post.port}"
    quarter = Quarter(open_page, picture, tmp_path)

    first = a_list_is_uploaded_and_mended(quarter)
    a_second_person_confirms_it(quarter, first)
    waiting = a_large_list_waits_for_a_worker(quarter, settings)
    with worker(surroundings, tmp_path / "worker.log", ahead=autumn):
        a_worker_has_read_it(quarter, waiting)
        _sweep()
        doubtful_matches_are_settled(quarter)
        edition = a_red_guard_is_overruled_and_the_edition_sealed(quarter)
        deliveries_go_out(quarter, edition, post)
    an_enterprise_objects_and_is_right(quarter)
    the_auditor_sees_all_and_changes_nothing(quarter, first, edition)


def a_list_is_uploaded_and_mended(quarter: Quarter) -> ListImport:
    page = quarter.maker
    page.goto(LISTS)
    page.click("a.import_link")
    _describe(page, "SRDI", "2026-08-01", "关于公布河南省2025年度专精特新中小企业名单的通知")
    page.fill("[name=document_number]", "豫工信企业〔2026〕88号")
    file = write_workbook(quarter.folder / "专精特新名单.xlsx", FAULTY)
    page.set_input_files("[name=file]", file)
    quarter.picture(page, "upload", "#content", tall=640)
    page.set_input_files("[name=file]", [])
    page.click("#content [type=submit]")
    page.wait_for_selector(".errornote")  # the file is missing: nothing is kept
    page.set_input_files("[name=file]", file)
    page.click("#content [type=submit]")
    page.wait_for_selector(".messagelist .success")
    listed = ListImport.objects.get(published_on="2026-08-01")
    assert (listed.state, listed.row_count, listed.faulty_count) == (ImportState.STAGED, 6, 2)
    quarter.picture(page, "list-columns", _section("列"))
    page.select_option("select[aria-label='登记证照']", "uscc")
    assert "名单已重新读取" in press(page, "按这些列重新读取")
    quarter.picture(page, "list-problems", _section("问题"))
    fits(page, "list-staged")
    page.click("a[href$='&problem=name_not_in_full']")
    page.click("#result_list tbody a")
    row = page.locator("#corrections form", has=page.locator("input[value=name]"))
    row.locator("[name=text]").fill("河南启航有限公司")
    row.locator("[name=why]").fill("查营业执照")
    quarter.picture(page, "entry-correct", "#corrections")
    row.locator("[type=submit]").click()
    page.wait_for_selector(".messagelist .success")
    page.goto(_of(LISTS, listed))
    with page.expect_download() as asked:
        page.click("a[href$='/problems/']")
    page.set_input_files("[name=file]", _mended(asked.value.path(), quarter.folder / "问题行.xlsx"))
    assert "更正已接收" in press(page, "接收更正")
    listed.refresh_from_db()
    assert (listed.faulty_count, listed.entries.filter(row_number=4).get().uscc) == (0, GOOD)
    page.click("a[href*='/effect/']")
    page.wait_for_selector(".extra .state.added")
    fits(page, "list-effect")
    quarter.picture(page, "list-effect", "#content", tall=640)
    page.goto(_of(LISTS, listed))
    assert refused(page, "确认")
    return listed


def a_second_person_confirms_it(quarter: Quarter, listed: ListImport) -> None:
    page = quarter.checker
    page.click(f"a[href*='{LISTS}'][href*='staged']")
    page.click("#result_list tbody a")
    quarter.picture(page, "list-confirm", _section("状态"))
    assert "已确认" in press(page, "确认")
    listed.refresh_from_db()
    assert listed.state == ImportState.CONFIRMED
    former = ListImport.objects.get(published_on="2024-05-20")
    page.goto(_of(LISTS, former))
    page.fill("form[action$='/withdraw/'] [name=reason]", "发布单位更正，原名单作废")
    quarter.picture(page, "list-withdraw", _section("状态"))
    assert "已撤回" in press(page, "撤回")


def a_large_list_waits_for_a_worker(quarter: Quarter, settings: Settings) -> Page:
    """Another than the first is read by a worker, and none is there yet; one reading is stopped."""
    firms = [[number, f"郑州第{number}号智能科技有限公司"] for number in range(1, MATCHED + 1)]
    file = write_workbook(quarter.folder / "瞪羚企业名单.xlsx", [["序号", "企业名称"], *firms])
    settings.LIST_READ_AT_ONCE_KILOBYTES = 0
    page = quarter.maker
    for tried in range(2):
        page.goto(f"{LISTS}import/")
        page.set_input_files("[name=file]", file)
        _describe(page, "GZ", "2026-08-20", "关于公布2026年度郑州市瞪羚企业名单的通知")
        page.click("#content [type=submit]")
        page.wait_for_selector("progress")
        if tried == 0:
            fits(page, "list-reading")
            quarter.picture(page, "list-reading", _section("状态"))
            page.goto(LISTS)
            page.click(".uploads a")
            page.click("#result_list tbody a")
            press(page, "停止读取")
            page.wait_for_selector(".state.cancelled")
    return page


def a_worker_has_read_it(quarter: Quarter, waiting: Page) -> None:
    waiting.wait_for_selector("form[action$='/confirm/']", timeout=60_000)  # the page goes there by itself
    listed = ListImport.objects.get(published_on="2026-08-20")
    quarter.checker.goto(_of(LISTS, listed))
    press(quarter.checker, "确认")


def doubtful_matches_are_settled(quarter: Quarter) -> None:
    page = quarter.colleague("李娜", "匹配审核员")
    page.click(f"#content a[href='{REVIEWS}']")
    quarter.picture(page, "matches", "#changelist", tall=560)
    page.click(f"a[href^='{REVIEWS}start/']")
    first, second = ReviewItem.objects.order_by("pk")[:2]
    quarter.picture(page, "match", "#desk", tall=860)
    for key, item in (("1", second), ("z", first), ("1", second), ("u", None)):  # decided, taken back; put back
        _stroke(page, key)
        assert item is None or page.get_attribute("#desk", "data-item") == str(item.pk)
    page.goto(f"{REVIEWS}bulk/")
    press_and_wait(page, "抽样", "a.default")
    quarter.picture(page, "match-sample", "#content", tall=520)
    page.click("a.default")
    page.wait_for_selector(".doubt")
    for number in range(5):
        _stroke(page, "1") if number < 4 else page.keyboard.press("1")
    page.wait_for_selector("form[action$='/accept/']")
    quarter.picture(page, "match-accept", "form[action$='/accept/']")
    assert f"已确认 {MATCHED - 2 - 5} 条匹配" in press(page, f"将 {MATCHED - 2 - 5} 条确认为同一家企业")
    page.goto(f"{REVIEWS}{second.pk}/change/")
    page.click(".card:nth-of-type(2) [name=choice]")
    page.wait_for_selector("#changelist")  # it was the last one
    assert not ReviewItem.objects.filter(closed_at=None).exists()


def a_red_guard_is_overruled_and_the_edition_sealed(quarter: Quarter) -> Edition:
    maker, now = quarter.checker, timezone.now()
    maker.goto("/admin/")
    maker.click(f"a[href='{EDITIONS}preview/']")
    maker.wait_for_selector(".guards .state.red")
    fits(maker, "preview")
    quarter.picture(maker, "preview", "#content", tall=900)
    maker.select_option("[name=kind]", "added")
    maker.click("form.steps [type=submit]")
    maker.wait_for_selector(".extra .state.added")
    assert maker.locator(".extra .state.removed").count() == 0
    maker.goto(f"{EDITIONS}preview/?day=2026-12-31")
    maker.click("#runs-out tbody a >> nth=0")
    maker.wait_for_selector("#ending")
    quarter.picture(maker, "preview-runs-out", "#runs-out", tall=420)

    editions.cut(quarter="2026Q3", now=now)  # on the first morning of the quarter, or as soon as it can be
    maker.goto("/admin/")
    assert maker.locator(".errornote").count() == 1
    quarter.picture(maker, "front-page", "#content", tall=300)
    maker.click(".errornote a")
    assert "重新生成" in press(maker, "重新生成")
    assert maker.get_by_role("button", name="封存", exact=True).count() == 0
    fits(maker, "edition-red")
    quarter.picture(maker, "edition-red", _section("把关结果"))
    maker.fill("#overrule-reason", "我看没问题")
    assert "须由他人放行" in refused(maker, "放行")
    assert not Overruling.objects.exists()

    edition = Edition.objects.get(quarter="2026Q3")
    second = quarter.colleague("孙悦", "复核员")
    second.goto(_of(EDITIONS, edition))
    second.fill("#overrule-reason", "省工信厅已发更正公告，原名单作废，核对无误")
    assert "已放行" in press(second, "放行")
    quarter.picture(second, "edition-seal", _section("状态"))
    assert "已封存" in press(second, "封存")
    edition.refresh_from_db()
    assert (edition.state, str(edition.sealed_by)) == (EditionState.SEALED, "孙悦")
    assert "更正公告" in second.inner_text(".overruled")
    fits(second, "edition-sealed")
    second.select_option("#since", label="ZZKJ-2026Q2-v1")
    press_and_wait(second, "查看", ".paging, .state.removed")
    return edition


def deliveries_go_out(quarter: Quarter, edition: Edition, post: Mailbox) -> None:
    """By the portal at once; by mail to an address that is none, which pauses that channel until it is put right."""
    celery.send_task("pushes.push_editions")  # every minute
    mail = Channel.objects.get(kind=ChannelKind.EMAIL)
    until(lambda: Channel.objects.filter(pk=mail.pk, paused=True).exists(), "the refusal")
    until(lambda: Delivery.objects.filter(edition=edition, state="delivered").exists(), "the portal's delivery")
    page = quarter.colleague("陈晨", "推送管理员")
    page.click("#content a[href*='/pushes/delivery/?']")
    quarter.picture(page, "deliveries", "#changelist", tall=420)
    page.goto("/admin/")
    page.click(f"a[href='/admin/pushes/delivery/channel/{mail.pk}/']")
    fits(page, "channel-paused")
    quarter.picture(page, "channel-paused", "#content", vague="td.count", tall=620)
    page.click(f"a[href='/admin/pushes/channel/{mail.pk}/change/']")
    page.fill("[name=addresses]", "keji@bank.example")
    page.click("[name=_save]")
    page.wait_for_selector(".messagelist .success")
    page.goto(f"/admin/pushes/delivery/channel/{mail.pk}/")
    assert "一分钟内" in press(page, "试发")
    celery.send_task("pushes.tell")
    until(lambda: len(post.mails) == 1, "the trial")
    assert post.mails[0]["Subject"].strip().startswith("【试发】")
    assert "已恢复" in press(page, "恢复渠道")
    celery.send_task("pushes.push_editions")
    until(lambda: not Delivery.objects.exclude(state="delivered").exists(), "the delivery by mail")
    page.goto(f"/admin/pushes/delivery/{mail.deliveries.get(edition=edition).pk}/change/")
    assert "重新发送" in press(page, "重新发送")
    celery.send_task("pushes.tell")
    until(lambda: len(post.mails) == 3, "it once more")
    _the_bank_acknowledges(quarter, edition)
    for name in ("delivery", "receipt", "letter", "laggard", "institution"):
        page.goto(f"/admin/pushes/{name}/")
        shoot(page, f"desk-{name}")
    page.goto("/admin/pushes/receipt/")
    assert "确认收到" in page.inner_text("#result_list")


def _the_bank_acknowledges(quarter: Quarter, edition: Edition) -> None:
    bank = at_desk(quarter.open, User.objects.get(username="刘会计"), "/institutions/deliveries/")
    assert "550" in (bank.text_content("main") or "")
    fits(bank, "institution-deliveries")
    bank.goto(f"/institutions/editions/{edition.label}/")
    bank.click('form[action$="/acknowledge"] button')
    bank.wait_for_selector(".messages")
    assert [one.kind for one in Receipt.objects.all()] == ["acknowledge"]


def an_enterprise_objects_and_is_right(quarter: Quarter) -> None:
    phone, number, secret = _filed(quarter)
    clerk = quarter.colleague("吴磊", "匹配审核员")
    clerk.click(f"#content a[href^='{OBJECTIONS}']")
    clerk.click(f"text={number}")
    press(clerk, "由我办理")
    fits(clerk, "objection")
    quarter.picture(clerk, "objection", "#content", tall=900)
    assert clerk.is_checked("tr.meant [name=lines]")  # the line that the enterprise meant
    clerk.fill("[name=right_name]", RIGHT)
    clerk.fill("form.uphold [name=reason]", "经核对证书，名单所列名称有误，予以更正。")
    assert "须由另一人确认" in press(clerk, "异议成立")
    assert clerk.get_by_role("button", name="复核通过并确认更正").count() == 0
    assert "核查中" in _followed(phone, number, secret)  # to the enterprise a proposed decision is none
    objection = Objection.objects.get()
    checker = quarter.checker
    checker.goto(_of(OBJECTIONS, objection))
    quarter.picture(checker, "objection-second", _section("状态"))
    assert "已复核通过" in press(checker, "复核通过并确认更正")
    objection.refresh_from_db()
    assert objection.state == ObjectionState.UPHELD
    _sweep()
    checker.goto(f"{EDITIONS}preview/?day=2026-12-31&fresh=1&kind=changed")
    told = checker.locator("tr", has_text=RIGHT)
    assert "企业名称经异议核实更正" in told.inner_text()
    assert "予以更正" in _followed(phone, number, secret)
    fits(phone, "objection-decided")
    mended = Enterprise.objects.get(name=RIGHT)
    checker.goto(f"/admin/enterprises/enterprise/{mended.pk}/change/")
    fits(checker, "enterprise")
    quarter.picture(checker, "enterprise", "#content", tall=900)


def _filed(quarter: Quarter) -> tuple[Page, str, str]:
    """On a phone, without an account; returns the receipt's number and secret."""
    file = quarter.folder / "证书.pdf"
    file.write_bytes(pdf())
    phone = quarter.open("/", width=390)
    phone.fill("[name=q]", WRONG)
    phone.keyboard.press("Enter")
    phone.click('.voice a[href*="/objections/"]')
    phone.click("main form button")  # nothing is filled in
    phone.wait_for_selector("[role=alert]")
    assert sideways(phone) <= 0
    phone.check("[name=kind][value=name]")
    phone.select_option("[name=line]", index=1)
    phone.fill("[name=says]", SAYS)
    phone.fill("[name=contact_phone]", "0371-67180000")
    phone.set_input_files("[name=files]", file)
    shoot(phone, "objection-form-390")
    phone.click("main form button")
    phone.wait_for_selector("#secret")
    assert sideways(phone) <= 0
    return phone, phone.inner_text("dd.code >> nth=0"), phone.inner_text("#secret")


def _followed(phone: Page, number: str, secret: str) -> str:
    phone.goto(f"/objections/{number}/")
    phone.fill("[name=secret]", secret)
    phone.click("main button")
    phone.wait_for_selector("p.code")
    return phone.inner_text("main")


def the_auditor_sees_all_and_changes_nothing(quarter: Quarter, listed: ListImport, edition: Edition) -> None:
    page = quarter.colleague("周正", "审计员")
    mail = Channel.objects.get(kind=ChannelKind.EMAIL)
    for path in (
        _of(LISTS, listed), _of(EDITIONS, edition), _of(OBJECTIONS, Objection.objects.get()),
        f"/admin/pushes/delivery/channel/{mail.pk}/", f"/admin/pushes/channel/{mail.pk}/change/",
    ):  # fmt: skip
        page.goto(path)
        assert page.locator("h1").count() == 1, path
        assert page.locator("#content form[method=post] [type=submit]").count() == 0, path
    page.goto(_of(LISTS, listed))
    quarter.picture(page, "list-history", _section("历史"))
    page.goto("/admin/")
    page.click("#user-tools a[href^='/admin/manual/']")
    assert page.inner_text("article h1") == "使用手册"
    fits(page, "manual")
    page.click("text=全部章节合为一页")
    fits(page, "manual-whole")


# ── what the steps have in common ──


def _spring(publish: Publish) -> None:
    """What stood before: two lists, the edition of the second quarter, a bank that takes it by portal and mail."""
    before = AUTUMN.replace(month=7)
    firms = [
        [
            f"郑州市第{n}号智能科技有限公司",
            good_code(f"91410100MA{n:07d}"),
            f"GR202441{n:06d}",
            f"2024-0{n % 3 + 1}-10",
            "金水区",
        ]
        for n in range(1, 41)
    ]
    firms.append([WRONG, "", "GR202441000999", "2024-03-10", "金水区"])
    publish([["企业名称", "统一社会信用代码", "证书编号", "发证日期", "区县"], *firms],
            published="2024-04-10", now=before, title="关于公布河南省2023年高新技术企业名单的通知")  # fmt: skip
    others = [[f"郑州精密{n}号制造有限公司", "高新区"] for n in range(40)]
    publish([["企业名称", "区县"], *others], programme="SRDI", published="2024-05-20", now=before,
            title="关于公布河南省2024年度专精特新中小企业名单的通知")  # fmt: skip
    resolving.resolve(now=before)
    editions.seal(edition=editions.cut(quarter="2026Q2", now=before), now=before)
    bank = institution("bank-a")
    bank.name = "示范银行"
    bank.save()
    bank.channels.create(kind=ChannelKind.EMAIL, addresses=["gone@bank.example"])
    person("刘会计", bank)


def _sweep() -> None:
    """What the schedule does every five minutes, and at night."""
    resolving.resolve(now=timezone.now())
    pooling.rebuild(as_of=timezone.localdate(), now=timezone.now())


def _describe(page: Page, programme: str, published: str, title: str) -> None:
    page.select_option("[name=programme]", label=Programme.objects.get(code=programme).name)
    page.select_option("[name=notice]", "recognition")
    page.fill("[name=title]", title)
    page.fill("[name=published_on]", published)


GOOD = good_code("91410100MA44C1N28")


def _mended(path: Path, into: Path) -> Path:
    """The workbook of problem rows as a clerk sends it back."""
    book = openpyxl.load_workbook(BytesIO(path.read_bytes()))
    sheet = book.active
    header = [cell.value for cell in sheet[1]]
    name, code = header.index("企业名称") + 1, header.index("登记证照") + 1
    for row in range(2, sheet.max_row + 1):
        if not sheet.cell(row, name).value:
            sheet.cell(row, name).value = "郑州丁软件有限公司"
        elif sheet.cell(row, name).value == "郑州乙新材料有限公司":
            sheet.cell(row, code).value = GOOD
    book.save(into)
    return into


def _section(heading: str) -> str:
    """The section of that heading."""
    return f"section:has(> h2:text-is('{heading}'))"


def _of(desk: str, row: ListImport | Edition | Objection) -> str:
    return f"{desk}{row.pk}/change/"


def _stroke(page: Page, key: str) -> None:
    """Press a key at the desk of doubtful matches, and wait for what it shows."""
    page.evaluate("document.getElementById('desk').dataset.seen = 1")
    page.keyboard.press(key)
    page.wait_for_function("!document.getElementById('desk')?.dataset.seen && !document.querySelector('[aria-busy]')")


def press_and_wait(page: Page, words: str, selector: str) -> None:
    page.get_by_role("button", name=words).first.click()
    page.wait_for_selector(selector)
