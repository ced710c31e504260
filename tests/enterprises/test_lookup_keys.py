"""By which keys an enterprise is found: exact ones, however they are written; and what a slip of the pen is told."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.html import escape

from enterprises import editions, reviewing
from enterprises.looking_up import Answer, find
from enterprises.models import Enterprise, ReviewItem
from enterprises.public_ids import public_id
from registry.importing import withdraw
from registry.models import ListImport
from tests.conftest import NOW
from tests.enterprises.looking import CODE, NAME, NUMBER, OTHER_CODE, RENAMED, TODAY, ask, good_code
from tests.staff import staff

LISTED = "郑州另一个名字有限公司"


@pytest.mark.parametrize(
    ("text", "by"),
    [
        (CODE, "uscc"),
        (f" {CODE[:8]} {CODE[8:].lower()} ", "uscc"),
        ("".join(chr(ord(sign) + 0xFEE0) for sign in CODE), "uscc"),
        (NUMBER, "number"),
        (NUMBER.lower(), "number"),
        (NAME, "name"),
        ("郑州示例（中原）智造有限公司", "name"),
        ("郑州示例 〔中原〕\u3000智造有限公司", "name"),
        ("鄭州示例(中原)智造有限公司", "name"),
    ],
)
def test_every_exact_key_finds_it_however_it_is_spelt(known: None, text: str, by: str) -> None:
    answer = find(text)
    assert [(one.name, one.by) for one in answer.found] == [(NAME, by)]
    assert answer.reasons == ()


def test_the_public_id_that_packages_print_finds_it(known: None) -> None:
    enterprise = Enterprise.objects.get()
    assert [(one.public_id, one.by) for one in find(f" {enterprise.public_id.lower()}").found] == [
        (enterprise.public_id, "public_id")
    ]
    assert find(public_id(99)).found == ()


def test_the_id_of_one_that_turned_out_to_be_another_leads_there(known: None) -> None:
    kept = Enterprise.objects.get()
    Enterprise.objects.create(id=99, public_id=public_id(99), name="郑州旧行有限公司", created_at=NOW, merged_into=kept)
    assert [(one.public_id, one.by) for one in find(public_id(99)).found] == [(kept.public_id, "merged_id")]
    Enterprise.objects.create(
        id=98, public_id=public_id(98), name="郑州更旧有限公司", created_at=NOW, merged_into_id=99
    )
    assert [(one.public_id, one.by) for one in find(public_id(98)).found] == [(kept.public_id, "merged_id")]


def test_the_name_by_which_a_list_named_it_finds_it(
    known: None, pool: Callable[..., ListImport], client: Client
) -> None:
    pool([1, NAME, CODE, "", ""], programme="INNO", published="2025-03-01")
    mistaken = pool([1, LISTED, CODE, "", ""], published="2024-06-01")
    item = ReviewItem.objects.get()
    reviewing.settle(item=item, enterprise=Enterprise.objects.get(), now=NOW, by=staff())
    assert [(one.name, one.by) for one in find(LISTED).found] == [(NAME, "listed_name")]
    assert escape(NAME) in ask(client, LISTED)
    withdraw(list_import=mistaken, reason="mistaken", now=NOW)
    assert find(LISTED).found == ()


def test_a_lists_spelling_of_one_does_not_speak_for_another_who_bears_the_name(
    known: None, pool: Callable[..., ListImport]
) -> None:
    pool([1, NAME, CODE, "", ""], programme="INNO", published="2025-03-01")
    pool([1, LISTED, CODE, "", ""], published="2024-06-01")
    reviewing.settle(item=ReviewItem.objects.get(), enterprise=Enterprise.objects.get(), now=NOW, by=staff())
    pool([1, LISTED, OTHER_CODE, "", ""], programme="SRDI", published="2026-05-01")
    assert find(LISTED) == Answer(reasons=("in_review",))
    reviewing.settle(item=ReviewItem.objects.get(closed_at=None), enterprise=None, now=NOW, by=staff(name="another"))
    assert [(one.uscc, one.by) for one in find(LISTED).found] == [(OTHER_CODE, "name")]


def test_a_number_that_lists_give_to_many_is_nobodys(pool: Callable[..., ListImport], client: Client) -> None:
    stems = ("91410100MA44C1N2", "91410100MA44C1N3", "91410100MA44C1N4", "91410100MA44C1N5")
    rows = [
        [place, f"郑州{sign}号有限公司", good_code(f"{stem}7"), "123456", ""]
        for place, (sign, stem) in enumerate(zip("甲乙丙丁", stems, strict=True))
    ]
    pool(*rows, programme="SRDI")
    assert find("123456") == Answer(reasons=("several",))


@pytest.mark.parametrize(
    "text", [NAME[:-1], "郑州示例", CODE[:17], CODE[:17] + "?", "%", "_", NUMBER[:-1], "\u200b", "。"]
)
def test_nothing_but_a_whole_key_finds_anything(known: None, text: str) -> None:
    assert find(text).found == ()


def test_a_former_name_finds_it_under_its_name_of_today(
    known: None, pool: Callable[..., ListImport], client: Client
) -> None:
    pool([NAME, "郑州新名智造有限公司"], header=RENAMED, kind="rename", published="2026-02-01")
    (one,) = find(NAME).found
    assert (one.by, one.name) == ("former_name", "郑州新名智造有限公司")
    assert "郑州新名智造有限公司" in ask(client, NAME)
    assert [found.by for found in find("郑州新名智造有限公司").found] == ["name"]


@pytest.mark.parametrize("code", [CODE, OTHER_CODE], ids=["known", "unknown"])
@pytest.mark.parametrize(("right", "wrong"), [("0", "O"), ("1", "I"), ("1", "l"), ("1", "L")])
def test_a_slip_in_a_code_is_pointed_out_whether_the_code_exists_or_not(
    known: None, client: Client, code: str, right: str, wrong: str
) -> None:
    slipped = code.replace(right, wrong)
    assert slipped != code
    assert find(slipped) == Answer(reasons=("uscc_check",), meant=code)
    assert f'href="/?q={code}#answer"' in ask(client, slipped)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("GR2O244I000123", NUMBER), (public_id(7).replace("0", "O"), public_id(7)), ("91410100XXXXXXXXXO", "")],
)
def test_so_is_one_in_a_number_and_in_a_public_id(known: None, text: str, meant: str) -> None:
    assert find(text).meant == (meant if text != meant else "")


def test_whom_only_a_withdrawn_list_named_is_spoken_of_where_an_edition_does(
    known: None, pool: Callable[..., ListImport], client: Client
) -> None:
    editions.seal(edition=editions.cut(quarter="2026Q3", now=NOW), now=NOW)
    withdraw(list_import=ListImport.objects.get(), reason="mistaken", now=NOW)
    pool([1, "郑州旁人有限公司", OTHER_CODE, "", ""], as_of=TODAY)
    for text in (NAME, CODE, NUMBER):
        (one,) = find(text).found
        assert (one.by, one.in_pool, one.held) == ("withdrawn", False, ())
        assert [reason.code for reason in one.reasons] == ["list_withdrawn"]
    assert "现在已不在库，但在已发布的2026Q3版本中" in ask(client, NAME)
