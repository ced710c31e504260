"""What a password must be, for how long it is good, and which may not come again."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from config.accounts.models import PasswordSet
from config.accounts.passwords import classes

FIRST = "Zhengzhou-2026!"


@pytest.mark.parametrize(
    ("password", "count"),
    [
        ("", 0),
        ("abc", 1),
        ("ABC", 1),
        ("123", 1),
        ("!? ", 1),
        ("aB", 2),
        ("aB1", 3),
        ("aB1!", 4),
        ("中文", 1),
        ("a１", 2),
    ],
)
def test_kinds_of_characters(password: str, count: int) -> None:
    assert classes(password) == count


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("Abcdefg1x2", None),
        ("Abcde1-xy", "password_too_short"),
        ("abcdefghij1", "password_too_plain"),
        ("Password123", "password_too_common"),
        ("Wang.xiaoming1", "password_too_similar"),
    ],
)
def test_the_rules(db: None, password: str, fault: str | None) -> None:
    user = User(username="wang.xiaoming1", email="wang@example.com")
    if fault is None:
        validate_password(password, user)
        return
    with pytest.raises(ValidationError) as found:
        validate_password(password, user)
    assert fault in {error.code for error in found.value.error_list}


def test_none_of_the_last_comes_again(db: None, settings: Settings) -> None:
    settings.PASSWORD_HISTORY = 2
    user = User.objects.create_user("wang", password=FIRST)
    for number in (2, 3):
        with pytest.raises(ValidationError):
            validate_password(FIRST, user)
        user.set_password(f"Zhengzhou-2026!{number}")
        user.save()
    validate_password(FIRST, user)
    assert PasswordSet.objects.filter(user=user).count() == 3


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_old_password_is_changed_before_anything_else(db: None, settings: Settings) -> None:
    settings.PASSWORD_DAYS = 90
    user = User.objects.create_user("wang", password=FIRST, is_staff=True)
    assert signed_in(user).get("/admin/").status_code == 200
    PasswordSet.objects.update(at=timezone.now() - timedelta(days=91))
    client, change = signed_in(user), reverse("account_change_password")
    assert client.get("/admin/")["Location"] == f"{change}?owed=yes"
    assert client.get(reverse("mfa_index"))["Location"] == f"{change}?owed=yes"
    other = signed_in(user)
    page = client.get(change, {"owed": "yes"})
    assert page.status_code == 200 and "使用期限" in page.content.decode()
    words = {"oldpassword": FIRST, "password1": FIRST, "password2": FIRST}
    assert "最近" in client.post(change, words).content.decode()
    words |= {"password1": "Zhengzhou-2027!", "password2": "Zhengzhou-2027!"}
    assert client.post(change, words)["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302  # signed out, for its password is no more


def test_who_owes_a_password_may_leave(db: None, settings: Settings) -> None:
    settings.PASSWORD_DAYS = 90
    User.objects.create_user("wang", password=FIRST)
    PasswordSet.objects.all().delete()
    User.objects.update(date_joined=timezone.now() - timedelta(days=91))
    client = signed_in(User.objects.get())
    assert client.get("/")["Location"] == f"{reverse('account_change_password')}?owed=yes"
    assert client.post(reverse("account_logout")).status_code == 302
    assert client.get("/").status_code == 200
