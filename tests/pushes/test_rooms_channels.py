"""The rooms of channels and keys: tried, renewed, ended by the institution itself; shown once, on record, told."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from pushes import keying, resending, trying
from pushes.channels import CHANNELS
from pushes.channels.parcel import Answer
from pushes.errors import KeyEnded, TrialsUsedUp
from pushes.models import (
    AccessKey,
    Channel,
    ChannelKind,
    ChannelSecret,
    Institution,
    Letter,
    LetterKind,
    Role,
    SecretEvent,
    Sending,
)
from pushes.portal import once
from pushes.secrets_at_rest import disclose
from tests.pushes.making import institution
from tests.pushes.rooms import browser, channel, people, two_editions
from tests.staff import said, signed_in

NOW = timezone.now()


@pytest.fixture
def bank(db: None) -> Institution:
    made = institution("bank-a")
    people(made)
    for kind in (ChannelKind.EMAIL, ChannelKind.WEBHOOK, ChannelKind.SFTP, ChannelKind.PLATFORM):
        channel(made, kind)
    return made


@pytest.fixture
def chief(bank: Institution) -> Client:
    return browser(bank.people.get(role=Role.ADMINISTRATOR).user)


def act(view: str, *args: str) -> str:
    return reverse(f"pushes:{view}", args=args)


def sent() -> dict[str, str]:
    """What marks a form as sent for the first time."""
    return {once.FIELD: once.fresh()}


def secrets(kind: str) -> list[ChannelSecret]:
    return list(ChannelSecret.objects.filter(channel__kind=kind))


class TestTheRoom:
    def test_every_channel_with_its_target_and_state(self, bank: Institution, chief: Client) -> None:
        Channel.objects.filter(kind=ChannelKind.EMAIL).update(paused=True, paused_at=NOW, paused_why="地址不存在")
        other = institution("bank-b")
        Channel.objects.create(institution=other, kind="webhook", url="https://other.example/hook")
        page = chief.get(act("channels")).content.decode()
        for word in ("list@bank.example", "https://bank.example/hooks/registry", "sftp.bank.example:22", "地址不存在",
                     "https://platform.example/api/v1"):  # fmt: skip
            assert word in page
        assert "other.example" not in page

    def test_whoever_may_not_act_is_offered_no_act(self, bank: Institution) -> None:
        reader = browser(bank.people.get(role=Role.READER).user).get(act("channels")).content.decode()
        assert reader.count('<form method="post"') == 1  # to sign out


class TestTrials:
    def test_asked_for_made_and_shown(self, bank: Institution, chief: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        two_editions()
        chief.post(act("try-channel", "email"))
        sending = Sending.objects.get()
        assert (sending.channel.kind, sending.asked_by.username) == ("email", "administrator-bank-a")
        assert "待推送" in chief.get(act("channels")).content.decode()
        monkeypatch.setitem(CHANNELS, "email", _answers)
        monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
        resending.send_asked(clock=timezone.now)
        page = chief.get(act("channels")).content.decode()
        assert "未成功；信箱已满" in page

    def test_a_few_an_hour(self, bank: Institution) -> None:
        two_editions()
        tried, by = bank.channels.get(kind="email"), bank.people.get(role=Role.OPERATOR).user
        for number in range(trying.TRIALS_AN_HOUR):
            trying.try_own_channel(channel=tried, by=by, now=NOW + timedelta(minutes=number))
            Sending.objects.update(at=NOW)
        with pytest.raises(TrialsUsedUp):
            trying.try_own_channel(channel=tried, by=by, now=NOW + timedelta(minutes=59))
        trying.try_own_channel(channel=bank.channels.get(kind="sftp"), by=by, now=NOW)
        trying.try_own_channel(channel=tried, by=by, now=NOW + timedelta(minutes=61))
        assert Sending.objects.count() == trying.TRIALS_AN_HOUR + 2

    def test_without_an_edition_it_says_why_not(self, bank: Institution, chief: Client) -> None:
        answer = chief.post(act("try-channel", "email"), follow=True)
        assert "试" in said(answer) and not Sending.objects.exists()

    def test_these_pages_are_no_channel_to_try(self, bank: Institution, chief: Client) -> None:
        assert chief.post(act("try-channel", "portal")).status_code == 404


class TestSecrets:
    def test_a_signing_secret_is_shown_once(self, bank: Institution, chief: Client) -> None:
        answer = chief.post(act("sign-channel", "webhook"), sent())
        (made,) = secrets("webhook")
        fresh = disclose(made.enclosed)
        assert fresh in answer.content.decode() and answer["Cache-Control"] == "private, no-store"
        assert fresh not in chief.get(act("channels")).content.decode()
        assert fresh not in "".join(Letter.objects.values_list("words", flat=True))
        assert made.made_by.username == "administrator-bank-a"

    def test_the_former_counts_until_it_is_ended(self, bank: Institution, chief: Client) -> None:
        chief.post(act("sign-channel", "webhook"), sent())
        assert act("end-former", "webhook") not in chief.get(act("channels")).content.decode()
        chief.post(act("sign-channel", "webhook"), sent())
        assert len(secrets("webhook")) == 2
        assert act("end-former", "webhook") in chief.get(act("channels")).content.decode()
        chief.post(act("end-former", "webhook"))
        (left,) = secrets("webhook")
        assert left.until is None

    def test_of_a_key_pair_the_public_half_stands_there(self, bank: Institution, chief: Client) -> None:
        chief.post(act("pair-channel", "sftp"))
        (made,) = secrets("sftp")
        page = chief.get(act("channels")).content.decode()
        assert made.public in page and "PRIVATE KEY" not in page

    def test_a_password_is_kept_and_never_shown(self, bank: Institution, chief: Client) -> None:
        chief.post(act("password-channel", "sftp"), {"password": " s3cret <b> "})
        (made,) = secrets("sftp")
        assert disclose(made.enclosed) == " s3cret <b> "
        assert "s3cret" not in chief.get(act("channels")).content.decode()
        chief.post(act("password-channel", "sftp"), {"password": "x" * 201})
        assert len(secrets("sftp")) == 1

    def test_a_platform_is_signed_in_on_or_signed_for(self, bank: Institution, chief: Client) -> None:
        for view in ("sign-channel", "pair-channel"):
            assert chief.post(act(view, "platform"), sent()).status_code == 404
        chief.post(act("password-channel", "platform"), {"password": "its-token"})
        (made,) = secrets("platform")
        assert (made.kind, disclose(made.enclosed)) == ("token", "its-token")
        assert "its-token" not in chief.get(act("channels")).content.decode()
        Channel.objects.filter(kind="platform").update(known_by="signature")
        assert chief.post(act("password-channel", "platform"), {"password": "x"}).status_code == 404
        assert disclose(secrets("platform")[0].enclosed) == "its-token"
        fresh = chief.post(act("sign-channel", "platform"), sent()).context["fresh"]
        assert fresh.startswith("whsec_")

    @pytest.mark.parametrize(
        ("view", "kind"),
        [("sign-channel", "sftp"), ("pair-channel", "webhook"), ("password-channel", "email"), ("end-former", "email")],
    )
    def test_a_kind_that_has_no_such_secret_is_not_found(
        self, bank: Institution, chief: Client, view: str, kind: str
    ) -> None:
        assert chief.post(act(view, kind), {"password": "x"}).status_code == 404

    def test_each_act_is_on_record_and_told(self, bank: Institution, chief: Client) -> None:
        chief.post(act("sign-channel", "webhook"), sent())
        chief.post(act("sign-channel", "webhook"), sent())
        chief.post(act("end-former", "webhook"))
        chief.post(act("end-former", "webhook"))  # nothing left to end
        chief.post(act("pair-channel", "sftp"))
        acts = list(SecretEvent.objects.order_by("pk").values_list("act", "subject", "by__username"))
        who = "administrator-bank-a"
        assert acts == [
            ("signing_made", "Webhook 通知", who),
            ("signing_made", "Webhook 通知", who),
            ("former_ended", "Webhook 通知", who),
            ("pair_made", "SFTP", who),
        ]
        letters = Letter.objects.filter(kind=LetterKind.SECRET, institution=bank)
        assert letters.count() == 4 and "administrator-bank-a" in letters[0].words
        assert "停用了旧密钥" in chief.get(act("channels")).content.decode()

    def test_the_bureau_may_look_at_the_record(self, bank: Institution, chief: Client) -> None:
        chief.post(act("sign-channel", "webhook"), sent())
        bureau = signed_in("pushes.view_secretevent")
        page = bureau.get(reverse("admin:pushes_secretevent_changelist")).content.decode()
        assert "administrator-bank-a" in page and "生成了新签名密钥" in page
        assert bureau.get(reverse("admin:pushes_secretevent_add")).status_code == 403

    def test_the_record_stays(self, bank: Institution, chief: Client) -> None:
        chief.post(act("sign-channel", "webhook"), sent())
        for change in (lambda: SecretEvent.objects.update(subject="x"), lambda: SecretEvent.objects.all().delete()):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()


class TestKeys:
    def make(self, chief: Client, name: str = "数据仓库", days: str = "30") -> str:
        page = chief.post(act("make-key"), {"name": name, "days": days, "scopes": "fetch", **sent()})
        return str(page.context["fresh"])

    def test_made_shown_once_and_used(self, bank: Institution, chief: Client) -> None:
        text = self.make(chief)
        key = keying.use(text=text, now=timezone.now())
        assert (key.institution, key.name, key.made_by.username) == (bank, "数据仓库", "administrator-bank-a")
        page = chief.get(act("api-keys")).content.decode()
        assert key.prefix in page and text not in page

    @pytest.mark.parametrize("typed", [{"days": "0"}, {"days": "99999"}, {"name": ""}, {"scopes": "everything"}])
    def test_what_makes_none(self, bank: Institution, chief: Client, typed: dict[str, str]) -> None:
        answer = chief.post(act("make-key"), {"name": "x", "days": "1", "scopes": "fetch", **sent(), **typed})
        assert "errorlist" in answer.content.decode() and not AccessKey.objects.exists()

    def test_replaced_both_open_for_a_while(self, bank: Institution, chief: Client, settings: Settings) -> None:
        former = self.make(chief, days="300")
        page = chief.post(act("replace-key", AccessKey.objects.get().prefix), sent())
        fresh = page.context["fresh"]
        now = timezone.now()
        overlap = timedelta(days=settings.KEY_OVERLAP_DAYS)
        assert keying.use(text=former, now=now).name == keying.use(text=fresh, now=now).name == "数据仓库"
        old = AccessKey.objects.order_by("pk")[0]
        assert abs(old.expires_at - now - overlap) < timedelta(minutes=1)

    def test_what_ends_sooner_is_not_made_longer(self, bank: Institution, chief: Client) -> None:
        self.make(chief, days="3")
        ends = AccessKey.objects.get().expires_at
        chief.post(act("replace-key", AccessKey.objects.get().prefix), sent())
        assert AccessKey.objects.order_by("pk")[0].expires_at == ends

    def test_sent_twice_it_is_made_once(self, bank: Institution, chief: Client) -> None:
        typed = {"name": "x", "days": "3", "scopes": "fetch", **sent()}
        assert chief.post(act("make-key"), typed).status_code == 200
        again = chief.post(act("make-key"), typed, follow=True)
        assert "已经提交过" in said(again) and AccessKey.objects.count() == 1
        chief.post(act("replace-key", AccessKey.objects.get().prefix), typed)
        chief.post(act("sign-channel", "webhook"), typed)
        assert AccessKey.objects.count() == 1 and not secrets("webhook")
        chief.post(act("make-key"), {**typed, once.FIELD: ""})
        assert AccessKey.objects.count() == 1

    def test_revoked_it_opens_nothing(self, bank: Institution, chief: Client) -> None:
        text = self.make(chief)
        prefix = AccessKey.objects.get().prefix
        for _twice in range(2):
            chief.post(act("revoke-key", prefix))
        with pytest.raises(KeyEnded):
            keying.use(text=text, now=timezone.now())
        chief.post(act("replace-key", prefix), sent())
        assert AccessKey.objects.count() == 1
        assert list(SecretEvent.objects.values_list("act", flat=True)) == ["key_revoked", "key_made"]
        assert prefix in chief.get(act("api-keys")).content.decode()


def _answers(*_args: object) -> Answer:
    return Answer("passing", "信箱已满", "list@bank.example", "452")
