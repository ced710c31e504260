"""What the tables say: a change in plain words, the members' columns with titles of their own."""

from datetime import date

import pytest

from enterprises.delta import Cause
from pushes.formats import changes, enterprises, words
from pushes.formats.recognitions import Notice


def test_a_change_says_why_in_plain_words() -> None:
    causes: list[Cause] = [
        {"cause": "renamed", "programme": "", "before": "旧名", "after": "新名", "source": "R#1"},
        {
            "cause": "grace",
            "programme": "HNTE",
            "before": "2023-01-01/2026-01-01",
            "after": "2023-01-01/2026-01-01",
            "source": "H#1",
        },
        {"cause": "former_names", "programme": "", "before": "甲；乙", "after": "甲", "source": ""},
        {"cause": "recognised", "programme": "SRDI", "before": "", "after": "2026-01-01/", "source": "R#1"},
    ]
    programmes = {"HNTE": "高新技术企业", "SRDI": "专精特新中小企业"}
    members = enterprises.columns({"district", "flags"}, {"HNTE": "高新技术企业"})
    cells = ["E1", "91410100MA00000001", "新名", "金水区", "是"]
    titles = [column.title for column in changes.columns(list(members.values()))]
    notices = {"R": Notice("关于更名的公告", "豫高企〔2026〕3号", date(2026, 1, 1), "")}
    told = changes.row("changed", causes, cells, programmes, lambda source: notices.get(source.partition("#")[0]))
    row = dict(zip(titles, told, strict=True))
    assert [row[title] for title in ("变动", "企业名称", "区县", "高新技术企业")] == ["变更", "新名", "金水区", "是"]
    assert changes.row("removed", causes, cells, programmes, lambda _source: None)[-2:] == ["", ""]
    lists = {title: row[title].split("；") for title in ("原因", "变更前", "变更后", "依据", "依据名单")}
    assert lists == {
        "原因": ["更名", "高新技术企业：到期待续", "曾用名变更", "专精特新中小企业：新获认定"],
        "变更前": ["企业名称：旧名", "高新技术企业：2023-01-01至2026-01-01", "曾用名：甲、乙", "—"],
        "变更后": [
            "企业名称：新名",
            "高新技术企业：2023-01-01至2026-01-01",
            "曾用名：甲",
            "专精特新中小企业：2026-01-01起",
        ],
        "依据": ["R#1", "H#1", "—", "R#1"],
        "依据名单": ["关于更名的公告（豫高企〔2026〕3号）第1行", "—", "—", "关于更名的公告（豫高企〔2026〕3号）第1行"],
    }


@pytest.mark.parametrize(
    ("cause", "programme", "before", "after", "expected"),
    [
        ("revoked", "HNTE", "2023-08-13/", "2026-08-18", ("被取消（撤销）", "2023-08-13起", "2026-08-18起取消")),
        (
            "expired", "HNTE", "2023-08-22/2026-08-21", "2026-08-21",
            ("到期", "2023-08-22至2026-08-21", "2026-08-21到期"),
        ),
        (
            "delisted", "HNTE", "2023-08-13/", "2026-08-18",
            ("不在最新全量名单中", "2023-08-13起", "2026-08-18起不在名单中"),
        ),
        (
            "disputed", "HNTE", "2023-08-22/2026-08-21", "2026-08-21",
            ("取消（撤销）待核对", "2023-08-22至2026-08-21", "2026-08-21到期"),
        ),
        ("left_city", "HNTE", "2023-08-13/", "", ("不在本市", "2023-08-13起", "—")),
        (
            "merged", "HNTE", "2023-08-13/", "E9FKK39J",
            ("与库内另一企业为同一家", "2023-08-13起", "E9FKK39J"),
        ),
        ("list_withdrawn", "HNTE", "2023-08-13/", "", ("来源名单被撤回", "2023-08-13起", "—")),
        ("list_withdrawn", "", "甲/乙公司", "丙/公司", ("来源名单被撤回", "甲/乙公司", "丙/公司")),
        ("district_changed", "", "", "金水区", ("补充区县", "—", "金水区")),
        ("district_changed", "", "中原区", "金水区", ("区县变更", "中原区", "金水区")),
        ("renamed", "", "甲/乙公司", "丙/公司", ("更名", "甲/乙公司", "丙/公司")),
        ("respelled", "", "甲(郑州)", "甲（郑州）", ("名单所载名称不同", "甲(郑州)", "甲（郑州）")),
    ],
)  # fmt: skip
def test_before_and_after_are_in_words(
    cause: str, programme: str, before: str, after: str, expected: tuple[str, str, str]
) -> None:
    one: Cause = {"cause": cause, "programme": programme, "before": before, "after": after, "source": ""}
    cells = changes.row("changed", [one], ["", "", ""], {}, lambda _source: None)[4:7]
    labels = ("HNTE：", "区县：", "企业名称：")
    plain_cells = []
    for cell in cells:
        label = next((label for label in labels if cell.startswith(label)), "")
        plain_cells.append(cell.removeprefix(label))
    assert tuple(plain_cells) == expected


def test_every_cause_has_words() -> None:
    told = {
        "recognised", "renewed", "grace", "expired", "revoked", "delisted", "list_withdrawn", "corrected",
        "renamed", "respelled", "disputed", "former_names", "code_found", "code_changed", "district_changed",
        "left_city", "merged", "joined", "split", "rule_changed", "moved_in", "counts_again",
        "objection_upheld", "name_on_objection", "code_on_objection", "place_on_objection",
        "first_edition",
    }  # fmt: skip
    assert set(words.CAUSES) == told


def test_no_two_columns_bear_one_title() -> None:
    columns = enterprises.columns({"flags"}, {"AA": "企业名称", "BB": "=甲", "CC": "=甲"}).values()
    assert [column.title for column in columns][3:] == ["企业名称（AA）", "'=甲", "'=甲（CC）"]
