"""The institutions' rooms of feedback: what is asked for, what was sent, its faults, and what becomes of it."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from enterprises.editions import withdraw
from enterprises.models import Edition
from financing import faults_shown, taking_in
from financing.models import Feedback, ListMistake
from financing.portal import feedback as room
from pushes import enclosed_files
from pushes.models import Receipt, Role
from tests.conftest import rows_of
from tests.pushes.making import delivered, institution, person, recognition, record, sealed_edition
from tests.pushes.rooms import browser, people

pytestmark = pytest.mark.django_db
ROOM = reverse("financing:feedback")
LABEL = "ZZKJ-2026Q3-v1"
HEADER = "统一社会信用代码,企业名称,是否已对接,对接结果,贷款余额（万元）,名单差错,差错说明,客户经理"
SOUND = f",{record(1)['name']},是,放款,500.00,更名,现名郑州新名科技有限公司,张三"
FAULTY = f",{record(2)['name']},是,放款,5百万,,,<b>李四</b>\n,郑州无此企业科技有限公司,是,无需求,,,,王五"


@pytest.fixture
def banks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, dict[str, Client]]]:
    """Two institutions, of each a browser for each role. What a worker would do the tests do."""
    monkeypatch.setattr(room, "call_a_worker", lambda: None)
    folder = tmp_path / "work"
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(taking_in, "_root", lambda: folder)
    other = record(3, recognition("SRDI", "SRDI-2025-01#3"))
    edition = sealed_edition("2026Q3", [record(1), record(2), other])
    found = {}
    for code in ("bank-a", "bank-b"):
        bank = institution(code, programmes=["HNTE"])
        delivered(edition, bank)
        found[code] = {role: browser(user) for role, user in people(bank).items()}
    yield found


@pytest.fixture
def a(banks: dict[str, dict[str, Client]]) -> Client:
    """The browser of A's operator."""
    return banks["bank-a"][Role.OPERATOR]


def upload(client: Client, *rows: str, name: str = "反馈.csv", edition: str = LABEL, **more: str) -> Any:
    """Send the rows, and read them as a worker would; the answer of the form, or the feedback's page."""
    file = SimpleUploadedFile(name, "\n".join((HEADER, *rows)).encode())
    answer = client.post(ROOM, {"file": file, "edition": edition, **more})
    if answer.status_code != 302:
        return answer
    while taking_in.read_next(timezone.now):
        pass
    return client.get(answer["Location"])


def address(name: str, of: Feedback | None = None) -> str:
    return reverse(f"financing:{name}", args=[(of or Feedback.objects.latest("received_at")).pk])


def test_what_is_sound_is_in_force_at_once_and_replaced_as_a_whole(a: Client) -> None:
    empty = a.get(ROOM).content.decode()
    assert "2026Q3" in empty and "2026-10-30" in empty and 'name="file"' in empty
    page = upload(a, SOUND)
    first = Feedback.objects.get()
    assert first.state == "in_force" and "500.00" in page.content.decode() and "客户经理" in page.content.decode()
    assert {name: now for name, now, _then in page.context["understood"]}["结果：放款"] == "1"
    upload(a, f",{record(2)['name']},否,无需求,,,,")
    second = Feedback.objects.latest("received_at")
    told, later = a.get(address("one", first)).content.decode(), a.get(address("one", second)).content.decode()
    assert address("one", second) in told and address("one", first) in later
    page = a.get(ROOM)
    assert [sums.feedback for sums in page.context["in_force"]] == [second]
    assert f"2026Q3 的反馈已生效（按 {LABEL} 报送）" in page.content.decode()
    assert list(page.context["page"]) == [second, first]
    again = upload(a, f",{record(2)['name']},否,无需求,,,,")
    assert again.status_code == 422 and LABEL in str(again.context["form"].errors["file"])


