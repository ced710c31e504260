"""An enterprise looks itself up: what the page shows, and how pool and edition are kept apart."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.timezone import localdate, now
from pytest_django import DjangoAssertNumQueries, Settings

from enterprises import editions, pooling, remembering
from enterprises.forms import LookupForm
from enterprises.looking_up import find
from enterprises.models import Enterprise, Renewal
from enterprises.public_ids import public_id
from registry.models import ListImport, Programme
from registry.names import name_key
from tests.conftest import NOW
from tests.enterprises.looking import CODE, NAME, NUMBER, TODAY, ask, one_statement


def test_the_pool_is_called_todays_only_if_it_is(known: None, client: Client) -> None:
    assert "今日培育库" not in ask(client, NAME)
    assert "培育库截至2026-10-01" in ask(client, NAME)
    pooling.rebuild(as_of=localdate(), now=max(now(), NOW))
    assert f"今日培育库（{localdate():%Y-%m-%d}）" in ask(client, NAME)


def test_the_first_line_says_in_or_out_and_until_when(known: None, client: Client) -> None:
    page = ask(client, CODE)
    first = page[page.index('class="verdict"') :]
    assert first.index("在库") < first.index("2027-11-30") < first.index(NAME)


def test_what_was_published_is_shown_with_its_source(known: None, client: Client) -> None:
    page = ask(client, CODE)
    for text in (
        NAME,
        CODE,
        NUMBER,
        "高新技术企业",
        "2024-12-01",
        "2027-11-30",
        "金水区",
        "关于公布名单的通知",
    ):
        assert text in page
    assert "豫科〔2025〕1号" in page
    assert 'href="https://example.org/notice"' in page
    assert Programme.objects.get(code="HNTE").body in page


@pytest.mark.usefixtures("known")
class TestPoolAndEditionAreTwoThings:
    def test_in_the_edition_but_not_in_todays_pool(self) -> None:
        edition = editions.cut(quarter="2026Q3", now=NOW)
        editions.seal(edition=edition, now=NOW)
        pooling.rebuild(as_of=date(2029, 1, 1), now=datetime(2029, 1, 1, tzinfo=UTC))
        (one,) = find(CODE).found
        assert (one.in_pool, one.latest_row is not None) == (False, True)
        assert [reason.code for reason in one.reasons] == ["expired"]
        assert one.pool_as_of == date(2029, 1, 1)
        assert [row.edition.label for row in one.rows] == ["ZZKJ-2026Q3-v1"]

    def test_in_todays_pool_but_in_no_edition(self) -> None:
        edition = editions.cut(quarter="2024Q3", now=NOW)
        editions.seal(edition=edition, now=NOW)
        (one,) = find(CODE).found
        assert (one.in_pool, one.latest_row, one.rows) == (True, None, ())
        assert one.latest == edition

    def test_a_draft_is_not_spoken_of(self) -> None:
        editions.cut(quarter="2026Q3", now=NOW)
        (one,) = find(CODE).found
        assert (one.rows, one.latest) == ((), None)

    def test_a_withdrawn_edition_is_not_spoken_of(self) -> None:
        edition = editions.seal(edition=editions.cut(quarter="2026Q3", now=NOW), now=NOW)
        editions.withdraw(edition=edition, reason="mistaken", now=NOW)
        (one,) = find(CODE).found
        assert (one.rows, one.latest) == ((), None)

    def test_where_they_differ_the_page_says_both(self, client: Client) -> None:
        editions.seal(edition=editions.cut(quarter="2026Q3", now=NOW), now=NOW)
        assert "已发布的2026Q3版本" not in ask(client, CODE)
        pooling.rebuild(as_of=date(2029, 1, 1), now=datetime(2029, 1, 1, tzinfo=UTC))
        page = ask(client, CODE)
        assert "现在已不在库，但在已发布的2026Q3版本中：高新技术企业" in page
        assert "反映2026-09-30的情况" in page

    def test_another_programme_than_in_the_edition_is_said(
        self, pool: Callable[..., ListImport], client: Client
    ) -> None:
        editions.seal(edition=editions.cut(quarter="2026Q3", now=NOW), now=NOW)
        pool([1, NAME, CODE, "", ""], programme="SRDI", published="2026-10-01")
        (one,) = find(CODE).found
        assert (one.in_pool, one.differs, one.pool) == (True, True, ("HNTE", "SRDI"))
        assert "现在在库的资质为：高新技术企业、专精特新中小企业" in ask(client, CODE)


def test_two_of_one_name_are_both_shown(known: None, pool: Callable[..., ListImport], client: Client) -> None:
    Enterprise.objects.create(id=99, public_id=public_id(99), name=NAME, name_key=name_key(NAME), created_at=NOW)
    assert len(find(NAME).found) == 2
    assert ask(client, NAME).count("<article") == 2


def test_the_page_without_a_question_may_be_indexed_and_an_answer_not(client: Client, known: None) -> None:
    blank = client.get(reverse("enterprises:lookup"))
    assert "X-Robots-Tag" not in blank
    answer = client.get(reverse("enterprises:lookup"), {"q": NAME})
    assert answer["X-Robots-Tag"].startswith("noindex")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("text", ["x" * 121, "a\x00b"])
def test_what_is_too_long_or_broken_is_refused_in_words(client: Client, db: None, text: str) -> None:
    page = ask(client, text)
    said = LookupForm().fields["q"].error_messages
    assert 'class="answer bad"' in page
    assert any(str(said[kind]) % {"limit_value": 120} in page for kind in ("max_length", "null_characters_not_allowed"))


def test_what_was_typed_is_shown_as_text(client: Client, db: None) -> None:
    page = ask(client, "<script>alert(1)</script>")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_published_name_with_markup_is_shown_as_text(pool: Callable[..., ListImport], client: Client) -> None:
    name = "<script>alert(1)</script>有限公司"
    pool([1, name, CODE, "", ""], source_url="javascript:alert(1)")
    page = ask(client, CODE)
    assert "<script>" not in page
    assert 'href="javascript' not in page
    assert escape(name) in page


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_asked_by_get_alone(client: Client, db: None, method: str) -> None:
    assert getattr(client, method)(reverse("enterprises:lookup")).status_code == 405


def test_an_answer_costs_one_query_and_the_catalogue(
    known: None, pool: Callable[..., ListImport], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for year in (2023, 2024, 2025):
        pool([year, NAME, CODE, "", ""], programme="SRDI", published=f"{year}-05-01")
    known_by_all = remembering.common()
    with django_assert_num_queries(5), one_statement():
        (one,) = find(CODE).found
    assert len(one.held) == 4
    assert known_by_all.names["HNTE"] == "高新技术企业"


def test_what_all_have_in_common_is_remembered_for_some_seconds(
    known: None, django_assert_num_queries: DjangoAssertNumQueries, settings: Settings
) -> None:
    settings.LOOKUP_SHARED_SECONDS = 60
    find(CODE)
    with django_assert_num_queries(0), one_statement():
        find(CODE)


def test_one_thread_reads_it_anew_while_the_others_go_by_what_was(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixteen threads that all read it at once held up everybody for a tenth of a second, every few seconds."""
    settings.LOOKUP_SHARED_SECONDS = 60
    before = remembering.common()
    monkeypatch.setattr(remembering, "_held", (0.0, before))  # it has run out
    has_begun, may_go_on, read = threading.Event(), threading.Event(), remembering._read()

    def slow() -> remembering.Common:
        has_begun.set()
        assert may_go_on.wait(30)
        return read

    monkeypatch.setattr(remembering, "_read", slow)
    with ThreadPoolExecutor(1) as thread:
        anew = thread.submit(remembering.common)
        assert has_begun.wait(30)
        assert remembering.common() is before
        may_go_on.set()
        assert anew.result(30) is read
    assert remembering.common() is read


def test_no_referrer_leaves_the_site_and_no_cookie_is_set(known: None, client: Client) -> None:
    answer = client.get(reverse("enterprises:lookup"), {"q": CODE})
    assert answer["Referrer-Policy"] == "same-origin"
    assert not answer.cookies


def test_robots_are_told_to_leave_answers_alone(client: Client, db: None) -> None:
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert "Disallow: /?" in answer.content.decode().splitlines()


def test_what_comes_next_is_the_bureaus_data(pool: Callable[..., ListImport], client: Client) -> None:
    soon = localdate() + timedelta(days=100)
    pool([1, NAME, CODE, "", ""], valid_to=soon, as_of=TODAY)
    page = ask(client, CODE)
    assert f"{soon.isoformat()}到期，还有100天" in page
    assert "以主管部门通知为准" in page
    Renewal.objects.filter(programme__code="HNTE").update(
        what="换证", advice="请在三月前办理。", first_month=3, last_month=4, confidence="official"
    )
    page = ask(client, CODE)
    assert "换证：请在三月前办理。申报通常在3月至4月。" in page
    assert "以主管部门通知为准" not in page
