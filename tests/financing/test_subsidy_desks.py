"""The subsidies' desks: rules revised, claims taken in, a sheet made, left out of, approved, taken away."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from config.accounts import roles
from config.auditing.models import Event
from financing.models import Subsidy, SubsidyClaim, SubsidyRule, SubsidySheet
from financing.subsidies import approving, drawing_up, writing
from tests.conftest import rows_of as read_rows
from tests.conftest import write_workbook
from tests.financing.subsidising import NOW, claim, enterprise, rows_of, take_in, year_ends
from tests.staff import in_roles, said

pytestmark = pytest.mark.django_db
CLAIMS, SHEETS = "/admin/financing/subsidyclaim/", "/admin/financing/subsidysheet/"


def browser(*groups: str, name: str) -> Client:
    client = Client()
    client.force_login(in_roles(*groups, name=name))
    return client


def upload(path: Path, of: str = "TECH_INSURANCE") -> dict[str, Any]:
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return {"subsidy": Subsidy.objects.get(code=of).pk, "file": file}


def test_from_a_file_to_an_approved_sheet(tmp_path: Path, settings: Settings) -> None:
    settings.CONFIRM_NEEDS_SECOND_PERSON = True
    clerk, checker = browser(roles.CLERK, name="clerk"), browser(roles.CHECKER, name="checker")
    one, two = enterprise(1), enterprise(2)
    wrong = write_workbook(tmp_path / "wrong.xlsx", rows_of([claim(one, name="=cmd|1"), claim(two)]))
    page = clerk.post(f"{CLAIMS}import/", upload(wrong)).content.decode()
    assert (
        "共 2 行，其中 1 行有误" in page
        and "所填名称不是它的现名或曾用名" in page
        and not SubsidyClaim.objects.exists()
    )
    page = clerk.post(f"{CLAIMS}import/", upload(Path(__file__))).content.decode()
    assert "一行也没有收下" in page
    right = write_workbook(tmp_path / "right.xlsx", rows_of([claim(one, amount=1000000), claim(two, amount="0.05")]))
    answer = clerk.post(f"{CLAIMS}import/", upload(right), follow=True)
    assert "已收下 2 笔申报，金额合计 1,000,000.05 元。" in said(answer)
    with pytest.raises(NoReverseMatch):  # the library's second step is not there
        reverse("admin:financing_subsidyclaim_process_import")
    template = tmp_path / "template.xlsx"
    template.write_bytes(clerk.get(f"{CLAIMS}template.xlsx").content)
    assert read_rows(template)[0][1][0].startswith("申报年度")

    subsidy = Subsidy.objects.get(code="TECH_INSURANCE")
    assert "没有施行中的规则" in clerk.post(f"{SHEETS}add/", {"subsidy": Subsidy.objects.create(
        code="X", name="x", applicants="anyone").pk, "year": 2026}).content.decode()  # fmt: skip
    answer = clerk.post(f"{SHEETS}add/", {"subsidy": subsidy.pk, "year": 2026}, follow=True)
    sheet = SubsidySheet.objects.get()
    page = answer.content.decode()
    for words in ("人民币贰拾万元零贰分", "有 2 行的申请主体", "待主管部门确认", "超过上限，按上限 200,000.00 元"):
        assert words in page
    own = f"{SHEETS}{sheet.pk}/"
    key = sheet.lines.get(name=two.name).key
    answer = clerk.post(f"{own}leave-out/", {"key": key, "reason": "不在库"}, follow=True)
    assert "已剔除，理由已留存" in said(answer) and "不在库" in answer.content.decode()
    assert "请填写理由" in said(clerk.post(f"{own}leave-out/", {"key": key, "reason": ""}, follow=True))
    assert "已恢复" in said(clerk.post(f"{own}take-in/", {"key": key}, follow=True))
    assert "已按当前数据重新测算" in said(clerk.post(f"{own}compute/", follow=True))
    assert clerk.post(f"{own}approve/").status_code == checker.post(f"{own}submit/").status_code == 403
    assert "已提交" in said(clerk.post(f"{own}submit/", follow=True))
    assert "已退回" in said(checker.post(f"{own}send-back/", {"reason": "请核实在库情况"}, follow=True))
    page = clerk.get(f"{own}change/").content.decode()
    assert "请核实在库情况" in page
    clerk.post(f"{own}submit/")
    page = checker.get(f"{own}change/").content.decode()
    assert f"{own}approve/" in page and f"{own}leave-out/" not in page
    # A page from before it was sent back shows another sheet.
    assert "已有变化" in said(checker.post(f"{own}approve/", {"seen": "0" * 64}, follow=True))
    now_seen = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert now_seen
    assert "已批准" in said(checker.post(f"{own}approve/", {"seen": now_seen[1]}, follow=True))
    first = SubsidyClaim.objects.get(enterprise=two)
    answer = clerk.post(f"{CLAIMS}{first.pk}/withdraw/", {"reason": "误报"}, follow=True)
    assert "不能撤回" in said(answer)
    file = checker.get(f"{own}sheet.xlsx")
    assert file["Content-Disposition"] == 'attachment; filename="TECH_INSURANCE-2026-v1.xlsx"'
    acts = list(Event.objects.filter(area="subsidy").order_by("pk").values_list("act", flat=True))
    assert [act for act in acts if act != "changed"] == [
        "taken_in", "taken_in", "draft", "left_out", "let_in_again", "submitted", "sent_back", "submitted", "approved",
    ]  # fmt: skip
    auditor = browser(roles.AUDITOR, name="auditor")
    assert auditor.get(f"{own}change/").status_code == auditor.get(f"{own}sheet.xlsx").status_code == 200
    assert auditor.post(f"{own}compute/").status_code == 403


def test_a_workbook_is_true_and_without_a_formula(tmp_path: Path) -> None:
    by = User.objects.create_user("maker")
    one = enterprise(1)
    take_in(tmp_path, by, claim(one, amount="1234567.89", proof="@SUM(1)", remark="-"), claim(one, proof="乙"))
    sheet = drawing_up.make(subsidy=Subsidy.objects.get(code="TECH_INSURANCE"), year=2026, now=NOW, by=by)
    page = openpyxl.load_workbook(BytesIO(writing.written(sheet))).active
    assert page is not None
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    texts = [str(cell.value) for cell in cells]
    assert "2026年度科技保险保费补贴测算核定表" in texts and "'@SUM(1)" in texts
    assert any("不作拨付依据" in text for text in texts)
    assert "人民币贰拾万元整" in texts and 1234567.89 in [cell.value for cell in cells]
    approving.submit(sheet=sheet, now=NOW, by=by)
    approving.approve(sheet=sheet, now=NOW, by=by)
    sheet.refresh_from_db()
    done = openpyxl.load_workbook(BytesIO(writing.written(sheet))).active
    assert done is not None and not any("不作拨付依据" in str(cell.value) for row in done.iter_rows() for cell in row)


def test_banks_sheets_say_their_quarters() -> None:
    by = User.objects.create_user("maker")
    year_ends(("bank-a", "0", "100000"), ("bank-b", None, "5"))
    sheet = drawing_up.make(subsidy=Subsidy.objects.get(code="BANK_GROWTH"), year=2026, now=NOW, by=by)
    page = openpyxl.load_workbook(BytesIO(writing.written(sheet))).active
    assert page is not None
    texts = [str(cell.value) for row in page.iter_rows() for cell in row]
    assert "2024Q4～2025Q4" in texts and any(
        text.startswith("备注：示范银行（bank-b）：未报送 2024Q4 的贷款余额") for text in texts
    )


def test_a_rule_is_superseded_by_saving_another(settings: Settings) -> None:
    client = browser(roles.SYSTEM, name="system")
    subsidy = Subsidy.objects.get(code="TECH_BRANCH")
    rule = subsidy.rules.get()
    address = f"/admin/financing/subsidy/{subsidy.pk}/change/"
    form = client.get(address).context["inline_admin_formsets"][0].formset
    assert form.forms[0].initial["steps_text"].splitlines()[0] == "一等：300000.00"

    def save(**said: str) -> Any:
        facts = {
            "name": subsidy.name, "note": "", "position": "40", "rules-TOTAL_FORMS": "1", "rules-INITIAL_FORMS": "1",
            "rules-2-TOTAL_FORMS": "0", "rules-2-INITIAL_FORMS": "0",
            "rules-0-id": str(rule.pk), "rules-0-subsidy": str(subsidy.pk), "rules-0-effective_from": "2025-01-01",
            "rules-0-base": "grade", "rules-0-cap_per": "case", "rules-0-once": "on", "rules-0-years_back": "0",
            "rules-0-source": rule.source, "rules-0-steps_text": "一等：300000\n二等: 200000.50",
        }  # fmt: skip
        return client.post(address, facts | {f"rules-0-{name}": text for name, text in said.items()})

    for wrong in (
        {"rate": "3"}, {"steps_text": ""}, {"steps_text": "一等 3万"}, {"steps_text": "一等：1\n一等：2"},
        {"base": "amount"},
        {"effective_to": "2025-01-01"}, {"cap": "0"}, {"years_back": "9"},
    ):  # fmt: skip
        assert save(**wrong).status_code == 200, wrong
    assert SubsidyRule.objects.filter(subsidy=subsidy).count() == 1
    assert save().status_code == 302
    rule.refresh_from_db()
    new = subsidy.rules.get(superseded_at=None)
    assert rule.superseded_at and new.steps == {"一等": "300000.00", "二等": "200000.50"}
    assert new.recorded_by and new.recorded_by.username == "system"
    assert "以往年度得过的不再给" in client.get(address).content.decode()  # of the former rule, in words
    stale = save(cap="5")  # of the former rule: the library would keep nothing of it, and say that it had
    assert stale.status_code == 200 and "规则已被他人修改" in stale.content.decode()
    assert browser(roles.CLERK, name="clerk").post(address).status_code == 403
