"""A pause: the bureau sees it and ends it; the institution reads its log, and says that it has the edition."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from pushes import delivering, resending
from pushes.channels import CHANNELS
from pushes.channels.parcel import Answer, Parcel
from pushes.models import Channel, Delivery, Receipt
from tests.browser.conftest import JOURNEY, Open, shoot, sideways
from tests.pushes.making import institution, person, record, sealed_edition

pytestmark = JOURNEY

PASSWORD = "a long pass phrase"


def test_from_a_pause_to_an_acknowledgement(open_page: Open) -> None:
    sealed_edition("2026Q2", [record(number) for number in range(1, 4)])
    bank = institution()
    bank.contacts.create(name="王经理", email="wang@bank.example")
    person("bank-reader", bank)
    institution("bank-b").contacts.create(name="李主任", email="li@bank.example")
    User.objects.create_superuser("zhao", password=PASSWORD)
    ways = dict(CHANNELS)
    refusals = [
        Answer("passing", "对方服务器忙，请稍后再试", "sftp.bank.example:22", "421"),
        Answer("permanent", "对方服务器不认识这个用户", "sftp.bank.example:22", "530"),
    ]

    def refuse(parcel: Parcel) -> Answer:
        return refusals.pop(0) if parcel.institution == "bank-a" else Answer("delivered")

    CHANNELS["portal"] = refuse
    ago = timezone.now() - timedelta(days=12)
    try:
        delivering.sweep(clock=lambda: ago)
        delivering.sweep(clock=lambda: ago + timedelta(minutes=2))
    finally:
        CHANNELS.update(ways)
    channel = Channel.objects.get(paused=True)

    page = open_page("/institutions/sign-in/?next=/institutions/deliveries/")
    page.fill("[name=login]", "bank-reader")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_selector(".tries")
    assert "530" in page.inner_text("main") and page.locator("main .notice.warn").count() == 1
    shoot(page, "institution-deliveries")
    page.set_viewport_size({"width": 390, "height": 800})
    assert sideways(page) <= 0
    shoot(page, "institution-deliveries-390")

    desk = open_page("/admin/login/?next=/admin/")
    desk.fill("[name=login]", "zhao")
    desk.fill("[name=password]", PASSWORD)
    desk.click("main button")
    desk.wait_for_selector(".desk-alarms a")
    shoot(desk, "desk-front-paused")
    desk.click(f'a[href="/admin/pushes/delivery/channel/{channel.pk}/"]')
    desk.click('form[action$="/try/"] [type=submit]')
    desk.wait_for_selector(".messagelist")
    assert resending.send_asked(clock=timezone.now) == 1
    desk.reload()
    shoot(desk, "desk-channel")
    desk.set_viewport_size({"width": 390, "height": 800})
    assert sideways(desk) <= 0
    shoot(desk, "desk-channel-390")
    desk.set_viewport_size({"width": 1280, "height": 900})
    for name in ("laggard", "delivery", "receipt", "letter"):
        desk.goto(f"/admin/pushes/{name}/")
        shoot(desk, f"desk-{name}")
        desk.set_viewport_size({"width": 390, "height": 800})
        shoot(desk, f"desk-{name}-390")
        desk.set_viewport_size({"width": 1280, "height": 900})
    made = Delivery.objects.get(channel=channel)
    desk.goto(f"/admin/pushes/delivery/{made.pk}/change/")
    shoot(desk, "desk-one-delivery")
    desk.goto(f"/admin/pushes/delivery/channel/{channel.pk}/")
    desk.click('form[action$="/resume/"] [type=submit]')
    desk.wait_for_selector('form[action$="/pause/"]')
    assert delivering.sweep(clock=timezone.now).delivered == 1

    page.goto("/institutions/editions/ZZKJ-2026Q2-v1/")
    page.click('form[action$="/acknowledge"] button')
    page.wait_for_selector(".messages")
    assert page.locator('form[action$="/acknowledge"]').count() == 0
    shoot(page, "institution-acknowledged-390")
    page.set_viewport_size({"width": 1280, "height": 900})
    shoot(page, "institution-acknowledged")
    assert Receipt.objects.get().kind == "acknowledge"
