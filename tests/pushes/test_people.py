"""The room of people: administrators alone, their institution's alone, and never without an administrator."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pushes import errors, inviting, keying, people
from pushes.models import Institution, Invitation, Membership, PeopleEvent, PeopleEventKind, Role
from tests.pushes.making import institution, person
from tests.pushes.test_admin import typed
from tests.staff import said, signed_in

pytestmark = pytest.mark.django_db

ROOM = "/institutions/people/"
INVITED = {"name": "李四", "email": "li@bank.example", "role": "operator"}


@pytest.fixture
def bank() -> Institution:
    """Bank A with an administrator and a reader; bank B with an administrator and an invitation."""
    bank = institution("bank-a")
    person("boss", bank, role=Role.ADMINISTRATOR)
    person("reader", bank, role=Role.READER)
    other = institution("bank-b")
    theirs = person("their-boss", other, role=Role.ADMINISTRATOR)
    inviting.invite(
        institution=other, email="x@b.example", name="王五", role=Role.READER, by=theirs, now=timezone.now()
    )
    return bank


def as_(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def member(name: str) -> Membership:
    return Membership.objects.select_related("institution").get(user__username=name)


def addresses(of: str) -> list[tuple[str, dict[str, str]]]:
    """Every act of the room on that person and on bank B's invitation."""
    pk, invitation = member(of).pk, Invitation.objects.get(email="x@b.example").pk
    return [
        (reverse("pushes:change-role", args=[pk]), {"role": "reader"}),
        (reverse("pushes:remove-person", args=[pk]), {}),
        (reverse("pushes:invite-again", args=[invitation]), {}),
        (reverse("pushes:withdraw-invitation", args=[invitation]), {}),
    ]


@pytest.mark.parametrize("role", [Role.READER, Role.OPERATOR])
def test_only_administrators_come_in(bank: Institution, role: Role) -> None:
    Membership.objects.filter(user__username="reader").update(role=role)
    client = as_("reader")
    page = client.get(ROOM)
    assert page.status_code == 403 and "管理员" in page.content.decode()
    for url, words in [*addresses("boss"), (reverse("pushes:invite"), INVITED)]:
        assert client.post(url, words).status_code == 403
    assert Client().get(ROOM).status_code == 302
    assert (member("boss").role, Invitation.objects.count()) == (Role.ADMINISTRATOR, 1)


def test_anothers_people_are_not_found(bank: Institution) -> None:
    boss = as_("boss")
    for url, words in addresses("their-boss"):
        assert boss.post(url, words).status_code == 404
    text = boss.get(ROOM).content.decode()
    assert "reader" in text and "their-boss" not in text and "x@b.example" not in text
    assert User.objects.get(username="their-boss").is_active


def test_inviting_and_taking_back(bank: Institution) -> None:
    boss = as_("boss")
    page = boss.post(reverse("pushes:invite"), INVITED | {"email": "no address"})
    assert page.status_code == 422 and "这不是邮箱地址" in page.content.decode()
    page = boss.post(reverse("pushes:invite"), INVITED | {"name": "请看 http://evil.example"})
    assert page.status_code == 422 and not Invitation.objects.filter(institution=bank).exists()
    assert "已邀请" in said(boss.post(reverse("pushes:invite"), INVITED, follow=True))
    assert "已被邀请" in said(boss.post(reverse("pushes:invite"), INVITED, follow=True))
    one = Invitation.objects.get(institution=bank)
    assert (one.email, one.role, one.invited_by.username) == ("li@bank.example", "operator", "boss")
    assert "li@bank.example" in boss.get(ROOM).content.decode()
    boss.post(reverse("pushes:invite-again", args=[one.pk]))
    boss.post(reverse("pushes:withdraw-invitation", args=[one.pk]))
    one.refresh_from_db()
    assert one.withdrawn_at
    assert boss.post(reverse("pushes:withdraw-invitation", args=[one.pk])).status_code == 404


