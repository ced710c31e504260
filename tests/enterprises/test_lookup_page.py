"""An enterprise looks itself up: by exact keys, with the reason where it is not in."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.timezone import localdate, now
from pytest_django import DjangoAssertNumQueries

from enterprises import editions, pooling, resolving, reviewing
from enterprises.forms import LookupForm
from enterprises.looking_up import Answer, find
from enterprises.models import Enterprise, RecognitionState, ReviewItem
from enterprises.public_ids import public_id
from enterprises.wording import ANSWERS
from registry.importing import withdraw
from registry.models import ListImport, Programme
from registry.names import name_key
from tests.conftest import NOW, Publish
from tests.staff import staff

HEADER = ["序号", "企业名称", "统一社会信用代码", "证书编号", "区县"]
NUMBER = "GR202441000123"
NAME = "郑州示例(中原)智造有限公司"
TODAY = date(2026, 10, 1)


def good_code(stem: str) -> str:
    """The code of this stem, its check character computed the slow way."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(sign) * pow(3, place, 31) for place, sign in enumerate(stem))
    return stem + alphabet[-total % 31]


CODE, OTHER_CODE = good_code("91410100MA44C1N27"), good_code("91410100MA9F2B3C4")


@pytest.fixture
def pool(publish: Publish) -> Callable[..., ListImport]:
    """Publish a list and bring the pool up to date as of a day."""

    def act(*rows: list[object], header: list[str] = HEADER, as_of: date = TODAY, **notice: Any) -> ListImport:
        listed = publish([header, *rows], **notice)
        resolving.resolve(now=NOW)
        pooling.rebuild(as_of=as_of, now=NOW)
        return listed

    return act


@pytest.fixture
def known(pool: Callable[..., ListImport]) -> None:
    """One enterprise with a code, a number and a former name, in the pool."""
    pool(
        [1, NAME, CODE, NUMBER, "金水区"],
        valid_from=date(2024, 12, 1),
        valid_to=date(2027, 11, 30),
        title="关于公布名单的通知",
        document_number="豫科〔2025〕1号",
        source_url="https://example.org/notice",
    )


def ask(client: Client, text: str) -> str:
    response = client.get(reverse("enterprises:lookup"), {"q": text})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("text", "by"),
    [
        (CODE, "uscc"),
        (f" {CODE[:8]} {CODE[8:].lower()} ", "uscc"),
        (NUMBER, "number"),
        (NUMBER.lower(), "number"),
        (NAME, "name"),
        ("郑州示例（中原）智造有限公司", "name"),
        ("郑州示例 〔中原〕\u3000智造有限公司", "name"),
    ],
)
def test_every_exact_key_finds_it_however_it_is_spelt(known: None, text: str, by: str) -> None:
    answer = find(text)
    assert [(one.enterprise.name, one.by) for one in answer.found] == [(NAME, by)]
    assert answer.reasons == ()


def test_the_public_id_that_packages_print_finds_it(known: None) -> None:
    enterprise = Enterprise.objects.get()
    assert [(one.enterprise, one.by) for one in find(f" {enterprise.public_id.lower()}").found] == [
        (enterprise, "public_id")
    ]
    assert find(public_id(99)).found == ()


def test_the_name_by_which_a_list_named_it_finds_it(
    known: None, pool: Callable[..., ListImport], client: Client
) -> None:
    listed = "郑州另一个名字有限公司"
    pool([1, NAME, CODE, "", ""], programme="INNO", published="2025-03-01")
    mistaken = pool([1, listed, CODE, "", ""], published="2024-06-01")
    enterprise = Enterprise.objects.get()
    item = ReviewItem.objects.get()
    reviewing.settle(item=item, enterprise=enterprise, now=NOW, by=staff())
    assert [(one.enterprise, one.by) for one in find(listed).found] == [(enterprise, "listed_name")]
    assert escape(NAME) in ask(client, listed)
    withdraw(list_import=mistaken, reason="mistaken", now=NOW)
    assert find(listed).found == ()


def test_the_pool_is_called_todays_only_if_it_is(known: None, client: Client) -> None:
    heading = "<h3>今日培育库</h3>"
    assert heading not in ask(client, NAME)
    pooling.rebuild(as_of=localdate(), now=max(now(), NOW))
    assert heading in ask(client, NAME)


@pytest.mark.parametrize(
    "text", [NAME[:-1], "郑州示例", CODE[:17], CODE[:17] + "?", "%", "_", NUMBER[:-1], "\u200b", "。"]
)
def test_nothing_but_a_whole_key_finds_anything(known: None, text: str) -> None:
    assert find(text).found == ()


