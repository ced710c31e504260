"""How much a request may bring: strangers little, and only pages that take files take files."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.pushes.making import institution, person
from tests.staff import signed_in

MEGABYTE = 1 << 20
LISTS = "/admin/registry/listimport/import/"


class Never:
    """A body that must not be read."""

    def __init__(self) -> None:
        self.was_read = False

    def read(self, *_size: int) -> bytes:
        self.was_read = True
        return b""

    readline = read


def test_a_large_body_is_refused_before_a_byte_is_read(db: None, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.BODY_MEGABYTES = {"admin:registry_listimport_import": 4, "pushes:matches": 4}
    person("clerk", institution("bank-a"))
    clerk, desk, nobody = Client(), signed_in("registry.add_listimport"), Client()
    clerk.force_login(User.objects.get(username="clerk"))
    table = [
        (nobody, "/accounts/login/", 3, False),
        (nobody, LISTS, 3, False),
        (nobody, LISTS, 1, True),
        (desk, LISTS, 4, True),
        (desk, LISTS, 6, False),
        (desk, "/accounts/password/change/", 3, False),
        (clerk, "/institutions/matches/", 4, True),
        (clerk, "/institutions/matches/", 6, False),
        (clerk, "/institutions/people/invite", 3, False),
    ]
    for client, path, megabytes, taken in table:
        body = Never()
        sized: dict[str, Any] = {"CONTENT_LENGTH": str(megabytes * MEGABYTE), "wsgi.input": body}
        answer = client.generic("POST", path, b"", "multipart/form-data; boundary=x", **sized)
        assert (answer.status_code == 413) is not taken, (path, megabytes, answer.status_code)
        assert taken or not body.was_read
        if not taken:
            assert "上限" in answer.content.decode()


def test_a_length_that_is_none_is_refused(db: None) -> None:
    assert Client().generic("POST", "/accounts/login/", b"", CONTENT_LENGTH="1e9").status_code == 413


def test_too_many_fields_are_refused(db: None, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
    fields = {f"f{number}": "x" for number in range(101)}
    assert Client(raise_request_exception=False).post("/accounts/login/", fields).status_code == 400


def test_machines_are_told_in_their_way(db: None) -> None:
    answer = Client().generic("POST", "/api/v1/lookups", b"", "application/json", CONTENT_LENGTH=str(9 * MEGABYTE))
    assert answer.status_code in (404, 413) and answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["BODY_MEGABYTES", "BODIES_MEASURED_BY_THE_PAGE"])
def test_the_pages_named_exist(settings: Settings, name: str) -> None:
    blanks: dict[str, list[object]] = {
        "take_back": [1], "enterprises:objection": ["YY-20261126-000001"], "sendFeedback": ["ZZKJ-2026Q3-v1"],
    }  # fmt: skip
    for page in getattr(settings, name):
        assert reverse(page, args=next((value for key, value in blanks.items() if page.endswith(key)), []))
