"""The standard roles: complete, brought up to the table after each migration, and kept apart by the database."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.db import IntegrityError, transaction

from config.accounts import granting, roles
from tests.staff import in_roles

pytestmark = pytest.mark.django_db


def bring_up() -> None:
    for app in apps.get_app_configs():
        granting.bring_up(app, apps=apps, using="default")


def may(name: str) -> set[str]:
    held = Permission.objects.filter(group__name=name).values_list("content_type__app_label", "codename")
    return {f"{app}.{code}" for app, code in held}


def test_every_permission_is_a_roles_or_nobodys() -> None:
    """Whoever adds one decides it in config/accounts/roles.py."""
    there = {f"{app}.{code}" for app, code in Permission.objects.values_list("content_type__app_label", "codename")}
    of_roles = frozenset().union(*(role.may for role in roles.ROLES))
    assert there - of_roles - roles.NOBODYS == set()
    assert (of_roles | roles.NOBODYS) - there == set()
    assert of_roles & roles.NOBODYS == set()


def test_a_fresh_database_has_the_groups_and_what_they_may() -> None:
    assert {role.name: may(role.name) for role in roles.ROLES} == {role.name: set(role.may) for role in roles.ROLES}
    assert [may(name) for name in roles.DEPARTMENTS] == [set()] * len(roles.DEPARTMENTS)


def test_an_upgrade_brings_standard_groups_up_and_leaves_a_bureaus_own_alone() -> None:
    view, confirm = (Permission.objects.get(codename=code) for code in ("view_entry", "confirm_listimport"))
    clerk, own = Group.objects.get(name=roles.CLERK), Group.objects.create(name="市局信息中心")
    clerk.permissions.remove(view)
    clerk.permissions.add(confirm)
    own.permissions.add(confirm)
    Group.objects.get(name=roles.DEPARTMENTS[0]).permissions.add(confirm)
    for _twice in range(2):
        bring_up()
    assert may(roles.CLERK) == set(roles.ROLES[0].may)
    assert may(roles.DEPARTMENTS[0]) == set()
    assert may("市局信息中心") == {"registry.confirm_listimport"}


def test_the_migration_makes_what_the_table_names() -> None:
    made = import_module("config.accounts.migrations.0003_roles")
    assert tuple(role.name for role in roles.ROLES) == made.ROLES
    assert made.DEPARTMENTS == roles.DEPARTMENTS
    for role in roles.ROLES:
        assert (f"'{role.name}'" in made.LAW) == role.alone


@pytest.mark.parametrize("alone", [role.name for role in roles.ROLES if role.alone])
def test_a_role_that_stands_alone_is_given_with_no_other(alone: str) -> None:
    user = in_roles(alone)
    for other in Group.objects.exclude(name=alone):
        with pytest.raises(IntegrityError, match="stands alone"), transaction.atomic():
            user.groups.add(other)
    user.groups.set(Group.objects.filter(name__in=[roles.CLERK, roles.DEPARTMENTS[0]]))
    with pytest.raises(IntegrityError, match="stands alone"), transaction.atomic():
        first = user.groups.through.objects.filter(user=user).order_by("pk").values("pk")[:1]
        user.groups.through.objects.filter(pk__in=first).update(group=Group.objects.get(name=alone))


def test_roles_are_of_staff_alone() -> None:
    banker, officer = User.objects.create_user("banker"), in_roles(roles.CLERK)
    with pytest.raises(IntegrityError, match="no member of staff"), transaction.atomic():
        banker.groups.add(Group.objects.get(name=roles.CHECKER))
    with pytest.raises(IntegrityError, match="must stay staff"), transaction.atomic():
        User.objects.filter(pk=officer.pk).update(is_staff=False)
    officer.groups.clear()
    User.objects.filter(pk=officer.pk).update(is_staff=False)


def test_what_the_law_speaks_of_keeps_its_name() -> None:
    for act in (lambda group: group.delete(), lambda group: Group.objects.filter(pk=group.pk).update(name="x")):
        with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
            act(Group.objects.get(name=roles.AUDITOR))
