"""Claims: read as written, whole or not at all, an applicant by its code exactly, each fault named with its row."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from enterprises.models import FormerName
from financing import errors
from financing.models import Subsidy, SubsidyClaim
from financing.subsidies import claiming
from financing.subsidies.claim_rows import columns_of, read_row, unclear_headings
from financing.subsidies.claim_wording import fault_words
from financing.subsidies.standing_on import held_on
from registry.errors import FileRefused, TooLarge
from registry.models import Entry
from tests.financing.subsidising import NOW, claim, code, enterprise, holds, rows_of, take_in
from tests.pushes.making import institution

COLUMNS = {"year": 0, "name": 1, "code": 2, "amount": 3, "happened_on": 4, "grade": 5, "proof": 6, "remark": 7}


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("1234.56", "1234.56"), ("1,234.56", "1234.56"), ("１２３４", "1234.00"), ("1234.500", "1234.50"),
        ("99999999999999.99", "99999999999999.99"), ("¥12元", "12.00"), ("0.01", "0.01"),
        ("0.005", "cents"), ("1234.567", "cents"), ("0", "zero"), ("-5", "amount"), ("12万元", "amount"),
        ("1,23.4", "amount"), ("1e5", "amount"), ("=1+1", "amount"), ("100000000000000", "amount"), ("٣", "amount"),
    ],
)  # fmt: skip
def test_an_amount_is_exact_or_refused(text: str, gives: str) -> None:
    row = read_row(2, ["2026", "甲", "乙", text, "2026-03-01", "", "丙"], COLUMNS)
    assert [fault.code for fault in row.faults] == ([] if "." in gives else [gives])
    assert row.amount == (Decimal(gives) if "." in gives else None)


def test_cells_and_headings_as_people_write_them() -> None:
    heads = [" 申报 年度", "企业名称（全称）", "统一社会信用代码(或培育库编号)", "备注", "凭证编号", "发生日期", "别的"]
    assert columns_of(heads) == {"year": 0, "name": 1, "code": 2, "remark": 3, "proof": 4, "happened_on": 5}
    row = read_row(9, ["2026年度", "甲" * 201, "", "1", "三月", "", " ＡＢ－1 "], COLUMNS)
    assert {(fault.column, fault.code) for fault in row.faults} == {
        ("name", "too_long"), ("code", "missing"), ("happened_on", "day"),
    }  # fmt: skip
    assert (row.year, row.proof_key) == (2026, "AB-1")
    assert read_row(3, ["26"], COLUMNS).faults[-1].code == "year"
    words = [fault_words(fault) for fault in row.faults]
    assert "企业名称：超过 200 个字" in words and "发生日期：“三月”不是日期；请写成 2026-03-31" in words


@pytest.mark.parametrize(
    ("heads", "unclear"),
    [
        (["金额（万元）"], ["金额(万元)"]),
        (["保费金额 (单位： 万 元)"], ["保费金额(单位:万元)"]),
        (["发行金额（美元）"], ["发行金额(美元)"]),
        (["金额", "保费金额(元)"], ["金额", "保费金额(元)"]),
        (["日期", "缴费日期", "金额（元）"], ["日期", "缴费日期"]),
        (["金额（元，精确到分；按等次的不填）", "企业名称（万元）", "日期"], []),
        (["金额", "代码", "统一社会信用代码"], []),
    ],
)
def test_headings_that_leave_open_what_is_claimed(heads: list[str], unclear: list[str]) -> None:
    assert unclear_headings(heads) == unclear


@pytest.mark.django_db
def test_every_fault_is_named_with_its_row_and_nothing_is_taken(tmp_path: Path) -> None:
    by = User.objects.create_user("maker")
    one, two = enterprise(1), enterprise(2)
    bank = institution("bank-a")
    take_in(tmp_path, by, claim(one, proof="保单 一"))
    faulty = {
        2: (claim(one, proof="保单一"), "凭证编号：此凭证已经申报过：2026 郑州投保1号科技有限公司"),
        3: (claim(two, name=one.name), "企业名称：该代码属于“郑州投保2号科技有限公司”，所填名称不是它的现名或曾用名"),
        4: (claim(one, code=code(77), proof="c"), f"统一社会信用代码：系统内没有代码为 {code(77)} 的企业"),
        5: (claim(one, code="91410100MA00000011", proof="d"), "统一社会信用代码：“91410100MA00000011”不是有效的"),
        6: (claim(one, year=2025, proof="e"), "发生日期：与申报年度不符：该年度申报的是 2025 年发生的事项"),
        7: (claim(one, happened_on="2027-02-02", year=2027, proof="f"), "发生日期：是将来的日期"),
        8: (claim(one, happened_on="2024-12-31", year=2024, proof="g"), "发生日期：2024-12-31 没有施行中的规则"),
        9: (claim(one, amount="", proof="h"), "金额：没有填写；规则按金额计算"),
        10: (claim(one, grade="一等", proof="i"), "等次：不应填写；规则按金额计算"),
        11: (claim(two, proof="j"), ""),
        12: (claim(two, proof=" Ｊ"), "凭证编号：与第 11 行的凭证相同"),
        13: (claim(one, name=bank.name, code="bank-a", proof="k"), "统一社会信用代码：“bank-a”不是有效的"),
    }
    taken = take_in(tmp_path, by, *(row for row, _words in faulty.values()))
    said = {row.number: [fault_words(fault) for fault in row.faults] for row in taken.faulty}
    assert said.keys() == faulty.keys() - {11}
    for number, words in said.items():
        assert len(words) == 1 and words[0].startswith(faulty[number][1]), words
    assert taken.claims == () and SubsidyClaim.objects.count() == 1
    graded = take_in(
        tmp_path, by, claim(one, grade="特等", proof="x"), claim(two, amount="", proof="y"), of="TECH_BRANCH"
    )
    assert [[fault.code for fault in row.faults] for row in graded.faulty] == [["no_amount", "grade"], ["grade_needed"]]


@pytest.mark.django_db
def test_who_a_code_means(tmp_path: Path) -> None:
    """By credit code or public id, under a name of today or of before; by an institution's code; a body by its own."""
    by = User.objects.create_user("maker")
    one, merged = enterprise(1), enterprise(2, "郑州并入科技有限公司")
    merged.merged_into = one
    merged.save()
    institution("bank-a")
    holds(one, "2026-01-01", None)
    FormerName.objects.create(
        enterprise=one,
        name="郑州曾用科技有限公司",
        name_key="郑州曾用科技有限公司",
        until=NOW,
        entry=Entry.objects.get(),
    )
    taken = take_in(
        tmp_path, by,
        claim(one, proof="a"), claim(one, code=one.public_id, name="郑州曾用科技有限公司", proof="b"),
        claim(merged, proof="c"), claim(name="示范银行（bank-a）", code="BANK-A", proof="d"),
        claim(name="某专项计划管理人", code=code(9), proof="e"), of="IP_SECURITIES",
    )  # fmt: skip
    assert [(made.enterprise_id, made.code) for made in taken.claims] == [
        (1, one.uscc), (1, one.public_id), (1, merged.uscc), (None, "bank-a"), (None, code(9)),
    ]  # fmt: skip
    assert taken.claims[3].institution is not None and taken.claims[0].sha256


