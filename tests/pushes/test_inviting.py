"""Invitations: mailed by a worker that makes the token, good once and for so many days, telling nothing to others."""

import re
from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from pushes import errors, inviting, people
from pushes.models import Institution, Invitation, Membership, PeopleEvent, Role
from tests.pushes.making import institution, person

PASSWORD = "Zhengzhou-2026!"
EMAIL = "li@bank.example"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_tries")]


@pytest.fixture
def bank() -> Institution:
    bank = institution("bank-a")
    person("boss", bank, role=Role.ADMINISTRATOR)
    return bank


def invite(bank: Institution, email: str = EMAIL, role: Role = Role.READER) -> Invitation:
    boss = User.objects.get(username="boss")
    return inviting.invite(institution=bank, email=email, name="李四", role=role, by=boss, now=timezone.now())


def link() -> str:
    """The path in the last mail."""
    found = re.search(r"http://\S+?(/institutions/invitations/\S+/)", str(mail.outbox[-1].body))
    assert found
    return found.group(1)


def token() -> str:
    return link().split("/")[-2]


def mailed(bank: Institution, email: str = EMAIL, role: Role = Role.READER) -> Invitation:
    made = invite(bank, email, role)
    assert inviting.send_due(now=timezone.now()) == 1
    made.refresh_from_db()
    return made


def accept(password: str = PASSWORD, again: str | None = None, client: Client | None = None, path: str = "") -> object:
    words = {"password1": password, "password2": password if again is None else again}
    return (client or Client()).post(path or link(), words)


def test_the_mail_is_all_that_holds_the_token(bank: Institution) -> None:
    made = mailed(bank, " Li@Bank.example ")
    (letter,) = mail.outbox
    assert letter.to == [EMAIL] and "示范银行（bank-a）" in letter.body and "查看" in letter.body
    assert len(token()) == 43 and token() not in str(Invitation.objects.values())
    assert (made.due_at, made.tries, made.sent_at is None) == (None, 1, False)
    assert inviting.send_due(now=timezone.now()) == 0


def test_looking_uses_nothing_up_and_accepting_does(bank: Institution) -> None:
    made = mailed(bank, role=Role.OPERATOR)
    for _scanner in range(3):
        page = Client().get(link())
        assert page.status_code == 200 and "示范银行（bank-a）" in page.content.decode()
        assert page["Referrer-Policy"] == "strict-origin" and "no-store" in page["Cache-Control"]
    client = Client()
    answer = accept(client=client)
    assert answer["Location"] == reverse("pushes:editions")  # type: ignore[index]
    assert client.get(reverse("pushes:editions")).status_code == 200
    user = User.objects.get(username=EMAIL)
    assert (user.email, user.first_name, user.is_staff, user.check_password(PASSWORD)) == (EMAIL, "李四", False, True)
    assert EmailAddress.objects.get(user=user).verified
    assert Membership.objects.get(user=user).role == Role.OPERATOR
    made.refresh_from_db()
    assert made.accepted_by == user
    assert "此邀请无效" in Client().get(link()).content.decode()
    assert "此邀请无效" in accept().content.decode()  # type: ignore[attr-defined]


def test_the_rules_on_passwords_hold(bank: Institution) -> None:
    mailed(bank)
    for password, again, word in (
        ("short1A", None, "10"),
        ("abcdefghijkl", None, "3 类"),
        (PASSWORD, "other", "不一致"),
    ):
        page = accept(password, again)
        assert page.status_code == 200 and word in page.content.decode()  # type: ignore[attr-defined]
    assert not User.objects.filter(username=EMAIL).exists()


def test_whoever_accepts_goes_on_to_the_second_factor(bank: Institution, settings: Settings) -> None:
    settings.MFA_REQUIRED = ["institutions"]
    mailed(bank)
    client = Client()
    accept(client=client)
    assert client.get(reverse("pushes:editions"))["Location"] == "/accounts/2fa/totp/activate/?owed=yes"
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200  # without the password once more


def test_somebody_else_who_is_signed_in_is_signed_out(bank: Institution) -> None:
    mailed(bank)
    client = Client()
    client.force_login(User.objects.get(username="boss"))
    assert "您目前以 boss 登录" in client.get(link()).content.decode()
    accept(client=client)
    assert client.get(reverse("pushes:editions")).wsgi_request.user.username == EMAIL


@pytest.mark.parametrize("what", ["wrong", "old", "withdrawn", "sent again"])
def test_no_good_link_says_nothing(bank: Institution, what: str) -> None:
    made = mailed(bank)
    boss, path, now = made.invited_by, link(), timezone.now()
    if what == "wrong":
        path = path[:-6] + "AAAAA/"
    elif what == "old":
        Invitation.objects.update(expires_at=now)
    elif what == "withdrawn":
        inviting.withdraw(invitation=made, by=boss, now=now)
    else:
        inviting.send_again(invitation=made, by=boss, now=now)
    page = Client().get(path)
    assert page.status_code == 404
    assert "此邀请无效" in page.content.decode() and EMAIL not in page.content.decode()
    assert accept(path=path).status_code == 404  # type: ignore[attr-defined]
    assert not User.objects.filter(username=EMAIL).exists()


def test_sent_again_it_is_another_link(bank: Institution) -> None:
    made = mailed(bank)
    first = link()
    inviting.send_again(invitation=made, by=made.invited_by, now=timezone.now())
    assert inviting.send_due(now=timezone.now()) == 1
    assert link() != first
    assert [Client().get(path).status_code for path in (first, link())] == [404, 200]


