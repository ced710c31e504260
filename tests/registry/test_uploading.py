"""A large list is read by a worker: once, with its progress told, stopped where staff ask, and never lost."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection, connections, transaction
from django.urls import reverse
from pytest_django import Settings

from config.celery import app as celery
from registry import uploading
from registry.models import Entry, ImportState, ListImport, Programme, Upload, UploadState
from registry.staging import Notice
from tests.conftest import NOW, Cells
from tests.processes import kill, until, worker
from tests.staff import said, signed_in

pytestmark = pytest.mark.django_db
ADD, VIEW = "registry.add_listimport", "registry.view_listimport"
NOTICE = Notice(
    programme="SRDI",
    kind="recognition",
    published_on=date(2026, 5, 1),
    valid_to=date(2028, 1, 1),
    columns={"甲": "name"},
)


def rows(count: int) -> Cells:
    return [["序号", "企业名称"], *[[str(n), f"郑州第{n}科技有限公司"] for n in range(count)]]


Receive = Callable[..., Upload]


@pytest.fixture
def receive(workbook: Callable[[Cells], Path]) -> Receive:
    def act(cells: Cells, name: str = "名单.xlsx", notice: Notice = NOTICE) -> Upload:
        with workbook(cells).open("rb") as stream:
            return uploading.receive(stream=stream, file_name=name, notice=notice, now=NOW)

    return act


def perform(upload: Upload) -> Upload:
    uploading.perform(upload_id=upload.pk, clock=lambda: NOW)
    upload.refresh_from_db()
    return upload


def stored() -> list[str]:
    return default_storage.listdir("uploads")[1] if default_storage.exists("uploads") else []


def test_an_upload_becomes_a_list_and_gives_its_file_up(
    receive: Receive, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    upload = receive(rows(3))
    assert uploading.notice_of(upload) == NOTICE
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        perform(upload)
    listed = ListImport.objects.get()
    assert (upload.state, upload.list_import, upload.finished_at) == (UploadState.STAGED, listed, NOW)
    assert (listed.state, listed.row_count, listed.valid_to) == (ImportState.STAGED, 3, date(2028, 1, 1))
    upload.refresh_from_db()
    assert (upload.file.name, stored()) == ("", [])
    assert listed.file.open("rb").read(2) == b"PK"


def test_a_refused_file_says_why_and_stays_to_be_tried_again(receive: Receive) -> None:
    upload = perform(receive([["序号"], ["1"]]))
    assert upload.state == UploadState.REFUSED
    assert "名单.xlsx" in upload.message
    assert len(stored()) == 1
    assert not ListImport.objects.exists()
    assert uploading.purge(now=NOW + timedelta(days=29), days=30) == 0
    assert uploading.purge(now=NOW + timedelta(days=31), days=30) == 1
    assert stored() == []


def test_the_same_file_twice_leads_to_the_first(receive: Receive, workbook: Callable[[Cells], Path]) -> None:
    first = perform(receive(rows(3)))
    second = perform(receive(rows(3)))
    assert (second.state, second.list_import) == (UploadState.REFUSED, first.list_import)


def test_how_far_it_is_can_be_asked_and_it_can_be_stopped(receive: Receive) -> None:
    upload, told = receive(rows(5_000)), []

    def stop(count: int, expected: int) -> None:
        done = uploading.progress_of(upload)
        told.append((count, expected, done.rows, done.percent))
        if count:
            # As the page's process would: it does not see the row that is being read.
            cache.set(uploading._cancel_key(upload.pk), True)

    uploading.perform(upload_id=upload.pk, clock=lambda: NOW, report=stop)
    upload.refresh_from_db()
    assert told == [(0, 5_001, 0, 0), (2_000, 5_001, 2_000, 39)]
    assert upload.state == UploadState.CANCELLED
    assert not Entry.objects.exists()
    assert not ListImport.objects.exists()
    assert uploading.progress_of(upload).rows == 0


def test_a_waiting_upload_is_stopped_at_once(receive: Receive) -> None:
    upload = receive(rows(1))
    uploading.cancel(upload=upload, now=NOW)
    assert perform(upload).state == UploadState.CANCELLED
    assert not ListImport.objects.exists()


def test_a_reading_that_breaks_off_is_taken_up_again_but_not_for_ever(
    receive: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = receive(rows(1))
    with monkeypatch.context() as broken:
        broken.setattr("registry.reading._WORKBOOK_PARSER", "no.such.program")
        for _attempt in range(uploading.ATTEMPTS):
            assert uploading.waiting() == [upload.pk]
            with pytest.raises(RuntimeError):
                perform(upload)
    assert perform(upload).state == UploadState.FAILED
    assert upload.message
    assert uploading.waiting() == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_one_worker_reads_no_other_takes(receive: Receive) -> None:
    upload = receive(rows(1))
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM registry_upload WHERE id = %s FOR UPDATE", [upload.pk])
            assert uploading.perform(upload_id=upload.pk, clock=lambda: NOW) is None
            uploading.cancel(upload=upload, now=NOW)
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert connection.connection is not None
    upload.refresh_from_db()
    assert (upload.state, upload.attempts) == (UploadState.WAITING, 0)
    with transaction.atomic():
        assert perform(upload).state == UploadState.CANCELLED  # the wish was left for whoever reads it


def send(client: object, path: Path, address: str = "", **facts: object) -> object:
    with path.open("rb") as stream:
        notice = {
            "file": stream,
            "programme": Programme.objects.get(code="SRDI").pk,
            "notice": "recognition",
            "published_on": "2026-05-01",
        }
        where = address or reverse("admin:registry_listimport_import")
        return client.post(where, notice | facts, follow=True)  # type: ignore[attr-defined]


def test_a_large_list_is_left_to_a_worker(
    settings: Settings, workbook: Callable[[Cells], Path], django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    settings.LIST_READ_AT_ONCE_KILOBYTES = 0
    client = signed_in(ADD, VIEW, name="li")
    response = send(client, workbook(rows(3)))
    upload = Upload.objects.get()
    page = reverse("admin:registry_upload_change", args=[upload.pk])
    assert response.redirect_chain[-1][0] == page  # type: ignore[attr-defined]
    assert not ListImport.objects.exists()
    asked = client.get(reverse("admin:registry_upload_progress", args=[upload.pk])).json()
    assert asked == {"waits": True, "rows": 0, "expected": 0, "percent": None}
    lists = client.get(reverse("admin:registry_listimport_changelist"))
    assert lists.context["uploads"] == {"waiting": 1}
    perform(upload)
    listed = ListImport.objects.get()
    assert listed.staged_by is not None
    assert listed.staged_by.username == "li"
    assert client.get(page)["Location"] == reverse("admin:registry_listimport_change", args=[listed.pk])


def test_a_large_list_that_is_there_already_is_refused_at_once(
    settings: Settings, workbook: Callable[[Cells], Path]
) -> None:
    settings.LIST_READ_AT_ONCE_KILOBYTES = 0
    client, path = signed_in(ADD, VIEW), workbook(rows(3))
    send(client, path)
    perform(Upload.objects.get())
    response = send(client, path)
    assert response.context["first_import"] == ListImport.objects.get()  # type: ignore[attr-defined]
    assert Upload.objects.count() == 1


def test_a_refused_upload_is_tried_again_with_the_file_it_came_with(
    settings: Settings, workbook: Callable[[Cells], Path]
) -> None:
    settings.LIST_READ_AT_ONCE_KILOBYTES = 0
    client = signed_in(ADD, VIEW)
    send(client, workbook(rows(3)), sheet="没有这张表", title="名单")
    refused = perform(Upload.objects.get())
    assert refused.state == UploadState.REFUSED
    page = client.get(reverse("admin:registry_upload_change", args=[refused.pk])).content.decode()
    again = f"{reverse('admin:registry_listimport_import')}?again={refused.pk}"
    assert "没有这张表" in page
    assert again in page
    form = client.get(again).context["form"]
    assert (form["title"].value(), form["published_on"].value()) == ("名单", "2026-05-01")
    facts = {"programme": Programme.objects.get(code="SRDI").pk, "notice": "recognition"}
    client.post(again, facts | {"published_on": "2026-05-01", "sheet": ""})
    assert perform(Upload.objects.latest("id")).state == UploadState.STAGED
    for nonsense in ("x", "-1", "9" * 30, str(refused.pk + 100)):
        assert client.get(again.replace(f"={refused.pk}", f"={nonsense}")).status_code == 200


def test_an_upload_is_seen_and_stopped_by_whoever_may_import_alone(
    settings: Settings, workbook: Callable[[Cells], Path]
) -> None:
    settings.LIST_READ_AT_ONCE_KILOBYTES = 0
    worker = signed_in(ADD, VIEW, name="li")
    send(worker, workbook(rows(1)))
    upload = Upload.objects.get()
    viewer = signed_in(VIEW)
    for name in ("change", "progress"):
        assert viewer.get(reverse(f"admin:registry_upload_{name}", args=[upload.pk])).status_code == 403
    cancel = reverse("admin:registry_upload_cancel", args=[upload.pk])
    assert viewer.post(cancel).status_code == 403
    assert worker.get(cancel).status_code == 405
    assert said(worker.post(cancel, follow=True))
    upload.refresh_from_db()
    assert upload.state == UploadState.CANCELLED


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_that_is_killed_while_it_reads_is_followed_by_another(
    settings: Settings, workbook: Callable[[Cells], Path], surroundings: dict[str, str], tmp_path: Path
) -> None:
    settings.LIST_READ_AT_ONCE_KILOBYTES = 0
    client = signed_in(ADD, VIEW)
    send(client, workbook(rows(100)))
    upload = Upload.objects.get()
    with transaction.atomic():
        with connection.cursor() as cursor:  # nobody may write rows
            cursor.execute("LOCK TABLE registry_entry IN SHARE ROW EXCLUSIVE MODE")
        with worker(surroundings, tmp_path / "first.log") as first:
            until(somebody_waits_to_write_rows, "the worker to be about to write rows")
            kill(first)
    upload.refresh_from_db()
    assert (upload.state, upload.attempts) == (UploadState.WAITING, 1)
    assert not ListImport.objects.exists()
    with worker(surroundings, tmp_path / "second.log"):
        celery.send_task("registry.read_uploads")
        until(lambda: Upload.objects.get().state == UploadState.STAGED, "the other worker to have read the list")
    assert ListImport.objects.get().entries.count() == 100
    assert (tmp_path / "files" / str(ListImport.objects.get().file)).is_file()


def somebody_waits_to_write_rows() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'registry_entry'::regclass "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return bool(cursor.fetchone()[0])