@pytest.mark.django_db
def test_files_that_are_none(tmp_path: Path) -> None:
    by, subsidies = User.objects.create_user("maker"), {one.code: one for one in Subsidy.objects.all()}

    def take(name: str, content: bytes, of: str = "TECH_INSURANCE") -> None:
        path = tmp_path / name
        path.write_bytes(content)
        claiming.take_in(subsidy=subsidies[of], path=path, file_name=name, now=NOW, by=by)

    with pytest.raises(errors.NoClaimsHere):
        take("a.csv", b"", "BANK_GROWTH")
    with pytest.raises(errors.ClaimColumnsMissing, match="凭证编号"):
        take("a.csv", "企业名称,统一社会信用代码\n郑州甲科技有限公司,1\n".encode())
    with pytest.raises(errors.ClaimColumnsUnclear, match="万元"):
        take(
            "a.csv",
            "申报年度,企业名称,代码,金额（万元）,日期,文号\n2026,甲,乙,1,2026-03-01,丙\n".encode(),
        )
    with pytest.raises(errors.ClaimColumnsMissing):
        take("a.csv", b"x,y\n1,2\n")
    with pytest.raises(FileRefused):
        take("a.xlsx", b"no workbook")
    with pytest.raises(TooLarge):
        take("a.csv", b"x" * ((claiming.MOST_MEGABYTES << 20) + 1))
    text = "\n".join(",".join(str(cell) for cell in row) for row in rows_of([claim(enterprise(1))]))
    take("a.csv", text.encode("gb18030"))
    assert SubsidyClaim.objects.get().amount == 10_000


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("since", "until", "more", "day", "held"),
    [
        ("2026-01-01", "2026-12-31", {}, "2025-12-31", False),
        ("2026-01-01", "2026-12-31", {}, "2026-01-01", True),
        ("2026-01-01", "2026-12-31", {}, "2026-12-31", True),
        ("2026-01-01", "2026-12-31", {"state": "expired", "ended_on": date(2026, 12, 31)}, "2026-12-31", True),
        ("2026-01-01", "2026-12-31", {}, "2027-01-01", False),
        ("2026-01-01", "2026-12-31", {"grace_to": date(2027, 3, 31), "state": "grace"}, "2027-03-31", True),
        ("2026-01-01", None, {"state": "revoked", "ended_on": date(2026, 5, 1)}, "2026-04-30", True),
        ("2026-01-01", None, {"state": "revoked", "ended_on": date(2026, 5, 1)}, "2026-05-01", False),
        ("2026-01-01", None, {"state": "provisional"}, "2026-05-01", False),
        ("2026-01-01", None, {"state": "disputed"}, "2026-05-01", False),
        ("2026-01-01", None, {"counts": False}, "2026-05-01", False),
    ],
)
def test_whether_it_was_in_the_pool_on_the_day(
    since: str, until: str | None, more: dict[str, object], day: str, held: bool
) -> None:
    holds(enterprise(1), since, until, **more)  # type: ignore[arg-type]
    holds(enterprise(2, in_scope=False), since, until, **more)  # type: ignore[arg-type]
    elsewhere = 2, date.fromisoformat(day)
    assert held_on([elsewhere]) == {elsewhere: []}
    asked = 1, date.fromisoformat(day)
    assert bool(held_on([asked])[asked]) is held
