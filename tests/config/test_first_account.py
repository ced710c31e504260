"""An installation's first account: opened once, by a link that sets its password."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

GROUP = "一个组"
PASSWORD = "Longmen-2026-Shiku"

pytestmark = pytest.mark.django_db


def opened(*words: str) -> str:
    out = StringIO()
    call_command("open_first_account", *words, group=GROUP, stdout=out)
    return out.getvalue()


def test_opened_once_by_a_link_that_sets_the_password(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the slow one has no place here
    settings.SITE_ADDRESS = "https://registry.example.gov.cn"
    with pytest.raises(CommandError, match="migrate"):
        opened("security", "security@example.gov.cn")
    group, _made = Group.objects.get_or_create(name=GROUP)
    with pytest.raises(CommandError):
        opened("security", "no address")
    link = opened("security", "security@example.gov.cn").splitlines()[-1]
    assert link.startswith("https://registry.example.gov.cn/accounts/password/reset/key/")

    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (True, False, False)
    assert list(user.groups.all()) == [group]
    client, path = Client(), link.removeprefix("https://registry.example.gov.cn")
    form = client.get(path)["Location"]
    client.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert "Location" not in Client().get(path)  # the link is used up

    with pytest.raises(CommandError, match=GROUP):
        opened("another", "another@example.gov.cn")
    user.is_active = False
    user.save()
    with pytest.raises(CommandError, match="Security"):
        opened("Security", "security@example.gov.cn")
    assert opened("another", "another@example.gov.cn")
