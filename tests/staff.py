"""Staff for tests of the admin: people who may do exactly what is named."""

from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from registry.models import ImportRight


def staff(*permissions: str, name: str = "staff") -> User:
    """A member of staff, no superuser, with these permissions ("registry.view_entry"); imports for any department."""
    user = User.objects.create_user(name, password="a-long-Password-1", is_staff=True)
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    if "registry.add_listimport" in permissions:
        user.groups.add(department())
    return user


def department(name: str = "不分科室") -> Group:
    """A department that imports every programme."""
    made, _new = Group.objects.get_or_create(name=name)
    ImportRight.objects.get_or_create(department=made, programme=None)
    return made


def in_roles(*groups: str, name: str = "staff") -> User:
    """A member of staff in these groups: roles of the bureau, and departments ("经办员", "科技局")."""
    user = User.objects.create_user(name, password="a-long-Password-1", is_staff=True)
    user.groups.set([Group.objects.get(name=group) for group in groups])
    return user


def signed_in(*permissions: str, name: str = "staff") -> Client:
    """A browser of such a member of staff."""
    client = Client()
    client.force_login(staff(*permissions, name=name))
    return client


def queries(client: Client, url: str) -> int:
    """How many queries a page costs."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def said(response: object) -> str:
    """The messages that a page shows, in one line."""
    return " | ".join(str(message) for message in response.context["messages"])  # type: ignore[attr-defined]
