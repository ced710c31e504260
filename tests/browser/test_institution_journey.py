"""An institution signs in, opens the edition that was delivered to it, and takes its package."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from django.utils import timezone

from enterprises import editions, resolving
from pushes.delivering import sweep
from pushes.models import Receipt
from tests.browser.conftest import JOURNEY, Open, shoot, sideways
from tests.conftest import NOW, Publish
from tests.enterprises.looking import CODE, HEADER, NAME, OTHER_CODE
from tests.pushes.making import institution, person

pytestmark = JOURNEY


def test_an_institution_takes_its_package(open_page: Open, publish: Publish) -> None:
    publish([HEADER, [1, NAME, CODE, "GR202441000123", "金水区"]])
    publish(
        [HEADER, [1, "郑州乙新材料有限公司", OTHER_CODE, "", "高新区"]],
        programme="SRDI",
        published="2026-02-01",
    )
    resolving.resolve(now=NOW)
    edition = editions.seal(edition=editions.cut(quarter="2026Q3", now=NOW), now=NOW)
    bank = institution()
    user = person("bank-reader", bank)
    assert sweep(clock=timezone.now).delivered == 1

    page = open_page("/institutions/")
    shoot(page, "institution-sign-in")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", "not this one")
    page.click("main button")
    page.wait_for_selector("[role=alert]")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", "a long pass phrase")
    page.click("main button")
    page.wait_for_selector("main table")
    shoot(page, "institution-editions")
    page.click(f"text={edition.label}")
    page.wait_for_selector("a.button[download]")
    shoot(page, "institution-edition")
    with page.expect_download() as waiting:
        page.click("a.button[download]")
    content = Path(waiting.value.path()).read_bytes()
    assert waiting.value.suggested_filename == f"{edition.label}.zip"
    with ZipFile(BytesIO(content)) as package:
        assert NAME in package.read("enterprises.csv").decode("utf-8-sig")
    receipt = Receipt.objects.get()
    assert (receipt.institution, receipt.user) == (bank, user)

    page.set_viewport_size({"width": 390, "height": 800})
    assert sideways(page) <= 0
    shoot(page, "institution-edition-390")
    page.click("header form button")
    page.wait_for_selector("input[name=q]")
    page.goto(f"/institutions/editions/{edition.label}/")
    assert page.locator("input[name=password]").count() == 1
