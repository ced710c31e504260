"""Feedback is read, judged as a whole, and put in force as a whole; what is faulty comes back, row by row."""

import io
import logging
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from enterprises.editions import withdraw
from enterprises.models import Edition, Enterprise
from financing import errors, leasing, sweeping, taking_in
from financing.models import Feedback, FeedbackLine, FeedbackState, ListMistake, MistakeOutcome, Way
from financing.receiving import MOST_WAITING, accept_sound, drop
from financing.taking_in import read_next
from pushes import enclosed_files
from pushes.models import Institution
from tests.conftest import write_workbook
from tests.financing.sending import NAME, as_csv, faults_of, read, send
from tests.pushes.making import SEALED_AT, delivered, institution, person, recognition, record, sealed_edition

pytestmark = pytest.mark.django_db

CODES = ("91410105MA44C1N295", "91410100MA40000023", "91410100MA40000031")
ONE, TWO, THREE, FOUR, FIVE = (f"郑州示范{number}号科技有限公司" for number in range(1, 6))
OLD = "郑州旧名三号科技有限公司"


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where workers have their folders during the test."""
    folder = tmp_path / "work"
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(taking_in, "_root", lambda: folder)
    return folder


@pytest.fixture
def edition() -> Edition:
    """1 has a code that is one, 3 had another name, 5 is known by name alone, 4 is of another programme."""
    return sealed_edition(
        "2026Q3",
        [
            record(1, uscc=CODES[0]), record(2), record(3, former_names=[OLD]),
            record(4, recognition("SRDI", "SRDI-2025-01#4")), record(5, uscc=""),
        ],
    )  # fmt: skip


@pytest.fixture
def bank(edition: Edition) -> Institution:
    own = institution("bank-a", programmes=["HNTE"])
    delivered(edition, own)
    return own


def of(number: int) -> Enterprise:
    return Enterprise.objects.get(pk=number)


def lines_of(feedback: Feedback) -> dict[int, FeedbackLine]:
    return {line.enterprise_id: line for line in feedback.rows.all()}


def test_all_that_is_said_is_kept_exactly_and_what_says_nothing_is_counted(bank: Institution, root: Path) -> None:
    made = read(
        bank,
        [
            {
                "企业编号": of(1).public_id, NAME: ONE, "是否已对接": "是", "对接日期": "2026/9/1", "对接结果": "放款",
                "授信额度（万元）": "1,000", "本期发放额（万元）": "0.000001", "贷款余额（万元）": "999.5",
                "是否首贷": "Y", "是否续贷": "否", "是否信用贷": "1", "年利率（%）": "3.45", "期末日": "2026-09-30",
                "原因": "=1+1", "名单差错": "更名", "差错说明": "新名",
            },
            {NAME: OLD, "贷款余额（万元）": "2"},
            {NAME: TWO},
            {},
            {NAME: FIVE, "贷款余额（万元）": "1000001"},
        ],
        leave_out=True, access_key="zz_abc",
    )  # fmt: skip
    assert (made.state, made.message, made.faulty, made.lines) == (FeedbackState.IN_FORCE, "", 0, 3)
    assert made.sums == {
        "lines": 3, "silent": 1, "contacted": 1, "mistakes": 1, "answers": {"lent": 1}, "credit": "1000",
        "lent": "0.000001", "balance": "1001002.5", "left": [],
        "remarks": {"former_name": {"count": 1, "rows": [3]}, "large_amount": {"count": 1, "rows": [6]}},
    }  # fmt: skip
    one = FeedbackLine.objects.values().get(feedback=made, enterprise=1)
    assert {name: value for name, value in one.items() if name not in ("id", "feedback_id", "enterprise_id")} == {
        "row_number": 2, "contacted": True, "contacted_on": date(2026, 9, 1), "answer": "lent",
        "credit_line": Decimal(1000), "lent": Decimal("0.000001"), "balance": Decimal("999.5"), "first_loan": True,
        "renewal": False, "credit_loan": True, "rate": Decimal("3.45"),
        "period_end": date(2026, 9, 30), "reason": "=1+1", "mistake": "renamed",
        "mistake_says": "新名",
    }  # fmt: skip
    assert lines_of(made)[3].contacted is None and lines_of(made)[3].answer == ""
    assert (made.key, made.leased_until, made.way, made.size > 0) == ("", None, Way.MACHINE, True)
    mistake = ListMistake.objects.get()
    assert (mistake.enterprise_id, mistake.kind, mistake.says, mistake.row_number) == (1, "renamed", "新名", 2)
    assert default_storage.listdir("feedback")[1] == [] and list(root.iterdir()) == []


def test_every_fault_comes_back_with_its_row_and_nothing_counts_until_somebody_says_so(
    bank: Institution, tmp_path: Path
) -> None:
    clerk = person("clerk", bank)
    facts = [
        ({NAME: ONE, "贷款余额": "1", "原因": "=HYPERLINK(1)"}, None),
        ({"统一社会信用代码": CODES[0], "贷款余额": "2"}, "与第2行是同一家企业"),
        ({NAME: FOUR, "贷款余额": "3"}, "不在贵机构的ZZKJ-2026Q3-v1名单中"),
        ({"企业编号": of(4).public_id, "贷款余额": "3"}, "企业编号：不在贵机构的"),
        ({"企业编号": "E0000001", "贷款余额": "3"}, "企业编号：有误"),
        ({"企业编号": of(2).public_id, NAME: THREE, "贷款余额": "3"}, f"编号是{TWO}，代码或名称是{THREE}"),
        ({"企业编号": of(2).public_id, NAME: "郑州别的科技有限公司", "贷款余额": "3"}, "与企业编号不符：编号是" + TWO),
        ({NAME: "郑州市示范5号科技有限公司", "贷款余额": "3"}, FIVE),
        ({NAME: FIVE, "统一社会信用代码": CODES[0], "贷款余额": "3"}, "不能确定是哪家企业"),
        ({"贷款余额": "3"}, "都没有填"),
        ({NAME: TWO, "贷款余额": "12万", "年利率": "0.03"}, "贷款余额：“12万”带有单位"),
        ({NAME: THREE, "贷款余额": "7"}, None),
    ]
    made = read(bank, [row for row, _words in facts], by=clerk)
    assert (made.state, made.lines, made.faulty, made.in_force_at) == (FeedbackState.FAULTY, 1, 11, None)
    sheet = faults_of(made, tmp_path)
    assert [row["行号"] for row in sheet] == [str(number) for number in range(2, 13)]
    for row, (sent, words) in zip(sheet, facts, strict=False):
        assert (words or "与第3行是同一家企业") in row["问题"]
        assert row["贷款余额"] == sent["贷款余额"]
    assert "；年利率：“0.03”" in sheet[-1]["问题"]
    assert sheet[0]["原因"] == "'=HYPERLINK(1)"
    assert FOUR not in "".join(row["问题"] for row in sheet)  # of whom it was told nothing, it is told nothing
    again = read(bank, (tmp_path / "faults.xlsx").read_bytes(), file_name="faults.xlsx")
    assert (again.state, again.key) == (FeedbackState.UNREADABLE, "")
    with transaction.atomic():  # what is withdrawn is not reported on, whenever its file came in
        withdraw(edition=Edition.objects.get(), reason="更正", now=timezone.now())
        with pytest.raises(errors.EditionNotStanding):
            accept_sound(feedback=Feedback.objects.get(pk=made.pk), by=clerk, now=timezone.now())
        transaction.set_rollback(True)
    accept_sound(feedback=made, by=clerk, now=timezone.now())
    made.refresh_from_db()
    assert (made.state, made.leave_out, made.decided_by, list(lines_of(made))) == ("in_force", True, clerk, [3])
    assert default_storage.exists(made.stored("faults"))
    for decide in (accept_sound, drop):
        with pytest.raises(errors.NotFaulty):
            decide(feedback=made, by=clerk, now=timezone.now())
    later = timezone.now() + timedelta(days=31)
    assert sweeping.sweep(now=later) == 1
    made.refresh_from_db()
    assert (made.state, made.key, default_storage.listdir("feedback")[1]) == ("in_force", "", [])


def test_a_later_file_takes_the_place_of_the_one_before_as_a_whole(bank: Institution) -> None:
    now = timezone.now()
    first = read(bank, [{NAME: ONE, "贷款余额": "1", "名单差错": "注销"}, {NAME: TWO, "贷款余额": "2"}])
    faulty = read(bank, [{NAME: ONE, "贷款余额": "x"}])
    nothing = read(bank, [{NAME: ONE, "贷款余额": "", "原因": ""}])
    first.refresh_from_db()
    assert (first.state, faulty.state, nothing.state) == ("in_force", "faulty", "unreadable")
    with pytest.raises(errors.NothingSound):
        accept_sound(feedback=faulty, by=None, now=now)
    ListMistake.objects.update(
        outcome=MistakeOutcome.MENDED, words="已改", settled_at=now, settled_by=person("s", None)
    )
    second = read(
        bank, [{NAME: TWO, "贷款余额": "5"}, {NAME: ONE, "名单差错": "注销"}, {NAME: FIVE, "名单差错": "查无"}]
    )
    for one in (first, faulty):
        one.refresh_from_db()
    assert (first.state, second.state, faulty.state, faulty.key) == ("replaced", "in_force", "dropped", "")
    assert first.replaced_at == second.in_force_at
    assert {line.enterprise_id: line.balance for line in second.rows.all()} == {1: None, 2: 5, 5: None}
    assert first.rows.count() == 2
    assert list(ListMistake.objects.order_by("pk").values_list("enterprise", "outcome")) == [(1, "mended"), (5, "open")]
    third = read(bank, [{NAME: FIVE, "名单差错": "查无", "差错说明": "再报"}])
    assert (third.state, ListMistake.objects.count()) == ("in_force", 2)


def test_one_institution_knows_nothing_of_another(bank: Institution, edition: Edition, tmp_path: Path) -> None:
    """The other may see all of the edition; both are read side by side, each in its own cut."""
    other = institution("bank-b", columns=["public_id", "uscc", "name"])
    delivered(edition, other)
    rows = [{NAME: FOUR, "贷款余额": "1"}, {NAME: OLD, "贷款余额": "2"}]
    own, theirs = send(bank, rows), send(other, rows)
    taken = [leasing.take(now=timezone.now()) for _worker in range(3)]
    assert {one.pk for one in taken if one} == {own.pk, theirs.pk}
    Feedback.objects.update(state="waiting", leased_until=None)
    while read_next(timezone.now):
        pass
    for one in (own, theirs):
        one.refresh_from_db()
    assert (own.state, theirs.state, sorted(lines_of(theirs))) == ("faulty", "in_force", [3, 4])
    assert list(theirs.sums["remarks"]) == ["other_name"]  # that it was its name once was not agreed on
    assert len(faults_of(own, tmp_path)) == 1


def test_what_is_reported_as_mistaken_does_not_speak_against_its_line(bank: Institution) -> None:
    made = read(
        bank,
        [
            {"企业编号": "", "统一社会信用代码": CODES[0], NAME: "郑州全新名字科技有限公司", "名单差错": "更名"},
            {"企业编号": of(3).public_id, "统一社会信用代码": CODES[1], NAME: THREE, "名单差错": "代码有误"},
        ],
    )
    assert (made.state, sorted(lines_of(made))) == ("in_force", [1, 3])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.xlsx", b"PK\x03\x04 broken", "x.xlsx"),
        ("x.csv", b"", "x.csv"),
        ("x.csv", b"\xff\xfe\x00", "x.csv"),
        ("x.csv", "企业名称,贷款余额（元）\n甲,1\n".encode("gb18030"), "贷款余额（元）"),
        ("x.csv", "反馈表,单位：元\n企业名称,贷款余额\n甲,1\n".encode(), "单位:元"),
        ("x.csv", "企业名称,贷款余额\n甲,1\n注：以上金额单位为元,\n".encode(), "单位为元"),
        ("x.csv", "企业名称,对接结果,金额\n,,贷款余额\n甲,放款,1\n".encode(), "贷款余额"),
        ("x.csv", "企业名称,贷款余额\n,（元）\n甲,1\n".encode(), "（万元）"),
        ("x.csv", "甲,乙\n1,2\n".encode(), "企业编号"),
        ("x.csv", as_csv([{NAME: ONE, "贷款余额": "1"}] * 1001), "1000"),
    ],
)
def test_what_cannot_be_read_says_why_and_goes(
    bank: Institution, settings: Settings, name: str, content: bytes, words: str
) -> None:
    settings.FEEDBACK_MAX_ROWS = 1000
    made = read(bank, content, file_name=name)
    assert (made.state, made.key, made.lines) == (FeedbackState.UNREADABLE, "", 0)
    assert words in made.message
    assert default_storage.listdir("feedback")[1] == []


def test_workbooks_and_gb18030_are_read(bank: Institution, tmp_path: Path) -> None:
    book = write_workbook(
        tmp_path / "a.xlsx", [["反馈表", "单位：万元"], ["企业名称", "贷款余额"], [ONE, 0.1 + 0.2], [TWO, 1234.5]]
    )
    made = read(bank, book.read_bytes(), file_name="a.xlsx")
    assert {line.enterprise_id: line.balance for line in made.rows.all()} == {1: Decimal("0.3"), 2: Decimal("1234.5")}
    made = read(bank, as_csv([{NAME: ONE, "贷款余额": "3"}], encoding="gb18030"))
    assert made.state == FeedbackState.IN_FORCE


def test_no_amount_of_a_workbook_is_lost_or_counted_for_several(bank: Institution, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in (["企业名称", "贷款余额", "原因"], [ONE, "=1+1", "a"], [TWO, 5, "a"], [THREE, None, "a"]):
        page.append(row)
    book.save(tmp_path / "a.xlsx")
    made = read(bank, (tmp_path / "a.xlsx").read_bytes(), file_name="a.xlsx")
    assert (made.state, made.lines, made.faulty) == ("faulty", 2, 1)  # the formula's result is not in the file
    page["B2"] = 1
    page.merge_cells("C2:C4")
    book.save(tmp_path / "b.xlsx")
    made = read(bank, (tmp_path / "b.xlsx").read_bytes(), file_name="b.xlsx")
    assert (made.state, {line.reason for line in made.rows.all()}) == ("in_force", {"a"})
    page.merge_cells("B3:B4")
    book.save(tmp_path / "c.xlsx")
    made = read(bank, (tmp_path / "c.xlsx").read_bytes(), file_name="c.xlsx")
    assert made.state == FeedbackState.UNREADABLE and "3" in made.message and "4" in made.message


def test_what_is_not_taken_leaves_nothing(bank: Institution, edition: Edition, settings: Settings) -> None:
    rows = [{NAME: ONE, "贷款余额": "1"}]
    for error, facts in (
        (errors.EditionNotGiven, {"label": "ZZKJ-2026Q2-v1"}),
        (errors.EditionNotGiven, {"label": "x" * 5000}),
        (errors.UnknownKind, {"file_name": "x.docx"}),
        (errors.FileTooLarge, {"size": (64 << 20) + 1}),
    ):
        with pytest.raises(error):
            send(bank, rows, **facts)
    settings.FEEDBACK_MAX_MEGABYTES = 1
    with pytest.raises(errors.FileTooLarge):
        send(bank, b"x" * ((1 << 20) + 1), size=0)
    send(bank, rows)
    with pytest.raises(errors.WaitsAlready):
        send(bank, rows)
    for number in range(1, MOST_WAITING):
        send(bank, [{NAME: ONE, "贷款余额": str(number + 1)}])
    with pytest.raises(errors.TooManyWaiting):
        send(bank, [{NAME: ONE, "贷款余额": "99"}])
    assert len(default_storage.listdir("feedback")[1]) == Feedback.objects.count() == MOST_WAITING
    while read_next(timezone.now):
        pass
    last = Feedback.objects.get(state=FeedbackState.IN_FORCE)
    assert last.rows.get().balance == MOST_WAITING  # in the order in which they were sent
    with pytest.raises(errors.InForceAlready):
        send(bank, [{NAME: ONE, "贷款余额": str(MOST_WAITING)}])
    send(bank, [{NAME: ONE, "贷款余额": "98"}])
    send(bank, [{NAME: ONE, "贷款余额": str(MOST_WAITING)}])  # back to what is about to be replaced
    while read_next(timezone.now):
        pass
    last = Feedback.objects.get(state=FeedbackState.IN_FORCE)
    assert last.rows.get().balance == MOST_WAITING
    # Who waited for the row while another came into force has an earlier moment, and still follows it.
    late = read(bank, [{NAME: ONE, "贷款余额": "x"}, {NAME: TWO, "贷款余额": "2"}])
    assert last.in_force_at
    accept_sound(feedback=late, by=None, now=last.in_force_at - timedelta(seconds=1))
    last.refresh_from_db()
    assert (last.state, last.replaced_at) == (FeedbackState.REPLACED, last.in_force_at)
    waiting = send(bank, rows)
    withdraw(edition=edition, reason="名单有误。", by=person("staff", None, staff=True), now=timezone.now())
    read_next(timezone.now)
    waiting.refresh_from_db()
    assert waiting.state == FeedbackState.UNREADABLE and "名单有误。" in waiting.message
    with pytest.raises(errors.EditionNotStanding):
        send(bank, [{NAME: TWO, "贷款余额": "1"}])


def test_who_lost_the_lease_changes_nothing_and_three_breaks_end_it(
    bank: Institution, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "绝密客户"
    waiting = send(bank, [{NAME: ONE, "贷款余额": "1", "原因": secret}])
    now = timezone.now()
    lost = leasing.take(now=now)
    assert lost and leasing.take(now=now) is None
    later = now + leasing.LEASE + timedelta(seconds=1)
    assert leasing.take(now=later)
    for act in (
        lambda: leasing.go_on(lost, now=later),
        lambda: leasing.end(lost, FeedbackState.UNREADABLE, "", now=later),
        lambda: leasing.held(lost),
    ):
        with pytest.raises(leasing.Lost):
            act()
    leasing.put_back(lost, now=later)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == ("reading", 2)

    def breaks(*_words: object) -> None:
        raise ValueError(secret)

    moment = later + leasing.LEASE + timedelta(seconds=1)
    monkeypatch.setattr(taking_in, "write_lines", breaks)
    with caplog.at_level(logging.INFO):
        assert read_next(lambda: moment)
    waiting.refresh_from_db()
    assert (waiting.state, FeedbackLine.objects.count()) == ("waiting", 0)
    assert "ValueError" in caplog.text and secret not in caplog.text
    assert not read_next(lambda: moment)  # not before its minute is over
    assert not read_next(lambda: moment + leasing.AGAIN_AFTER)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.key) == ("unreadable", "") and waiting.message


def test_faulty_ones_that_nobody_decides_on_and_remnants_go(bank: Institution, settings: Settings) -> None:
    made = read(bank, [{NAME: ONE, "贷款余额": "x"}, {NAME: TWO, "贷款余额": "2"}])
    enclosed_files.keep("feedback/0123.upload", io.BytesIO(b"left"), enclosed_files.fresh_key())
    assert sweeping.sweep(now=timezone.now()) == 0
    assert len(default_storage.listdir("feedback")[1]) == 3  # the sheet, what its page shows, and the remnant
    later = timezone.now() + timedelta(days=settings.FEEDBACK_FAULTS_KEPT_DAYS, seconds=1)
    assert sweeping.sweep(now=later) == 1
    made.refresh_from_db()
    assert (made.state, made.key, made.rows.count(), made.sums) == ("dropped", "", 0, {})
    assert "30" in made.message
    assert default_storage.listdir("feedback")[1] == []
    dropped = read(bank, [{NAME: ONE, "贷款余额": "y"}])
    drop(feedback=dropped, by=None, now=SEALED_AT + timedelta(days=400))
    dropped.refresh_from_db()
    assert (dropped.state, default_storage.listdir("feedback")[1]) == ("dropped", [])
