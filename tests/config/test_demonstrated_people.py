"""What the demonstration's bureau may do: take an institution in with its people, and no more."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from config.local import demo
from config.local.people import STAFF_MAY
from tests.staff import signed_in

PASSWORD = "a-long-Password-2"


@pytest.fixture
def bureau(db: None) -> Client:
    return signed_in(*STAFF_MAY, name="bureau")


def test_every_permission_exists_and_none_leads_to_more(db: None) -> None:
    known = Permission.objects.values_list("content_type__app_label", "codename")
    assert set(STAFF_MAY) <= {f"{app}.{codename}" for app, codename in known}
    assert [one for one in STAFF_MAY if one.startswith("auth.change") or ".delete_" in one] == []


def test_an_institution_is_taken_in_with_channel_and_people(bureau: Client) -> None:
    page = bureau.get(reverse("admin:pushes_institution_add"))
    may_add = {
        one.opts.model._meta.model_name for one in page.context["inline_admin_formsets"] if one.has_add_permission
    }
    assert {"profile", "channel", "membership"} <= may_add
    found = bureau.get(
        reverse("admin:autocomplete"),
        {"term": "bureau", "app_label": "pushes", "model_name": "membership", "field_name": "user"},
    )
    assert [one["text"] for one in found.json()["results"]] == ["bureau"]


def add(client: Client, **more: str) -> Any:
    words = {"username": "reader", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    return client.post(reverse("admin:auth_user_add"), words | more)


def test_a_new_account_may_sign_in_and_nothing_else(bureau: Client) -> None:
    add(bureau, is_superuser="on", is_staff="on", user_permissions="1")
    user = User.objects.get(username="reader")
    assert user.check_password(PASSWORD)
    assert (user.is_superuser, user.is_staff, user.user_permissions.count()) == (False, False, 0)
    page = bureau.get(reverse("admin:auth_user_change", args=[user.pk]))
    assert user.password not in page.content.decode()
    assert bureau.post(page.wsgi_request.path, {"username": "reader", "is_superuser": "on"}).status_code == 403
    assert bureau.get(reverse("admin:auth_user_password_change", args=[user.pk])).status_code == 403


def test_who_may_not_add_accounts_adds_none(db: None) -> None:
    assert add(signed_in("auth.view_user")).status_code == 403
    assert not User.objects.filter(username="reader").exists()


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "８０００", "9" * 5000])
def test_a_port_that_is_none_ends_the_demonstration_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], port: str
) -> None:
    monkeypatch.setenv("PORT", port)
    assert demo.main() == 2
    assert "PORT=" in capsys.readouterr().err
