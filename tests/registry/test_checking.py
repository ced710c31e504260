"""One pass over a row finds all its problems."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry import checking, placing, points
from registry.checking import Checker, Expectation, Line
from registry.columns import map_columns
from registry.identifiers import uscc_fault
from registry.names import name_key
from registry.repeating import CODES
from registry.wording import PROBLEMS
from tests.registry.words import VOCABULARY

HEADER = ["序号", "企业名称", "统一社会信用代码", "证书编号", "区县", "发证日期", "联系电话", "备注"]
GOOD = ["1", "郑州启航科技有限公司", "91330100MA27YTKRXE", "GR202441001234", "金水区", "2024-11-28", "037100000000", ""]


def checker(header: list[str] = HEADER, *, kind: str = "recognition") -> Checker:
    return Checker(
        Expectation(
            header=header,
            columns=map_columns(header, [], VOCABULARY),
            districts={name_key("金水区"): 7},
            number_pattern=r"^GR20\d{2}\d{2}\d{6}$",
            kind=kind,
            persons=frozenset(at for at, text in enumerate(header) if VOCABULARY.field_of(text) == "person"),
        )
    )


def line(**cells: str) -> Line:
    row = list(GOOD)
    for header, text in cells.items():
        row[HEADER.index(header)] = text
    return checker().check(5, row)


def codes(checked: Line) -> list[str]:
    return [problem.code for problem in checked.problems]


def test_a_sound_row_has_no_problem() -> None:
    checked = line()
    assert codes(checked) == []
    assert checked.usable
    assert (checked.name, checked.uscc, checked.number) == (GOOD[1], GOOD[2], GOOD[3])
    assert (checked.district_id, checked.issued_on) == (7, date(2024, 11, 28))


def test_people_are_not_kept() -> None:
    assert "联系电话" not in line().published
    assert line(备注="新增").published["备注"] == "新增"


# What an empty name or a shifted cell brings with it.
ALONGSIDE = {"cell_error": {"name_missing"}, "cells_shifted": {"uscc_shape"}}


@pytest.mark.parametrize(
    ("cells", "problem", "usable"),
    [
        ({"企业名称": ""}, "name_missing", False),
        ({"企业名称": "鹏辉电源"}, "name_incomplete", True),
        ({"企业名称": "鹏辉电源", "统一社会信用代码": "", "证书编号": ""}, "name_not_in_full", False),
        ({"企业名称": "郑州\ufffd\ufffd科技有限公司"}, "name_garbled", False),
        ({"企业名称": "91330100MA27YTKRXE"}, "name_is_a_code", False),
        ({"企业名称": "郑州启航科技有限公司" * 20}, "name_too_long", False),
        ({"企业名称": "郑州启航科技有限公司（原郑州远航科技有限公司）"}, "former_name_split", True),
        ({"企业名称": "郑州启航科技有限公司*"}, "remark_split", True),
        ({"企业名称": "郑州启航科技有限公司（更名）"}, "remark_split", True),
        ({"企业名称": "郑州启航科技有限公司、"}, "remark_split", True),
        ({"企业名称": "企业名称"}, "name_missing", False),
        ({"企业名称": "Ö£ÖÝÆôº½¿Æ¼¼ÓÐÏÞ¹«Ë¾"}, "name_garbled", False),
        ({"企业名称": "éƒ‘å·žå¯èˆªç§‘æŠ€æœ‰é™å…¬å¸"}, "name_garbled", False),
        ({"企业名称": "閮戝窞鍚埅绉戞妧鏈夐檺鍏徃"}, "name_garbled", False),
        ({"企业名称": "湁闄愬叕鍙公司"}, "name_garbled", False),
        ({"企业名称": "郑州\x0b启航科技有限公司"}, "name_cleaned", True),
        ({"企业名称": "郑州启航\n科技有限公司"}, "name_cleaned", True),
        ({"企业名称": "郑州\u200b启航科技有限公司"}, "name_cleaned", True),
        ({"企业名称": "郑州启航科技有限公司中原分公司"}, "branch", True),
        ({"企业名称": "锟斤拷锟斤拷有限公司"}, "name_garbled", False),
        ({"企业名称": "#N/A"}, "cell_error", False),
        ({"企业名称": "17", "统一社会信用代码": "郑州启航科技有限公司"}, "cells_shifted", False),
        ({"统一社会信用代码": "914101000000000000"}, "uscc_lost_digits", True),
        ({"统一社会信用代码": "440106000096133"}, "uscc_is_old_number", True),
        ({"统一社会信用代码": "143853115"}, "uscc_is_old_number", True),
        ({"统一社会信用代码": "91330000143853116L"}, "org_code_check", True),
        ({"统一社会信用代码": "9.13301E+17"}, "uscc_lost_digits", True),
        ({"统一社会信用代码": "91330100MA27YTKRXF"}, "uscc_check", True),
        ({"统一社会信用代码": "1234"}, "uscc_shape", True),
        ({"证书编号": "豫科2024-1"}, "number_shape", True),
        ({"证书编号": "2.02441E+17"}, "number_lost_digits", True),
        ({"区县": "洛阳市"}, "city_of_another", False),
        ({"区县": "河南省洛阳市高新区"}, "city_of_another", False),
        ({"区县": "济源产城融合示范区"}, "city_of_another", False),
        ({"区县": "科学大道"}, "district_unknown", True),
        ({"发证日期": "2024年冬"}, "date_unreadable", True),
        ({"发证日期": "9999-06-01"}, "date_unreadable", True),
    ],
)
def test_a_fault_is_named(cells: dict[str, str], problem: str, usable: bool) -> None:
    checked = line(**cells)
    assert problem in codes(checked)
    assert set(codes(checked)) - {problem} <= ALONGSIDE.get(problem, set())
    assert checked.usable is usable


def test_all_faults_of_a_row_are_found_at_once() -> None:
    assert codes(line(企业名称="鹏辉电源", 统一社会信用代码="1", 证书编号="x", 区县="洛阳市", 发证日期="?")) == [
        "name_not_in_full", "uscc_shape", "number_shape", "city_of_another", "date_unreadable",
    ]  # fmt: skip


def test_a_faulty_code_is_dropped_not_mended() -> None:
    assert line(统一社会信用代码="91330100MA27YTKRXF").uscc == ""


@pytest.mark.parametrize(
    "name",
    ["河南水泵厂（集团）有限公司", "中恩(河南)医药有限公司", "郑州某某律师事务所",
     "郑州某某科技合伙企业（有限合伙）", "河南省某某研究院"],
)  # fmt: skip
def test_brackets_that_belong_to_a_name_stay(name: str) -> None:
    checked = line(企业名称=name)
    assert (checked.name, checked.former_name, codes(checked)) == (name, "", [])


@pytest.mark.parametrize(
    ("written", "name", "former"),
    [
        ("郑州启航科技有限公司（原：郑州远航（集团）有限公司）*", "郑州启航科技有限公司", "郑州远航（集团）有限公司"),
        ("郑州启航科技有限公司(曾用名:郑州远航科技有限公司)", "郑州启航科技有限公司", "郑州远航科技有限公司"),
        ("郑州启航科技有限公司*（更名）", "郑州启航科技有限公司", ""),
        ("郑州某某科技有限公司（原料药生产车间）", "郑州某某科技有限公司（原料药生产车间）", ""),
        (" 河南启航（集团）（郑州）有限公司 ", "河南启航（集团）（郑州）有限公司", ""),
        ("郑州启航科技有限公司\n", "郑州启航科技有限公司", ""),
    ],
)
def test_only_what_was_glued_to_a_name_is_split_off(written: str, name: str, former: str) -> None:
    checked = line(企业名称=written)
    assert (checked.name, checked.former_name, checked.usable) == (name, former, True)
    assert "name_cleaned" not in codes(checked)


@pytest.mark.parametrize("text", ["-", "——", "无", "区县"])
def test_a_cell_that_says_nothing_is_empty(text: str) -> None:
    checked = line(区县=text)
    assert (checked.district_text, codes(checked), checked.published["区县"]) == ("", [], text)


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "########"])
def test_a_cells_error_is_no_value(text: str) -> None:
    checked = line(发证日期=text)
    assert (checked.issued_on, codes(checked), checked.usable) == (None, ["cell_error"], True)


PLAIN_NAMES = st.from_regex(
    r"[郑州启航科技鏈鍏锟闄夐檺徃公司有限AZaz09]{0,8}([(（][河南原更名]+[)）][科技有限]{0,4})?公司", fullmatch=True
)


@given(PLAIN_NAMES)
def test_a_plain_name_is_read_as_with_care(name: str) -> None:
    hasty = checker(["企业名称", "区县"]).check(2, [name, ""])
    careful = checker(["企业名称", "区县", "曾用名"]).check(2, [name, "", ""])
    assert careful.former_name == ""
    for part in ("name", "name_key", "problems", "usable"):
        assert getattr(hasty, part) == getattr(careful, part)


@given(st.sampled_from(GOOD[2:4]), st.text(" '\u200b\ufeff", max_size=3), st.integers(0, 18), st.booleans())
def test_a_code_in_whatever_dress_is_the_same(code: str, dress: str, at: int, lower: bool) -> None:
    text = code[:at] + dress + code[at:]
    checked = line(**{"统一社会信用代码" if code == GOOD[2] else "证书编号": text.lower() if lower else text})
    assert (checked.uscc, checked.number, codes(checked)) == (GOOD[2], GOOD[3], [])


@pytest.mark.parametrize("name", ["注塑大王(郑州)科技有限公司", "说明书(郑州)印务有限公司", "合计(郑州)咨询有限公司"])
def test_a_firm_whose_name_begins_like_a_footer_is_a_line(name: str) -> None:
    found = checker(["企业名称"]).check(9, [name])
    assert found.name == name


def place(district: str, city: str, *, province_wide: bool) -> Line:
    header = ["企业名称", "省辖市", "区县"]
    expected = Expectation(
        header=header,
        columns=map_columns(header, [], VOCABULARY),
        districts={name_key("高新区"): 2, name_key("郑州市"): 1, name_key("巩义市"): 3},
        province_wide=province_wide,
    )
    found = Checker(expected).check(2, ["郑州启航科技有限公司", city, district])
    return found


@pytest.mark.parametrize(
    ("city", "district", "province_wide", "known", "problems"),
    [
        ("郑州市", "高新区", True, 2, []),
        ("洛阳市", "高新区", True, None, []),
        ("洛阳市", "高新区", False, None, ["city_of_another"]),
        ("洛阳", "", False, None, ["city_of_another"]),
        ("", "洛阳市", False, None, ["city_of_another"]),
        ("", "洛阳市", True, None, []),
        ("巩义市", "", True, 3, []),
        ("河南省郑州市", "高新区", False, 2, []),
        ("", "洛阳市高新区", True, None, []),
        ("", "新乡市高新区", False, None, ["city_of_another"]),
        ("", "", True, None, ["place_missing"]),
        ("", "", False, None, []),
    ],
)
def test_a_district_counts_under_its_own_city_only(
    city: str, district: str, province_wide: bool, known: int | None, problems: list[str]
) -> None:
    found = place(district, city, province_wide=province_wide)
    assert (found.district_id, codes(found)) == (known, problems)


@pytest.mark.parametrize(
    ("header", "text", "expected"),
    [
        ("有效期至", "2024年6月", ["date_unreadable"]),
        ("有效期", "2021.7.1-2024.6.30", []),
        ("有效期", "2021年7月1日至2024年6月30日", []),
        ("有效期", "三年", ["date_unreadable"]),
        ("有效期", "2021.07-2024.06", []),
        ("有效期", "自2021年7月至2024年6月止", []),
        ("有效期", "2021年7月1日-2024年6月30日", []),
        ("有效期至", "三年", ["date_unreadable"]),
        ("有效期至", "2205-12-31", ["date_unreadable"]),
        ("有效期至", "9999-12-31", []),
        ("有效期", "2024.6.30-2021.7.1", ["period_backwards"]),
        ("复审结果", "通过", []),
        ("复审结果", "不通过", ["not_passed"]),
        ("复审结果", "否", ["not_passed"]),
    ],
)
def test_an_end_or_a_result_that_is_not_understood_stops_the_row(header: str, text: str, expected: list[str]) -> None:
    found = checker(["企业名称", header]).check(2, ["郑州启航科技有限公司", text])
    assert (codes(found), found.usable) == (expected, not expected)
    if header == "有效期" and not expected:
        assert (found.valid_from, found.valid_to) == (date(2021, 7, 1), date(2024, 6, 30))


def test_a_change_of_name_needs_both_names() -> None:
    header = ["企业原名称", "企业现名称", "证书编号"]
    judge = checker(header, kind="rename")
    good = judge.check(2, ["郑州远航科技有限公司", "郑州启航科技有限公司", "GR202441001234"])
    bad = judge.check(3, ["", "郑州新航科技有限公司", ""])
    assert (good.name, good.former_name, codes(good)) == ("郑州启航科技有限公司", "郑州远航科技有限公司", [])
    assert codes(bad) == ["former_name_missing"]


def test_a_change_of_name_to_the_same_name_is_none() -> None:
    names = ["郑州启航（集团）有限公司", "郑州启航(集团)有限公司", "GR202441001234"]
    found = checker(["企业原名称", "企业现名称", "证书编号"], kind="rename").check(2, names)
    assert codes(found) == ["names_equal"]


@pytest.mark.parametrize(
    ("cells", "proposal"),
    [
        ({"统一社会信用代码": "9133O1OOMA27YTKRXE"}, "91330100MA27YTKRXE"),
        ({"统一社会信用代码": "91330100MAZ7YTKRXE"}, "91330100MA27YTKRXE"),
        ({"统一社会信用代码": "91330100MA27YTKRXO"}, ""),
        ({"证书编号": "GR2O2441OO1234"}, "GR202441001234"),
        ({"统一社会信用代码": "9l330l00MA27YTKRXE"}, "91330100MA27YTKRXE"),
        ({"证书编号": "GR20244l00l234"}, "GR202441001234"),
        ({"证书编号": "豫科2024-1"}, ""),
    ],
)
def test_a_slip_is_proposed_where_it_then_passes(cells: dict[str, str], proposal: str) -> None:
    (problem,) = line(**cells).problems
    assert problem.proposal == proposal


def test_what_stands_under_no_header_is_kept() -> None:
    found = checker(["企业名称", "", "区县"]).check(2, ["郑州启航科技有限公司", "甲", "金水区", "", "乙"])
    assert found.published == {"企业名称": "郑州启航科技有限公司", "区县": "金水区", "列2": "甲", "列5": "乙"}
    assert codes(found) == ["cells_beyond_header"]


def test_a_revocations_year_may_stand_in_any_column_of_years() -> None:
    header, row = ["企业名称", "年度"], ["郑州启航科技有限公司", "2023年"]
    assert checker(header, kind="revocation").check(2, row).revoked_from_year == 2023
    assert checker(header).check(2, row).revoked_from_year is None


@pytest.mark.parametrize(
    ("kind", "text", "year", "expected"),
    [
        ("recognition", "2024年第一批", None, []),
        ("recognition", "第一批", None, ["year_doubtful"]),
        ("revocation", "二〇二三年", 2023, []),
        ("revocation", "2023-2025", None, ["year_doubtful"]),
    ],
)
def test_a_year_must_be_one_that_can_be_meant(kind: str, text: str, year: int | None, expected: list[str]) -> None:
    found = checker(["企业名称", "年度"], kind=kind).check(2, ["郑州启航科技有限公司", text])
    assert (found.revoked_from_year, codes(found), found.usable) == (year, expected, True)


def test_the_column_of_the_revocation_goes_before_that_of_the_year() -> None:
    judge = checker(["企业名称", "取消年度", "认定年度"], kind="revocation")
    assert judge.check(2, ["郑州启航科技有限公司", "2023", "2021"]).revoked_from_year == 2023
    assert codes(judge.check(3, ["郑州启航科技有限公司", "去年", "2021"])) == ["year_unreadable"]


def test_a_number_that_a_spreadsheet_may_have_rounded_is_kept_and_noted() -> None:
    header = ["企业名称", "入库登记编号"]
    expected = Expectation(header, map_columns(header, [], VOCABULARY), {}, r"^(20\d{2})(\d{6})([0-9A-Z])(\d{7})$")
    found = Checker(expected).check(2, ["郑州启航科技有限公司", "202441010508001000"])
    assert (found.number, codes(found)) == ("202441010508001000", ["number_rounded"])


def test_a_period_may_state_its_last_day_alone() -> None:
    found = checker(["企业名称", "有效期"]).check(2, ["郑州启航科技有限公司", "至2024年6月30日"])
    assert (found.valid_from, found.valid_to, codes(found)) == (None, date(2024, 6, 30), [])


@pytest.mark.parametrize("kind", ["move_in", "move_out"])
def test_who_moves_may_bring_another_provinces_number(kind: str) -> None:
    row = [*GOOD[:3], "GR202133001044", *GOOD[4:]]
    assert codes(checker(kind=kind).check(2, row)) == []


def test_every_problem_has_its_words() -> None:
    source = "".join(Path(str(module.__file__)).read_text("utf-8") for module in (checking, placing, points))
    named = set(re.findall(r'(?:note|Problem)\(\s*"(\w+)"', source))
    faults = {uscc_fault(code) for code in ("1", "91330100MA27YTKRXF", "9.1E+17")}
    assert len(named) > 20
    assert named | faults | set(CODES) == set(PROBLEMS)


def test_an_open_end_is_no_fault() -> None:
    found = checker(["企业名称", "有效期至"]).check(2, ["郑州启航科技有限公司", "长期"])
    assert (codes(found), found.usable, found.valid_to) == (["period_open"], True, None)