def test_faults_are_told_row_by_row_and_sound_lines_wait_for_a_word(a: Client, tmp_path: Path) -> None:
    page = upload(a, SOUND, FAULTY)
    text = page.content.decode()
    feedback = Feedback.objects.get()
    assert (feedback.state, feedback.lines, feedback.faulty) == ("faulty", 1, 2)
    assert [(one.row, one.column) for one in page.context["faults"]] == [(3, "贷款余额"), (4, "")]
    assert "5百万" in text and "<b>李四" not in text
    got = a.get(address("faults"))
    assert isinstance(got, StreamingHttpResponse) and "2026Q3" in got["Content-Disposition"]
    sheet = tmp_path / "faults.xlsx"
    sheet.write_bytes(b"".join(got))
    assert [cells[0] for _number, cells in rows_of(sheet)] == ["行号", "3", "4"]
    assert a.post(address("accept")).status_code == 302
    feedback.refresh_from_db()
    assert feedback.state == "in_force" and feedback.decided_by
    page = a.get(address("one"))
    assert "accept" not in page.content.decode() and len(page.context["faults"]) == 2
    assert a.post(address("drop"))["Location"] == address("one")
    (refused,) = a.get(address("one")).context["messages"]
    assert refused.level_tag == "error" and feedback.get_state_display() in str(refused)


def test_a_dropped_one_counts_for_nothing_and_its_faults_are_gone(a: Client) -> None:
    upload(a, SOUND, FAULTY)
    assert a.post(address("drop"))["Location"] == ROOM
    assert Feedback.objects.get().state == "dropped" and not ListMistake.objects.exists()
    assert a.get(address("one")).context.get("faults") is None
    assert a.get(address("faults")).status_code == 404
    assert "已放弃" in a.get(ROOM).content.decode()


def test_faults_that_are_lost_are_told_as_lost(a: Client) -> None:
    upload(a, SOUND, FAULTY)
    feedback = Feedback.objects.get()
    enclosed_files.discard([feedback.stored("shown"), feedback.stored("faults")])
    assert "faults_lost" in a.get(address("one")).context
    assert a.get(address("faults")).status_code == 503


def test_said_beforehand_the_sound_lines_count_at_once(a: Client) -> None:
    page = upload(a, SOUND, FAULTY, leave_out="on")
    assert Feedback.objects.get().state == "in_force" and len(page.context["faults"]) == 2


def test_what_cannot_be_taken_is_said_at_its_place_and_what_was_chosen_stays(a: Client, settings: Settings) -> None:
    refused = upload(a, SOUND, name="反馈.docx", leave_out="on")
    assert refused.status_code == 422 and "docx" in str(refused.context["form"].errors["file"])
    text = refused.content.decode()
    assert "checked" in text and f'value="{LABEL}" selected' in text
    assert "edition" in upload(a, SOUND, edition="ZZKJ-2026Q2-v1").context["form"].errors
    settings.FEEDBACK_MAX_MEGABYTES = 0
    assert "file" in upload(a, SOUND).context["form"].errors
    assert not Feedback.objects.exists()


def test_what_cannot_be_read_says_why(a: Client) -> None:
    page = upload(a, "x", name="反馈.csv")
    assert Feedback.objects.get().state == "unreadable", page.content.decode()
    assert Feedback.objects.get().message in page.content.decode()


def test_the_page_follows_a_reading_and_stops(a: Client) -> None:
    a.post(ROOM, {"file": SimpleUploadedFile("反馈.csv", f"{HEADER}\n{SOUND}".encode()), "edition": LABEL})
    page = a.get(address("one")).content.decode()
    assert "hx-get" in page and "<noscript>" in page and "HX-Refresh" not in a.get(address("progress")).headers
    taking_in.read_next(timezone.now)
    assert a.get(address("progress")).headers["HX-Refresh"] == "true"
    assert "script" not in a.get(address("one")).content.decode().partition("</head>")[0]