def test_a_mail_that_does_not_go_is_tried_again(bank: Institution, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_words: object, **_more: object) -> None:
        raise SMTPServerDisconnected("gone")

    made = invite(bank)
    with monkeypatch.context() as patched:
        patched.setattr(inviting, "send_mail", down)
        assert inviting.send_due(now=timezone.now()) == 0
    made.refresh_from_db()
    assert "gone" in made.failure and made.due_at and made.due_at > timezone.now()
    assert inviting.send_due(now=timezone.now()) == 0
    assert inviting.send_due(now=timezone.now() + timedelta(minutes=2)) == 1
    assert Client().get(link()).status_code == 200


def test_an_old_invitation_is_not_mailed(bank: Institution) -> None:
    invite(bank)
    assert inviting.send_due(now=timezone.now() + timedelta(days=8)) == 0
    assert mail.outbox == [] and not Invitation.objects.filter(due_at__isnull=False).exists()


def test_nobody_is_invited_twice(bank: Institution) -> None:
    invite(bank)
    with pytest.raises(errors.AlreadyInvited):
        invite(bank, "LI@bank.example")
    Invitation.objects.update(expires_at=timezone.now())
    again = invite(bank)  # the old one makes room
    assert Invitation.objects.exclude(pk=again.pk).get().withdrawn_at
    User.objects.filter(username="boss").update(email="boss@bank.example")
    with pytest.raises(errors.PersonKnown):
        invite(bank, "Boss@bank.example")


def test_an_institution_does_not_mail_the_world(bank: Institution, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting, "MOST_OPEN", 2)
    invite(bank)
    second = invite(bank, "b@bank.example")
    with pytest.raises(errors.TooManyInvitations):
        invite(bank, "c@bank.example")
    inviting.withdraw(invitation=second, by=second.invited_by, now=timezone.now())
    invite(bank, "c@bank.example")


def test_anothers_address_is_told_to_its_owner_alone(bank: Institution) -> None:
    """Whoever invites learns nothing about other institutions' people."""
    theirs = person("their", institution("bank-b"))
    User.objects.filter(pk=theirs.pk).update(email=EMAIL)
    mailed(bank)
    page = Client().get(link())
    assert page.status_code == 409 and "已有账号" in page.content.decode()
    assert accept().status_code == 409  # type: ignore[attr-defined]
    theirs.refresh_from_db()
    assert theirs.check_password("a long pass phrase") and theirs.institution_membership.institution.code == "bank-b"


@pytest.mark.parametrize("staff", [True, False])
def test_a_closed_account_opens_again_in_its_own_institution(bank: Institution, staff: bool) -> None:
    mailed(bank)
    accept()
    member = Membership.objects.get(user__username=EMAIL)
    people.remove(member=member, by=User.objects.get(username="boss"), now=timezone.now())
    User.objects.filter(username=EMAIL).update(is_superuser=staff)
    mailed(bank, role=Role.OPERATOR)
    assert accept("Zhengzhou-2027!").status_code == (409 if staff else 302)  # type: ignore[attr-defined]
    user = User.objects.get(username=EMAIL)
    assert user.is_active is not staff
    member.refresh_from_db()
    assert member.role == (Role.READER if staff else Role.OPERATOR)


@pytest.mark.parametrize("by_the_admins_tick", [True, False])
def test_what_the_bureau_closed_its_institution_does_not_open(bank: Institution, by_the_admins_tick: bool) -> None:
    mailed(bank)
    accept()
    if by_the_admins_tick:
        User.objects.filter(username=EMAIL).update(is_active=False)
    else:
        officer = person("officer", None, staff=True)
        people.remove(member=Membership.objects.get(user__username=EMAIL), by=officer, now=timezone.now())
    made = mailed(bank)
    assert accept("Zhengzhou-2027!").status_code == 409  # type: ignore[attr-defined]
    assert not User.objects.get(username=EMAIL).is_active
    Invitation.objects.filter(pk=made.pk).update(invited_by=person("chief", None, staff=True))
    assert accept("Zhengzhou-2027!").status_code == 302  # type: ignore[attr-defined]


def test_everything_is_on_record(bank: Institution) -> None:
    made = mailed(bank)
    inviting.send_again(invitation=made, by=made.invited_by, now=timezone.now())
    inviting.send_due(now=timezone.now())
    accept()
    with pytest.raises(errors.InvitationNotOpen):
        inviting.withdraw(invitation=made, by=made.invited_by, now=timezone.now())
    kinds = list(PeopleEvent.objects.order_by("pk").values_list("kind", "who", "by__username"))
    assert kinds == [("invited", EMAIL, "boss"), ("invited_again", EMAIL, "boss"), ("joined", EMAIL, EMAIL)]


def test_withdrawing_does_not_let_one_mail_without_end(bank: Institution, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inviting, "MOST_A_DAY", 3)
    boss, now = User.objects.get(username="boss"), timezone.now()
    for at in range(2):
        one = invite(bank, f"{at}@bank.example")
        inviting.withdraw(invitation=one, by=boss, now=now)
    last = invite(bank)
    with pytest.raises(errors.InvitationsUsedUp):
        invite(bank, "another@bank.example")
    with pytest.raises(errors.InvitationsUsedUp):
        inviting.send_again(invitation=last, by=boss, now=now)
    inviting.send_again(invitation=last, by=boss, now=now + timedelta(days=1, minutes=1))
