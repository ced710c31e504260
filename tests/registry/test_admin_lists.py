"""Staff upload a list, look it through, and let it in, refuse it or take it back; nobody edits evidence."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from registry import correcting
from registry.forms import PASTE_MAX
from registry.models import Entry, ImportState, ListImport, NoticeKind, Programme, RememberedColumn
from registry.previewing import PREVIEW_ROWS
from tests.conftest import NOW, Cells, Publish
from tests.staff import queries, said, signed_in

pytestmark = pytest.mark.django_db

ADD = "registry.add_listimport"
VIEW = "registry.view_listimport"
CONFIRM = "registry.confirm_listimport"
ROWS: Cells = [
    ["2026年第一批认定名单（共3家）"],
    ["序号", "企业名称", "统一社会信用代码", "区县"],
    [1, "郑州甲科技有限公司", "", "金水区"],
    [2, "<script>alert(1)</script>有限公司", "91410100000000000X", "金水区"],
    [3, "", "", "金水区"],
]

Upload = Callable[..., Any]


@pytest.fixture
def upload(workbook: Callable[[Cells], Path]) -> Upload:
    """Fill in and send the upload form; `facts` overrule its fields."""

    def act(client: Client, content: bytes | None = None, name: str = "名单.xlsx", **facts: object) -> Any:
        body = workbook(ROWS).read_bytes() if content is None else content
        fields = {
            "file": SimpleUploadedFile(name, body),
            "programme": Programme.objects.get(code="SRDI").pk,
            "notice": NoticeKind.RECOGNITION,
            "title": "关于公布名单的通知",
            "published_on": "2026-05-01",
        }
        return client.post(reverse("admin:registry_listimport_import"), fields | facts, follow=True)

    return act


def page_of(listed: ListImport) -> str:
    return reverse("admin:registry_listimport_change", args=[listed.pk])


def step(client: Client, listed: ListImport, name: str, **data: str) -> Any:
    return client.post(reverse(f"admin:registry_listimport_{name}", args=[listed.pk]), data, follow=True)


def test_an_upload_is_read_and_shown_before_it_counts(upload: Upload) -> None:
    response = upload(signed_in(ADD, VIEW, name="li"), is_full="on", valid_from="2026-01-01", valid_to="2028-12-31")
    listed = ListImport.objects.get()
    assert response.redirect_chain[-1][0] == page_of(listed)
    assert (listed.state, listed.row_count, listed.faulty_count, listed.is_full) == (
        ImportState.STAGED,
        3,
        1,
        True,
    )
    assert listed.staged_by is not None
    assert listed.staged_by.username == "li"
    assert "交复核员确认" in said(response)  # who may not confirm it is not told to
    page = response.content.decode()
    assert "郑州甲科技有限公司" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;有限公司" in page
    assert "<script>alert" not in page
    causes = {problem.code: (problem.rows, problem.first_row) for problem in response.context["problems"]}
    assert causes["name_missing"] == (1, 5)
    assert causes["uscc_check"] == (1, 4)


def test_a_list_whose_own_count_differs_is_flagged(upload: Upload) -> None:
    client = signed_in(ADD, VIEW)
    assert upload(client).context["count_differs"] is False
    listed = ListImport.objects.get()
    ListImport.objects.filter(pk=listed.pk).update(declared_count=4)
    assert client.get(page_of(listed)).context["count_differs"] is True


REFUSED: dict[str, tuple[bytes, str]] = {
    "an empty file": (b"", "名单.xlsx"),
    "a picture named xlsx": (b"\xff\xd8\xff\xe0" + b"\x00" * 600, "名单.xlsx"),
    "an unknown kind": (b"MZ" + b"\x00" * 600, "名单.exe"),
    "no column of names": ("序号,区县\n1,金水区\n".encode(), "名单.csv"),
    "a wrong encoding": (b"\xff\xff\xfe\x81\xff" * 40, "名单.csv"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_file_is_told_in_words_and_leaves_nothing(upload: Upload, case: str, tmp_path: Path) -> None:
    content, name = REFUSED[case]
    response = upload(signed_in(ADD, VIEW), content, name)
    assert response.status_code == 200
    assert name in " ".join(response.context["form"].errors["file"])
    assert not ListImport.objects.exists()
    assert not Entry.objects.exists()
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("published_on", {"published_on": "2999-01-01"}),
        ("title", {"title": "长" * 301}),
        ("title", {"title": "a\x00b"}),
        ("programme", {"programme": "0"}),
        ("notice", {"notice": "rumour"}),
        ("published_on", {"published_on": "2026-02-30"}),
        ("source_url", {"source_url": "javascript:alert(1)"}),
        ("source_url", {"source_url": "ftp://example.org/list"}),
        ("valid_to", {"valid_from": "2026-05-01", "valid_to": "2026-04-30"}),
        ("sheet", {"sheet": "no such sheet"}),
        ("file", {"file": ""}),
        ("pasted", {"pasted": "企业名称\n郑州甲科技有限公司"}),  # beside a file
        ("pasted", {"file": "", "pasted": "序号\t区县\n1\t金水区"}),
        ("pasted", {"file": "", "pasted": "企业名称\n\x00"}),
        ("pasted", {"file": "", "pasted": "长" * (PASTE_MAX + 1)}),
    ],
)
def test_what_cannot_be_is_marked_at_its_field(upload: Upload, field: str, facts: dict[str, str]) -> None:
    response = upload(signed_in(ADD, VIEW), **facts)
    assert field in response.context["form"].errors
    assert not ListImport.objects.exists()


def test_whoever_uploads_several_sheets_is_told_which_and_to_choose_the_file_again(upload: Upload) -> None:
    book, content = openpyxl.Workbook(), BytesIO()
    book.active.append(["企业名称"])
    book.create_sheet("第二批").append(["企业名称"])
    book.save(content)
    page = upload(signed_in(ADD, VIEW), content.getvalue())
    (told,) = page.context["form"].errors["sheet"]
    assert "Sheet、第二批" in told and told.endswith("文件须重新选择。")


def test_the_same_file_again_leads_to_the_first_import(upload: Upload, workbook: Callable[[Cells], Path]) -> None:
    client, content = signed_in(ADD, VIEW), workbook(ROWS).read_bytes()
    upload(client, content)
    response = upload(client, content)
    assert response.context["form"].errors["file"]
    assert f'href="{page_of(ListImport.objects.get())}"' in response.content.decode()


def test_an_unpublished_list_is_confirmed_withdrawn_and_confirmed_again(publish: Publish) -> None:
    listed = publish(ROWS, confirmed=False)
    client = signed_in(VIEW, CONFIRM, name="wang")
    for name, data, state in (
        ("confirm", {}, ImportState.STAGED),
        ("confirm", {"accept_sound": "on"}, ImportState.CONFIRMED),
        ("withdraw", {"reason": "wrong file"}, ImportState.WITHDRAWN),
        ("confirm", {"accept_sound": "on"}, ImportState.CONFIRMED),
    ):
        assert step(client, listed, name, **data).status_code == 200
        listed.refresh_from_db()
        assert listed.state == state
    page = client.get(page_of(listed))
    events = [(event.state, str(event.by)) for event in page.context["events"]]
    assert events[1:] == [("confirmed", "wang"), ("withdrawn", "wang"), ("confirmed", "wang")]
    assert page.context["events"][2].reason == "wrong file"


def test_a_rejected_file_may_come_again(upload: Upload, workbook: Callable[[Cells], Path]) -> None:
    client, content = signed_in(ADD, VIEW, CONFIRM), workbook(ROWS).read_bytes()
    upload(client, content)
    step(client, ListImport.objects.get(), "reject", reason="wrong programme")
    upload(client, content)
    assert sorted(ListImport.objects.values_list("state", flat=True)) == ["rejected", "staged"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("withdraw", {"reason": "x"}),
        ("reject", {}),
        ("reject", {"reason": "x" * 301}),
        ("reject", {"reason": " "}),
    ],
)
def test_a_step_that_cannot_be_is_told_and_changes_nothing(publish: Publish, name: str, data: dict[str, str]) -> None:
    listed = publish(ROWS, confirmed=False)
    response = step(signed_in(VIEW, CONFIRM), listed, name, **data)
    assert said(response)
    listed.refresh_from_db()
    assert listed.state == ImportState.STAGED


def test_whoever_staged_may_not_confirm_where_two_are_asked_for(upload: Upload, settings: Settings) -> None:
    settings.CONFIRM_NEEDS_SECOND_PERSON = True
    client = signed_in(ADD, VIEW, CONFIRM, name="li")
    upload(client)
    listed = ListImport.objects.get()
    step(client, listed, "confirm", accept_sound="on")
    listed.refresh_from_db()
    assert listed.state == ImportState.STAGED
    step(signed_in(VIEW, CONFIRM, name="wang"), listed, "confirm", accept_sound="on")
    listed.refresh_from_db()
    assert listed.state == ImportState.CONFIRMED


def test_without_the_permission_no_step_is_shown_or_taken(publish: Publish, upload: Upload) -> None:
    listed = publish(ROWS, confirmed=False)
    viewer = signed_in(VIEW)
    page = viewer.get(page_of(listed)).content.decode()
    assert "/confirm/" not in page
    for name in ("confirm", "withdraw", "reject"):
        assert step(viewer, listed, name, reason="x").status_code == 403
    assert upload(viewer).status_code == 403
    stranger = signed_in(name="stranger")
    assert stranger.get(page_of(listed)).status_code == 403
    assert stranger.get(reverse("admin:registry_listimport_file", args=[listed.pk])).status_code == 403
    listed.refresh_from_db()
    assert listed.state == ImportState.STAGED


def test_steps_are_posts_with_a_token(publish: Publish) -> None:
    listed = publish(ROWS, confirmed=False)
    client = signed_in(VIEW, CONFIRM)
    assert client.get(reverse("admin:registry_listimport_confirm", args=[listed.pk])).status_code == 405
    client.handler.enforce_csrf_checks = True
    assert client.post(reverse("admin:registry_listimport_confirm", args=[listed.pk])).status_code == 403
    listed.refresh_from_db()
    assert listed.state == ImportState.STAGED


@pytest.mark.parametrize("model", ["listimport", "entry"])
def test_evidence_is_neither_edited_nor_deleted_by_anybody(publish: Publish, admin_client: Client, model: str) -> None:
    listed = publish(ROWS)
    pk = listed.pk if model == "listimport" else listed.entries.first().pk  # type: ignore[union-attr]
    assert admin_client.post(reverse(f"admin:registry_{model}_change", args=[pk]), {}).status_code == 403
    assert admin_client.post(reverse(f"admin:registry_{model}_delete", args=[pk]), {"post": "yes"}).status_code == 403


def test_the_file_comes_back_as_it_was(upload: Upload, workbook: Callable[[Cells], Path]) -> None:
    client, content = signed_in(ADD, VIEW), workbook(ROWS).read_bytes()
    upload(client, content)
    response = client.get(reverse("admin:registry_listimport_file", args=[ListImport.objects.get().pk]))
    assert response.getvalue() == content
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/octet-stream"


def test_the_preview_is_bounded_and_leads_to_all_rows(publish: Publish) -> None:
    rows = [["企业名称"], *([f"郑州第{number}科技有限公司"] for number in range(PREVIEW_ROWS + 5))]
    listed = publish(rows)
    client = signed_in(VIEW, "registry.view_entry")
    page = client.get(page_of(listed))
    assert len(page.context["entries"]) == PREVIEW_ROWS
    link = f"{reverse('admin:registry_entry_changelist')}?list={listed.pk}"
    assert link in page.content.decode()
    assert client.get(link).context["cl"].result_count == PREVIEW_ROWS + 5


def test_a_longer_list_of_lists_costs_no_more_queries(publish: Publish) -> None:
    def one(number: int) -> ListImport:
        rows = [["企业名称"], *([f"郑州第{number}{row}科技有限公司"] for row in range(number))]
        return publish(rows, published=f"2025-0{number}-10")

    client, first = signed_in(VIEW), one(1)
    pages = reverse("admin:registry_listimport_changelist"), page_of(first)
    short = [queries(client, page) for page in pages]
    last = [one(number) for number in range(2, 7)][-1]
    assert [queries(client, pages[0]), queries(client, page_of(last))] == short
    assert max(short) <= 14


STRANGE: Cells = [
    ["序号", "企业名称", "登记证照"],
    ["1", "郑州启航科技有限公司", "91330100MA27YTKRXE"],
    ["2", "启航", ""],
]


def test_staff_say_what_a_column_means(publish: Publish) -> None:
    listed = publish(STRANGE, confirmed=False)
    client = signed_in(ADD, VIEW, name="li")
    assert "登记证照" in client.get(page_of(listed)).content.decode()
    headers, fields = ["序号", "企业名称", "登记证照", "没有的列"], ["seq", "name", "uscc", "uscc"]
    address = reverse("admin:registry_listimport_remap", args=[listed.pk])
    client.post(address, {"header": headers, "field": fields})
    assert listed.entries.get(row_number=2).uscc == "91330100MA27YTKRXE"
    remembered = RememberedColumn.objects.get()
    assert (remembered.header, remembered.field, str(remembered.decided_by)) == ("登记证照", "uscc", "li")


def test_the_facts_of_the_notice_are_put_right(publish: Publish) -> None:
    listed = publish(STRANGE, confirmed=False)
    client = signed_in(ADD, VIEW)
    step(client, listed, "amend", title="改后的标题", published_on="2025-02-01", publisher="省科技厅")
    listed.refresh_from_db()
    assert (listed.title, str(listed.published_on), listed.publisher) == ("改后的标题", "2025-02-01", "省科技厅")
    assert "title" not in said(step(client, listed, "amend", title="", published_on="2025-02-01"))
    listed.refresh_from_db()
    assert listed.title == "改后的标题"


def test_a_cell_is_corrected_on_its_rows_page(publish: Publish) -> None:
    listed = publish(STRANGE, confirmed=False)
    entry, client = listed.entries.get(row_number=3), signed_in(ADD, VIEW, "registry.view_entry", name="li")
    page = reverse("admin:registry_entry_change", args=[entry.pk])
    assert "/correct/" in client.get(page).content.decode()
    address = reverse("admin:registry_entry_correct", args=[entry.pk])
    client.post(address, {"field": "name", "text": "河南启航有限公司", "why": ""})
    entry.refresh_from_db()
    assert entry.corrections == []
    client.post(address, {"field": "name", "text": "河南启航有限公司", "why": "查执照"})
    entry.refresh_from_db()
    assert (entry.name, entry.usable, entry.published["企业名称"]) == ("河南启航有限公司", True, "启航")
    shown = client.get(page).content.decode()
    assert "启航 → 河南启航有限公司" in shown and "查执照" in shown
    viewer = signed_in(VIEW, "registry.view_entry", name="zhao")
    assert "/correct/" not in viewer.get(page).content.decode()
    assert viewer.post(address, {"field": "name", "text": "x", "why": "x"}).status_code == 403


def test_problem_rows_go_out_and_come_back(publish: Publish) -> None:
    listed = publish(STRANGE, confirmed=False)
    client = signed_in(ADD, VIEW)
    workbook = client.get(reverse("admin:registry_listimport_problems", args=[listed.pk])).getvalue()
    address = reverse("admin:registry_listimport_take_back", args=[listed.pk])
    same = client.post(address, {"file": SimpleUploadedFile("改.xlsx", workbook)}, follow=True)
    assert said(same)
    wrong = client.post(address, {"file": SimpleUploadedFile("改.xlsx", b"no workbook")}, follow=True)
    assert "改.xlsx" in said(wrong)
    assert said(client.post(address, {}, follow=True))
    assert not Entry.objects.exclude(corrections=[]).exists()
    book = openpyxl.load_workbook(BytesIO(workbook))
    book.active["D2"] = "河南启航有限公司"
    edited = BytesIO()
    book.save(edited)
    file = SimpleUploadedFile("改.xlsx", edited.getvalue())
    assert said(client.post(address, {"file": file}, follow=True)).startswith("已更正 1 行")
    entry = listed.entries.get(row_number=3)
    correcting.correct(entry=entry, field="name", text="河南启航<b>集团</b>有限公司", why="x", now=NOW)
    file = SimpleUploadedFile("改.xlsx", edited.getvalue())
    page = client.post(address, {"file": file}, follow=True)
    assert "第 3 行“企业名称”" in said(page) and "<b>集团" not in page.content.decode()


@pytest.mark.parametrize("name", ["remap", "amend", "take_back"])
def test_only_who_may_upload_may_work_on_a_list(publish: Publish, name: str) -> None:
    listed = publish(STRANGE, confirmed=False)
    data = {"header": "登记证照", "field": "uscc", "title": "x", "published_on": "2025-02-01"}
    assert step(signed_in(VIEW, CONFIRM), listed, name, **data).status_code == 403
