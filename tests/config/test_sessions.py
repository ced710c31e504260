"""Sessions: few at once, ended from elsewhere, by age and by changed rights; and always a new key at the door."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from config.accounts.models import Visit
from config.accounts.own_sessions import device
from config.accounts.tasks import clear_sessions

PASSWORD = "Zhengzhou-2026!"
SESSIONS, END = "/accounts/sessions/", "/accounts/sessions/end"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_tries")]


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STAFF_SESSIONS, settings.INSTITUTION_SESSIONS = 1, 3


@pytest.fixture
def wang() -> User:
    return User.objects.create_user("wang", "wang@example.org", PASSWORD, is_staff=True)


def signed_in(user: User, **more: Any) -> Client:
    client = Client(**more)
    client.force_login(user)
    return client


def is_in(client: Client) -> bool:
    return client.get(SESSIONS).status_code == 200


def told(client: Client) -> str:
    return client.get("/accounts/login/").content.decode()


def test_the_newest_sign_in_ends_the_oldest_which_is_told(wang: User) -> None:
    first = signed_in(wang)
    second = signed_in(wang)
    assert not is_in(first) and is_in(second)
    assert "另一台设备" in told(first)
    assert "另一台设备" not in told(first)  # once


@pytest.mark.parametrize(("staff", "most"), [(True, 1), (False, 3)])
def test_how_many_at_once(wang: User, staff: bool, most: int) -> None:
    User.objects.update(is_staff=staff)
    browsers = [signed_in(User.objects.get()) for _one in range(5)]
    assert [is_in(one) for one in browsers] == [False] * (5 - most) + [True] * most


def test_no_limit_where_none_is_set(wang: User, settings: Settings) -> None:
    settings.STAFF_SESSIONS = 0
    assert [is_in(one) for one in [signed_in(wang) for _one in range(4)]] == [True] * 4


def test_signing_in_again_in_the_same_browser_counts_once(wang: User) -> None:
    client = signed_in(wang)
    client.force_login(wang)
    assert is_in(client) and Visit.objects.filter(ended_at=None).count() == 1


def test_the_page_lists_ones_own_and_ends_them(wang: User, settings: Settings) -> None:
    settings.STAFF_SESSIONS = 0
    li = User.objects.create_user("li")
    here = Client(REMOTE_ADDR="192.0.2.7", headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Edg/140.0"})
    here.post("/accounts/login/", {"login": "wang", "password": PASSWORD})
    there, third, other = signed_in(wang), signed_in(wang), signed_in(li)
    page = here.get(SESSIONS).content.decode()
    assert "Edge · Windows" in page and "192.0.2.7" in page and page.count("当前") == 1 and page.count("<tr>") == 4
    theirs = Visit.objects.get(user=li)
    here.post(END, {"visit": theirs.pk})
    assert is_in(other)
    here.post(END, {"visit": Visit.objects.get(session_key=there.session.session_key).pk})
    assert not is_in(there) and is_in(third)
    here.post(END)
    assert not is_in(third) and is_in(here)
    assert "其他设备上" in told(third)
    assert here.post(END, {"visit": "9" * 40}).status_code == 302


def test_the_key_changes_at_the_door_and_with_the_password(wang: User) -> None:
    client = Client()
    client.get("/accounts/login/?next=/admin/")
    before = client.session
    before["planted"] = "yes"
    before.save()
    client.cookies["sessionid"] = str(before.session_key)
    client.post("/accounts/login/", {"login": "wang", "password": PASSWORD})
    assert client.session.session_key != before.session_key
    key = client.session.session_key
    fresh = {"oldpassword": PASSWORD, "password1": "Another-2026?", "password2": "Another-2026?"}
    assert client.post("/accounts/password/change/", fresh).status_code == 302
    assert client.session.session_key != key and is_in(client)
    assert Visit.objects.get().session_key == client.session.session_key


def saved(user: User, **changed: Any) -> None:
    vars(user).update(changed)
    user.save()


def new_password(user: User) -> None:
    user.set_password("Another-2026?")
    user.save()


CHANGES: dict[str, Callable[[User], object]] = {
    "password": new_password,
    "closed": lambda user: saved(user, is_active=False),
    "no staff": lambda user: saved(user, is_staff=False),
    "superuser": lambda user: saved(user, is_superuser=True),
    "role given": lambda user: user.groups.add(Group.objects.create(name="新角色")),
    "role given from its side": lambda user: Group.objects.create(name="新角色").user_set.add(user),
    "roles taken": lambda user: user.groups.clear(),
    "permission": lambda user: user.user_permissions.add(Permission.objects.order_by("pk")[0]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_account_begins_anew(wang: User, settings: Settings, change: Any) -> None:
    settings.STAFF_SESSIONS = 0
    browsers = [signed_in(wang), signed_in(wang)]
    other = signed_in(User.objects.create_user("li"))
    change(User.objects.get(pk=wang.pk))
    assert Session.objects.count() == 1 and is_in(other)
    assert [is_in(one) for one in browsers] == [False, False]


@pytest.mark.parametrize("harmless", [["first_name"], ["last_login"], None])
def test_other_changes_leave_one_in(wang: User, harmless: list[str] | None) -> None:
    client = signed_in(wang)
    wang.refresh_from_db()
    wang.first_name = "小明"
    wang.save(update_fields=harmless)
    assert is_in(client)


def test_ones_own_change_leaves_one_in(wang: User) -> None:
    """A superuser who gives himself a role goes on working: the session that does it is no stolen one."""
    wang.is_superuser = True
    wang.save()
    client, role = signed_in(wang), Group.objects.create(name="新角色")
    form = client.get(f"/admin/auth/user/{wang.pk}/change/").context["adminform"].form
    posted = {name: form.initial.get(name) or "" for name in ("username", "email", "first_name", "last_name")}
    posted |= {"is_active": "on", "is_staff": "on", "is_superuser": "on", "groups": str(role.pk)}
    posted |= {"date_joined_0": "2026-01-01", "date_joined_1": "08:00:00"}
    assert client.post(f"/admin/auth/user/{wang.pk}/change/", posted).status_code == 302
    assert wang.groups.get() == role and is_in(client)


@pytest.mark.parametrize(("hours", "stays"), [(11, True), (13, False)])
def test_however_busy_a_session_grows_old(wang: User, hours: int, stays: bool) -> None:
    client = signed_in(wang)
    session = client.session
    session["signed_in_at"] -= hours * 3600
    session.save()
    assert is_in(client) is stays
    assert ("登录时间已久" in told(client)) is not stays


def test_an_idle_session_ends_and_is_cleared(wang: User, settings: Settings) -> None:
    client = signed_in(wang)
    assert is_in(client)
    assert Session.objects.get().expire_date - timezone.now() <= timedelta(seconds=settings.SESSION_COOKIE_AGE)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_in(client)
    clear_sessions()
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140 Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/110 MicroMessenger/8.0", "微信 · Android"),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_a_device_in_two_words(said: str, name: str) -> None:
    assert device(said) == name