def test_a_role_is_changed(bank: Institution) -> None:
    url = reverse("pushes:change-role", args=[member("reader").pk])
    boss = as_("boss")
    assert boss.post(url, {"role": "king"}).status_code == 404
    assert boss.post(url, {"role": "operator"}).status_code == 302
    assert member("reader").role == Role.OPERATOR
    boss.post(url, {"role": "operator"})  # again: nothing happens
    event = PeopleEvent.objects.get(institution=bank)
    assert (event.who, event.by.username) == ("reader", "boss") and "→" in event.detail
    assert event.detail in boss.get(ROOM).content.decode()


def test_the_last_administrator_stays_one(bank: Institution) -> None:
    boss, own = as_("boss"), member("boss").pk
    assert "至少保留" in said(boss.post(reverse("pushes:change-role", args=[own]), {"role": "reader"}, follow=True))
    assert "至少保留" in said(boss.post(reverse("pushes:remove-person", args=[own]), follow=True))
    second = person("second", bank, role=Role.ADMINISTRATOR)
    User.objects.filter(pk=second.pk).update(is_active=False)  # a closed account counts for nobody
    with pytest.raises(errors.LastAdministrator):
        people.remove(member=member("boss"), by=second, now=timezone.now())
    User.objects.filter(pk=second.pk).update(is_active=True)
    assert boss.post(reverse("pushes:change-role", args=[own]), {"role": "reader"}).status_code == 302
    assert member("boss").role == Role.READER


def test_a_removed_person_is_out_at_once(bank: Institution) -> None:
    reader = as_("reader")
    user = User.objects.get(username="reader")
    now = timezone.now()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    key, _text = keying.make_key(institution=bank, name="夜间任务", days=30, by=user, now=now)
    boss, url = as_("boss"), reverse("pushes:remove-person", args=[member("reader").pk])
    assert boss.get(url).status_code == 200
    assert reader.get(reverse("pushes:editions")).status_code == 200
    assert boss.post(url).status_code == 302
    assert reader.get(reverse("pushes:editions")).status_code == 302
    assert not Authenticator.objects.exists() and Membership.objects.filter(user=user).exists()
    text = boss.get(ROOM).content.decode()
    assert key.prefix in text  # it still opens something
    assert boss.post(url).status_code == 404
    keying.revoke(key=key, now=now)
    assert key.prefix not in boss.get(ROOM).content.decode()
    assert not Client().login(username="reader", password="a long pass phrase")


def test_staff_are_not_an_institutions_to_close(bank: Institution) -> None:
    person("officer", bank)
    User.objects.filter(username="officer").update(is_superuser=True)
    with pytest.raises(errors.StaffAccount):
        people.remove(member=member("officer"), by=User.objects.get(username="boss"), now=timezone.now())


def test_an_account_is_the_bureaus_or_an_institutions_and_never_both(bank: Institution) -> None:
    officer = person("officer", None, staff=True)
    for act in (
        lambda: Membership.objects.create(user=officer, institution=bank),
        lambda: Membership.objects.filter(user__username="reader").update(user=officer),
        lambda: User.objects.filter(username="reader").update(is_staff=True),
    ):
        with pytest.raises(IntegrityError, match="account"), transaction.atomic():
            act()


def test_the_second_factor_and_the_last_sign_in_are_shown(bank: Institution) -> None:
    user = User.objects.get(username="reader")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    rows = {row.user.username: row.second_factor for row in as_("boss").get(ROOM).context["people"]}
    assert rows == {"boss": False, "reader": True}


