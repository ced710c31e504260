"""Whoever confirmed an address is told of an enterprise, each thing once; one click ends it, and nothing stays."""

import re
import smtplib
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from enterprises import editions, errors, mailing, pooling, resolving, watch_links, watching
from enterprises.models import Enterprise, Mail, Watch
from enterprises.wording import CHANGE_CAUSES
from tests.conftest import NOW, Publish
from tests.enterprises.objections import in_memory

pytestmark = pytest.mark.django_db
__all__ = ["in_memory"]
HEAD = ["企业名称", "证书编号", "发证日期"]
NAME, OTHER = "郑州启航科技有限公司", "郑州远航科技有限公司"
ADDRESS = "a@example.com"


@pytest.fixture(autouse=True)
def sending(settings: Settings, in_memory: None) -> None:
    settings.MAIL_CONFIGURED = True
    settings.WATCH_DAYS = [30, 90]


@pytest.fixture
def enterprise(publish: Publish) -> Enterprise:
    publish([HEAD, [NAME, "GR202541000001", "2025-01-10"], [OTHER, "GR202541000002", "2025-01-10"]])
    resolving.resolve(now=NOW)
    return Enterprise.objects.get(name=NAME)


def asked(enterprise: Enterprise, address: str = ADDRESS) -> str:
    """Ask on the page; returns the path of the link that was mailed."""
    page = Client().post(reverse("enterprises:watch", args=[enterprise.public_id]), {"address": address})
    assert page.status_code == 200
    mailing.send_due(clock=lambda: datetime.now(tz=UTC))
    return link(str(mail.outbox[-1].body), "confirm")


def link(body: str, what: str) -> str:
    found = re.search(rf"https?://[^/]+(/watch/{what}/\S+)", body)
    assert found
    return found[1]


def confirmed(enterprise: Enterprise, address: str = ADDRESS, *, at: datetime = NOW) -> Watch:
    watch = Watch.objects.create(enterprise=enterprise, address=address, asked_at=at)
    watching.confirm(watch=watch, now=at)
    return watch


def sent(now: datetime) -> list[str]:
    """What goes out now, as subjects."""
    before = len(mail.outbox)
    watching.tell(now=now)
    mailing.send_due(clock=lambda: now)
    return [str(message.subject) for message in mail.outbox[before:]]


def test_a_link_is_sent_a_page_asks_and_a_post_confirms(enterprise: Enterprise) -> None:
    path = asked(enterprise, " A@Example.com ")
    assert Watch.objects.get().address == ADDRESS and Watch.objects.get().confirmed_at is None
    assert Client().get(path).status_code == 200
    assert Watch.objects.get().confirmed_at is None  # a mail reader that opens links confirms nothing
    assert Client().post(path).status_code == 200
    first = Watch.objects.get().confirmed_at
    assert first and Client().post(path).status_code == 200
    assert Watch.objects.get().confirmed_at == first
    assert Client().get(path[:-6] + "xxxxx/").status_code == 404


def test_whether_an_address_watches_already_is_not_to_be_seen(enterprise: Enterprise) -> None:
    confirmed(enterprise)
    address = reverse("enterprises:watch", args=[enterprise.public_id])
    pages = [Client().post(address, {"address": one}).content for one in (ADDRESS, "b@example.com")]
    assert pages[0] == pages[1]
    assert [one.watch.address for one in Mail.objects.all() if one.watch] == ["b@example.com"]


def test_one_address_and_one_network_are_not_written_to_without_end(enterprise: Enterprise, settings: Settings) -> None:
    address = reverse("enterprises:watch", args=[enterprise.public_id])
    settings.WATCHES_PER_HOUR = 5
    got = [Client().post(address, {"address": ADDRESS}).status_code for _n in range(7)]
    assert got == [200] * 5 + [429] * 2
    assert Mail.objects.count() == 3


