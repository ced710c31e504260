"""Notices to a real mail server: they tell what changed and where it lies, and never hold the data."""

import pytest
from pytest_django import Settings

from pushes.channels import email
from pushes.channels.email import Target
from tests.pushes.parcels import parcel
from tests.pushes.peers.mailbox import Mailbox


@pytest.fixture(autouse=True)
def by_the_mail_server(settings: Settings, mailbox: Mailbox) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
    mailbox.mails.clear()


def target(*addresses: str) -> Target:
    return Target(tuple(f"{name}@bank.example" for name in addresses), "科技局 <registry@example.gov.cn>")


def test_the_notice_tells_what_changed_and_where_it_lies(mailbox: Mailbox) -> None:
    assert email.send(target("clerk"), parcel()) == ("delivered", "", "clerk@bank.example", "")
    mail = mailbox.mails[0]
    assert mail["To"] == "clerk@bank.example" and "ZZKJ-2026Q3-v1" in mail["Subject"]
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body is not None
        text = body.get_content()
        for told in ("2026-09-30", "6780", "12", "3", "45", parcel().page, parcel().sha256, str(parcel().id)):
            assert told in text, (kind, told)
    assert list(mail.iter_attachments()) == []


def test_a_trial_says_so(mailbox: Mailbox) -> None:
    email.send(target("clerk"), parcel(trial=True))
    mail = mailbox.mails[0]
    body = mail.get_body(("plain",))
    assert body is not None
    assert mail["Subject"].strip().startswith("【试发】") and "试发" in body.get_content()


def test_a_mail_that_comes_twice_is_known_by_its_id(mailbox: Mailbox) -> None:
    email.send(target("one", "two"), parcel())
    email.send(target("one", "two"), parcel())
    ids = [mail["Message-ID"] for mail in mailbox.mails]
    assert ids[:2] == ids[2:] and ids[0] != ids[1]
    assert [mail["To"] for mail in mailbox.mails[:2]] == ["one@bank.example", "two@bank.example"]


@pytest.mark.parametrize(
    ("addresses", "outcome", "code", "told"),
    [
        (["gone"], "permanent", "550", "gone@bank.example: 550 5.1.1 no such person"),
        (["grey"], "passing", "451", "grey@bank.example: 451 4.7.1 come again later"),
        (["strict"], "permanent", "554", "554 5.7.1 not wanted here"),
        (["full"], "passing", "452", "452 4.3.1 no room"),
        (["gone", "grey"], "passing", "550", "grey"),
        (["gone", "clerk"], "delivered", "", "gone@bank.example: 550"),
        (["clerk", "grey"], "delivered", "", "grey@bank.example: 451"),
    ],
)
def test_what_the_mail_server_refuses(addresses: list[str], outcome: str, code: str, told: str) -> None:
    answer = email.send(target(*addresses), parcel())
    assert (answer.outcome, answer.code) == (outcome, code) and told in answer.detail


def test_no_mail_server_is_no_fault_of_the_addresses(settings: Settings) -> None:
    settings.EMAIL_PORT = 1
    assert email.send(target("clerk"), parcel()).outcome == "passing"


def test_a_sign_in_that_our_server_refuses_is_ours_to_mend(settings: Settings) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "registry", "secret"
    answer = email.send(target("clerk"), parcel())
    assert answer.outcome == "passing" and "secret" not in answer.detail
