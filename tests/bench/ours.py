"""Our import as staff does it: upload, reading, a look at the list's page, confirmation."""

from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from config.celery import app
from registry.models import ImportState, ListImport, Programme

PROGRAMME = "HNTE"
READ_UPLOADS = "registry.read_uploads"
app.loader.import_default_modules()  # as a worker does when it starts


class UnexpectedError(Exception):
    """A step did not end as it should: what was measured is not what was meant."""


def through_admin(client: Client, path: Path, *, rows: int, published_on: date) -> ListImport:
    """Bring the workbook in over the admin until it counts; returns its import."""
    answer = _upload(client, path, published_on)
    if answer.status_code != 302:
        raise UnexpectedError(f"the upload of {path.name} was refused")
    _read_uploads()
    listed = ListImport.objects.latest("pk")
    page = reverse("admin:registry_listimport_change", args=[listed.pk])
    for address in dict.fromkeys((answer["Location"], page)):
        client.get(address)
    client.post(reverse("admin:registry_listimport_confirm", args=[listed.pk]))
    listed.refresh_from_db()
    if (listed.state, listed.row_count, listed.faulty_count) != (ImportState.CONFIRMED, rows, 0):
        raise UnexpectedError(
            f"{path.name}: {listed.state}, {listed.row_count} rows instead of {rows}, {listed.faulty_count} with faults"
        )
    return listed


def refused_again(client: Client, path: Path, *, published_on: date) -> None:
    """Upload what is there already."""
    before = ListImport.objects.count()
    answer = _upload(client, path, published_on)
    _read_uploads()
    if answer.status_code != 200 or ListImport.objects.count() != before:
        raise UnexpectedError(f"{path.name} was taken a second time")


def forget() -> None:
    """No list was ever imported. Confirmed rows are evidence and cannot be deleted; the bench's whole table can."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE registry_listimport, registry_entry CASCADE")


def _upload(client: Client, path: Path, published_on: date) -> Any:
    """Fill in the form where "add" leads to."""
    form = client.get(reverse("admin:registry_listimport_add"), follow=True)
    programme = Programme.objects.get(code=PROGRAMME)
    with path.open("rb") as file:
        facts = {"file": file, "programme": programme.pk, "notice": "recognition", "published_on": published_on}
        return client.post(form.request["PATH_INFO"], facts)


def _read_uploads() -> None:
    """What a worker does next, where reading is a worker's."""
    if task := app.tasks.get(READ_UPLOADS):
        task.apply(throw=True)