def test_a_link_is_good_for_two_days_and_the_address_goes_after_them(
    enterprise: Enterprise, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch.objects.create(enterprise=enterprise, address=ADDRESS, asked_at=NOW)
    token = watch_links.confirm_address(watch).rstrip("/").rpartition("/")[2]
    assert watch_links.to_confirm(token) == watch
    monkeypatch.setattr("django.core.signing.time.time", lambda: datetime.now(tz=UTC).timestamp() + 48 * 3600 + 60)
    with pytest.raises(errors.LinkNotGood):
        watch_links.to_confirm(token)
    for bad in ("", "x", token.replace(str(watch.pk), "00000000-0000-0000-0000-000000000000"), f"{watch.pk}:x"):
        with pytest.raises(errors.LinkNotGood):
            watch_links.to_end(bad)
    confirmed(enterprise, "b@example.com")
    assert watching.forget(now=NOW + timedelta(hours=47)) == 0
    assert watching.forget(now=NOW + timedelta(hours=49)) == 1
    assert Watch.objects.get().address == "b@example.com"


def test_what_runs_out_is_told_at_each_mark_once(enterprise: Enterprise) -> None:
    confirmed(enterprise)
    Watch.objects.create(enterprise=enterprise, address="not-confirmed@example.com", asked_at=NOW)
    ends = datetime(2028, 1, 9, 2, tzinfo=UTC)
    told = []
    for days in (91, 90, 89, 60, 31, 30, 29, 0, -1):
        now = ends - timedelta(days=days)
        pooling.rebuild(as_of=now.date(), now=now)
        told += [(days, subject) for subject in sent(now)]
    assert [days for days, _subject in told] == [90, 30]
    assert {message.to[0] for message in mail.outbox} == {ADDRESS}
    assert all("高新技术企业" in subject and "2028-01-09" in subject for _days, subject in told)


def test_who_comes_late_is_told_of_the_nearest_mark_alone(enterprise: Enterprise) -> None:
    now = datetime(2027, 12, 20, 2, tzinfo=UTC)
    pooling.rebuild(as_of=now.date(), now=now)
    confirmed(enterprise, at=now)
    assert len(sent(now)) == 1
    assert sent(now + timedelta(minutes=10)) == []


def test_an_edition_is_told_in_plain_words_to_those_whom_it_concerns(publish: Publish, enterprise: Enterprise) -> None:
    other = Enterprise.objects.get(name=OTHER)
    confirmed(enterprise, at=NOW)
    confirmed(other, "b@example.com", at=NOW + timedelta(minutes=2))
    now = NOW + timedelta(minutes=1)
    first = editions.seal(edition=editions.cut(quarter="2026Q2", now=now), now=now)
    assert sent(NOW + timedelta(minutes=3)) == [f"“{NAME}”在名单 {first.label} 中的变动"]  # the other came after it
    publish([[*HEAD, "取消年度"], [NAME, "GR202541000001", "", "2026"]], kind="revocation", published="2026-09-01",
            now=NOW + timedelta(minutes=4))  # fmt: skip
    later = NOW + timedelta(minutes=5)
    resolving.resolve(now=later)
    editions.seal(edition=editions.cut(quarter="2026Q3", now=later), now=later)
    assert len(sent(later)) == 1 and sent(later) == []
    body = str(mail.outbox[-1].body)
    assert "高新技术企业" in body and str(CHANGE_CAUSES["revoked"]) in body
    assert mail.outbox[-1].to == [ADDRESS] and OTHER not in body


def test_one_click_in_each_mail_ends_it_and_nothing_stays(enterprise: Enterprise) -> None:
    watch = confirmed(enterprise)
    sent(datetime(2026, 10, 1, 2, tzinfo=UTC))
    editions.seal(
        edition=editions.cut(quarter="2026Q3", now=NOW + timedelta(minutes=1)), now=NOW + timedelta(minutes=1)
    )
    assert len(sent(NOW + timedelta(minutes=2))) == 1
    message = mail.outbox[-1]
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = link(str(message.body), "end")
    assert path in message.extra_headers["List-Unsubscribe"]
    program = Client(enforce_csrf_checks=True)
    assert program.get(path).status_code == 200 and Watch.objects.filter(pk=watch.pk).exists()
    assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert (Watch.objects.count(), Mail.objects.count()) == (0, 0)
    assert program.post(path).status_code == 404


def test_a_server_that_is_down_is_left_alone_and_then_tried_again(
    enterprise: Enterprise, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        watching.ask(enterprise=enterprise, address=f"{n}@example.com", now=NOW)
    calls = []

    def refused(message: mail.EmailMessage) -> None:
        calls.append(message.to)
        raise smtplib.SMTPServerDisconnected(f"gone away: {message.to[0]}")

    with monkeypatch.context() as broken:
        broken.setattr(mail.EmailMessage, "send", refused)
        assert mailing.send_due(clock=lambda: NOW) == 0
    assert len(calls) == 1  # not one for each that waits
    failed = Mail.objects.exclude(failure="").get()
    assert (failed.tries, failed.due_at) == (1, NOW + timedelta(minutes=5)) and "gone away: …" in failed.failure
    assert mailing.send_due(clock=lambda: NOW) == 2
    assert mailing.send_due(clock=lambda: NOW + timedelta(minutes=5)) == 1
    Mail.objects.update(sent_at=None, tries=mailing.MOST_TRIES)
    assert mailing.send_due(clock=lambda: NOW + timedelta(days=9)) == 0


def test_without_a_mail_server_nothing_is_asked_for(enterprise: Enterprise, settings: Settings) -> None:
    confirmed(enterprise)
    settings.MAIL_CONFIGURED = False
    address = reverse("enterprises:watch", args=[enterprise.public_id])
    for page in (Client().get(address), Client().post(address, {"address": "b@example.com"})):
        assert "尚未开通" in page.content.decode() and "<form" not in page.content.decode().partition("<main")[2]
    pooling.rebuild(as_of=date(2026, 10, 1), now=NOW)
    assert (watching.tell(now=NOW), Watch.objects.count(), Mail.objects.count()) == (0, 1, 0)
    assert Client().get(reverse("enterprises:watch", args=["E00000"])).status_code == 404
