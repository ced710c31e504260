"""A look-up is put on record: the slip says what the page said, by a number that nobody guesses, and stays."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from enterprises.models import Enterprise, LookupSlip
from enterprises.vouching import digest_of, forget_old, vouch
from tests.enterprises.looking import CODE, NAME
from tests.enterprises.objections import in_memory

pytestmark = pytest.mark.django_db
__all__ = ["in_memory"]


@pytest.fixture(autouse=True)
def alone(in_memory: None) -> None:
    """Tries are counted for each test alone."""


def made(client: Client, text: str) -> LookupSlip:
    response = client.post("/slips/new/", {"q": text})
    assert response.status_code == 302
    return LookupSlip.objects.get(number=response["Location"].split("/")[-2])


def test_it_says_what_the_page_says(known: None, client: Client) -> None:
    page = client.get("/", {"q": CODE}).content.decode()
    assert f"/slips/new/?q={CODE}" in page
    slip = made(client, CODE)
    (one,) = slip.said["found"]
    assert (one["name"], one["uscc"]) == (NAME, CODE) and one["lines"]
    assert all(words in page for words in (*one["verdict"].split(" "), one["lines"][0]["number"], one["edition"]))
    assert slip.digest == digest_of(slip.said)
    shown = client.get(f"/slips/{slip.number}/")
    assert NAME in shown.content.decode() and slip.digest in shown.content.decode()
    assert shown["X-Robots-Tag"].startswith("noindex") and shown["Cache-Control"] == "private, no-store"


def test_it_still_says_so_when_the_registry_says_otherwise(known: None, client: Client) -> None:
    slip = made(client, CODE)
    Enterprise.objects.update(name="郑州改名科技有限公司")
    assert NAME in client.get(f"/slips/{slip.number}/").content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        LookupSlip.objects.update(asked="x")


def test_nothing_found_is_an_answer_too(known: None, client: Client) -> None:
    slip = made(client, "郑州查无此名科技有限公司")
    assert slip.said["found"] == [] and slip.said["reasons"]
    assert slip.said["reasons"][0] in client.get(f"/slips/{slip.number}/").content.decode()


@pytest.mark.parametrize("text", [CODE, "郑州查无此名科技有限公司", "<script>&"])
def test_it_is_one_page_of_pdf(known: None, client: Client, text: str) -> None:
    slip = made(client, text)
    response = client.get(f"/slips/{slip.number}.pdf")
    assert response["Content-Type"] == "application/pdf" and slip.number in response["Content-Disposition"]
    assert response.content.startswith(b"%PDF-") and response.content.count(b"/Type /Page\n") == 1
    assert response.content == client.get(f"/slips/{slip.number}.pdf").content


@pytest.mark.parametrize("number", ["CX-20261001-AAAAAAAAAA", "CX-1", "../etc/passwd", "<b>"])
def test_a_number_of_no_slip(client: Client, number: str) -> None:
    assert client.get(f"/slips/{number}/").status_code == 404
    told = client.get("/slips/", {"number": number})
    assert told.status_code == 404 and "<b>" not in told.content.decode()


def test_a_number_is_checked_however_it_is_typed(known: None, client: Client) -> None:
    slip = made(client, CODE)
    assert client.get("/slips/", {"number": f" {slip.number.lower()} "})["Location"] == f"/slips/{slip.number}/"


def test_whoever_makes_too_many_waits(known: None, client: Client, settings: Settings) -> None:
    settings.SLIPS_PER_HOUR = 2
    assert [client.post("/slips/new/", {"q": CODE}).status_code for _time in range(3)] == [302, 302, 429]


def test_old_ones_go(known: None, settings: Settings) -> None:
    now = timezone.now()
    vouch(text=CODE, now=now - timedelta(days=settings.SLIPS_KEPT_DAYS + 1))
    kept = vouch(text=CODE, now=now)
    assert forget_old(now=now) == 1 and LookupSlip.objects.get() == kept
