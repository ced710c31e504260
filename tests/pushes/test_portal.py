"""The institutions' rooms: each sees its own, others are turned away with a reason, downloads leave proof."""

import hashlib
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.http import FileResponse
from django.test import Client
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from pytest_django import Settings

from enterprises.editions import withdraw
from enterprises.models import Edition
from pushes import delivering
from pushes.channels.parcel import Answer
from pushes.models import Channel, Delivery, Institution, InstitutionState, Receipt
from registry.queries import district_names
from tests.pushes.making import answering, institution, person

PASSWORD = "a long pass phrase"


def signed_in(name: str) -> Client:
    client = Client(REMOTE_ADDR="203.0.113.7")
    assert client.login(username=name, password=PASSWORD)
    return client


@pytest.fixture
def bank(spring: Edition, summer: Edition) -> Client:
    """The clerk of bank A; bank B has other programmes and a clerk of its own. Both have both editions."""
    person("clerk-a", institution("bank-a", programmes=["HNTE"]))
    person("clerk-b", institution("bank-b", programmes=["SRDI"]))
    person("officer", None, staff=True)
    delivering.sweep(clock=timezone.now)
    return signed_in("clerk-a")


def delivery(code: str, edition: Edition) -> Delivery:
    return Delivery.objects.get(channel__institution__code=code, edition=edition)


def pages(of: Delivery) -> list[str]:
    return [
        reverse("pushes:editions"),
        reverse("pushes:edition", args=[of.edition.label]),
        reverse("pushes:download", args=[of.pk]),
        reverse("pushes:deliveries"),
    ]


def test_the_list_of_editions(bank: Client, summer: Edition) -> None:
    page = bank.get(reverse("pushes:editions"))
    assert page.status_code == 200
    assert [row.edition.label for row in page.context["deliveries"]] == ["ZZKJ-2026Q3-v1", "ZZKJ-2026Q2-v1"]
    assert {row.channel.institution.code for row in page.context["deliveries"]} == {"bank-a"}


def test_one_edition_in_ones_own_cut(bank: Client, summer: Edition) -> None:
    page = bank.get(reverse("pushes:edition", args=[summer.label]))
    text = page.content.decode()
    mine = delivery("bank-a", summer)
    assert mine.package is not None
    assert mine.package.sha256 in text and summer.digest in text and str(mine.pk) in text
    assert "enterprises.xlsx" in text and "高新技术企业" in text
    assert "专精特新" not in text
    counts = page.context["manifest"]["counts"]
    assert (counts["members"], counts["recognitions"]) == (3, 3)


def test_the_districts_of_the_cut_are_named(summer: Edition) -> None:
    code, name = next(iter(district_names().items()))
    person("clerk-c", institution("bank-c", districts=[code]))
    delivering.sweep(clock=timezone.now)
    assert name in signed_in("clerk-c").get(reverse("pushes:edition", args=[summer.label])).content.decode()


def test_a_download_is_the_package_and_leaves_a_receipt(bank: Client, summer: Edition) -> None:
    mine = delivery("bank-a", summer)
    response = bank.get(reverse("pushes:download", args=[mine.pk]))
    assert isinstance(response, FileResponse)
    content = response.getvalue()
    receipt = Receipt.objects.get()
    assert hashlib.sha256(content).hexdigest() == receipt.sha256
    assert response["Content-Disposition"] == 'attachment; filename="ZZKJ-2026Q3-v1.zip"'
    assert response["Content-Length"] == str(len(content))
    assert (receipt.delivery, receipt.institution.code) == (mine, "bank-a")
    assert (receipt.user.username, receipt.address) == ("clerk-a", "203.0.113.7")
    bank.get(reverse("pushes:download", args=[mine.pk]))
    assert Receipt.objects.count() == 2


