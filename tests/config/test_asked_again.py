"""Whoever touches secrets or rights has proved lately who they are; what was typed is kept nowhere."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Group, User
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from pushes.models import AccessKey, Channel, ChannelKind, ChannelSecret, Institution, Invitation, Membership, Role
from tests.pushes.making import institution, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_tries")]
PASSWORD = "Zhengzhou-2026!"
AGAIN = "/accounts/reauthenticate/"


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def bank() -> Institution:
    bank = institution("bank-a")
    person("head", bank, role=Role.ADMINISTRATOR)
    person("clerk", bank, role=Role.READER)
    User.objects.create_superuser("chief", password=PASSWORD)
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save()
    Channel.objects.create(institution=bank, kind=ChannelKind.WEBHOOK, url="https://bank.example/hook")
    Channel.objects.create(
        institution=bank, kind=ChannelKind.SFTP, host="sftp.bank.example", username="z", host_key="-"
    )
    return bank


def old(name: str) -> Client:
    """A browser of somebody who signed in an hour ago."""
    client = Client()
    client.force_login(User.objects.get(username=name))
    session = client.session
    session["signed_in_at"] -= 3600
    session.save()
    return client


def page_of_the_bank(bank: Institution) -> dict[str, Any]:
    """Its page as it stands, but for what is typed."""
    counts = {f"{part}-{count}_FORMS": 0 for part in ("profiles", "profiles-2", "channels", "contacts")
              for count in ("TOTAL", "INITIAL")}  # fmt: skip
    facts = {key: value for key, value in model_to_dict(bank).items() if value is not None}
    return {**facts, **counts, "people-TOTAL_FORMS": 1, "people-INITIAL_FORMS": 1}


# Who posts what, and which page it stands on.
STEPS: list[tuple[str, str, dict[str, Any], str]] = [
    ("head", "pushes:make-key", {"name": "k", "days": 1, "scopes": ["lookup"], "once": "x"}, "pushes:api-keys"),
    ("head", "pushes:sign-channel webhook", {"once": "y"}, "pushes:channels"),
    ("head", "pushes:pair-channel sftp", {}, "pushes:channels"),
    ("head", "pushes:password-channel sftp", {"password": "swordfish"}, "pushes:channels"),
    ("head", "pushes:end-former webhook", {}, "pushes:channels"),
    ("head", "pushes:invite", {"name": "王", "email": "w@example.org", "role": "reader"}, "pushes:people"),
    ("head", "pushes:change-role {member}", {"role": "administrator"}, "pushes:people"),
    ("head", "pushes:remove-person {member}", {}, "pushes:people"),
    ("chief", "admin:pushes_accesskey_add", {"name": "k", "days": 1}, "admin:pushes_accesskey_add"),
    ("chief", "admin:pushes_channel_sign {webhook}", {}, "admin:pushes_channel_secrets {webhook}"),
    ("chief", "admin:pushes_channel_pair {sftp}", {}, "admin:pushes_channel_secrets {sftp}"),
    ("chief", "admin:pushes_channel_password {sftp}", {"password": "swordfish"}, "admin:pushes_channel_secrets {sftp}"),
    ("chief", "admin:pushes_institution_changelist", {"action": "renew", "_selected_action": "{bank}"},
     "admin:pushes_institution_changelist"),
    ("chief", "admin:auth_user_change {user}", {"username": "clerk", "groups": "{group}"},
     "admin:auth_user_change {user}"),
    ("chief", "admin:registry_importright_add", {"department": "{group}"}, "admin:registry_importright_add"),
    ("chief", "admin:pushes_institution_change {bank}", {"people-0-id": "{member}", "people-0-role": "administrator"},
     "admin:pushes_institution_change {bank}"),
    ("chief", "admin:auth_user_add", {"username": "new"}, "admin:auth_user_add"),
    ("chief", "admin:auth_user_second_factor {user}", {"reason": "x"}, "admin:auth_user_change {user}"),
    ("chief", "admin:auth_user_password_change {user}", {"password1": "x"}, "admin:auth_user_change {user}"),
]  # fmt: skip


def test_each_step_asks_again_and_does_nothing(bank: Institution) -> None:
    clerk = User.objects.get(username="clerk")
    blanks = {
        "member": Membership.objects.get(user=clerk).pk,
        "user": clerk.pk,
        "bank": bank.pk,
        "group": Group.objects.create(name="新角色").pk,
        **{str(one.kind): one.pk for one in Channel.objects.all()},
    }

    def address(named: str) -> str:
        name, *blank = named.format(**blanks).split()
        return reverse(name, args=blank)

    browsers = {name: old(name) for name in ("head", "chief")}
    for who, step, typed, page in STEPS:
        client, form = browsers[who], address(page)
        filled = {key: value.format(**blanks) if isinstance(value, str) else value for key, value in typed.items()}
        filled |= page_of_the_bank(bank) if "institution_change " in step else {}
        answer = client.post(address(step), filled, headers={"referer": f"http://testserver{form}"})
        asked = urlsplit(answer["Location"])
        assert (answer.status_code, asked.path) == (302, AGAIN), step
        assert parse_qs(asked.query) == {"next": [form]}, step
        assert "swordfish" not in str(dict(client.session)), step
    assert not AccessKey.objects.exists() and not ChannelSecret.objects.exists() and not Invitation.objects.exists()
    assert Membership.objects.get(user=clerk).role == Role.READER and not clerk.groups.exists()
    assert User.objects.count() == 3


def test_with_the_password_one_comes_back_and_does_it(bank: Institution) -> None:
    client, form = old("head"), {"name": "k", "days": 1, "scopes": ["lookup"], "once": "x"}
    keys, make = reverse("pushes:api-keys"), reverse("pushes:make-key")
    asked = client.post(make, form, headers={"referer": f"http://testserver{keys}"})["Location"]
    page = client.get(asked).content.decode()
    assert "尚未执行任何操作" in page
    assert "密码不正确" in client.post(asked, {"password": "wrong"}).content.decode()
    assert client.post(asked, {"password": PASSWORD, "next": keys})["Location"] == keys
    assert client.post(make, form).status_code == 200
    assert AccessKey.objects.count() == 1


def test_a_page_that_is_only_looked_at_comes_back_by_itself(bank: Institution) -> None:
    client, page = old("chief"), reverse("admin:pushes_accesskey_add")
    asked = client.get(page)["Location"]
    assert client.post(asked, {"password": PASSWORD, "next": page})["Location"] == page


def test_guesses_at_the_password_lock_the_account(bank: Institution) -> None:
    client = old("head")
    told = [client.post(AGAIN, {"password": "wrong"}).content.decode() for _try in range(6)]
    assert ["请等待 15 分钟" in page for page in told] == [False] * 5 + [True]
    assert "请等待" in client.post(AGAIN, {"password": PASSWORD}).content.decode()


@pytest.mark.parametrize("said", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_nobody_is_led_elsewhere(bank: Institution, said: str) -> None:
    answer = old("head").post(reverse("pushes:make-key"), {}, headers={"referer": said})
    assert parse_qs(urlsplit(answer["Location"]).query) == {"next": [reverse("pushes:editions")]}


def test_whoever_may_not_is_not_asked(bank: Institution) -> None:
    assert old("clerk").post(reverse("pushes:make-key"), {}).status_code == 403
