"""Headers of published lists are found and mapped."""

import pytest

from registry.columns import field_of, find_header, has_two_blocks, map_columns


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
        ("主营产品", None),
        ("注册资本", None),
    ],
)
def test_a_header_names_a_field(header: str, field: str | None) -> None:
    assert field_of(header) == field


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
    found = find_header(rows)
    assert found is not None
    assert found[0] == index
    assert set(found[1]) == fields


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
    assert map_columns(header, [])["name"] == name


def test_a_header_that_stands_twice_is_seen() -> None:
    assert has_two_blocks(["序号", "企业名称", "序号", "企业名称"])
    assert not has_two_blocks(["序号", "企业名称", "企业原名称"])


@pytest.mark.parametrize(
    "rows", [[], [["序号", "产品"]], [["关于公布企业名称的通知，共计三十家企业名称如下所列"]], [["企业名称变更名单"]]]
)
def test_no_header_without_a_name_column(rows: list[list[str]]) -> None:
    assert find_header(rows) is None