def test_a_receipt_stays(bank: Client, summer: Edition) -> None:
    bank.get(reverse("pushes:download", args=[delivery("bank-a", summer).pk]))
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.update(address=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.all().delete()


def test_no_page_is_kept_by_browser_or_proxy(bank: Client, summer: Edition) -> None:
    for url in pages(delivery("bank-a", summer)):
        assert bank.get(url)["Cache-Control"] == "private, no-store"


def test_a_download_that_broke_off_goes_on(bank: Client, summer: Edition) -> None:
    address = reverse("pushes:download", args=[delivery("bank-a", summer).pk])
    first = bank.get(address)
    whole, etag = b"".join(first.streaming_content), first["ETag"]  # type: ignore[attr-defined]
    rest = bank.get(address, headers={"range": "bytes=100-", "if-range": etag})
    assert rest.status_code == 206 and b"".join(rest.streaming_content) == whole[100:]  # type: ignore[attr-defined]
    assert bank.get(address, headers={"if-none-match": etag}).status_code == 304
    beyond = bank.get(address, headers={"range": f"bytes={len(whole)}-"})
    assert beyond.status_code == 416 and beyond["Content-Range"] == f"bytes */{len(whole)}"
    assert Receipt.objects.count() == 2  # the whole, and the part


def test_asking_about_a_download_is_no_download(bank: Client, summer: Edition) -> None:
    url = reverse("pushes:download", args=[delivery("bank-a", summer).pk])
    assert bank.head(url).status_code == 405
    assert bank.post(url).status_code == 405
    assert not Receipt.objects.exists()


@pytest.mark.parametrize(
    ("header", "address"), [("198.51.100.1, 192.0.2.9", "192.0.2.9"), ("no address", None), ("::1", "::1")]
)
def test_behind_our_proxy_the_address_is_the_one_it_saw(
    bank: Client, summer: Edition, settings: Settings, header: str, address: str | None
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    url = reverse("pushes:download", args=[delivery("bank-a", summer).pk])
    bank.get(url, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=header)
    assert Receipt.objects.get().address == address


class TestAcknowledging:
    def test_once_for_each_person_and_shown(self, bank: Client, summer: Edition) -> None:
        url, page = (reverse(f"pushes:{view}", args=[summer.label]) for view in ("acknowledge", "edition"))
        assert url in bank.get(page).content.decode()
        assert [bank.post(url).status_code for _ in range(2)] == [302, 302]
        receipt = Receipt.objects.get()
        assert (receipt.kind, receipt.delivery, receipt.address) == (
            "acknowledge", delivery("bank-a", summer), "203.0.113.7",
        )  # fmt: skip
        shown = bank.get(page).content.decode()
        assert url not in shown and "clerk-a" in shown

    def test_not_of_a_withdrawn_edition(self, bank: Client, summer: Edition) -> None:
        withdraw(edition=summer, reason="名单有误", now=timezone.now())
        bank.post(reverse("pushes:acknowledge", args=[summer.label]))
        assert not Receipt.objects.exists()

    def test_by_a_post_from_here_alone(self, bank: Client, summer: Edition) -> None:
        url = reverse("pushes:acknowledge", args=[summer.label])
        assert bank.get(url).status_code == 405
        strict = Client(enforce_csrf_checks=True)
        strict.login(username="clerk-a", password=PASSWORD)
        assert strict.post(url).status_code == 403

    def test_not_of_what_one_never_got(self, bank: Client) -> None:
        assert bank.post(reverse("pushes:acknowledge", args=["ZZKJ-2030Q1-v1"])).status_code == 404


class TestTheLog:
    def test_ones_own_deliveries_with_every_try(self, spring: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
        person("clerk-a", institution("bank-a"))
        institution("bank-b")
        with monkeypatch.context() as busy:
            answering(busy, *[Answer("passing", "对方忙", "sftp.bank.example", "421")] * 2)
            delivering.sweep(clock=timezone.now)
        page = signed_in("clerk-a").get(reverse("pushes:deliveries"))
        assert [one.channel.institution.code for one in page.context["page"]] == ["bank-a"]
        text = page.content.decode()
        assert all(word in text for word in ("对方忙", "sftp.bank.example", "421", str(delivery("bank-a", spring).pk)))

    def test_our_own_faults_are_said_without_their_words(
        self, spring: Edition, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        person("clerk-a", institution("bank-a"))
        with monkeypatch.context() as broken:
            answering(broken, RuntimeError("/srv/registry/secret"))
            delivering.sweep(clock=timezone.now)
        text = signed_in("clerk-a").get(reverse("pushes:deliveries")).content.decode()
        assert "我方故障" in text and "secret" not in text and "RuntimeError" not in text

    def test_a_pause_is_said_on_it_and_on_the_list_of_editions(self, bank: Client) -> None:
        Channel.objects.filter(institution__code="bank-a").update(paused=True, paused_why="连续五天失败")
        Channel.objects.filter(institution__code="bank-b").update(paused=True, paused_why="别家的事")
        for view in ("deliveries", "editions"):
            text = bank.get(reverse(f"pushes:{view}")).content.decode()
            assert "连续五天失败" in text and "别家的事" not in text


class TestIsolation:
    """Every address × (nobody, institution A, institution B, staff, suspended, contract over)."""

    def test_nobody_is_sent_to_the_sign_in(self, bank: Client, summer: Edition) -> None:
        for url in pages(delivery("bank-a", summer)):
            response = Client().get(url)
            assert response.status_code == 302
            assert response["Location"] == f"{reverse('account_login')}?next={url}"

    def test_anothers_delivery_is_not_found(self, bank: Client, summer: Edition) -> None:
        theirs = delivery("bank-b", summer)
        assert bank.get(reverse("pushes:download", args=[theirs.pk])).status_code == 404
        assert signed_in("clerk-b").get(reverse("pushes:download", args=[theirs.pk])).status_code == 200
        assert Receipt.objects.get().institution.code == "bank-b"

    def test_an_edition_that_only_another_got_is_not_found(self, bank: Client, summer: Edition) -> None:
        late = institution("bank-c", agreed_at=timezone.now())
        person("clerk-c", late)
        delivering.sweep(clock=timezone.now)
        client = signed_in("clerk-c")
        assert client.get(reverse("pushes:edition", args=["ZZKJ-2026Q3-v1"])).status_code == 200
        assert client.get(reverse("pushes:edition", args=["ZZKJ-2026Q2-v1"])).status_code == 404

    def test_what_was_not_delivered_yet_is_not_found(self, spring: Edition) -> None:
        person("clerk-a", institution("bank-a"))
        delivering.plan(now=timezone.now())
        client = signed_in("clerk-a")
        urls = pages(Delivery.objects.get())
        assert [client.get(url).status_code for url in urls] == [200, 404, 404, 200]

    @pytest.mark.parametrize("label", ["ZZKJ-2026Q3-v2", "ZZKJ-2026Q3", "nonsense", "ZZKJ-2026Q3-v1\x00"])
    def test_no_such_edition(self, bank: Client, label: str) -> None:
        assert bank.get(reverse("pushes:edition", args=[label])).status_code == 404

    def test_no_such_delivery(self, bank: Client) -> None:
        assert bank.get(reverse("pushes:download", args=[UUID(int=1)])).status_code == 404

    def test_staff_of_the_bureau_is_no_institution(self, bank: Client, summer: Edition) -> None:
        officer = signed_in("officer")
        for url in pages(delivery("bank-a", summer)):
            answer = officer.get(url)
            assert answer.status_code == 403
            assert f'href="{reverse("admin:index")}"' in answer.content.decode()
        assert not Receipt.objects.exists()

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"state": InstitutionState.SUSPENDED}, "示范银行（bank-a）"),
            ({"state": InstitutionState.ENDED}, "示范银行（bank-a）"),
            ({"contract_until": timezone.localdate() - timedelta(days=1)}, "示范银行（bank-a）"),
        ],
    )
    def test_without_a_contract_in_force_the_rooms_are_closed(
        self, bank: Client, summer: Edition, change: dict[str, object], reason: str
    ) -> None:
        Institution.objects.filter(code="bank-a").update(**change)
        for url in pages(delivery("bank-a", summer)):
            response = bank.get(url)
            assert response.status_code == 403
            assert reason in response.content.decode()
            assert reverse("admin:index") not in response.content.decode()
        assert bank.post(reverse("pushes:acknowledge", args=[summer.label])).status_code == 403
        assert not Receipt.objects.exists()

    def test_on_its_last_day_a_contract_is_in_force(self, bank: Client) -> None:
        Institution.objects.update(contract_until=timezone.localdate())
        assert bank.get(reverse("pushes:editions")).status_code == 200


