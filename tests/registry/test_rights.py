"""A department imports and corrects its own programmes; whoever worked on a list does not confirm it."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from config.accounts import roles
from registry import correcting, errors, importing, returning, uploading
from registry.models import ImportRight, ListImport, Programme, Upload, UploadState
from registry.rights import importable
from registry.staging import Notice
from tests.conftest import NOW, Cells, Publish
from tests.staff import in_roles, said

pytestmark = pytest.mark.django_db
HEAD = ["企业名称", "证书编号", "发证日期"]
ROWS: Cells = [HEAD, ["郑州甲科技有限公司", "GR202441000001", "2024-11-01"]]
SCIENCE, INDUSTRY = "科技局", "工业和信息化局"


def clerk(*departments: str, name: str = "clerk") -> User:
    return in_roles(roles.CLERK, *departments, name=name)


def codes(by: User | None) -> set[str]:
    return set(importable(by).values_list("code", flat=True))


def test_who_imports_what() -> None:
    every = set(Programme.objects.values_list("code", flat=True))
    own = {name: codes(clerk(name, name=name)) for name in roles.DEPARTMENTS}
    assert {"HNTE", "TSME", "ZZTE"} <= own[SCIENCE] and {"TSME", "SRDI", "LG"} <= own[INDUSTRY]
    assert "SRDI" not in own[SCIENCE] and "HNTE" not in own[INDUSTRY]
    assert own["市场监督管理局"] == {"IP_A", "IP_D"}
    assert codes(clerk(SCIENCE, INDUSTRY, name="both")) == own[SCIENCE] | own[INDUSTRY]
    assert codes(clerk(name="none")) == set()
    assert codes(None) == codes(User.objects.create_superuser("chief")) == every == set.union(*own.values())
    # A bureau that is not divided says so with one row, of the clerks themselves.
    clerks = Group.objects.get(name=roles.CLERK)
    ImportRight.objects.create(department=clerks)
    assert codes(User.objects.get(username="none")) == every
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportRight.objects.create(department=clerks)
    assert set(ImportRight.objects.exclude(department=clerks).values_list("note", flat=True)) == {
        "初始设置，待主管部门确认"
    }


def steps(listed: ListImport, path: Path, by: User | None) -> Sequence[Callable[[], object]]:
    entry = listed.entries.get()
    notice = Notice(programme="HNTE", kind="recheck", title="复审", published_on=date(2025, 1, 1))
    return (
        lambda: importing.stage(path=path, file_name="x.xlsx", notice=notice, now=NOW, by=by),
        lambda: importing.amend(list_import=listed, facts={"batch": "第一批"}, now=NOW, by=by),
        lambda: importing.remap(list_import=listed, columns={"企业名称": "name"}, now=NOW, by=by),
        lambda: correcting.correct(entry=entry, field="name", text="郑州乙科技有限公司", why="误", now=NOW, by=by),
        lambda: returning.take_back(
            list_import=listed, path=_returned(listed, path), file_name="x.xlsx", now=NOW, by=by
        ),
    )


def _returned(listed: ListImport, beside: Path) -> Path:
    file = beside.with_name("returned.xlsx")
    file.write_bytes(returning.problem_workbook(listed))
    return file


@pytest.mark.parametrize("place", range(5))
def test_every_act_that_writes_lines_asks(publish: Publish, workbook: Callable[[Cells], Path], place: int) -> None:
    listed, path = publish(ROWS, confirmed=False), workbook(ROWS)
    for stranger in (clerk(INDUSTRY), clerk(name="none")):
        with pytest.raises(errors.NotYourProgramme, match="高新技术企业"):
            steps(listed, path, stranger)[place]()
    assert ListImport.objects.count() == 1 and not listed.entries.get().corrections
    steps(listed, path, clerk(SCIENCE, name="own"))[place]()


def test_a_file_that_a_worker_reads_is_its_senders(workbook: Callable[[Cells], Path]) -> None:
    path, notice = workbook(ROWS), Notice(programme="HNTE", kind="recognition", published_on=date(2025, 1, 1))
    with path.open("rb") as stream:
        upload = uploading.receive(stream=stream, file_name="x.xlsx", notice=notice, now=NOW, by=clerk(INDUSTRY))
    assert uploading.perform(upload_id=upload.pk, clock=lambda: NOW) == UploadState.REFUSED
    assert "高新技术企业" in Upload.objects.get().message
    with pytest.raises(errors.NotYourProgramme):
        uploading.cancel(upload=upload, now=NOW, by=User.objects.get(username="clerk"))


def test_the_desk_offers_the_own_programmes_and_no_others_work(publish: Publish) -> None:
    listed, browser = publish(ROWS, confirmed=False), Client()
    page, form = (
        reverse("admin:registry_listimport_change", args=[listed.pk]),
        reverse("admin:registry_listimport_import"),
    )
    browser.force_login(clerk(INDUSTRY))
    offered = browser.get(form).content.decode()
    assert "专精特新" in offered and "高新技术企业<" not in offered
    shown = browser.get(page).content.decode()
    assert "/remap/" not in shown and "/reject/" not in shown
    assert browser.post(f"{page.removesuffix('change/')}reject/", {"reason": "x"}).status_code == 403
    answer = browser.post(
        f"{page.removesuffix('change/')}amend/", {"title": "x", "published_on": "2025-01-01"}, follow=True
    )
    assert "无权导入" in said(answer)
    browser.force_login(clerk(name="none"))
    assert "不属于任何可导入名单的部门" in browser.get(form).content.decode()
    browser.force_login(clerk(SCIENCE, name="own"))
    shown = browser.get(page).content.decode()
    assert "/remap/" in shown and "/reject/" in shown and "/confirm/" not in shown
    browser.post(f"{page.removesuffix('change/')}reject/", {"reason": "传错了文件"})
    listed.refresh_from_db()
    assert listed.state == "rejected"


@pytest.mark.parametrize("place", [1, 2, 3])
def test_whoever_worked_on_a_list_does_not_confirm_it(
    publish: Publish, workbook: Callable[[Cells], Path], settings: Settings, place: int
) -> None:
    settings.CONFIRM_NEEDS_SECOND_PERSON = True
    listed, own = publish(ROWS, confirmed=False), clerk(SCIENCE)
    steps(listed, workbook(ROWS), own)[place]()
    with pytest.raises(errors.SecondPersonNeeded):
        importing.confirm(list_import=listed, now=NOW, by=own)
    importing.confirm(list_import=listed, now=NOW, by=in_roles(roles.CHECKER, name="checker"))


def test_a_makers_name_is_kept_once(publish: Publish) -> None:
    entry, own = publish(ROWS, confirmed=False).entries.get(), clerk(SCIENCE)
    for name in ("郑州乙科技有限公司", "郑州丙科技有限公司"):
        correcting.correct(entry=entry, field="name", text=name, why="误", now=NOW, by=own)
    assert list(entry.list_import.events.values_list("by__username", flat=True)).count("clerk") == 1
