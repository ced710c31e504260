"""Staff for tests of the admin: people who may do exactly what is named."""

from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def staff(*permissions: str, name: str = "staff") -> User:
    """A member of staff, no superuser, with these permissions ("registry.view_entry")."""
    user = User.objects.create_user(name, password="a-long-Password-1", is_staff=True)
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
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