def test_the_record_is_only_added_to(bank: Institution) -> None:
    for act in (lambda: PeopleEvent.objects.update(who="nobody"), lambda: PeopleEvent.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    assert PeopleEvent.objects.count() == 1


class TestDesk:
    """The bureau invites and sees the record; without the permission it does neither."""

    def test_with_the_permission(self, bank: Institution) -> None:
        desk = signed_in("pushes.add_invitation", "pushes.view_institution", "pushes.view_peopleevent", name="keeper")
        add = reverse("admin:pushes_invitation_add")
        page = desk.get(reverse("admin:pushes_institution_change", args=[bank.pk])).content.decode()
        assert f"{add}?institution={bank.pk}" in page
        assert "selected" in desk.get(add, {"institution": bank.pk}).content.decode()
        words = INVITED | {"institution": str(bank.pk)}
        assert desk.post(add, words).status_code == 302
        assert "已被邀请" in desk.post(add, words).content.decode()
        one = Invitation.objects.get(institution=bank)
        shown = desk.get(reverse("admin:pushes_invitation_change", args=[one.pk])).content.decode()
        assert "重新发送" in shown
        assert desk.post(reverse("admin:pushes_invitation_again", args=[one.pk])).status_code == 302
        assert desk.post(reverse("admin:pushes_invitation_withdraw", args=[one.pk])).status_code == 302
        one.refresh_from_db()
        assert one.withdrawn_at
        assert "撤回邀请" in desk.get(reverse("admin:pushes_peopleevent_changelist")).content.decode()

    def test_what_the_bureau_does_by_hand_is_on_record_too(self, db: None) -> None:
        bank = institution("bank-a")
        person("reader", bank, role=Role.OPERATOR)
        root = Client()
        root.force_login(User.objects.create_superuser("root"))
        url = reverse("admin:pushes_institution_change", args=[bank.pk])
        assert root.post(url, typed(bank)).status_code == 302
        assert root.post(url, typed(bank)).status_code == 302  # nothing is new
        assert root.post(url, typed(bank, **{"people-0-DELETE": "on"})).status_code == 302
        told = PeopleEvent.objects.order_by("pk").values_list("kind", "who", "by__username")
        assert list(told) == [("role_changed", "reader", "root"), ("removed", "reader", "root")]

    def test_without_it(self, bank: Institution) -> None:
        desk = signed_in("pushes.view_institution", "pushes.view_invitation", name="looker")
        one = Invitation.objects.get()
        add = reverse("admin:pushes_invitation_add")
        assert desk.get(add).status_code == 403
        assert desk.post(add, INVITED | {"institution": str(bank.pk)}).status_code == 403
        assert desk.post(reverse("admin:pushes_invitation_again", args=[one.pk])).status_code == 403
        assert desk.post(reverse("admin:pushes_invitation_withdraw", args=[one.pk])).status_code == 403
        assert desk.get(reverse("admin:pushes_invitation_change", args=[one.pk])).status_code == 200
        assert desk.get(reverse("admin:pushes_peopleevent_changelist")).status_code == 403
        assert Invitation.objects.count() == 1


def test_what_waited_for_a_week_is_shown_as_expired(bank: Institution) -> None:
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1), institution=bank)
    assert "已过期" in as_("boss").get(ROOM).content.decode()


@pytest.mark.parametrize("act", ["remove", "demote"])
def test_whoever_may_invite_no_more_has_no_invitation_open(bank: Institution, act: str) -> None:
    """Else a removed administrator comes back by a link that was sent to an address of their own before."""
    boss, now = User.objects.get(username="boss"), timezone.now()
    second = person("second", bank, role=Role.ADMINISTRATOR)
    own, anothers = (
        inviting.invite(institution=bank, email=f"{by}@x.example", name="李四", role=Role.ADMINISTRATOR, by=by, now=now)
        for by in (second, boss)
    )
    if act == "remove":
        people.remove(member=member("second"), by=boss, now=now)
    else:
        people.change_role(member=member("second"), role=Role.READER, by=boss, now=now)
    own.refresh_from_db()
    anothers.refresh_from_db()
    assert (own.withdrawn_at, own.due_at, anothers.withdrawn_at) == (now, None, None)
    assert PeopleEvent.objects.get(kind=PeopleEventKind.WITHDRAWN).who == own.email
