"""Sheets from claims and feedback to approval: computed of what is known, frozen, approved by another, replaced."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from enterprises.models import Edition
from financing import errors
from financing.models import (
    Feedback,
    SheetState,
    Subsidy,
    SubsidyClaim,
    SubsidyExclusion,
    SubsidyLine,
    SubsidyRule,
    SubsidySheet,
)
from financing.subsidies import approving, claiming, drawing_up, ruling
from pushes.models import Institution
from tests.financing.making import feedback
from tests.financing.subsidising import NOW, claim, code, enterprise, holds, take_in, year_ends

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def maker() -> User:
    return User.objects.create_user("maker")


@pytest.fixture
def checker(settings: Settings) -> User:
    settings.CONFIRM_NEEDS_SECOND_PERSON = True
    return User.objects.create_user("checker")


def made(of: str, year: int, by: User) -> SubsidySheet:
    return drawing_up.make(subsidy=Subsidy.objects.get(code=of), year=year, now=NOW, by=by)


def told(sheet: SubsidySheet) -> dict[str, tuple[object, str]]:
    return {line.name: (line.granted, line.cut) for line in sheet.lines.all()}


def by_code(sheet: SubsidySheet) -> dict[str, tuple[object, str]]:
    return {line.code: (line.granted, line.cut) for line in sheet.lines.all()}


def test_banks_by_their_year_ends(maker: User) -> None:
    """A hundredth of a yuan below the threshold is below; who did not report both has no line but a remark."""
    year_ends(
        ("below", "50000", "149999.999999"), ("at", "50000.000001", "150000.000001"), ("beside", "0", "100000.000001"),
        ("shrank", "100000", "0"), ("no-start", None, "200000"), ("no-end", "1", None), ("neither", None, None),
    )  # fmt: skip
    sheet = made("BANK_GROWTH", 2026, maker)
    assert by_code(sheet) == {
        "below": (0, "threshold"), "at": (2_000_000, ""), "beside": (2_000_000, "cap"), "shrank": (0, "threshold"),
    }  # fmt: skip
    assert sheet.total == 4_000_000 and len(sheet.remarks) == 3
    assert [("no-start" in one, "2024Q4" in one, "2025Q4" in one) for one in sheet.remarks if "no-start" in one] == [
        (True, True, False)
    ]
    line = sheet.lines.get(code="at")
    assert line.inputs["before"] == "500000000.01" and line.inputs["after_edition"] == "ZZKJ-2025Q4-v1"
    assert line.base == Decimal("1000000000.00") and line.member is None
    for part in ("500,000,000.01", "1,500,000,000.01", "新增 1,000,000,000.00 元", "含本数",
                 "1,000,000,000.00 × 0.2% = 2,000,000.00 元", "核定 2,000,000.00 元。"):  # fmt: skip
        assert part in line.words
    assert "待主管部门确认" in sheet.rules[0]["to_confirm"] and "0.2%" in sheet.rules[0]["words"]


def test_balances_that_were_left_out_are_not_nothing(maker: User) -> None:
    year_ends(("bank-a", None, "300000"), ("bank-b", None, "0"))
    bank, edition = Institution.objects.get(code="bank-a"), Edition.objects.get(quarter="2024Q4")
    feedback(bank, edition, {1: {"contacted": True}}, at=NOW)
    sheet = made("BANK_GROWTH", 2026, maker)
    assert not sheet.lines.exists() and len(sheet.remarks) == 2


def test_growth_is_of_the_rules_programmes_alone_and_a_late_report_makes_a_submitted_sheet_outdated(
    maker: User, checker: User
) -> None:
    year_ends(("bank-a", "0", "100000"))
    subsidy = Subsidy.objects.get(code="BANK_GROWTH")
    sheet = made("BANK_GROWTH", 2026, maker)
    approving.submit(sheet=sheet, now=NOW, by=maker)
    old = Feedback.objects.get(quarter="2025Q4")
    old.state, old.replaced_at = "replaced", NOW
    old.save()
    bank, edition = Institution.objects.get(), Edition.objects.get(quarter="2025Q4")
    feedback(bank, edition, {1: {"balance": "99999"}, 2: {"balance": "1"}}, at=NOW)
    approving.approve(sheet=sheet, now=NOW, by=checker)  # the sum is what it was
    rule = subsidy.rules.get()
    rule.programmes = ["TSME"]
    ruling.revise(subsidy=subsidy, ended=[rule.pk], begun=[rule], now=LATER, by=maker)
    again = drawing_up.make(subsidy=subsidy, year=2026, now=LATER, by=maker)
    assert again.version == 2 and again.lines.get().base == 0 and again.lines.get().cut == "threshold"
    assert "科技型中小企业" in again.rules[0]["words"]
    with pytest.raises(errors.NoFiguresYet, match="2026Q4"):
        drawing_up.make(subsidy=subsidy, year=2027, now=LATER, by=maker)
    with pytest.raises(errors.NoSubsidyRule, match="2025"):  # of the growth of 2024, before there was a rule
        drawing_up.make(subsidy=subsidy, year=2025, now=LATER, by=maker)


def test_an_enterprises_year_has_one_limit_and_a_line_left_out_frees_it(tmp_path: Path, maker: User) -> None:
    one, two, gone = enterprise(1), enterprise(2), enterprise(3, "郑州旧名科技有限公司")
    gone.merged_into = one
    gone.save()
    holds(one, "2024-01-01", "2026-12-31")
    holds(two, "2026-03-02", None)
    take_in(
        tmp_path, maker, claim(one, amount="600000", happened_on="2026-02-01"), claim(one, amount="600000", proof="乙"),
        claim(gone, amount="300000", happened_on="2026-01-05"), claim(two, amount="0.05"),
    )  # fmt: skip
    sheet = made("TECH_INSURANCE", 2026, maker)
    lines = list(sheet.lines.all())
    assert [(line.granted, line.cut, line.enterprise_id, line.member) for line in lines] == [
        (Decimal("90000.00"), "", 1, True), (Decimal("110000.00"), "cap", 1, True), (0, "cap", 1, True),
        (Decimal("0.02"), "", 2, False),
    ]  # fmt: skip
    assert "已用 90,000.00 元，尚余 110,000.00 元" in lines[1].words
    assert "0.05 × 30% = 0.015 元；四舍五入到分；核定 0.02 元。" in lines[3].words
    assert "高新技术企业" in lines[0].standing and "不在培育库" in lines[3].standing
    assert sheet.total == Decimal("200000.02")
    sheet = drawing_up.leave_out(sheet=sheet, key=lines[0].key, reason="退保", now=NOW, by=maker)
    left = list(sheet.lines.all())
    assert [(line.granted, line.cut) for line in left] == [
        (0, "excluded"), (180_000, ""), (20_000, "cap"), (Decimal("0.02"), ""),
    ]  # fmt: skip
    assert left[0].reason == "退保" and sheet.total == Decimal("200000.02")
    again = drawing_up.compute_anew(sheet=sheet, now=LATER, by=maker)
    assert again.digest == sheet.digest and again.known_by == LATER  # the same inputs, the same sheet
    sheet = drawing_up.take_in_again(sheet=sheet, key=lines[0].key, now=LATER, by=maker)
    assert [line.cut for line in sheet.lines.all()] == [line.cut for line in lines]
    with pytest.raises(errors.NoSuchLine):
        drawing_up.take_in_again(sheet=sheet, key=lines[0].key, now=LATER, by=maker)
    with pytest.raises(errors.NoSuchLine):
        drawing_up.leave_out(sheet=sheet, key="claim:0", reason="-", now=LATER, by=maker)
    with pytest.raises(errors.SubsidyReasonMissing):
        drawing_up.leave_out(sheet=sheet, key=lines[0].key, reason=" ", now=LATER, by=maker)
    with pytest.raises(errors.SheetInWork):
        made("TECH_INSURANCE", 2026, maker)
    with pytest.raises(errors.NoSubsidyRule):
        drawing_up.make(
            subsidy=Subsidy.objects.create(code="X", name="x", applicants="anyone"), year=2026, now=NOW, by=maker
        )


def test_a_rule_that_changes_within_the_year_holds_from_its_day(tmp_path: Path, maker: User) -> None:
    subsidy, one = Subsidy.objects.get(code="TECH_INSURANCE"), enterprise(1)
    old = subsidy.rules.get()
    new = SubsidyRule.objects.get(pk=old.pk)
    former, old.effective_to = old.pk, date(2026, 7, 1)
    new.effective_from, new.rate, new.cap = date(2026, 7, 1), Decimal(50), Decimal("250000.00")
    ruling.revise(subsidy=subsidy, ended=[former], begun=[old, new], now=NOW, by=maker)
    with pytest.raises(errors.SubsidyRuleMoved):
        ruling.revise(subsidy=subsidy, ended=[former], begun=[], now=NOW, by=maker)
    take_in(
        tmp_path, maker, claim(one, amount="600000", happened_on="2026-06-30"),
        claim(one, amount="200000", happened_on="2026-07-01", proof="乙"),
    )  # fmt: skip
    sheet = made("TECH_INSURANCE", 2026, maker)
    assert [(int(line.granted), line.cut) for line in sheet.lines.all()] == [(180_000, ""), (70_000, "cap")]
    assert len(sheet.rules) == 2
    # What was known before is known for ever.
    assert [rule.rate for rule in ruling.rules_known(subsidy, known_by=NOW - timedelta(seconds=1))] == [30]
    with pytest.raises(IntegrityError, match="one_rule_of_a_subsidy"), transaction.atomic():
        new.pk = None
        new.save()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_once_is_once_over_the_years_also_for_a_body_that_came_into_the_registry_since(
    tmp_path: Path, maker: User, checker: User
) -> None:
    branch: dict[str, Any] = {"name": "郑州科技支行", "code": code(7), "amount": "", "grade": "二等", "proof": "甲"}
    take_in(tmp_path, maker, claim(**branch), of="TECH_BRANCH")
    sheet = made("TECH_BRANCH", 2026, maker)
    assert told(sheet) == {"郑州科技支行": (200_000, "")}
    assert sheet.lines.get().member is False  # nobody knows it; a person looks
    approving.submit(sheet=sheet, now=NOW, by=maker)
    approving.approve(sheet=sheet, now=NOW, by=checker)
    enterprise(7, "郑州科技支行")
    later = claim(**branch | {"year": 2027, "happened_on": "2027-01-04", "grade": "一等", "proof": "乙"})
    assert take_in(tmp_path, maker, later, of="TECH_BRANCH").faulty == ()
    following = made("TECH_BRANCH", 2027, maker)
    assert told(following) == {"郑州科技支行": (0, "once")}
    assert "科技金融专业机构奖励 2026 v1" in following.lines.get().words


def test_another_approves_and_what_is_approved_stays(tmp_path: Path, maker: User, checker: User) -> None:
    one, two = enterprise(1), enterprise(2)
    take_in(tmp_path, maker, claim(one), claim(two))
    sheet = made("TECH_INSURANCE", 2026, maker)
    lines = list(sheet.lines.all())
    for by in (maker, checker):
        with pytest.raises(errors.SheetStateForbids):
            approving.approve(sheet=sheet, now=NOW, by=by)
    approving.submit(sheet=sheet, now=NOW, by=maker)
    with pytest.raises(errors.SheetStateForbids):
        drawing_up.leave_out(sheet=sheet, key=lines[0].key, reason="-", now=NOW, by=maker)
    with pytest.raises(errors.ApproverMadeIt):
        approving.approve(sheet=sheet, now=NOW, by=maker)
    with pytest.raises(errors.SubsidyReasonMissing):
        approving.send_back(sheet=sheet, reason="", now=NOW, by=checker)
    approving.send_back(sheet=sheet, reason="第一行未在库", now=NOW, by=checker)
    third = User.objects.create_user("third")
    drawing_up.leave_out(sheet=sheet, key=lines[0].key, reason="未在库", now=NOW, by=third)
    drawing_up.compute_anew(sheet=sheet, now=NOW, by=maker)
    approving.submit(sheet=sheet, now=NOW, by=maker)
    with pytest.raises(errors.ApproverMadeIt):  # it was he who left a line out
        approving.approve(sheet=sheet, now=NOW, by=third)
    claiming.withdraw(claim=SubsidyClaim.objects.get(enterprise=two), reason="误报", now=LATER, by=maker)
    with pytest.raises(errors.SheetOutdated):
        approving.approve(sheet=sheet, now=LATER, by=checker)
    approving.send_back(sheet=sheet, reason="误报", now=LATER, by=checker)
    take_in(tmp_path, maker, claim(two))  # a withdrawn proof may be claimed again
    with pytest.raises(errors.SheetOutdated):
        approving.submit(sheet=sheet, now=LATER, by=maker)
    drawing_up.compute_anew(sheet=sheet, now=LATER, by=maker)
    approving.submit(sheet=sheet, now=LATER, by=maker)
    approving.approve(sheet=sheet, now=LATER, by=checker)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.total, sheet.approved_alone) == (SheetState.APPROVED, Decimal("3000.00"), False)
    with pytest.raises(errors.ClaimGranted):
        claiming.withdraw(
            claim=SubsidyClaim.objects.get(withdrawn_at=None, enterprise=two), reason="-", now=LATER, by=maker
        )
    second = drawing_up.make(subsidy=sheet.subsidy, year=2026, now=LATER, by=maker)
    approving.submit(sheet=second, now=LATER, by=maker)
    approving.approve(sheet=second, now=LATER, by=checker)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.replaced_at, second.version) == (SheetState.REPLACED, LATER, 2)


def test_who_waits_for_another_sees_what_that_one_did(tmp_path: Path, maker: User, checker: User) -> None:
    """Its moment is from before it waited; what was granted or withdrawn meanwhile counts all the same."""
    branch: dict[str, Any] = {"name": "郑州科技支行", "code": code(7), "amount": "", "grade": "二等", "proof": "甲"}
    rows = [claim(**branch), claim(**branch | {"year": 2025, "happened_on": "2025-06-01", "proof": "乙"})]
    take_in(tmp_path, maker, *rows, of="TECH_BRANCH")
    sheets = [made("TECH_BRANCH", year, maker) for year in (2026, 2025)]
    for sheet in sheets:
        approving.submit(sheet=sheet, now=NOW, by=maker)
    approving.approve(sheet=sheets[0], now=LATER, by=checker)
    with pytest.raises(errors.SheetOutdated), CaptureQueriesContext(connection) as asked:
        approving.approve(sheet=sheets[1], now=NOW, by=checker)
    assert '"financing_subsidy"' in next(one["sql"] for one in asked if one["sql"].endswith("FOR UPDATE"))
    take_in(tmp_path, maker, claim(enterprise(1)), claim(enterprise(2)))
    premiums = made("TECH_INSURANCE", 2026, maker)
    approving.submit(sheet=premiums, now=NOW, by=maker)
    claiming.withdraw(claim=SubsidyClaim.objects.get(enterprise=2), reason="误报", now=LATER, by=maker)
    with pytest.raises(errors.SheetOutdated):
        approving.approve(sheet=premiums, now=NOW, by=checker)


def test_the_database_holds_the_law(tmp_path: Path, maker: User, checker: User) -> None:
    take_in(tmp_path, maker, claim(enterprise(1)), claim(enterprise(2), year=2027, happened_on="2027-01-01"))
    sheet = made("TECH_INSURANCE", 2026, maker)
    line, sheets = sheet.lines.get(), SubsidySheet.objects.filter(pk=sheet.pk)
    drawing_up.leave_out(sheet=sheet, key=line.key, reason="-", now=NOW, by=checker)
    line = sheet.lines.get()
    approving.submit(sheet=sheet, now=NOW, by=maker)

    def approved(by: User, **more: object) -> Callable[[], object]:
        return lambda: sheets.update(state="approved", approved_at=NOW, approved_by=by, **more)

    def more() -> None:
        SubsidyExclusion.objects.create(sheet=sheet, key="k", name="-", reason="-", at=NOW, by=maker)

    def begun() -> None:
        facts = {"known_by": NOW, "digest": "-", "made_at": NOW, "made_by": maker, "computed_by": maker}
        SubsidySheet.objects.create(subsidy=sheet.subsidy, year=2025, state="submitted", **facts)

    def refuse(*changes: tuple[Callable[[], object], str]) -> None:
        for change, words in changes:
            with pytest.raises(IntegrityError, match=words), transaction.atomic():
                change()

    frozen = (
        (lambda: SubsidyLine.objects.filter(pk=line.pk).update(granted=1), "never change"),
        (line.delete, "while it is in work"),
        (lambda: SubsidyExclusion.objects.all().delete(), "while it is in work"),
        (
            lambda: SubsidyExclusion.objects.create(sheet=sheet, key="k", name="-", reason="-", at=NOW, by=maker),
            "in work",
        ),
        (lambda: sheets.delete(), "not deleted|while it is in work"),
        (lambda: sheets.update(total=5), "does not become|does not change"),
    )
    refuse(
        *frozen,
        (approved(maker), "sheet_approved_by_another"),
        (approved(checker), "left out a line"),
        (approved(User.objects.create_user("x"), total=7), "the total|does not change"),
        (lambda: SubsidyClaim.objects.update(amount=1), "a claim stays"),
        (SubsidyClaim.objects.filter(lines=None).delete, "a claim stays"),
        (lambda: SubsidyRule.objects.update(cap=1), "superseded, never changed"),
        (SubsidyRule.objects.exclude(subsidy=sheet.subsidy).delete, "superseded, never changed"),
        (begun, "begins as a draft"),
    )  # fmt: skip
    approving.approve(sheet=sheet, now=NOW, by=User.objects.get(username="x"))
    refuse(*frozen, (lambda: sheets.update(state="draft"), "does not become"))
    assert SubsidyLine.objects.get().granted == 0


def test_alone_is_on_record_where_the_bureau_allows_it(tmp_path: Path, maker: User) -> None:
    take_in(tmp_path, maker, claim(enterprise(1)))
    sheet = made("TECH_INSURANCE", 2026, maker)
    approving.submit(sheet=sheet, now=NOW, by=maker)
    approving.approve(sheet=sheet, now=NOW, by=maker)
    sheet.refresh_from_db()
    assert sheet.approved_alone
