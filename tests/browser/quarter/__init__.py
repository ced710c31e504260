"""What the steps of the bureau's quarter share: who sits where, the pictures, and what stood before."""

from datetime import UTC, datetime
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Page

from enterprises import editions, pooling, resolving
from enterprises.models import Edition, Objection
from pushes.models import ChannelKind
from registry.models import ListImport
from tests.browser.conftest import Open
from tests.browser.desks import at_desk
from tests.browser.pictures import Picture
from tests.conftest import Publish
from tests.enterprises.looking import good_code
from tests.pushes.making import institution, person
from tests.staff import in_roles

AUTUMN = datetime(2026, 10, 9, 1, 30, tzinfo=UTC)  # the first working day after the holidays
WRONG, RIGHT = "郑州启杭科技有限公司", "郑州启航科技有限公司"
LISTS, REVIEWS = "/admin/registry/listimport/", "/admin/enterprises/reviewitem/"
EDITIONS, OBJECTIONS = "/admin/enterprises/edition/", "/admin/enterprises/objection/"
MATCHED = 16  # lines of the large list whose names lack the 市 of a known firm's


class Quarter:
    """What its steps share: who sits where, and the pictures."""

    def __init__(self, open_page: Open, take: Picture, folder: Path) -> None:
        self.open, self.picture, self.folder = open_page, take, folder
        # In a small bureau somebody has both roles: what he imported himself another one confirms all the same.
        self.maker = self.colleague("王敏", "经办员", "复核员", "科技局", "工业和信息化局")
        self.checker = self.colleague("赵强", "复核员")

    def colleague(self, name: str, *roles: str) -> Page:
        return at_desk(self.open, in_roles(*roles, name=name))


def spring(publish: Publish) -> None:
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


def sweep() -> None:
    """What the schedule does every five minutes, and at night."""
    resolving.resolve(now=timezone.now())
    pooling.rebuild(as_of=timezone.localdate(), now=timezone.now())


def section(heading: str) -> str:
    """The section of that heading."""
    return f"section:has(> h2:text-is('{heading}'))"


def of(desk: str, row: ListImport | Edition | Objection) -> str:
    return f"{desk}{row.pk}/change/"


def press_and_wait(page: Page, words: str, selector: str) -> None:
    page.get_by_role("button", name=words).first.click()
    page.wait_for_selector(selector)
