"""An edition that is due and not sealed is told to the bureau: once a day, until it is sealed."""

import smtplib
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse
from pytest_django import Settings

from enterprises import editions, reminding, resolving, tasks
from enterprises.models import Edition, EditionReminder
from tests.conftest import Publish
from tests.staff import signed_in

DUE = datetime(2026, 10, 3, 1, 0, tzinfo=UTC)  # nine in the morning of the third day in Zhengzhou


@pytest.fixture(autouse=True)
def addressed(settings: Settings) -> None:
    settings.BUREAU_MAIL = ["kjj@example.gov.cn"]
    settings.EDITION_DUE_DAYS = 3


def seal(quarter: str, now: datetime) -> Edition:
    resolving.resolve(now=now)
    return editions.seal(edition=editions.cut(quarter=quarter, now=now), now=now)


@pytest.mark.django_db
def test_not_before_its_hour_then_once_a_day_until_it_is_sealed() -> None:
    assert reminding.remind(now=DUE - timedelta(minutes=1)) is None
    for hours in (0, 1, 14):  # until 23 o'clock
        told = reminding.remind(now=DUE + timedelta(hours=hours))
        assert told and told.sent_at == DUE
    assert len(mail.outbox) == 1
    assert mail.outbox[0].to == ["kjj@example.gov.cn"]
    assert "2026Q3" in mail.outbox[0].subject
    reminding.remind(now=DUE + timedelta(days=1))
    reminding.remind(now=DUE + timedelta(days=4))  # beat was down in between
    assert len(mail.outbox) == 3
    seal("2026Q3", DUE + timedelta(days=5))
    assert reminding.remind(now=DUE + timedelta(days=5)) is None
    assert [row.day.day for row in EditionReminder.objects.order_by("day")] == [3, 4, 7]


@pytest.mark.django_db
def test_the_mail_says_what_it_waits_for(publish: Publish, settings: Settings) -> None:
    firms = [[f"郑州示范{n}号科技有限公司", f"GR202541{n:06d}", "2025-01-10"] for n in range(12)]
    listed = publish([["企业名称", "证书编号", "发证日期"], *firms], now=DUE - timedelta(days=9))
    seal("2026Q2", DUE - timedelta(days=8))
    reminding.remind(now=DUE)
    type(listed).objects.filter(pk=listed.pk).update(state="withdrawn")
    listed.events.create(state="withdrawn", at=DUE)
    resolving.resolve(now=DUE)
    editions.cut(quarter="2026Q3", now=DUE + timedelta(hours=1))
    reminding.remind(now=DUE + timedelta(days=1))
    uncut, red = (message.body for message in mail.outbox)
    assert "ZZKJ-2026Q3-v1" not in uncut
    assert "ZZKJ-2026Q3-v1" in red and "高新技术企业" in red


@pytest.mark.django_db
def test_what_could_not_be_sent_is_on_record_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_args: object, **_kwargs: object) -> None:
        raise smtplib.SMTPServerDisconnected("gone away")

    with monkeypatch.context() as broken:
        broken.setattr(reminding, "send_mail", refused)
        told = reminding.remind(now=DUE)
    assert told and told.sent_at is None and "gone away" in told.failure
    again = reminding.remind(now=DUE + timedelta(minutes=10))
    assert again and (again.pk, again.tries, again.failure) == (told.pk, 2, "")
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_where_no_address_is_set_the_log_says_so(settings: Settings) -> None:
    settings.BUREAU_MAIL = []
    told = reminding.remind(now=DUE)
    assert told and told.sent_at is None and "BUREAU_MAIL" in told.failure
    assert not mail.outbox


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_at_once_send_one(monkeypatch: pytest.MonkeyPatch) -> None:
    ready, real = threading.Barrier(2), mail.send_mail
    held = threading.Event()

    def slow(*args: object, **kwargs: object) -> object:
        held.wait(2)
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(reminding, "send_mail", slow)

    def remind() -> None:
        try:
            ready.wait()
            reminding.remind(now=DUE)
        finally:
            held.set()  # one has gone past while the other was sending
            connection.close()

    both = [threading.Thread(target=remind) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(mail.outbox) == 1
    assert EditionReminder.objects.count() == 1


@pytest.mark.django_db
def test_the_front_page_says_it_and_the_log_is_seen(settings: Settings) -> None:
    tasks.remind_of_edition()
    client = signed_in("enterprises.view_edition", "enterprises.view_editionreminder")
    front = client.get(reverse("admin:index")).content.decode()
    assert ("已逾期，各机构均未收到" in front) == (EditionReminder.objects.count() == 1)
    page = client.get(reverse("admin:enterprises_editionreminder_changelist"))
    assert page.context["cl"].result_count == EditionReminder.objects.count()


@pytest.mark.parametrize("days", [1, 30])
@pytest.mark.django_db
def test_the_days_are_a_setting(settings: Settings, days: int) -> None:
    settings.EDITION_DUE_DAYS = days
    first = datetime(2026, 10, 1, 1, 0, tzinfo=UTC) + timedelta(days=days - 1)
    assert reminding.overdue(now=first - timedelta(minutes=1)) == ""
    assert reminding.overdue(now=first) == "2026Q3"
