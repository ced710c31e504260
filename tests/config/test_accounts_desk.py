"""The accounts' desk: roles given in words, nobody raised past them, passwords of others changed, the unused closed."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from config.accounts import roles
from tests.pushes.making import institution, person
from tests.staff import in_roles, said

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-Password-2"
LIST = "/admin/auth/user/"


@pytest.fixture
def desk() -> Client:
    """The security administrator's browser."""
    client = Client()
    client.force_login(in_roles(roles.SECURITY, name="security"))
    return client


def ids(*names: str) -> list[int]:
    return list(Group.objects.filter(name__in=names).values_list("pk", flat=True))


def save(client: Client, user: User, *names: str, **more: Any) -> Any:
    facts = {"username": user.username, "is_active": "on", "groups": ids(*names)} | more
    return client.post(reverse("admin:auth_user_change", args=[user.pk]), facts)


def test_rights_are_called_by_their_names(desk: Client, client: Client) -> None:
    reviewers = Group.objects.get(name=roles.REVIEWER)
    chief = User.objects.create_superuser("chief", password=PASSWORD)
    page = desk.get(reverse("admin:auth_group_change", args=[reviewers.pk])).content.decode()
    client.force_login(chief)
    choice = client.get(reverse("admin:auth_group_add")).content.decode()
    for text in (page, choice):
        assert "可以处理待核对的匹配" in text
        assert "名单导入：查看" in text
        assert "Can " not in text
    assert "新账号没有任何权限" in desk.get(reverse("admin:auth_user_add")).content.decode()


