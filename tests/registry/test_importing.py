"""A list is staged whole or not at all, confirmed, withdrawn, rejected; and its entries are evidence."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from pytest_django import Settings

from registry import errors, importing
from registry.models import Entry, ImportEvent, ImportState, ListImport, RememberedColumn
from registry.staging import Notice
from tests.conftest import Cells, Publish
from tests.staff import staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 1, tzinfo=UTC)
ROWS: Cells = [
    ["附件1"],
    ["2025年度高新技术企业名单（共2家）"],
    ["序号", "企业名称", "统一社会信用代码", "证书编号", "区县", "联系人"],
    ["1", "郑州启航科技有限公司", "91330100MA27YTKRXE", "GR202441001234", "金水区", "某某"],
    ["2", "鹏辉电源", "", "", "经开区", "某某"],
    ["备注：排名不分先后"],
]
NOTICE = Notice(programme="HNTE", kind="recognition", title="名单", published_on=date(2025, 1, 10))


def stage(path: Path, notice: Notice = NOTICE, by: User | None = None) -> ListImport:
    return importing.stage(path=path, file_name=path.name, notice=notice, now=NOW, by=by)


def confirm(listed: ListImport, *, now: datetime = NOW, by: User | None = None) -> None:
    """One of the rows cannot be used; the others are accepted."""
    importing.confirm(list_import=listed, now=now, by=by, accept_sound=True)


def test_a_staged_list_holds_its_rows_problems_and_file(workbook: Callable[[Cells], Path]) -> None:
    listed = stage(workbook(ROWS))
    sound, faulty = listed.entries.all()
    assert (listed.state, listed.row_count, listed.faulty_count, listed.declared_count) == ("staged", 2, 1, 2)
    assert (sound.row_number, sound.uscc, sound.district_id is not None) == (4, "91330100MA27YTKRXE", True)
    assert sound.published["企业名称"] == "郑州启航科技有限公司"
    assert "联系人" not in sound.published
    assert not faulty.usable
    assert listed.columns["name"] == "企业名称"
    assert default_storage.exists(str(listed.file))


def nothing_is_left() -> bool:
    _folders, files = default_storage.listdir("") if default_storage.exists("") else ([], [])
    return not (ListImport.objects.exists() or Entry.objects.exists() or files or default_storage.exists("lists"))


@pytest.mark.parametrize(
    "rows",
    [
        [["序号", "产品"], ["1", "钢"]],
        [["序号", "企业名称"]],
        [],
    ],
)
def test_a_refused_list_leaves_nothing(workbook: Callable[[Cells], Path], rows: Cells) -> None:
    with pytest.raises(errors.FileRefused):
        stage(workbook(rows))
    assert nothing_is_left()


def test_too_many_rows_leave_nothing(workbook: Callable[[Cells], Path], settings: Settings) -> None:
    settings.LIST_MAX_ROWS = 1
    with pytest.raises(errors.TooLarge):
        stage(workbook([["序号", "企业名称"], *[[str(n), f"郑州第{n}科技有限公司"] for n in range(80)]]))
    assert nothing_is_left()


def test_the_same_file_is_refused_and_the_first_named(workbook: Callable[[Cells], Path]) -> None:
    path = workbook(ROWS)
    first = stage(path)
    with pytest.raises(errors.AlreadyImported) as caught:
        stage(path)
    assert caught.value.import_id == first.pk
    assert ListImport.objects.count() == 1


def test_a_rejected_file_may_come_again(workbook: Callable[[Cells], Path]) -> None:
    path = workbook(ROWS)
    first = stage(path)
    importing.reject(list_import=first, reason="wrong list", now=NOW)
    again = stage(path)
    assert again.pk != first.pk
    assert again.reference == first.reference
    assert default_storage.exists(str(again.file))


def test_a_withdrawn_file_may_come_again_with_other_facts(workbook: Callable[[Cells], Path]) -> None:
    path = workbook(ROWS)
    wrong = stage(path)
    confirm(wrong, now=NOW)
    importing.withdraw(list_import=wrong, reason="wrong date", now=NOW)
    right = stage(path, Notice(programme="HNTE", kind="recognition", title="名单", published_on=date(2025, 1, 11)))
    assert right.reference != wrong.reference
    confirm(right, now=NOW)
    with pytest.raises(errors.AlreadyImported):
        confirm(wrong, now=NOW)
    again = stage(workbook([*ROWS, ["3", "郑州远航科技有限公司"]]))
    confirm(again, now=NOW)


def test_two_staged_files_after_one_withdrawal_have_references_of_their_own(workbook: Callable[[Cells], Path]) -> None:
    path = workbook(ROWS)
    for _time in range(2):
        listed = stage(path)
        confirm(listed, now=NOW)
        importing.withdraw(list_import=listed, reason="again", now=NOW)
    assert [listed.reference[-2:] for listed in ListImport.objects.order_by("id")][1:] == ["-2"]


def test_what_a_killed_upload_left_is_not_taken_for_the_file(workbook: Callable[[Cells], Path]) -> None:
    path = workbook(ROWS)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    name = default_storage.save(f"lists/{sha256[:2]}/{sha256}.xlsx", ContentFile(b"half a file"))
    listed = stage(path)
    assert str(listed.file) == name
    assert default_storage.open(name).read() == path.read_bytes()


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([["序号", "企业名称"], ["1", "甲有限公司"], ["二、取消资格企业"], ["1", "乙有限公司"]], errors.MixedList),
    ],
)
def test_a_layout_that_would_be_misread_is_refused(
    workbook: Callable[[Cells], Path], rows: Cells, error: type[Exception]
) -> None:
    with pytest.raises(error):
        stage(workbook(rows))
    assert nothing_is_left()


def test_a_list_of_an_unknown_programme_is_refused(workbook: Callable[[Cells], Path]) -> None:
    with pytest.raises(errors.NoSuchProgramme, match="HNTE"):
        stage(workbook(ROWS), Notice(programme="NONE", kind="recognition", title="x", published_on=date(2025, 1, 1)))


def test_the_way_of_an_import_is_kept(workbook: Callable[[Cells], Path]) -> None:
    listed = stage(workbook(ROWS))
    confirm(listed, now=NOW)
    importing.withdraw(list_import=listed, reason="withdrawn by its issuer", now=NOW)
    confirm(listed, now=NOW)
    assert [event.state for event in listed.events.all()] == ["staged", "confirmed", "withdrawn", "confirmed"]
    assert ListImport.objects.get().state == ImportState.CONFIRMED


@pytest.mark.parametrize("step", ["confirm twice", "withdraw staged", "reject confirmed"])
def test_a_step_out_of_order_is_refused(workbook: Callable[[Cells], Path], step: str) -> None:
    listed = stage(workbook(ROWS))
    if step != "withdraw staged":
        confirm(listed, now=NOW)
    with pytest.raises(errors.WrongState):
        if step == "confirm twice":
            confirm(listed, now=NOW)
        elif step == "withdraw staged":
            importing.withdraw(list_import=listed, reason="x", now=NOW)
        else:
            importing.reject(list_import=listed, reason="x", now=NOW)


def test_a_second_person_confirms_where_the_bureau_asks_for_one(
    workbook: Callable[[Cells], Path], settings: Settings
) -> None:
    settings.CONFIRM_NEEDS_SECOND_PERSON = True
    maker, checker = staff("registry.add_listimport", name="maker"), User.objects.create_user("checker")
    listed = stage(workbook(ROWS), by=maker)
    for nobody in (maker, None):
        with pytest.raises(errors.SecondPersonNeeded):
            confirm(listed, now=NOW, by=nobody)
    confirm(listed, now=NOW, by=checker)
    assert listed.events.last().by == checker  # type: ignore[union-attr]


@pytest.mark.parametrize(("kind", "full"), [("revocation", False), ("recognition", True)])
def test_a_list_that_takes_away_is_confirmed_only_whole(publish: Publish, kind: str, full: bool) -> None:
    with pytest.raises(errors.MustBeWhole, match="1"):
        publish(ROWS, kind=kind, is_full=full)
    assert ListImport.objects.get().state == ImportState.STAGED
    publish([ROWS[2], ROWS[3]], kind=kind, is_full=full)


def broken(act: Callable[[], object]) -> bool:
    """Whether the database refuses the act."""
    try:
        with transaction.atomic():
            act()
    except IntegrityError:
        return True
    return False


def test_confirmed_evidence_can_be_neither_changed_nor_deleted(publish: Publish) -> None:
    listed = publish(ROWS)
    entries = Entry.objects.filter(list_import=listed)
    assert broken(lambda: entries.update(name="other"))
    assert broken(lambda: entries.delete())
    assert broken(lambda: Entry.objects.create(list_import=listed, row_number=99, name="more"))
    assert broken(lambda: ListImport.objects.filter(pk=listed.pk).update(title="other"))
    assert broken(lambda: ListImport.objects.filter(pk=listed.pk).update(state="staged"))
    assert broken(lambda: ImportEvent.objects.filter(list_import=listed).update(reason="other"))
    assert broken(lambda: ImportEvent.objects.filter(list_import=listed).delete())
    importing.withdraw(list_import=listed, reason="x", now=NOW)
    assert broken(lambda: entries.update(name="other"))


def test_staged_entries_may_still_go(publish: Publish) -> None:
    listed = publish(ROWS, confirmed=False)
    assert Entry.objects.filter(list_import=listed).update(batch="1") == 2


def test_sound_rows_count_alone_only_where_somebody_says_so(workbook: Callable[[Cells], Path]) -> None:
    listed = stage(workbook(ROWS))
    with pytest.raises(errors.FaultyRows, match="1"):
        importing.confirm(list_import=listed, now=NOW)
    assert ListImport.objects.get().state == ImportState.STAGED
    confirm(listed)
    assert "1" in listed.events.last().reason  # type: ignore[union-attr]


def test_two_blocks_side_by_side_are_read_and_their_rows_told_apart(workbook: Callable[[Cells], Path]) -> None:
    header = ["序号", "企业名称", "序号", "企业名称"]
    listed = stage(workbook([header, ["1", "郑州甲有限公司", "2", "郑州乙有限公司"], ["3", "郑州丙有限公司"]]))
    found = listed.entries.order_by("block", "row_number").values_list("row_number", "block", "name")
    assert list(found) == [(2, 1, "郑州甲有限公司"), (3, 1, "郑州丙有限公司"), (2, 2, "郑州乙有限公司")]
    assert "side_by_side" in [one["code"] for one in listed.remarks]


STRANGE: Cells = [["序号", "企业名称", "登记证照"], ["1", "郑州启航科技有限公司", "91330100MA27YTKRXE"]]


def test_a_column_that_staff_named_is_read_anew_and_remembered(workbook: Callable[[Cells], Path]) -> None:
    who = staff("registry.add_listimport", name="wang")
    notice = Notice(programme="SRDI", kind="recognition", title="名单", published_on=date(2025, 1, 1), publisher="省厅")
    listed = stage(workbook(STRANGE), notice)
    assert listed.unknown_columns == ["登记证照"]
    assert listed.entries.get().uscc == ""
    importing.remap(list_import=listed, columns={"登记证照": "uscc"}, now=NOW, by=who)
    assert listed.unknown_columns == []
    assert listed.entries.get().uscc == "91330100MA27YTKRXE"
    assert RememberedColumn.objects.get().decided_by == who
    later = stage(workbook([*STRANGE, ["2", "郑州乙有限公司", ""]]), notice)
    assert later.columns["uscc"] == "登记证照"
    other = stage(workbook([*STRANGE, ["2", "郑州丙有限公司", ""]]), NOTICE)
    assert other.unknown_columns == ["登记证照"]


def test_a_reading_that_fails_anew_changes_nothing(workbook: Callable[[Cells], Path]) -> None:
    listed = stage(workbook(STRANGE))
    with pytest.raises(errors.NoNameColumn):
        importing.remap(list_import=listed, columns={"企业名称": "other"}, now=NOW)
    assert listed.entries.get().name == "郑州启航科技有限公司"
    assert not RememberedColumn.objects.exists()


def test_the_facts_of_a_staged_notice_may_change_and_those_of_a_confirmed_one_not(
    workbook: Callable[[Cells], Path],
) -> None:
    listed = stage(workbook(STRANGE))
    importing.amend(list_import=listed, facts={"title": "改后", "province_wide": True}, now=NOW)
    assert (listed.title, listed.province_wide) == ("改后", True)
    assert [one["code"] for one in listed.entries.get().problems] == ["place_missing"]
    confirm(listed)
    with pytest.raises(errors.WrongState):
        importing.amend(list_import=listed, facts={"title": "再改"}, now=NOW)


def test_an_open_title_is_taken_from_the_file(workbook: Callable[[Cells], Path]) -> None:
    listed = stage(workbook(ROWS), Notice(programme="HNTE", kind="recognition", published_on=date(2025, 1, 10)))
    assert listed.title == "2025年度高新技术企业名单"


class Stopped(Exception):
    pass


def test_a_reading_that_is_stopped_keeps_nothing(workbook: Callable[[Cells], Path]) -> None:
    heard: list[tuple[int, int]] = []

    def stop(rows: int, expected: int) -> None:
        heard.append((rows, expected))
        if rows:
            raise Stopped

    path = workbook([["序号", "企业名称"], *[[str(n), f"郑州第{n}科技有限公司"] for n in range(5_000)]])
    with pytest.raises(Stopped):
        importing.stage(path=path, file_name=path.name, notice=NOTICE, now=NOW, report=stop)
    assert heard == [(0, 5_001), (2_000, 5_001)]
    assert nothing_is_left()


def test_a_list_whose_end_only_its_notice_could_state_is_confirmed_with_it_alone(publish: Publish) -> None:
    rows: Cells = [["企业名称", "有效期至"], ["郑州启航科技有限公司", "2027-12-31"], ["郑州远航科技有限公司", ""]]
    listed = publish(rows, programme="LG", confirmed=False)
    with pytest.raises(errors.PeriodMissing, match="1"):
        importing.confirm(list_import=listed, now=NOW)
    importing.amend(list_import=listed, facts={"valid_to": date(2027, 12, 31)}, now=NOW)
    importing.confirm(list_import=listed, now=NOW)
    publish([["公示"], *rows], programme="LG", kind="publicity")  # grants nothing, so nothing has to end
