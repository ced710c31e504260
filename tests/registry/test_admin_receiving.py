"""The import button: a list comes in as a file or pasted, over the library's addresses, and is confirmed there too."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from registry import exporting
from registry.admin.exporting import open_rows
from registry.formats import FORMATS, ListFile
from registry.models import Export, ImportState, ListImport, Programme
from registry.previewing import PREVIEW_ROWS
from registry.reading import DOCUMENTS, TEXTS, WORKBOOKS
from registry.resources import ListResource
from registry.staging import Notice
from tests.conftest import NOW, Cells, Publish
from tests.staff import said, signed_in

pytestmark = pytest.mark.django_db

ADD, VIEW = "registry.add_listimport", "registry.view_listimport"
CONFIRM = "registry.confirm_listimport"
IMPORT = "admin:registry_listimport_import"
PROCESS = "admin:registry_listimport_process_import"
PASTED = "序号\t企业名称\t区县\n1\t郑州甲科技有限公司\t金水区\n2\t=HYPERLINK(1)有限公司\t高新区\n"


def send(client: Client, **facts: object) -> Any:
    programme = Programme.objects.get(code="SRDI").pk
    notice = {"programme": programme, "notice": "recognition", "published_on": "2026-05-01"}
    return client.post(reverse(IMPORT), notice | facts, follow=True)


def test_the_button_is_there_for_who_may_import() -> None:
    changelist = reverse("admin:registry_listimport_changelist")
    assert f'href="{reverse(IMPORT)}"' in signed_in(ADD, VIEW, name="li").get(changelist).content.decode().replace(
        "'", '"'
    )
    assert reverse(IMPORT) not in signed_in(VIEW).get(changelist).content.decode()


def test_the_old_address_leads_to_the_form() -> None:
    address = reverse("admin:registry_listimport_add")
    assert signed_in(ADD, VIEW, name="li").get(address)["Location"] == reverse(IMPORT)
    viewer = signed_in(VIEW)
    assert viewer.get(address).status_code == viewer.get(reverse(IMPORT)).status_code == 403
    assert send(viewer, pasted=PASTED).status_code == 403
    assert not ListImport.objects.exists()


def test_the_form_tells_what_it_takes(settings: Any) -> None:
    settings.LIST_MAX_MEGABYTES, settings.LIST_MAX_ROWS = 7, 12_345
    page = signed_in(ADD, VIEW).get(reverse(IMPORT))
    assert page.context["form"].fields["file"].widget.attrs["accept"] == ",".join((*WORKBOOKS, *TEXTS, *DOCUMENTS))
    told = page.content.decode()
    assert "7 MB" in told
    assert "12,345" in told


def test_a_pasted_table_is_read_like_a_file() -> None:
    response = send(signed_in(ADD, VIEW), pasted=PASTED, title="粘贴的名单")
    listed = ListImport.objects.get()
    assert (listed.title, listed.row_count, Path(listed.file_name).suffix) == ("粘贴的名单", 2, ".txt")
    assert [entry.district_text for entry in listed.entries.order_by("row_number")] == ["金水区", "高新区"]
    assert response.redirect_chain[-1][0] == reverse("admin:registry_listimport_change", args=[listed.pk])
    assert LogEntry.objects.count() == 1


HOSTILE = {
    "../../etc/名单.csv": "名单.csv",
    "C:\\lists\\名单.csv": "名单.csv",
    "名\u202e单\u0007.csv": "名单.csv",
    "<img src=x onerror=alert(1)>.csv": "<img src=x onerror=alert(1)>.csv",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_name_is_only_a_name(name: str, tmp_path: Path) -> None:
    facts = {"programme": str(Programme.objects.get(code="SRDI").pk), "notice": "recognition"}
    parts = [(f'name="{field}"', text) for field, text in (facts | {"published_on": "2026-05-01"}).items()]
    parts.append((f'name="file"; filename="{name}"', PASTED))
    body = "".join(f"--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n" for head, text in parts)
    response = signed_in(ADD, VIEW).post(
        reverse(IMPORT), f"{body}--x--".encode(), content_type="multipart/form-data; boundary=x", follow=True
    )
    assert ListImport.objects.get().file_name == HOSTILE[name]
    assert "<img src=x" not in response.content.decode()
    assert all(tmp_path / "files" in path.parents for path in tmp_path.rglob("*.csv"))


def test_an_import_is_confirmed_at_the_librarys_address(publish: Publish) -> None:
    listed = publish([["企业名称"], ["郑州甲科技有限公司"]], confirmed=False)
    uploader, confirmer = signed_in(ADD, VIEW, name="li"), signed_in(VIEW, CONFIRM)
    assert uploader.post(reverse(PROCESS), {"list_import": listed.pk}).status_code == 403
    assert confirmer.get(reverse(PROCESS)).status_code == 405
    for strange, answer in (("", 403), ("x", 403), ("-1", 403), ("9" * 30, 403), (str(listed.pk + 1), 404)):
        assert confirmer.post(reverse(PROCESS), {"list_import": strange}).status_code == answer
    listed.refresh_from_db()
    assert listed.state == ImportState.STAGED
    assert said(confirmer.post(reverse(PROCESS), {"list_import": listed.pk}, follow=True))
    listed.refresh_from_db()
    assert listed.state == ImportState.CONFIRMED
    assert LogEntry.objects.count() == 1


def test_the_lists_are_exported_without_formulas(publish: Publish) -> None:
    publish([["企业名称"], ["郑州甲科技有限公司"]], title="=HYPERLINK(1)")
    client = signed_in(VIEW)
    client.post(reverse("admin:registry_listimport_export"), {"format": "0", "resource": ""})
    asked = Export.objects.get()
    exporting.perform(export=asked.pk, open_rows=open_rows, clock=timezone.now)
    content = client.get(reverse("admin:registry_export_file", args=[asked.pk])).getvalue()
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert sheet is not None
    assert sheet["A2"].value == "'=HYPERLINK(1)"
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def notice() -> Notice:
    return Notice(programme="SRDI", kind="recognition", published_on=date(2026, 5, 1), title="名单")


def rows(sound: int, faulty: int) -> Cells:
    names = [f"郑州第{number}科技有限公司" for number in range(sound)] + [""] * faulty
    return [["序号", "企业名称", "区县"], *([number, name, "金水区"] for number, name in enumerate(names, start=1))]


def test_a_dry_run_stages_and_tells_all(workbook: Callable[[Cells], Path]) -> None:
    path = workbook(rows(PREVIEW_ROWS + 5, 2))
    with path.open("rb") as stream:
        dataset = FORMATS[0]().create_dataset(stream, name=path.name)
        result = ListResource().import_data(dataset, dry_run=True, notice=notice(), now=NOW)
    assert result.list_import is not None
    assert result.list_import.state == ImportState.STAGED
    assert (result.total_rows, result.totals["new"], result.totals["invalid"]) == (
        PREVIEW_ROWS + 7,
        PREVIEW_ROWS + 5,
        2,
    )
    assert result.diff_headers == ["序号", "企业名称", "区县"]
    assert len(result.valid_rows()) == PREVIEW_ROWS
    assert result.rows[0].diff == ["1", "郑州第0科技有限公司", "金水区"]
    first = result.invalid_rows[0]
    assert (first.number, first.values) == (PREVIEW_ROWS + 7, (f"{PREVIEW_ROWS + 6}", "", "金水区"))
    assert not result.has_errors()


@pytest.mark.parametrize(
    ("faulty", "accept", "state", "refused"),
    [(0, False, "confirmed", False), (1, False, "staged", True), (1, True, "confirmed", False)],
)
def test_the_real_run_confirms(
    workbook: Callable[[Cells], Path], faulty: int, accept: bool, state: str, refused: bool
) -> None:
    path = workbook(rows(2, faulty))
    with path.open("rb") as stream:
        result = ListResource().import_data(ListFile(stream, path.name), notice=notice(), now=NOW, accept_sound=accept)
    assert ListImport.objects.get().state == state
    assert result.has_errors() is refused


def test_a_refused_file_is_the_results_error() -> None:
    result = ListResource().import_data(ListFile(BytesIO(b""), "名单.csv"), dry_run=True, notice=notice(), now=NOW)
    assert result.has_errors()
    assert "名单.csv" in str(result.base_errors[0].error)
    assert not ListImport.objects.exists()


def test_every_format_is_named() -> None:
    assert [kind().get_title() for kind in FORMATS]
    assert all(kind().can_import() and "." not in kind().get_extension() for kind in FORMATS)