def test_readers_read_and_nobody_else_of_another_institution(banks: dict[str, dict[str, Client]], a: Client) -> None:
    upload(a, SOUND, FAULTY)
    reader, stranger = banks["bank-a"][Role.READER], banks["bank-b"][Role.ADMINISTRATOR]
    assert 'name="file"' not in reader.get(ROOM).content.decode()
    assert reader.get(address("one")).status_code == reader.get(address("faults")).status_code == 200
    assert reader.post(ROOM, {}).status_code == 403
    for name in ("accept", "drop"):
        assert reader.post(address(name)).status_code == 403 and stranger.post(address(name)).status_code == 404
    for name in ("one", "progress", "faults"):
        assert stranger.get(address(name)).status_code == 404
    assert "反馈.csv" not in stranger.get(ROOM).content.decode()
    assert Feedback.objects.get().state == "faulty"
    banks["bank-a"][Role.ADMINISTRATOR].post(address("accept"))
    assert record(1)["name"] in reader.get(reverse("financing:mistakes")).content.decode()
    assert record(1)["name"] not in stranger.get(reverse("financing:mistakes")).content.decode()


def test_a_mistake_is_shown_with_its_answer(a: Client) -> None:
    upload(a, SOUND)
    page = a.get(reverse("financing:mistakes"))
    text = page.content.decode()
    assert record(1)["id"] in text and "现名郑州新名科技有限公司" in text and 'class="answer"' not in text
    assert "1" in a.get(ROOM).content.decode()
    officer = person("officer", None, staff=True)
    ListMistake.objects.update(outcome="mended", words="已按公告更正。", settled_at=timezone.now(), settled_by=officer)
    text = a.get(reverse("financing:mistakes")).content.decode()
    assert "已按公告更正。" in text and "已更正" in text and "officer" not in text


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_templates_and_the_receipt_of_members(a: Client, kind: str, tmp_path: Path) -> None:
    for name in ("template", "members"):
        got = a.get(reverse(f"financing:{name}", args=[LABEL, kind]))
        file = tmp_path / f"{name}.{kind}"
        file.write_bytes(got.content)
        _header, *rows = rows_of(file, sheet="对接反馈" if kind == "xlsx" else "")
        assert len(rows) == (1 if name == "template" else 2), rows
    receipt = Receipt.objects.get()
    assert (receipt.kind, receipt.rows, receipt.institution.code) == ("members", 2, "bank-a")
    assert a.get(reverse("financing:template", args=[LABEL, "pdf"])).status_code == 404
    assert a.get(reverse("financing:members", args=["ZZKJ-2026Q2-v1", kind])).status_code == 404
    withdraw(edition=Edition.objects.get(), reason="更正", by=person("officer", None, staff=True), now=timezone.now())
    assert a.get(reverse("financing:members", args=[LABEL, kind])).status_code == 404
    assert 'name="file"' not in a.get(ROOM).content.decode()


def test_what_was_filled_in_the_template_is_taken(a: Client) -> None:
    """The table that was handed out, filled in, comes in whole."""
    got = a.get(reverse("financing:members", args=[LABEL, "csv"])).content.decode("utf-8-sig")
    header, *rows = list(csv.reader(StringIO(got)))
    for row in rows:
        row[header.index("贷款余额（万元）")] = "1,234.56"
    text = StringIO()
    csv.writer(text).writerows([header, *rows])
    file = SimpleUploadedFile("反馈.csv", text.getvalue().encode("gb18030"))
    a.post(ROOM, {"file": file, "edition": LABEL})
    taking_in.read_next(timezone.now)
    page = a.get(address("one"))
    assert "2,469.12" in page.content.decode(), page.context["faults"]


def test_a_fault_without_a_column_is_of_the_row() -> None:
    assert list(faults_shown._told(7, ["贷款余额：多了", "与第8行是同一家企业：x"])) == [
        (7, "贷款余额", "多了"), (7, "", "与第8行是同一家企业：x"),
    ]  # fmt: skip
