"""Headers of published lists are found and mapped."""

import pytest

from registry.columns import Vocabulary, map_columns
from registry.layout import NoHeader, lay_out
from tests.registry.words import VOCABULARY


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("企业名称", "name"),
        ("企业\n名称", "name"),
        ("企业名称（全称）", "name"),
        ("原企业名称", "former_name"),
        ("企业现名称", "new_name"),
        ("统一社会信用代码", "uscc"),
        ("统一社会信用代码(18位)", "uscc"),
        ("高新技术企业证书编号", "number"),
        ("县(市)区", "district"),
        ("县（市、区）", "district"),
        ("省辖市", "city"),
        ("发证日期", "issued_on"),
        ("法定代表人", "person"),
        ("法定代表人姓名", "person"),
        ("主营产品", "other"),
        ("注册资本", "other"),
        ("登记证照", None),
    ],
)
def test_a_header_names_a_field(header: str, field: str | None) -> None:
    assert VOCABULARY.field_of(header) == field


@pytest.mark.parametrize(
    ("rows", "index", "fields"),
    [
        ([["附件1"], ["2025年度名单"], [], ["序号", "企业名称", "证书编号"]], 3, {"seq", "name", "number"}),
        ([["序号", "属地", "企业名称"]], 0, {"seq", "district", "name"}),
        ([["企业名称"], ["郑州启航科技有限公司"]], 0, {"name"}),
        ([["企业原名称", "企业现名称", "证书编号"]], 0, {"former_name", "new_name", "number"}),
        ([["编号", "企业名称"], ["1", "甲"], ["2", "乙"]], 0, {"seq", "name"}),
        ([["编号", "企业名称"], ["GR202441001234", "甲"]], 0, {"number", "name"}),
    ],
)
def test_the_header_row_is_found(rows: list[list[str]], index: int, fields: set[str]) -> None:
    found = lay_out(enumerate(rows, start=1), VOCABULARY)
    assert found.header_row == index + 1
    assert set(found.columns) == fields


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (["推荐单位名称", "企业名称"], 1),
        (["所属集团公司名称", "企业名称"], 1),
        (["原单位名称", "单位名称"], 1),
        (["认定的企业名称", "企业名称"], 1),
        (["认定的企业名称", "区县"], 0),
    ],
)
def test_the_enterprises_own_name_is_found_among_others(header: list[str], name: int) -> None:
    assert map_columns(header, [], VOCABULARY)["name"] == name


@pytest.mark.parametrize(
    "rows", [[], [["序号", "产品"]], [["关于公布企业名称的通知，共计三十家企业名称如下所列"]], [["企业名称变更名单"]]]
)
def test_no_header_without_a_name_column(rows: list[list[str]]) -> None:
    with pytest.raises(NoHeader):
        lay_out(enumerate(rows, start=1), VOCABULARY)


@pytest.mark.parametrize(
    ("header", "values", "field"),
    [
        ("编号", ["1", "2"], "seq"),
        ("编号", ["GR202441001234"], "number"),
        ("编号", ["91330100MA27YTKRXE", "91330100MA27YTKRXE", "?"], "uscc"),
        ("名称", ["郑州启航科技有限公司"], "name"),
        ("名称", ["新型传感器", "水泵"], None),
        ("地区", ["郑州市", "洛阳市"], "city"),
        ("地区", ["金水区", "二七区"], "district"),
    ],
)
def test_the_values_settle_what_an_ambiguous_header_means(header: str, values: list[str], field: str | None) -> None:
    assert list(map_columns([header], [[value] for value in values], VOCABULARY)) == ([field] if field else [])


def test_of_several_numbers_the_programmes_own_is_meant() -> None:
    header = ["企业名称", "高新技术企业证书编号", "科技型中小企业登记编号"]
    below = [["郑州启航科技有限公司", "GR202441001234", "2024410105A8020396"]]
    words = [("企业名称", "name"), ("证书编号", "number"), ("登记编号", "number")]
    for pattern, column in ((r"^GR\d{12}$", 1), (r"^20\d{8}[0A]\d{7}$", 2), ("", 1)):
        assert map_columns(header, below, Vocabulary(words, number_pattern=pattern))["number"] == column


def test_what_staff_chose_goes_before_the_words_and_the_values() -> None:
    chosen = Vocabulary([("编号", "number"), ("企业名称", "name")], {"编号": "uscc", "企业 名称": "other"})
    assert map_columns(["编号", "企业名称"], [["1", "甲公司"]], chosen) == {"uscc": 0}
