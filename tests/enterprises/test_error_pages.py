"""What a visitor sees when something is amiss: plain words, the site's face, no inner workings."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from config.urls import urlpatterns as site
from tests.staff import signed_in


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("the password is swordfish")


urlpatterns = [*site, path("broken", broken)]


@pytest.fixture(autouse=True)
def with_a_broken_page(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.mark.parametrize(
    ("url", "host", "status"),
    [("/nothing/here/", "localhost", 404), ("/broken", "localhost", 500), ("/", "evil.example", 400)],
)
def test_what_is_amiss_is_told_plainly(db: None, url: str, host: str, status: int) -> None:
    response = Client(raise_request_exception=False).get(url, headers={"host": host})
    page = response.content.decode()
    assert response.status_code == status
    assert "site.css" in page
    assert "swordfish" not in page
    assert "Traceback" not in page


def test_a_closed_page_and_a_stale_form_have_the_sites_face(db: None) -> None:
    client = signed_in()
    closed = client.get("/admin/registry/entry/")
    client.handler.enforce_csrf_checks = True
    stale = client.post("/admin/logout/")
    for response in (closed, stale):
        assert response.status_code == 403
        assert "site.css" in response.content.decode()
