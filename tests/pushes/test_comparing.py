"""An institution's list of customers: enclosed, compared by one worker at a time, told to its person alone, gone."""

import csv
import io
import logging
import operator
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO, Any

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Permission, User
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from enterprises.editions import withdraw
from enterprises.models import Edition, Enterprise
from enterprises.opening import Choice
from pushes import comparing, enclosed_files, errors, matching_customers
from pushes.access import access_of
from pushes.matching_customers import compare_next
from pushes.models import CustomerMatch, Institution, MatchState, Receipt, ReceiptKind
from pushes.secrets_at_rest import disclose
from tests.conftest import rows_of
from tests.pushes.making import delivered, institution, person, recognition, record, sealed_edition

pytestmark = pytest.mark.django_db
HEADER = "客户号,客户名称,统一社会信用代码,备注"
ONE, TWO, THREE = (f"郑州示范{number}号科技有限公司" for number in (1, 2, 3))
CODE = "91410105MA44C1N295"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where workers have their folders during the test."""
    folder = tmp_path / "work"
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(matching_customers, "_root", lambda: folder)
    return folder


@pytest.fixture
def editions(db: None) -> list[Edition]:
    """1 has a code, 2 is known by name and was renamed, 3 left after the first quarter, 4 is of another programme."""
    four = record(4, recognition("SRDI", "SRDI-2025-01#4"))
    one = record(1, uscc=CODE)
    spring = sealed_edition("2026Q2", [one, record(2, uscc=""), record(3), four])
    two = record(2, uscc="", former_names=["郑州旧名二号科技有限公司"])
    return [spring, sealed_edition("2026Q3", [one, two, four], previous=spring)]


@pytest.fixture
def clerk(editions: list[Edition], root: Path) -> User:
    own, other = institution("bank-a", programmes=["HNTE"]), institution("bank-b")
    for edition in editions:
        delivered(edition, own)
        delivered(edition, other)
    person("clerk-b", other)
    return person("clerk-a", own)


def upload(by: User, *lines: str, name: str = "客户.csv", now: datetime | None = None) -> CustomerMatch:
    content = "\n".join([HEADER, *lines]).encode()
    access = access_of(by, today=timezone.localdate())
    return comparing.receive(
        access=access, stream=io.BytesIO(content), size=len(content), file_name=name, by=by, address="203.0.113.7",
        now=now or timezone.now(),
    )  # fmt: skip


def bytes_of(match: CustomerMatch, kind: str) -> bytes:
    return b"".join(enclosed_files.disclosed(match.stored(kind), disclose(match.key)))


def compared(by: User, *lines: str) -> tuple[CustomerMatch, list[dict[str, str]]]:
    match = upload(by, *lines)
    assert compare_next(clock=timezone.now)
    match.refresh_from_db()
    assert match.state == MatchState.READY, comparing.said_of(match)
    text = bytes_of(match, "csv").decode("utf-8-sig")
    return match, list(csv.DictReader(io.StringIO(text)))


def test_each_row_comes_back_with_what_is_known_of_it(clerk: User, editions: list[Edition], tmp_path: Path) -> None:
    match, rows = compared(
        clerk,
        f"K1,{ONE},{CODE},=1+1",
        f"K2,{TWO},,",
        "K3,郑州旧名二号科技有限公司,,",
        f"K4,{THREE},,",
        "K5,郑州示范4号科技有限公司,,",
        "K6,郑州市示范1号科技有限公司,,",
        f"K7,{TWO},,",
        f"K8,{ONE},9.14101E+17,",
        "K9,,,",
    )
    assert [row["比对结果"] for row in rows] == [
        "在库", "在库", "在库", "不在库", "不在库", "待核对", "在库", "在库", "无法比对",
    ]  # fmt: skip
    assert list(rows[0]) == [
        *HEADER.split(","), "比对结果", "匹配方式", "企业编号", "登记名称", "统一社会信用代码 (2)",
        "资质（类别及有效期）", "说明",
    ]  # fmt: skip
    assert rows[0]["备注"] == "'=1+1"
    assert [row["匹配方式"] for row in rows[:3]] == ["统一社会信用代码", "企业名称", "曾用名"]
    assert rows[0]["企业编号"] == Enterprise.objects.get(pk=1).public_id
    assert rows[0]["资质（类别及有效期）"] == "高新技术企业（2025-01-10至2028-01-09）"
    assert rows[2]["登记名称"] == TWO
    assert rows[3]["说明"] == "曾在库（ZZKJ-2026Q2-v1），本版本不在库"
    assert rows[4]["说明"] == ""  # of a programme that was not agreed on: not a word
    assert ONE in rows[5]["说明"] and not rows[5]["登记名称"]
    assert rows[6]["说明"].endswith("与第3行重复")
    assert "丢失位数" in rows[7]["说明"] and rows[7]["说明"].endswith("与第2行为同一企业")
    assert match.counts == {"in": 5, "candidate": 1, "out": 2, "nothing": 1, "repeated": 1}
    assert (match.rows, match.done) == (9, 9)
    workbook = tmp_path / "result.xlsx"
    workbook.write_bytes(bytes_of(match, "xlsx"))
    assert [cells for _number, cells in rows_of(workbook)] == [list(rows[0]), *(list(row.values()) for row in rows)]
    receipt = Receipt.objects.get()
    assert (receipt.kind, receipt.user, receipt.address) == (ReceiptKind.LOOKUP, clerk, "203.0.113.7")
    assert receipt.delivery is not None and receipt.delivery.edition == editions[1]


def test_former_names_that_were_not_agreed_on_are_not_called_so(editions: list[Edition], root: Path) -> None:
    bank = institution("bank-c", columns=["public_id", "uscc", "name"])
    user = person("clerk-c", bank)
    delivered(editions[1], bank)
    _match, rows = compared(user, "K1,郑州旧名二号科技有限公司,,")
    assert (rows[0]["比对结果"], rows[0]["匹配方式"]) == ("在库", "公布用名")
    assert "曾用名" not in rows[0]["说明"]
    assert rows[0]["资质（类别及有效期）"] == "高新技术企业"


def test_an_edition_that_came_since_is_no_earlier_one(clerk: User, editions: list[Edition]) -> None:
    match = upload(clerk, "K1,郑州示范5号科技有限公司,,", f"K2,{THREE},,")
    later = sealed_edition("2026Q4", [record(1, uscc=CODE), record(5)], previous=editions[1])
    delivered(later, Institution.objects.get(code="bank-a"))
    assert compare_next(clock=timezone.now)
    match.refresh_from_db()
    text = bytes_of(match, "csv").decode("utf-8-sig")
    assert [row["说明"] for row in csv.DictReader(io.StringIO(text))] == ["", "曾在库（ZZKJ-2026Q2-v1），本版本不在库"]


def test_nothing_of_it_can_be_read_without_its_key_and_nothing_is_left(clerk: User, root: Path) -> None:
    match = upload(clerk, f"K1,{ONE},{CODE},")
    stored = Path(default_storage.path(match.stored("upload")))
    assert ONE.encode() not in stored.read_bytes()
    compare_next(clock=timezone.now)
    match.refresh_from_db()
    assert not stored.exists()
    assert list(root.iterdir()) == []
    assert ONE.encode() not in b"".join(path.read_bytes() for path in stored.parent.iterdir())
    assert ONE not in str(CustomerMatch.objects.values().get())
    with pytest.raises(errors.EnclosedFileUnreadable):
        list(enclosed_files.disclosed(match.stored("csv"), enclosed_files.fresh_key()))
    comparing.end(match=match)
    assert list(stored.parent.iterdir()) == []
    ended = CustomerMatch.objects.get()
    assert (ended.state, ended.key, ended.said, ended.rows) == (MatchState.ENDED, "", "", 1)
    assert not access_of(clerk, today=timezone.localdate()).matches(clerk, now=timezone.now()).exists()


def test_what_its_hours_are_over_goes_and_so_do_strays(clerk: User, settings: Settings) -> None:
    match, _rows = compared(clerk, f"K1,{ONE},{CODE},")
    later = timezone.now() + timedelta(hours=settings.MATCH_KEPT_HOURS, minutes=1)
    enclosed_files.keep("matches/0123.csv-1", io.BytesIO(b"left"), enclosed_files.fresh_key())
    assert comparing.sweep(now=timezone.now()) == 0
    assert default_storage.exists(match.stored("csv")) and default_storage.exists("matches/0123.csv-1")
    assert not access_of(clerk, today=timezone.localdate()).matches(clerk, now=later).exists()
    assert comparing.sweep(now=later) == 1
    assert default_storage.listdir("matches") == ([], [])
    assert comparing.sweep(now=later) == 0


def test_only_its_person_sees_it(clerk: User) -> None:
    match = upload(clerk, f"K1,{ONE},{CODE},")
    colleague = person("clerk-2", clerk.institution_membership.institution, role="administrator")
    other = User.objects.get(username="clerk-b")
    for user, sees in ((clerk, True), (colleague, False), (other, False)):
        seen = access_of(user, today=timezone.localdate()).matches(user, now=timezone.now())
        assert seen.filter(pk=match.pk).exists() is sees


def test_the_bureau_has_no_page_and_no_right_to_it() -> None:
    assert CustomerMatch not in site._registry
    assert not Permission.objects.filter(content_type__model="customermatch").exists()


def test_columns_are_chosen_where_none_says_what_it_is(clerk: User) -> None:
    content = f"甲,乙\nK1,{ONE}\nK2,{TWO}\n".encode()
    access = access_of(clerk, today=timezone.localdate())
    match = comparing.receive(
        access=access, stream=io.BytesIO(content), size=9, file_name="x.csv", by=clerk, address=None, now=timezone.now()
    )
    compare_next(clock=timezone.now)
    match.refresh_from_db()
    said = comparing.said_of(match)
    assert (match.state, said.header, said.likely) == (MatchState.CHOOSING, ["甲", "乙"], {"name": 1, "code": None})
    assert not compare_next(clock=timezone.now)  # it waits for its person
    for wrong in (Choice(), Choice(name=2), Choice(code=-1)):
        with pytest.raises(errors.NotToBeChosen):
            comparing.choose(match=match, choice=wrong, now=timezone.now())
    comparing.choose(match=match, choice=Choice(name=1), now=timezone.now())
    compare_next(clock=timezone.now)
    match.refresh_from_db()
    assert (match.state, match.counts["in"]) == (MatchState.READY, 2)
    assert comparing.said_of(match).understood == ["乙"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.docx", b"PK\x03\x04", "xlsx"),
        ("x.xlsx", b"PK\x03\x04 broken", "x.xlsx"),
        ("x.csv", b"\xff\xfe\x00", "x.csv"),
        ("x.csv", HEADER.encode(), "x.csv"),
        ("x.csv", "\n".join([HEADER, *["K,甲,,"] * 1001]).encode(), "1000"),
    ],
)
def test_a_list_that_cannot_be_read_fails_in_words_and_goes(
    clerk: User, settings: Settings, name: str, content: bytes, words: str
) -> None:
    settings.MATCH_MAX_ROWS = 1000
    match = comparing.receive(
        access=access_of(clerk, today=timezone.localdate()), stream=io.BytesIO(content), size=len(content),
        file_name=name, by=clerk, address=None, now=timezone.now(),
    )  # fmt: skip
    compare_next(clock=timezone.now)
    match.refresh_from_db()
    assert match.state == MatchState.FAILED
    assert words in comparing.said_of(match).reason
    assert default_storage.listdir("matches")[1] == []


def test_what_is_too_much_is_not_taken(clerk: User, settings: Settings) -> None:
    access = access_of(clerk, today=timezone.localdate())
    facts: dict[str, Any] = {"file_name": "x.csv", "by": clerk, "address": None, "now": timezone.now()}
    with pytest.raises(errors.ListTooLarge):
        comparing.receive(access=access, stream=io.BytesIO(), size=(32 << 20) + 1, **facts)
    for _list in range(comparing.MOST_KEPT):
        upload(clerk)
    with pytest.raises(errors.TooManyMatches):
        upload(clerk)


def test_without_an_edition_there_is_nothing_to_compare_with(db: None) -> None:
    with pytest.raises(errors.NothingToCompareWith):
        upload(person("clerk-n", institution("bank-n")))


def test_a_withdrawn_edition_or_an_ended_contract_fails_it(clerk: User, editions: list[Edition]) -> None:
    first, second = upload(clerk, f"K1,{ONE},,"), upload(clerk, f"K1,{ONE},,")
    withdraw(edition=editions[1], reason="更正", by=clerk, now=timezone.now())
    assert compare_next(clock=timezone.now)
    first.refresh_from_db()
    assert first.state == MatchState.FAILED and editions[1].label in comparing.said_of(first).reason
    Institution.objects.filter(code="bank-a").update(contract_until=timezone.localdate() - timedelta(days=1))
    assert compare_next(clock=timezone.now)
    second.refresh_from_db()
    assert second.state == MatchState.FAILED


def test_one_of_an_institution_is_in_work_at_a_time(clerk: User) -> None:
    now = timezone.now()
    first, second = upload(clerk), upload(clerk)
    other = upload(User.objects.get(username="clerk-b"))
    assert [comparing.take(now=now), comparing.take(now=now), comparing.take(now=now)] == [first, other, None]
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomerMatch.objects.filter(pk=second.pk).update(state=MatchState.READING, leased_until=now)
    comparing.end(match=first)
    assert comparing.take(now=now) == second


def test_a_worker_that_died_loses_its_lease_and_the_third_time_the_list(clerk: User) -> None:
    match, now = upload(clerk, f"K1,{ONE},,"), timezone.now()
    taken = comparing.take(now=now)
    assert taken is not None
    now += comparing.LEASE
    again = comparing.take(now=now)
    assert again == match
    with pytest.raises(comparing.Lost):
        comparing.go_on(taken, now=now, done=1)
    comparing.go_on(again, now=now, done=1)
    assert comparing.take(now=now + comparing.LEASE) == match
    assert comparing.take(now=now + 2 * comparing.LEASE) is None
    match.refresh_from_db()
    assert match.state == MatchState.FAILED


def test_whoever_loses_it_leaves_nothing(clerk: User, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    match = upload(clerk, f"K1,{ONE},,")
    keep = enclosed_files.keep

    def keep_and_lose(name: str, source: IO[bytes], key: str) -> None:
        comparing.end(match=match)
        keep(name, source, key)

    monkeypatch.setattr(enclosed_files, "keep", keep_and_lose)
    assert compare_next(clock=timezone.now)
    assert default_storage.listdir("matches")[1] == []
    assert list(root.iterdir()) == []


def test_what_breaks_is_told_to_the_log_without_the_list(
    clerk: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    match, now = upload(clerk, f"K1,{ONE},,"), timezone.now()

    def break_off(rows: Iterator[Any], *_more: Any) -> Iterator[Any]:
        raise ValueError(str(next(rows)))

    monkeypatch.setattr(matching_customers, "identified", break_off)
    with caplog.at_level(logging.DEBUG):
        for later in range(comparing.BREAKS + 1):
            compare_next(clock=partial(operator.add, now, later * comparing.AGAIN_AFTER))
    match.refresh_from_db()
    assert match.state == MatchState.FAILED
    assert "ValueError" in caplog.text
    assert ONE not in caplog.text and "K1" not in caplog.text


def test_the_folder_of_a_killed_worker_is_emptied_by_the_next(clerk: User, root: Path) -> None:
    left = root / "0123-1"
    left.mkdir()
    (left / "rows.jsonl").write_text(ONE)
    upload(clerk, f"K1,{ONE},,")
    compare_next(clock=timezone.now)
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("size", [0, 1, enclosed_files.PIECE, enclosed_files.PIECE + 1, 3 * enclosed_files.PIECE])
def test_an_enclosed_file_comes_back_whole(size: int) -> None:
    content, key = bytes(range(256)) * (size // 256 + 1), enclosed_files.fresh_key()
    enclosed_files.keep("matches/a.upload", io.BytesIO(content[:size]), key)
    assert b"".join(enclosed_files.disclosed("matches/a.upload", key)) == content[:size]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda first, second: first,
        lambda first, second: second + first,
        lambda first, second: first + second[:-1],
        lambda first, second: first[:-1] + b"A" + second,
        lambda first, second: b"\xff" * 8,
        lambda first, second: b"",
    ],
)
def test_a_spoilt_file_is_noticed(spoil: Callable[[bytes, bytes], bytes]) -> None:
    key = enclosed_files.fresh_key()
    enclosed_files.keep("matches/a.upload", io.BytesIO(b"x" * (enclosed_files.PIECE + 1)), key)
    path = Path(default_storage.path("matches/a.upload"))
    content = path.read_bytes()
    begin = 4 + int.from_bytes(content[:4], "big")
    path.write_bytes(spoil(content[:begin], content[begin:]))
    with pytest.raises(errors.EnclosedFileUnreadable):
        list(enclosed_files.disclosed("matches/a.upload", key))