def held(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


def test_an_account_is_opened_and_given_roles(desk: Client) -> None:
    words = {"username": "wang", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    desk.post(reverse("admin:auth_user_add"), words | {"is_superuser": "on", "is_staff": "on", "user_permissions": "1"})
    wang = User.objects.get(username="wang")
    assert (wang.is_superuser, wang.is_staff, wang.user_permissions.count()) == (False, False, 0)
    page = desk.get(reverse("admin:auth_user_change", args=[wang.pk])).content.decode()
    assert all(str(role.purpose) in page for role in roles.ROLES)
    assert 'name="is_superuser"' not in page and 'name="user_permissions"' not in page
    assert wang.password not in page
    assert save(desk, wang, roles.CLERK, "科技局", is_superuser="on", user_permissions="1").status_code == 302
    wang.refresh_from_db()
    assert (wang.is_staff, held(wang), wang.is_superuser) == (True, {roles.CLERK, "科技局"}, False)
    save(desk, wang)
    wang.refresh_from_db()
    assert (wang.is_staff, held(wang), wang.user_permissions.count()) == (False, set(), 0)


@pytest.mark.parametrize("alone", [roles.SYSTEM, roles.SECURITY, roles.AUDITOR])
def test_roles_that_stand_alone_are_refused_in_words(desk: Client, alone: str) -> None:
    wang = in_roles(roles.CLERK, name="wang")
    for other in (roles.CHECKER, "科技局", roles.AUDITOR if alone != roles.AUDITOR else roles.SYSTEM):
        page = save(desk, wang, alone, other)
        assert "不能与其他角色" in page.content.decode()
    assert held(wang) == {roles.CLERK}
    assert save(desk, wang, alone).status_code == 302
    assert held(wang) == {alone}


def test_nobody_is_raised_to_or_past_a_superuser(desk: Client) -> None:
    security = User.objects.get(username="security")
    chief = User.objects.create_superuser("chief", password="a long pass phrase")
    for user in (security, chief):
        assert save(desk, user, roles.SECURITY, email="x@example.org").status_code == 403
        assert desk.get(reverse("admin:auth_user_change", args=[user.pk])).status_code == 200
        assert desk.get(reverse("admin:auth_user_password_change", args=[user.pk])).status_code == 403
    desk.post(LIST, {"action": "close", "_selected_action": [security.pk, chief.pk]})
    assert User.objects.filter(is_active=False).count() == 0
    for group in Group.objects.all():
        assert desk.post(reverse("admin:auth_group_change", args=[group.pk]), {"name": "x"}).status_code == 403
    assert desk.get(reverse("admin:auth_group_add")).status_code == 403
    assert desk.post(reverse("admin:auth_user_delete", args=[chief.pk]), {"post": "yes"}).status_code == 403


def test_a_superuser_grants_past_the_roles_and_makes_groups_beside_the_standard_ones() -> None:
    chief, wang = Client(), in_roles(roles.CLERK, name="wang")
    chief.force_login(User.objects.create_superuser("chief", password="a long pass phrase"))
    one = Permission.objects.get(codename="view_logentry")
    save(chief, wang, is_staff="on", user_permissions=[one.pk])
    wang.refresh_from_db()
    assert (wang.is_staff, held(wang), list(wang.user_permissions.all())) == (True, set(), [one])
    clerks = Group.objects.get(name=roles.CLERK)
    chief.post(reverse("admin:auth_group_change", args=[clerks.pk]), {"name": "x", "permissions": [one.pk]})
    clerks.refresh_from_db()
    assert clerks.name == roles.CLERK and one not in clerks.permissions.all()
    assert chief.get(reverse("admin:auth_group_delete", args=[clerks.pk])).status_code == 403
    chief.post(reverse("admin:auth_group_add"), {"name": "信息中心", "permissions": [one.pk]})
    assert Group.objects.get(name="信息中心").permissions.get() == one


def test_an_institutions_person_is_offered_no_role(desk: Client) -> None:
    banker = person("banker", institution("bank-a"))
    page = desk.get(reverse("admin:auth_user_change", args=[banker.pk])).content.decode()
    assert "机构人员" in page and 'name="groups"' not in page
    save(desk, banker, roles.CHECKER, email="b@example.org")
    banker.refresh_from_db()
    assert (banker.is_staff, held(banker), banker.email) == (False, set(), "b@example.org")


def test_a_password_that_another_set_is_changed_at_the_first_sign_in(desk: Client) -> None:
    wang = in_roles(roles.CLERK, name="wang")
    form = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    assert desk.post(reverse("admin:auth_user_password_change", args=[wang.pk]), form).status_code == 302
    client = Client()
    client.post(reverse("account_login"), {"login": "wang", "password": PASSWORD})
    owed = "/accounts/password/change/?owed=yes"
    assert client.get("/admin/")["Location"] == owed
    new = {"oldpassword": PASSWORD, "password1": "Another-2026-one", "password2": "Another-2026-one"}
    for again in (PASSWORD, "a-long-Password-1"):
        assert client.post(owed, new | {"password1": again, "password2": again}).status_code == 200
    assert client.post(owed, new).status_code == 302
    assert client.get("/admin/").status_code == 200
    desk.post(
        reverse("admin:auth_user_password_change", args=[wang.pk]), {"usable_password": "false", "unset-password": "1"}
    )
    assert not User.objects.get(username="wang").has_usable_password()


def test_unused_accounts_are_counted_shown_and_closed(desk: Client, settings: Settings) -> None:
    long_ago, now = timezone.now() - timedelta(days=91), timezone.now()
    for name, staff, joined, last in (
        ("left", True, long_ago, long_ago), ("never", True, long_ago, None), ("new", True, now, None),
        ("busy", True, long_ago, now), ("banker", False, long_ago, None), ("closed", True, long_ago, None),
    ):  # fmt: skip
        user = User.objects.create_user(name, is_staff=staff, is_active=name != "closed")
        User.objects.filter(pk=user.pk).update(date_joined=joined, last_login=last)
    page = desk.get(LIST)
    assert page.context["unused"] == 2 and "?unused=yes" in page.content.decode()
    found = desk.get(f"{LIST}?unused=yes").context["cl"].result_list
    assert {one.username for one in found} == {"left", "never"}
    browser = Client()
    browser.force_login(User.objects.get(username="left"))
    User.objects.filter(username="left").update(last_login=long_ago)
    chosen = [one.pk for one in found] + [User.objects.get(username="security").pk]
    answer = desk.post(LIST, {"action": "close", "_selected_action": chosen}, follow=True)
    assert "security" in said(answer)
    assert set(User.objects.filter(is_active=False).values_list("username", flat=True)) == {"left", "never", "closed"}
    assert browser.get("/admin/").status_code == 302
    settings.ACCOUNT_UNUSED_DAYS = 0
    assert desk.get(LIST).context["unused"] == 0


def test_a_superuser_is_named_where_accounts_are_looked_after(desk: Client) -> None:
    assert [one for one in run_checks(databases=["default"]) if one.id == "accounts.W001"] == []
    User.objects.create_superuser("chief")
    (warned,) = [one for one in run_checks(databases=["default"]) if one.id == "accounts.W001"]
    assert "chief" in warned.msg
    assert "超级用户" in desk.get(LIST).content.decode()
    User.objects.update(is_active=False)
    assert [one for one in run_checks(databases=["default"]) if one.id == "accounts.W001"] == []


@pytest.mark.parametrize("name", [roles.CLERK, roles.CHECKER, roles.REVIEWER, roles.PUSHER, roles.SYSTEM])
def test_the_desk_is_closed_to_other_roles(name: str) -> None:
    client = Client()
    client.force_login(in_roles(name, name="other"))
    for address in (LIST, "/admin/auth/group/", "/admin/registry/importright/", "/admin/auth/user/add/"):
        assert client.get(address).status_code == 403
