"""The demonstration's people: one for each role, and one for all of the bureau's work; an institution taken in."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from config.accounts.roles import ROLES
from config.local import demo, people
from pushes.models import Institution, Membership
from tests.staff import in_roles, said

PASSWORDS = dict.fromkeys(people.names(), "a-long-Password-1")


def test_each_role_has_a_person_and_nobody_may_more_than_roles(db: None) -> None:
    User.objects.create_user("bureau", is_staff=True).user_permissions.add(
        1
    )  # of a demonstration before there were roles
    for _twice in range(2):
        people.make(PASSWORDS)
    staff = User.objects.filter(is_staff=True)
    assert sorted(staff.values_list("username", flat=True)) == sorted(people.BUREAU)
    assert not staff.filter(is_superuser=True).exists() and not staff.exclude(user_permissions=None).exists()
    for role in ROLES:
        assert Group.objects.get(name=role.name).user_set.exists(), role.name
    assert all(user.check_password("a-long-Password-1") for user in staff)


def test_an_institution_is_taken_in_with_channel_and_people(db: None) -> None:
    desk = Client()
    desk.force_login(in_roles(*people.BUREAU[people.STAFF], name="bureau"))
    page = desk.get(reverse("admin:pushes_institution_add"))
    may_add = {
        one.opts.model._meta.model_name for one in page.context["inline_admin_formsets"] if one.has_add_permission
    }
    assert {"profile", "channel", "membership"} <= may_add
    User.objects.create_user("reader")
    bank = Institution.objects.create(code="bank-a", name="甲银行", kind="bank")
    form = {
        f"{one}-{count}_FORMS": 0
        for one in ("profiles", "profiles-2", "channels", "contacts", "people")
        for count in ("TOTAL", "INITIAL")
    }
    facts = {"name": "甲银行", "kind": "bank", "state": "active", "contract_number": "", "contract_purpose": "",
             "contract_until": "", "people-TOTAL_FORMS": 1, "people-0-role": "reader"}  # fmt: skip
    address = reverse("admin:pushes_institution_change", args=[bank.pk])
    for name, words in (("nobody", "没有这个用户名"), ("bureau", "主管部门的账号"), ("reader", "")):
        answer = desk.post(address, form | facts | {"people-0-user": name}, follow=True)
        assert words in answer.content.decode()
        assert Membership.objects.filter(institution=bank).exists() is (not words), answer.context["errors"]
    assert "甲银行" in said(answer)


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "８０００", "9" * 5000])
def test_a_port_that_is_none_ends_the_demonstration_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], port: str
) -> None:
    monkeypatch.setenv("PORT", port)
    assert demo.main() == 2
    assert "PORT=" in capsys.readouterr().err
