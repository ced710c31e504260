"""The rooms of comparing: upload, progress, choice, result, deletion; each list is its person's alone."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from enterprises.editions import withdraw
from enterprises.models import Edition
from pushes import enclosed_files, matching_customers
from pushes.matching_customers import compare_next
from pushes.models import CustomerMatch, Institution, MatchState
from pushes.portal import matches as room
from tests.conftest import rows_of
from tests.pushes.making import delivered, institution, person, record, sealed_edition
from tests.pushes.test_portal import signed_in

pytestmark = pytest.mark.django_db
ROOM = reverse("pushes:matches")
NAME = "郑州示范1号科技有限公司"
LIST = f"客户名称\n{NAME}\n郑州市示范2号科技有限公司\n<b>郑州丙商贸有限公司</b>\n"


@pytest.fixture
def edition(db: None) -> Edition:
    return sealed_edition("2026Q3", [record(1), record(2)])


@pytest.fixture
def bank(edition: Edition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A reader of bank A. No broker is asked: what a worker would do the tests do."""
    monkeypatch.setattr(room, "_call_a_worker", lambda: None)
    folder = tmp_path / "work"
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(matching_customers, "_root", lambda: folder)
    for code in ("bank-a", "bank-b"):
        delivered(edition, institution(code))
    person("reader", Institution.objects.get(code="bank-a"), role="reader")
    return signed_in("reader")


def upload(client: Client, text: str = LIST, name: str = "客户.csv") -> HttpResponse:
    file = SimpleUploadedFile(name, text.encode())
    return client.post(ROOM, {"file": file})  # type: ignore[return-value]


def the_match() -> CustomerMatch:
    return CustomerMatch.objects.get()


def path(name: str, *more: str) -> str:
    return reverse(f"pushes:match{name}", args=[the_match().pk, *more])


def test_from_the_form_to_the_result(bank: Client, edition: Edition) -> None:
    page = bank.get(ROOM)
    assert edition.label in page.content.decode()
    answer = upload(bank)
    assert answer.headers["Location"] == path("")
    working = bank.get(path("")).content.decode()
    assert "hx-get" in working and "<noscript>" in working
    assert "HX-Refresh" not in bank.get(path("-progress")).headers
    assert bank.get(path("-result", "csv")).status_code == 404
    assert compare_next(clock=timezone.now)
    assert bank.get(path("-progress")).headers["HX-Refresh"] == "true"
    page = bank.get(path(""))
    text = page.content.decode()
    assert "script" not in text.partition("</head>")[0]
    assert page.context["tally"] == [("in", 1), ("candidate", 1), ("out", 1), ("nothing", 0)]
    assert "&lt;b&gt;郑州丙商贸有限公司&lt;/b&gt;" in text and "<b>郑州" not in text
    for show, count in (("in", 1), ("candidate", 1), ("nothing", 0), ("x", 3), ("", 3)):
        assert len(bank.get(path(""), {"show": show, "page": "9"}).context["page"]) == count
    got = bank.get(path("-result", "csv"))
    assert isinstance(got, StreamingHttpResponse)
    assert NAME in b"".join(got).decode("utf-8-sig")
    assert edition.label in got.headers["Content-Disposition"]
    assert got.headers["Cache-Control"] == "private, no-store"
    assert bank.get(path("-result", "xlsx")).status_code == 200
    assert bank.get(path("-result", "rows")).status_code == 404
    assert bank.post(path("-delete")).headers["Location"] == ROOM
    assert bank.get(path("")).status_code == 404
    assert NAME not in bank.get(ROOM).content.decode()


@pytest.mark.parametrize("who", ["colleague", "stranger", "officer"])
def test_nobody_else_comes_near_it(bank: Client, who: str) -> None:
    upload(bank)
    compare_next(clock=timezone.now)
    person("colleague", Institution.objects.get(code="bank-a"), role="administrator")
    person("stranger", Institution.objects.get(code="bank-b"), role="administrator")
    person("officer", None, staff=True)
    other = signed_in(who)
    refused = 403 if who == "officer" else 404
    for name, more in (("", ()), ("-progress", ()), ("-result", ("csv",))):
        assert other.get(path(name, *more)).status_code == refused
    for name in ("-delete", "-choose"):
        assert other.post(path(name)).status_code == refused
        assert bank.get(path(name)).status_code == 405
    assert "客户.csv" not in other.get(ROOM).content.decode()
    assert the_match().state == MatchState.READY
    assert Client().get(path("")).status_code == 302


