"""Exports are asked for in a request and written by a worker: by the asker's rights, for the asker alone, for hours."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.core import mail
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from registry import exporting, sheets
from registry.admin.exporting import open_rows
from registry.models import Export, ExportFormat, ExportState, ListImport
from registry.sheets import Sheet
from tests.conftest import Publish
from tests.staff import said, signed_in

VIEW = "registry.view_entry"
CSV, XLSX = "1", "0"
FORMULA = '=HYPERLINK("http://example.org","郑州甲科技有限公司")'


@pytest.fixture
def listed(publish: Publish) -> ListImport:
    rows = [["郑州甲科技有限公司", "GR202441000001"], ["郑州乙材料有限公司", ""], ["郑州丙有限公司", ""]]
    staged = publish([["企业名称", "证书编号"], *rows], confirmed=False)
    staged.entries.filter(name="郑州丙有限公司").update(name=FORMULA)
    return staged


@pytest.fixture
def client(listed: ListImport) -> Client:
    return signed_in(VIEW)


def ask(client: Client, kind: str = CSV, query: str = "") -> Export:
    answer = client.post(reverse("admin:registry_entry_export") + query, {"format": kind, "resource": ""})
    asked = Export.objects.latest("asked_at")
    assert answer["Location"] == reverse("admin:registry_export_change", args=[asked.pk])
    return asked


def write(export: Export) -> ExportState | None:
    done = exporting.perform(export=export.pk, open_rows=open_rows, clock=timezone.now)
    export.refresh_from_db()
    return done


def fetch(client: Client, export: Export) -> Any:
    return client.get(reverse("admin:registry_export_file", args=[export.pk]))


def test_the_file_holds_what_the_list_showed_without_formulas(client: Client) -> None:
    asked = ask(client, CSV, "?usable__exact=1&q=限公")
    assert fetch(client, asked).status_code == 404
    assert write(asked) == ExportState.READY
    answer = fetch(client, asked)
    content = answer.getvalue()
    assert content.startswith(b"\xef\xbb\xbf") and "attachment" in answer["Content-Disposition"]
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    assert [row[4] for row in rows[1:]] == [
        "郑州甲科技有限公司",
        "郑州乙材料有限公司",
        f"'{FORMULA}",
    ] and asked.rows == 3
    assert LogEntry.objects.get(object_id=str(asked.pk)).change_message.count(asked.sha256) == 1
    asked.refresh_from_db()
    assert asked.fetched_at
    book = ask(client, XLSX)
    write(book)
    sheet = openpyxl.load_workbook(BytesIO(fetch(client, book).getvalue())).active
    assert sheet is not None and sheet.max_row == 4
    assert [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []


def test_no_request_writes_and_a_worker_hears_of_it(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    called: list[Any] = []
    monkeypatch.setattr("celery.current_app.send_task", lambda name, words: called.append((name, words)))
    with django_capture_on_commit_callbacks(execute=True):
        asked = ask(client)
    assert called == [("registry.write_export", [str(asked.pk)])]
    page = client.get(reverse("admin:registry_export_change", args=[asked.pk])).content.decode()
    assert "正在写入" in page and asked.state == ExportState.WAITING
    told = client.get(reverse("admin:registry_export_progress", args=[asked.pk])).json()
    assert told == {"waits": True, "rows": 0, "expected": 0, "percent": None}


def test_an_export_is_its_askers_alone(client: Client) -> None:
    asked = ask(client)
    write(asked)
    colleague = signed_in(VIEW, name="colleague")
    auditor = signed_in("registry.view_export", name="auditor")
    for other in (colleague, auditor):
        assert fetch(other, asked).status_code == 404
        assert other.post(reverse("admin:registry_export_give_up", args=[asked.pk])).status_code == 404
    rows = {
        who: person.get(reverse("admin:registry_export_changelist")).context["cl"].result_count
        for who, person in (("asker", client), ("colleague", colleague), ("auditor", auditor))
    }
    assert rows == {"asker": 1, "colleague": 0, "auditor": 1}
    assert signed_in(name="nobody").get(reverse("admin:registry_export_changelist")).status_code == 403


def test_rights_are_asked_for_again_at_each_step(client: Client) -> None:
    late, gone = ask(client), ask(client)
    write(late)
    asker = User.objects.get(username="staff")
    asker.user_permissions.remove(Permission.objects.get(codename="view_entry"))
    client.force_login(User.objects.get(username="staff"))  # rights that changed ended the session
    assert fetch(client, late).status_code == 403
    assert write(gone) == ExportState.REFUSED and "无权" in gone.message
    stranger = signed_in("registry.view_listimport", name="stranger")
    assert stranger.post(reverse("admin:registry_entry_export"), {"format": CSV}).status_code == 403


def test_few_wait_at_once(client: Client) -> None:
    for _time in range(exporting.AT_ONCE):
        ask(client)
    answer = client.post(reverse("admin:registry_entry_export"), {"format": CSV, "resource": ""}, follow=True)
    assert str(exporting.AT_ONCE) in said(answer) and Export.objects.count() == exporting.AT_ONCE


def test_files_go_when_their_time_is_over_or_nobody_wants_them(client: Client) -> None:
    old, unwanted, waiting = ask(client), ask(client), ask(client)
    for one in (old, unwanted):
        write(one)
    later = timezone.now() + timedelta(hours=25)
    exporting.give_up(export=unwanted, now=timezone.now())
    exporting.give_up(export=waiting, now=timezone.now())
    assert exporting.end_old(now=timezone.now()) == 0
    assert exporting.end_old(now=later) == 1
    assert {one.state for one in Export.objects.all()} == {ExportState.ENDED}
    assert {one.sha256 != "" for one in Export.objects.exclude(pk=waiting.pk)} == {True}


def test_one_that_is_given_up_while_it_is_written_stops(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ask(client)
    monkeypatch.setattr(exporting, "_REPORT_ROWS", 1)

    def rows() -> Iterator[list[str]]:
        for number in range(10):
            cache.set(f"export-stop-{asked.pk}", number == 3)
            yield [str(number)]

    done = exporting.perform(export=asked.pk, open_rows=lambda _one: Sheet(["a"], rows()), clock=timezone.now)
    assert done == ExportState.ENDED and not default_storage.exists(f"exports/{asked.pk}.csv")


def test_a_failure_is_tried_again_and_given_up_in_the_end(client: Client) -> None:
    asked = ask(client)

    def breaks(_export: Export) -> Sheet:
        raise OSError("disk full")

    for _time in range(exporting.ATTEMPTS):
        with pytest.raises(OSError, match="disk full"):
            exporting.perform(export=asked.pk, open_rows=breaks, clock=timezone.now)
    assert write(asked) is None and asked.state == ExportState.FAILED and asked.message


@pytest.mark.parametrize(
    "query", ["q=%00", "name__startswith=%00", "problem=%00", "list_import__staged_by__password__startswith=a"]
)
def test_an_address_that_is_none_is_refused_at_once(client: Client, query: str) -> None:
    by = User.objects.get(username="staff")
    asked = exporting.ask(desk="registry.entry", query=query, kind="csv", now=timezone.now(), by=by)
    assert (write(asked), asked.attempts) == (ExportState.REFUSED, 1)
    assert "请打开列表重新导出" in asked.message


def test_whoever_has_an_address_is_told_once(client: Client, settings: Settings) -> None:
    settings.MAIL_CONFIGURED = True
    User.objects.filter(username="staff").update(email="wang@example.org")
    write(ask(client))
    assert (exporting.tell(now=timezone.now()), exporting.tell(now=timezone.now())) == (1, 0)
    assert "已完成" in mail.outbox[0].subject and settings.SITE_ADDRESS in mail.outbox[0].body


def test_more_rows_than_a_sheet_holds_go_on_in_another(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "SHEET_ROWS", 2)
    path = tmp_path / "rows.xlsx"
    rows = ([number, ["甲", "乙"], True, None] for number in range(5))
    assert sheets.write(Sheet(["号", "名", "是否", "空"], rows), path, ExportFormat.XLSX, lambda _row: None) == 5
    book = openpyxl.load_workbook(path)
    assert [page.max_row for page in book.worksheets] == [3, 3, 2]
    assert [cell.value for cell in book.worksheets[2][2]] == ["4", "甲、乙", "是", None]