def test_a_former_name_finds_it_under_its_name_of_today(
    known: None, pool: Callable[..., ListImport], client: Client
) -> None:
    pool(
        [NAME, "郑州新名智造有限公司"],
        header=["更名前企业名称", "更名后企业名称"],
        kind="rename",
        published="2026-02-01",
    )
    (one,) = find(NAME).found
    assert (one.by, one.enterprise.name) == ("former_name", "郑州新名智造有限公司")
    assert "郑州新名智造有限公司" in ask(client, NAME)
    assert [found.by for found in find("郑州新名智造有限公司").found] == ["name"]


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
        assert (one.in_pool, one.in_latest_edition, one.reasons) == (False, True, ("expired",))
        assert one.pool_as_of == date(2029, 1, 1)
        assert [edition.label for edition in one.editions] == ["ZZKJ-2026Q3-v1"]

    def test_in_todays_pool_but_in_no_edition(self) -> None:
        edition = editions.cut(quarter="2024Q3", now=NOW)
        editions.seal(edition=edition, now=NOW)
        (one,) = find(CODE).found
        assert (one.in_pool, one.in_latest_edition, one.editions) == (True, False, ())
        assert one.latest_edition == edition

    def test_a_draft_is_not_spoken_of(self) -> None:
        editions.cut(quarter="2026Q3", now=NOW)
        (one,) = find(CODE).found
        assert (one.editions, one.latest_edition) == ((), None)

    def test_a_withdrawn_edition_is_not_spoken_of(self) -> None:
        edition = editions.seal(edition=editions.cut(quarter="2026Q3", now=NOW), now=NOW)
        editions.withdraw(edition=edition, reason="mistaken", now=NOW)
        (one,) = find(CODE).found
        assert (one.editions, one.latest_edition) == ((), None)


@pytest.mark.parametrize(
    ("notice", "as_of", "reason"),
    [
        ({"valid_to": date(2026, 4, 30), "programme": "SRDI"}, TODAY, "expired"),
        ({"valid_from": date(2027, 1, 1)}, TODAY, "upcoming"),
        ({"kind": "publicity"}, TODAY, "provisional"),
        ({"programme": "STG"}, TODAY, "does_not_count"),
    ],
)
def test_why_it_is_not_in_the_pool(
    pool: Callable[..., ListImport], client: Client, notice: dict[str, Any], as_of: date, reason: str
) -> None:
    pool([1, NAME, CODE, "", "金水区"], as_of=as_of, **notice)
    (one,) = find(NAME).found
    assert (one.in_pool, one.reasons) == (False, (reason,))
    what, advice = ANSWERS[reason]
    page = ask(client, NAME)
    assert escape(str(what)) in page
    assert escape(str(advice)) in page


def test_a_revocation_is_named_with_its_notice(pool: Callable[..., ListImport], known: None, client: Client) -> None:
    pool([1, NAME, CODE, NUMBER, ""], kind="revocation", published="2026-05-01", title="取消资格的公告")
    (one,) = find(CODE).found
    assert (one.in_pool, one.reasons) == (False, ("revoked",))
    assert one.granted[0].ended_by is not None
    assert "取消资格的公告" in ask(client, CODE)


def test_another_city_is_named_as_the_reason(pool: Callable[..., ListImport]) -> None:
    pool([1, NAME, CODE, "", "洛阳市"], province_wide=True)
    (one,) = find(NAME).found
    assert one.reasons == ("outside",)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (CODE[:17] + ("0" if CODE[17] != "0" else "1"), "uscc_check"),
        (OTHER_CODE, "code_unknown"),
        ("GR202441009999", "number_unknown"),
        ("202441010600012345", "number_unknown"),
        ("郑州没有这家公司有限公司", "name_unknown"),
        ("?", "name_unknown"),
    ],
)
def test_why_nothing_was_found(known: None, client: Client, text: str, reason: str) -> None:
    assert find(text) == Answer(reasons=(reason,))
    what, advice = ANSWERS[reason]
    page = ask(client, text)
    assert escape(str(what)) in page
    assert escape(str(advice)) in page


def test_a_doubtful_line_is_said_to_be_checked_by_hand(known: None, pool: Callable[..., ListImport]) -> None:
    pool([1, "郑州另一个名字有限公司", CODE, "", ""], published="2025-06-01")
    assert ReviewItem.objects.count() == 1
    assert find("郑州另一个名字有限公司") == Answer(reasons=("in_review",))


def test_a_line_that_is_not_taken_in_yet(publish: Publish) -> None:
    publish([HEADER, [1, NAME, CODE, "", ""]])
    assert find(NAME) == Answer(reasons=("in_work",))
    assert find(CODE) == Answer(reasons=("in_work",))


def test_a_faulty_line(publish: Publish) -> None:
    publish([HEADER, [1, "某某简称", "", "", ""]])
    assert find("某某简称") == Answer(reasons=("faulty_line",))


def test_a_list_that_waits_for_confirmation_is_not_spoken_of(publish: Publish) -> None:
    publish([HEADER, [1, NAME, CODE, "", ""]], confirmed=False)
    assert find(NAME) == Answer(reasons=("name_unknown",))


def test_a_withdrawn_list_teaches_nothing(known: None) -> None:
    withdraw(list_import=ListImport.objects.get(), reason="mistaken", now=NOW)
    pooling.rebuild(as_of=TODAY, now=NOW)
    assert find(NAME).found == ()
    assert find(NUMBER).found == ()


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
    assert 'class="errorlist"' in page
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


def test_an_answer_costs_a_bounded_number_of_queries(
    known: None, pool: Callable[..., ListImport], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for year in (2023, 2024, 2025):
        pool([year, NAME, CODE, "", ""], programme="SRDI", published=f"{year}-05-01")
    with django_assert_max_num_queries(10):
        (one,) = find(CODE).found
    assert len(one.granted) == 4


def test_every_reason_has_its_words() -> None:
    counting = {RecognitionState.VALID, RecognitionState.GRACE}
    assert {state.value for state in set(RecognitionState) - counting} <= ANSWERS.keys()
