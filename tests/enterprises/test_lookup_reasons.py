"""Why an enterprise is not in the pool, or was not found: a table of reasons, each with its words on the page."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings

from enterprises import pooling, reviewing
from enterprises.looking_up import Answer, find
from enterprises.models import Enterprise, RecognitionState, ReviewItem
from enterprises.public_ids import public_id
from enterprises.wording import ANSWERS
from registry.importing import withdraw
from registry.models import ListImport
from tests.conftest import NOW, Publish
from tests.enterprises.looking import CODE, HEADER, NAME, NUMBER, OTHER_CODE, RENAMED, TODAY, ask, why
from tests.staff import staff

LINE = [1, NAME, CODE, "", "金水区"]
TSME = [1, NAME, CODE, "202541010600012345", "金水区"]
MOVED = {"kind": "move_out", "published": "2026-05-01", "title": "异地搬迁公告"}
Lists = Sequence[tuple[list[object], dict[str, Any]]]

OUT: dict[str, Lists] = {
    "expired": [(LINE, {"valid_to": date(2026, 4, 30), "programme": "SRDI"})],
    "upcoming": [(LINE, {"valid_from": date(2027, 1, 1)})],
    "provisional": [(LINE, {"kind": "publicity"})],
    "does_not_count": [(LINE, {"programme": "STG"})],
    "outside": [([1, NAME, CODE, "", "洛阳市"], {"province_wide": True})],
    "moved_out": [(LINE, {}), ([1, NAME, CODE, "", ""], MOVED)],
    "revoked": [(LINE, {}), ([1, NAME, CODE, "", ""], {"kind": "revocation", "published": "2026-05-01"})],
    "number_not_renewed": [(TSME, {"programme": "TSME", "published": "2025-09-01"})],
    "delisted": [
        (LINE, {"programme": "GZ"}),
        ([1, "郑州旁人有限公司", OTHER_CODE, "", ""], {"programme": "GZ", "published": "2026-05-01", "is_full": True}),
    ],
}  # fmt: skip


def said(page: str, reason: str) -> bool:
    return all(escape(str(words)) in page for words in ANSWERS[reason])


@pytest.mark.parametrize("reason", OUT)
def test_why_it_is_not_in_the_pool(
    pool: Callable[..., ListImport], client: Client, settings: Settings, reason: str
) -> None:
    settings.GONE_LIMIT_PERCENT = 100
    for row, notice in OUT[reason]:
        pool(row, **notice)
    assert why(NAME) == [reason]
    page = ask(client, NAME)
    assert said(page, reason)
    assert page.index("不在库") < page.index(escape(str(ANSWERS[reason][0]))) < page.index(f"<h2>{NAME}")


def test_of_a_programme_the_last_word_is_the_reason(pool: Callable[..., ListImport]) -> None:
    pool(LINE, programme="SRDI", published="2020-05-01")
    pool([2, *LINE[1:]], programme="SRDI", published="2024-05-01")
    pool(LINE, programme="SRDI", kind="revocation", published="2026-05-01")
    assert why(NAME) == ["revoked"]


def test_a_revocation_is_named_with_its_notice(pool: Callable[..., ListImport], known: None, client: Client) -> None:
    pool([1, NAME, CODE, NUMBER, ""], kind="revocation", published="2026-05-01", title="取消资格的公告")
    (one,) = find(CODE).found
    assert one.held[0].ended_by is not None
    assert "取消资格的公告" in ask(client, CODE)


def test_a_move_is_named_with_its_notice(pool: Callable[..., ListImport], known: None, client: Client) -> None:
    pool([1, NAME, CODE, NUMBER, ""], **MOVED)
    assert "异地搬迁公告" in ask(client, CODE)


def test_a_number_of_last_year_is_told_when_the_lists_come(pool: Callable[..., ListImport], client: Client) -> None:
    pool(TSME, programme="TSME", published="2025-09-01", as_of=date(2026, 2, 1))
    (one,) = find(CODE).found
    assert (one.in_pool, one.is_waiting_for_renewal, one.until) == (True, True, date(2026, 3, 31))
    page = ask(client, CODE)
    assert "到期待续，保留至2026-03-31" in page
    assert "编号属2025年度" in page
    assert "申报通常在7月至9月" in page


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (CODE[:17] + ("0" if CODE[17] != "0" else "1"), "uscc_check"),
        (OTHER_CODE, "code_unknown"),
        ("GR202441009999", "number_unknown"),
        ("202441010600012345", "number_unknown"),
        ("GR20244100999", "number_shape"),
        ("9.14101E+17", "lost_digits"),
        ("914101000000001000", "lost_digits"),
        ("440106000096133", "old_number"),
        (public_id(7), "number_unknown"),
        (public_id(7)[:-1] + ("0" if public_id(7)[-1] != "0" else "1"), "id_check"),
        ("郑州没有这家公司有限公司", "name_unknown"),
        ("?", "name_unknown"),
    ],
)
def test_why_nothing_was_found(known: None, client: Client, text: str, reason: str) -> None:
    assert find(text) == Answer(reasons=(reason,))
    assert said(ask(client, text), reason)


def test_a_doubtful_line_is_said_to_be_checked_by_hand(known: None, pool: Callable[..., ListImport]) -> None:
    pool([1, "郑州另一个名字有限公司", CODE, "", ""], published="2025-06-01")
    assert ReviewItem.objects.count() == 1
    assert find("郑州另一个名字有限公司") == Answer(reasons=("in_review",))


def test_what_is_under_review_is_shown_of_nobody(known: None, pool: Callable[..., ListImport], client: Client) -> None:
    pool([1, "郑州另一个名字有限公司", CODE, "", ""], programme="SRDI", published="2025-06-01")
    (one,) = find(CODE).found
    assert [held.programme.code for held in one.held] == ["HNTE"]
    assert [note.code for note in one.notes] == ["in_review"]
    page = ask(client, CODE)
    assert said(page, "in_review")
    assert "郑州另一个名字" not in page


def test_a_change_of_name_in_work_is_said_under_both_names(known: None, publish: Publish, client: Client) -> None:
    publish([RENAMED, [NAME, "郑州新名智造有限公司"]], kind="rename", published="2026-09-01")
    assert find("郑州新名智造有限公司") == Answer(reasons=("renaming",))
    (one,) = find(NAME).found
    assert (one.in_pool, [note.code for note in one.notes]) == (True, ["renaming"])
    assert said(ask(client, NAME), "renaming")


def test_a_list_that_writes_the_name_differently_is_named(
    known: None, pool: Callable[..., ListImport], client: Client
) -> None:
    pool([1, "郑州另一个写法有限公司", CODE, "", ""], programme="SRDI", published="2025-06-01")
    reviewing.settle(item=ReviewItem.objects.get(), enterprise=Enterprise.objects.get(), now=NOW, by=staff())
    pool([1, NAME, CODE, "", ""], programme="INNO", published="2026-06-01")
    (note,) = find(CODE).found[0].notes
    assert (note.code, [held.written_as for held in note.of]) == ("name_differs", ["郑州另一个写法有限公司"])
    page = ask(client, CODE)
    assert said(page, "name_differs")
    assert "专精特新中小企业名单写作“郑州另一个写法有限公司”" in page
    renamed = replace(find(CODE).found[0], name="郑州另一个写法有限公司")
    assert renamed.notes == ()  # what the list writes is its name by now


def test_a_line_that_is_not_taken_in_yet(publish: Publish) -> None:
    publish([HEADER, LINE])
    assert find(NAME) == find(CODE) == Answer(reasons=("in_work",))


def test_a_faulty_line(publish: Publish) -> None:
    publish([HEADER, [1, "某某简称", "", "", ""]])
    assert find("某某简称") == Answer(reasons=("faulty_line",))


def test_a_list_that_waits_for_confirmation_is_not_spoken_of(known: None, publish: Publish) -> None:
    publish([HEADER, [1, "郑州待定有限公司", OTHER_CODE, "", ""]], confirmed=False)
    publish([HEADER, [1, NAME, CODE, "", ""]], confirmed=False, kind="revocation", published="2026-05-01")
    assert find("郑州待定有限公司") == Answer(reasons=("name_unknown",))
    assert find(OTHER_CODE) == Answer(reasons=("code_unknown",))
    (one,) = find(CODE).found
    assert (one.in_pool, one.notes) == (True, ())


def test_a_withdrawn_list_teaches_nothing(known: None) -> None:
    withdraw(list_import=ListImport.objects.get(), reason="mistaken", now=NOW)
    pooling.rebuild(as_of=TODAY, now=NOW)
    assert find(NAME).found == ()
    assert find(NUMBER).found == ()


def test_every_reason_has_its_words() -> None:
    counting = {RecognitionState.VALID, RecognitionState.GRACE}
    assert {state.value for state in set(RecognitionState) - counting} <= ANSWERS.keys()