def test_a_withdrawn_edition_is_shown_but_not_handed_out(bank: Client, summer: Edition) -> None:
    withdraw(edition=summer, reason="名单有误", now=timezone.now())
    page = bank.get(reverse("pushes:edition", args=[summer.label]))
    download = reverse("pushes:download", args=[delivery("bank-a", summer).pk])
    assert "名单有误" in page.content.decode() and download not in page.content.decode()
    assert bank.get(download).status_code == 404
    assert not Receipt.objects.exists()


def test_a_package_lost_from_the_store_is_said(bank: Client, summer: Edition, store: Path) -> None:
    for file in store.rglob("*.zip"):
        file.unlink()
    assert [bank.get(url).status_code for url in pages(delivery("bank-a", summer))] == [200, 503, 503, 200]
    assert not Receipt.objects.exists()


@pytest.mark.usefixtures("own_tries")
class TestSigningIn:
    SIGN_IN = reverse_lazy("account_login")

    def test_in_and_out(self, bank: Client) -> None:
        client = Client()
        assert client.get(reverse("pushes:sign-in"))["Location"] == str(self.SIGN_IN)
        answer = client.post(self.SIGN_IN, {"login": "clerk-a", "password": PASSWORD})
        assert answer.status_code == 302 and answer["Location"] == reverse("pushes:editions")
        assert client.get(reverse("pushes:editions")).status_code == 200
        client.get(reverse("pushes:sign-out"))
        assert client.get(reverse("pushes:editions")).status_code == 200
        assert client.post(reverse("pushes:sign-out")).status_code == 302
        assert client.get(reverse("pushes:editions")).status_code == 302

    def test_a_wrong_password(self, bank: Client) -> None:
        answer = Client().post(self.SIGN_IN, {"login": "clerk-a", "password": "wrong"})
        assert answer.status_code == 200
        assert 'role="alert"' in answer.content.decode()
        assert "sessionid" not in answer.cookies

    def test_no_way_out_to_another_site(self, bank: Client) -> None:
        words = {"login": "clerk-a", "password": PASSWORD, "next": "https://evil.example/"}
        answer = Client().post(self.SIGN_IN, words)
        assert answer["Location"] == reverse("pushes:editions")

    def test_a_form_from_another_site_is_refused(self, bank: Client) -> None:
        client = Client(enforce_csrf_checks=True)
        answer = client.post(self.SIGN_IN, {"login": "clerk-a", "password": PASSWORD})
        assert answer.status_code == 403