def test_after_its_hours_it_is_gone_though_the_sweep_is_late(bank: Client) -> None:
    upload(bank)
    compare_next(clock=timezone.now)
    CustomerMatch.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert {bank.get(path(*more)).status_code for more in (("",), ("-result", "csv"), ("-progress",))} == {404}


def test_a_page_that_was_left_open_stops_asking(bank: Client) -> None:
    upload(bank)
    gone = path("-progress")
    bank.post(path("-delete"))
    assert bank.get(gone, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert bank.get(gone).status_code == 404


def test_a_sheet_is_chosen_on_the_page(bank: Client) -> None:
    sheets = (Path(__file__).parents[1] / "data/lists/sheets.xlsx").read_bytes()
    bank.post(ROOM, {"file": SimpleUploadedFile("客户.xlsx", sheets)})
    compare_next(clock=timezone.now)
    page = bank.get(path(""))
    one = page.context["said"].sheets[0]
    assert one in page.content.decode()
    assert bank.post(path("-choose"), {"sheet": "没有这一张"}).status_code == 422
    assert bank.post(path("-choose"), {"sheet": one}).status_code == 302
    compare_next(clock=timezone.now)
    assert the_match().state in (MatchState.READY, MatchState.CHOOSING)
    assert not bank.get(path("")).context["said"].sheets


def test_columns_are_chosen_on_the_page(bank: Client) -> None:
    upload(bank, f"甲,乙\n1,{NAME}\n2,{NAME}\n")
    compare_next(clock=timezone.now)
    page = bank.get(path(""))
    assert page.context["form"].initial == {"name": 1, "code": None}
    assert bank.post(path("-choose"), {"name": "7"}).status_code == 422
    assert bank.post(path("-choose"), {}).status_code == 422
    assert bank.post(path("-choose"), {"name": "1"}).status_code == 302
    compare_next(clock=timezone.now)
    assert the_match().counts["in"] == 2


def test_what_is_not_taken_is_said_at_the_field(bank: Client, settings: Settings) -> None:
    settings.MATCH_MAX_MEGABYTES = 0
    assert "0 MB" in upload(bank).content.decode()
    page = bank.post(ROOM)
    assert page.status_code == 200 and "最多 200,000 行" in page.content.decode()
    assert not CustomerMatch.objects.exists()


def test_a_failure_is_told_and_a_withdrawn_edition_is_not_handed_out(bank: Client, edition: Edition) -> None:
    upload(bank, "x", "客户.docx")
    compare_next(clock=timezone.now)
    assert "客户.docx" in bank.get(path("")).content.decode()
    bank.post(path("-delete"))
    CustomerMatch.objects.all().delete()
    upload(bank)
    compare_next(clock=timezone.now)
    withdraw(edition=edition, reason="更正", by=person("officer", None, staff=True), now=timezone.now())
    page = bank.get(path("")).content.decode()
    assert "更正" in page and "result.csv" not in page
    assert bank.get(path("-result", "csv")).status_code == 404


def test_a_result_of_an_edition_that_another_followed_says_so(bank: Client, edition: Edition) -> None:
    """Revocations may have come since: "in the pool" is of the edition that it was compared with."""
    upload(bank)
    assert compare_next(clock=timezone.now)
    assert "可能已经过时" not in bank.get(path("")).content.decode()
    later = sealed_edition("2026Q4", [record(1)], previous=edition)
    delivered(later, Institution.objects.get(code="bank-b"))
    assert later.label not in bank.get(path("")).content.decode()  # what another got is no matter of theirs
    delivered(later, Institution.objects.get(code="bank-a"))
    text = bank.get(path("")).content.decode()
    assert "可能已经过时" in text and later.label in text


def test_a_result_whose_files_are_lost_is_told(bank: Client) -> None:
    upload(bank)
    compare_next(clock=timezone.now)
    enclosed_files.discard(the_match().every_stored())
    assert bank.get(path("")).status_code == 200
    assert bank.get(path("-result", "csv")).status_code == 503


def test_the_template_is_a_list_of_its_own(bank: Client, tmp_path: Path) -> None:
    template = tmp_path / "template.xlsx"
    template.write_bytes(bank.get(reverse("pushes:match-template")).content)
    assert rows_of(template)[0][1] == ["客户名称", "统一社会信用代码"]
