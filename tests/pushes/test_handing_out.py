"""How packages leave where a web server in front sends them in our stead."""

from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from enterprises.models import Edition
from pushes import delivering, passwords
from pushes.models import Delivery, Receipt
from tests.pushes.making import institution, person


@pytest.fixture
def taken(spring: Edition, settings: Settings) -> Delivery:
    """A delivery to bank A, on a site with such a server."""
    settings.ACCEL_REDIRECT = "/_files/"
    person("clerk", institution())
    delivering.sweep(clock=timezone.now)
    return Delivery.objects.select_related("package", "channel__institution").get()


@pytest.fixture
def clerk(taken: Delivery) -> Client:
    client = Client()
    assert client.login(username="clerk", password="a long pass phrase")
    return client


def test_the_server_in_front_is_told_which_file(taken: Delivery, clerk: Client) -> None:
    assert taken.package is not None
    response = clerk.get(f"/institutions/deliveries/{taken.pk}/package", headers={"Range": "bytes=0-9"})
    assert (response.status_code, response.content) == (200, b"")
    assert response["X-Accel-Redirect"] == f"/_files/{taken.package.file.name}"
    assert response["ETag"] == f'"{taken.package.sha256}"' and response["Cache-Control"] == "private, no-store"
    assert f"{taken.edition.label}.zip" in response["Content-Disposition"]
    assert Receipt.objects.get().delivery == taken


def test_a_file_that_is_gone_is_not_promised(taken: Delivery, clerk: Client, store: Path) -> None:
    assert taken.package is not None
    (store / str(taken.package.file.name)).unlink()
    response = clerk.get(f"/institutions/deliveries/{taken.pk}/package")
    assert response.status_code == 503 and not Receipt.objects.exists()


def test_what_is_under_a_password_we_send_ourselves(taken: Delivery, clerk: Client) -> None:
    bank = taken.channel.institution
    passwords.renew(institution=bank, by=person("officer", None, staff=True), now=timezone.now())
    response = clerk.get(f"/institutions/deliveries/{taken.pk}/package")
    assert "X-Accel-Redirect" not in response and response.getvalue()[:2] == b"PK"
