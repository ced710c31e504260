"""What a list says of its own notice."""

from datetime import date

import pytest

from registry.guessing import guess


@pytest.mark.parametrize(
    ("titles", "file_name", "title", "number", "kind"),
    [
        (["附件1", "2025年度高新技术企业名单（共2家）"], "a.xlsx", "2025年度高新技术企业名单", "", "recognition"),
        (["附件：", "河南省2024年第一批高新技术企业", "更名名单"], "a.xls",
         "河南省2024年第一批高新技术企业", "", "recognition"),
        (["郑州市科技型企业", "备案名单公示"], "a.csv", "郑州市科技型企业", "", "recognition"),
        (["豫工信企业〔2025〕88号", "关于公布专精特新中小企业名单的通知"], "x.docx",
         "关于公布专精特新中小企业名单的通知", "豫工信企业〔2025〕88号", "recognition"),
        ([], "附件2：关于取消高新技术企业资格的公告 豫高企办[2024]2号.pdf",
         "关于取消高新技术企业资格的公告 豫高企办[2024]2号", "豫高企办[2024]2号", "revocation"),
        (["拟认定瞪羚企业名单"], "a.xlsx", "拟认定瞪羚企业名单", "", "publicity"),
        (["高新技术企业异地搬迁名单"], "a.xlsx", "高新技术企业异地搬迁名单", "", "move_in"),
        (["2023年度复核通过企业名单"], "a.xlsx", "2023年度复核通过企业名单", "", "recheck"),
        ([], "list.xlsx", "list", "", "recognition"),
        (["填报单位"], ".xlsx", ".xlsx", "", "recognition"),
    ],
)  # fmt: skip
def test_title_number_and_kind(titles: list[str], file_name: str, title: str, number: str, kind: str) -> None:
    found = guess(titles, file_name)
    assert (found.title, found.kind) == (title, kind)
    assert found.document_number == number


def test_the_last_day_named_is_the_notices() -> None:
    found = guess(["依据2024年12月1日会议", "2025年 5月12日", "企业名单"], "a.xlsx")
    assert found.published_on == date(2025, 5, 12)
    assert guess(["企业名单", "2025年13月40日"], "a.xlsx").published_on is None
