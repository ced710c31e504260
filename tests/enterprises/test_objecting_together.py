"""Several corrections of one line, and what else becomes of such a line: nothing is undone, and causes are true."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from pytest_django import Settings

from enterprises import editions, knowing, pooling, resolving, settling
from enterprises.looking_up import find
from enterprises.models import Edition, EditionChange, Enterprise, Objection, ObjectionKind
from enterprises.parting import lines_of
from enterprises.settling import Remedy
from registry import errors, importing
from registry.models import Entry, LineCorrection, ListImport, NoticeKind
from tests.conftest import NOW, Publish
from tests.enterprises.looking import good_code
from tests.enterprises.objections import filed
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db
HEAD = ["企业名称", "证书编号", "发证日期", "区县"]
WRONG, RIGHT, OTHER = "郑州启杭科技有限公司", "郑州启航科技有限公司", "郑州远航科技有限公司"
NUMBER, WRONG_NUMBER, OTHER_NUMBER = "GR202541000001", "GR202541000011", "GR202541000002"
A_MINUTE = timedelta(minutes=1)
DESK = ("enterprises.view_objection", "enterprises.settle_objection")


@pytest.fixture
def officer() -> User:
    return staff(name="officer")


@pytest.fixture
def listed(publish: Publish) -> ListImport:
    found = publish([HEAD, [WRONG, NUMBER, "2025-01-10", ""], [OTHER, OTHER_NUMBER, "2025-01-10", ""]])
    resolving.resolve(now=NOW)
    return found


def line() -> Entry:
    return Entry.objects.get(name=WRONG, list_import__corrections=None)


def taken(by: User) -> Objection:
    objection = filed(
        ObjectionKind.NAME, Enterprise.objects.get(decisions__entry=line(), decisions__superseded_at=None), line()
    )
    settling.take(objection=objection, now=NOW, by=by)
    return objection


def upheld(by: User, fields: dict[str, str], *, at: int, objection: Objection | None = None) -> Objection:
    objection = objection or taken(by)
    now = NOW + at * A_MINUTE
    settling.uphold(objection=objection, remedy=Remedy([line()], fields), reason="属实", now=now, by=by)
    resolving.resolve(now=now)
    return objection


def sealed(quarter: str, at: int) -> Edition:
    now = NOW + at * A_MINUTE
    resolving.resolve(now=now)
    return editions.seal(edition=editions.cut(quarter=quarter, now=now), now=now)


def causes(edition: Edition, **of: Any) -> list[tuple[str, str]]:
    (change,) = EditionChange.objects.filter(edition=edition, **of)
    return [(one["cause"], one["after"]) for one in change.causes]


def test_a_second_correction_of_a_line_keeps_what_the_first_one_mended(listed: ListImport, officer: User) -> None:
    """The second objection was filed of the line as it stood before."""
    first, second = taken(officer), taken(officer)
    upheld(officer, {"name": RIGHT}, at=1, objection=first)
    upheld(officer, {"district": "金水区"}, at=2, objection=second)
    pooling.rebuild(as_of=date(2026, 10, 1), now=NOW + 3 * A_MINUTE)
    one = Enterprise.objects.exclude(name=OTHER).select_related("district").get()
    assert (one.name, one.district and one.district.name) == (RIGHT, "金水区")


def test_two_corrections_of_one_line_do_not_wait_at_once(listed: ListImport, officer: User, settings: Settings) -> None:
    """Whichever was confirmed last would undo the other."""
    settings.CONFIRM_NEEDS_SECOND_PERSON = True
    first, second, colleague = taken(officer), taken(officer), staff(name="colleague")
    upheld(officer, {"name": RIGHT}, at=1, objection=first)
    with pytest.raises(errors.AmendmentWaits, match=first.number):
        upheld(officer, {"district": "金水区"}, at=2, objection=second)
    settling.confirm(objection=first, now=NOW + 3 * A_MINUTE, by=colleague)
    upheld(officer, {"district": "金水区"}, at=4, objection=second)
    settling.confirm(objection=second, now=NOW + 5 * A_MINUTE, by=colleague)
    resolving.resolve(now=NOW + 6 * A_MINUTE)
    assert first.enterprise
    assert [(one.name, one.district_text) for one in lines_of(first.enterprise)] == [(RIGHT, "金水区")]


def test_a_line_is_corrected_once_by_one_list(listed: ListImport, officer: User) -> None:
    """Marked as it was published and as it reads now, it is one line."""
    upheld(officer, {"name": RIGHT}, at=1)
    objection = filed(ObjectionKind.NAME, Enterprise.objects.get(name=RIGHT))
    settling.take(objection=objection, now=NOW, by=officer)
    now = NOW + 2 * A_MINUTE
    both = [line(), Entry.objects.get(name=RIGHT)]
    settling.uphold(
        objection=objection, remedy=Remedy(both, {"district": "金水区"}), reason="属实", now=now, by=officer
    )
    assert LineCorrection.objects.filter(ground=objection.number).count() == 1


@pytest.mark.parametrize("step", ["withdrawn", "staged"])
def test_a_line_that_counts_for_nothing_is_not_corrected(
    listed: ListImport, officer: User, publish: Publish, step: str
) -> None:
    """It would be told as upheld, and change nothing."""
    objection, wrong = taken(officer), line()
    if step == "withdrawn":
        importing.withdraw(list_import=listed, reason="重复", now=NOW)
    else:
        wrong = publish([HEAD, [WRONG, "", "", ""]], programme="GZ", confirmed=False).entries.get()
    with pytest.raises(errors.LineDoesNotCount):
        settling.uphold(
            objection=objection, remedy=Remedy([wrong], {"name": RIGHT}), reason="属实", now=NOW, by=officer
        )


def test_a_corrected_recognition_that_runs_out_is_told_to_have_run_out(listed: ListImport, officer: User) -> None:
    sealed("2026Q2", 0)
    upheld(officer, {"name": RIGHT}, at=1)
    now = NOW + timedelta(days=1300)
    new = editions.seal(
        edition=editions.cut(quarter="2030Q1", now=now + timedelta(days=1)), now=now + timedelta(days=1)
    )
    assert EditionChange.objects.filter(edition=new).count() == 2
    change = EditionChange.objects.get(edition=new, public_id=Enterprise.objects.get(name=RIGHT).public_id)
    assert [(one["cause"], one["after"]) for one in change.causes] == [("expired", "2028-01-09")]


@pytest.mark.parametrize(("notice", "cause"), [("revocation", "revoked"), ("move_out", "left_city")])
def test_a_corrected_recognition_that_is_taken_away_is_told_so(
    listed: ListImport, officer: User, publish: Publish, notice: str, cause: str
) -> None:
    sealed("2026Q2", 0)
    upheld(officer, {"name": RIGHT}, at=1)
    publish([HEAD[:2], [RIGHT, NUMBER]], kind=NoticeKind(notice), published="2026-09-01", now=NOW + 2 * A_MINUTE)
    new = sealed("2026Q3", 3)
    (change,) = EditionChange.objects.filter(edition=new)
    assert (change.kind, [one["cause"] for one in change.causes]) == ("removed", [cause])


def test_a_corrected_line_whose_list_is_withdrawn_is_told_so(listed: ListImport, officer: User) -> None:
    sealed("2026Q2", 0)
    upheld(officer, {"name": RIGHT}, at=1)
    importing.withdraw(list_import=listed, reason="错发", now=NOW + 2 * A_MINUTE)
    new = sealed("2026Q3", 3)
    told = {tuple(one["cause"] for one in change.causes) for change in EditionChange.objects.filter(edition=new)}
    assert told == {("list_withdrawn",)}


def test_what_moves_with_a_corrected_line_is_told_to_be_by_the_objection(publish: Publish, officer: User) -> None:
    """A re-check begins where the recognition that it extends ends."""
    publish([HEAD, [WRONG, NUMBER, "2023-01-10", ""]], published="2023-02-10")
    resolving.resolve(now=NOW)
    objection, wrong = taken(officer), line()
    publish([HEAD[:1], [WRONG]], kind="recheck", published="2025-05-10", now=NOW)
    sealed("2026Q2", 0)
    remedy = Remedy([wrong], {"issued_on": "2023-03-10"})
    settling.uphold(objection=objection, remedy=remedy, reason="属实", now=NOW + A_MINUTE, by=officer)
    (change,) = sealed("2026Q3", 2).changes.all()
    correction = ListImport.objects.get(corrections__isnull=False)
    told = [(cause["cause"], cause["source"].partition("#")[0], cause["after"]) for cause in change.causes]
    assert told == [("objection_upheld", correction.reference, "2026-03-10/2029-03-09")]


def test_a_corrected_line_that_is_anothers_is_told_so(listed: ListImport, officer: User, publish: Publish) -> None:
    publish([HEAD, [WRONG, "", "", ""]], programme="GZ", published="2025-05-01", now=NOW)
    resolving.resolve(now=NOW)
    us = Enterprise.objects.get(name=WRONG)
    for at in (1, 2):
        theirs = next(one for one in lines_of(us) if not one.number)
        objection = filed(ObjectionKind.NOT_US, us)
        settling.take(objection=objection, now=NOW, by=officer)
        remedy = Remedy([theirs], {"district": "金水区"}) if at == 1 else Remedy(parted=[theirs])
        now = NOW + 3 * at * A_MINUTE
        settling.uphold(objection=objection, remedy=remedy, reason="同名", now=now, by=officer)
        new = sealed(f"2026Q{at + 1}", 3 * at + 1)
    changes = EditionChange.objects.filter(edition=new)
    assert {one["cause"] for change in changes for one in change.causes if one["programme"]} == {"objection_upheld"}


def test_a_number_that_was_corrected_leads_to_its_holder_alone(publish: Publish, officer: User) -> None:
    publish([HEAD, [WRONG, OTHER_NUMBER, "2025-01-10", ""], [OTHER, OTHER_NUMBER, "2025-01-10", ""]])
    resolving.resolve(now=NOW)
    assert len(find(OTHER_NUMBER).found) == 2
    upheld(officer, {"number": WRONG_NUMBER}, at=1)
    upheld(officer, {"number": NUMBER}, at=2)
    assert [one.name for one in find(OTHER_NUMBER).found] == [OTHER]
    assert [one.name for one in find(NUMBER).found] == [WRONG]
    assert find(WRONG_NUMBER).reasons == ("number_unknown",)


def test_a_correction_of_a_withdrawn_list_is_nothing_that_is_under_way(listed: ListImport, officer: User) -> None:
    upheld(officer, {"name": RIGHT}, at=1)
    importing.withdraw(list_import=listed, reason="错发", now=NOW + 2 * A_MINUTE)
    resolving.resolve(now=NOW + 2 * A_MINUTE)
    assert find(RIGHT).reasons == ("name_unknown",)


def test_the_desk_shows_a_line_once_and_of_whom_the_enterprise_is_now(listed: ListImport, officer: User) -> None:
    objection = taken(officer)
    upheld(officer, {"name": RIGHT}, at=1)
    page = signed_in(*DESK).get(f"/admin/enterprises/objection/{objection.pk}/change/").content.decode()
    assert page.count('name="lines"') == 1
    gone, kept = Enterprise.objects.get(name=RIGHT), Enterprise.objects.get(name=OTHER)
    Enterprise.objects.filter(pk=gone.pk).update(merged_into=kept)
    page = signed_in(*DESK, name="other").get(f"/admin/enterprises/objection/{objection.pk}/change/").content.decode()
    assert OTHER_NUMBER in page


def test_a_code_and_a_name_that_were_corrected_compare_with_nobody(publish: Publish, officer: User) -> None:
    """Else a bank's customer would be told to be the recognised enterprise whose line bore his code by mistake."""
    mistaken, right = good_code("91410100MA44C1N27"), good_code("91410100MA9F2B3C4")
    publish([["企业名称", "统一社会信用代码"], [WRONG, mistaken]], programme="GZ")
    resolving.resolve(now=NOW)
    upheld(officer, {"name": OTHER, "uscc": right}, at=1)
    upheld(officer, {"name": RIGHT}, at=2)
    with connection.cursor() as cursor:
        cursor.execute(knowing._LISTED)
        listed = {row[1:3] for row in cursor.fetchall()}
    assert listed == {(RIGHT, right)}
