"""The edition goes out; a channel that refuses is put right; the auditor looks at all of it."""

from celery import current_app as celery
from django.contrib.auth.models import User

from enterprises.models import Edition, Objection
from pushes.models import Channel, ChannelKind, Delivery, Receipt
from registry.models import ListImport
from tests.browser.conftest import shoot
from tests.browser.desks import at_desk, fits, press
from tests.browser.quarter import EDITIONS, LISTS, OBJECTIONS, Quarter, of, section
from tests.processes import until
from tests.pushes.peers.mailbox import Mailbox


def deliveries_go_out(quarter: Quarter, edition: Edition, post: Mailbox) -> None:
    """By the portal at once; by mail to an address that is none, which pauses that channel until it is put right."""
    celery.send_task("pushes.push_editions")  # every minute
    mail = Channel.objects.get(kind=ChannelKind.EMAIL)
    until(lambda: Channel.objects.filter(pk=mail.pk, paused=True).exists(), "the refusal")
    until(lambda: Delivery.objects.filter(edition=edition, state="delivered").exists(), "the portal's delivery")
    page = quarter.colleague("陈晨", "推送管理员")
    page.goto("/admin/pushes/delivery/")
    quarter.picture(page, "deliveries", "#changelist", tall=420)
    page.goto("/admin/")
    page.click(f"a[href='/admin/pushes/delivery/channel/{mail.pk}/'] >> nth=0")
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


def the_auditor_sees_all_and_changes_nothing(quarter: Quarter, listed: ListImport, edition: Edition) -> None:
    page = quarter.colleague("周正", "审计员")
    mail = Channel.objects.get(kind=ChannelKind.EMAIL)
    for path in (
        of(LISTS, listed), of(EDITIONS, edition), of(OBJECTIONS, Objection.objects.get()),
        f"/admin/pushes/delivery/channel/{mail.pk}/", f"/admin/pushes/channel/{mail.pk}/change/",
    ):  # fmt: skip
        page.goto(path)
        assert page.locator("h1").count() == 1, path
        assert page.locator("#content form[method=post] [type=submit]").count() == 0, path
    page.goto(of(LISTS, listed))
    quarter.picture(page, "list-history", section("历史"))
    page.goto("/admin/")
    page.click("#user-tools a[href^='/admin/manual/']")
    assert page.inner_text("article h1") == "使用手册"
    fits(page, "manual")
    page.click("text=全部章节合为一页")
    fits(page, "manual-whole")
