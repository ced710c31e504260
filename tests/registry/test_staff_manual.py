"""The staff manual inside the admin: every chapter is there for staff alone, and nothing in it leads nowhere."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from config.accounts import roles
from enterprises.models import Edition
from registry.admin.manual import FOLDER, chapter, leads_to
from registry.helping import CHAPTERS, PLACES, help_on
from registry.models import ListImport
from tests.browser.pictures import PICTURES, named
from tests.staff import in_roles, signed_in

TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}


def ids(name: str) -> set[str]:
    return set(re.findall(r' id="([^"]+)"', chapter(name).html))


def links(name: str) -> list[str]:
    return re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", TEXTS[name])


def test_the_chapters_are_the_files() -> None:
    assert set(TEXTS) == set(CHAPTERS)


def test_each_chapter_ends_with_what_to_do_where_it_does_not_work() -> None:
    assert [name for name in CHAPTERS if chapter(name).page.contents[-1].text != "如果不行"] == []


def test_every_desk_has_its_place_and_every_place_is_there() -> None:
    desks = {model._meta.label_lower for model in admin.site._registry}
    assert desks <= set(PLACES), "say in registry/helping.py where the manual explains each model"
    for place in PLACES.values():
        name, _sign, anchor = place.partition("#")
        assert name in CHAPTERS and (not anchor or anchor in ids(name)), place


def test_every_link_between_files_leads_somewhere() -> None:
    for name in CHAPTERS:
        for target in links(name):
            file, _sign, anchor = target.partition("#")
            if file.startswith("/"):
                continue
            if file.startswith("../"):
                assert (FOLDER / file).exists(), target
            else:
                there = file.removesuffix(".md")
                assert there in CHAPTERS and (not anchor or anchor in ids(there)), f"{name}: {target}"


def test_every_picture_is_there_with_what_it_shows_and_is_small() -> None:
    assert named() == {path.stem for path in PICTURES.glob("*.png")} == {path.stem for path in PICTURES.glob("*.txt")}
    assert len(named()) <= 25
    assert [path.name for path in PICTURES.glob("*.png") if path.stat().st_size > 80 << 10] == []


@pytest.mark.django_db
def test_the_manual_is_for_staff_alone(client: Client) -> None:
    paths = ["/admin/manual/", "/admin/manual/all/", "/admin/manual/importing/", "/admin/manual/pictures/upload.png"]
    bank = Client()
    bank.force_login(User.objects.create_user("bank"))
    staff = signed_in()  # of no role yet
    for path in paths:
        assert client.get(path).status_code == bank.get(path).status_code == 302, path
        assert staff.get(path).status_code == 200, path
        assert staff.post(path).status_code == 405, path
    picture = staff.get(paths[-1])
    assert picture["Content-Type"] == "image/png" and picture.getvalue().startswith(b"\x89PNG")
    for path in (
        "/admin/manual/nothing/",
        "/admin/manual/pictures/nothing.png",
        "/admin/manual/pictures/..%2fstart.md",
    ):
        assert staff.get(path).status_code == 404, path


@pytest.mark.django_db
def test_each_desk_leads_to_its_place() -> None:
    staff = signed_in("registry.view_entry")
    assert (
        f'class="desk-help" href="{help_on("registry.entry")}"' in staff.get("/admin/registry/entry/").content.decode()
    )
    assert 'href="/admin/manual/"' in staff.get("/admin/").content.decode()


@pytest.mark.django_db
def test_the_whole_manual_has_each_id_once() -> None:
    page = signed_in().get("/admin/manual/all/").content.decode()
    found = re.findall(rf' id="((?:{"|".join(CHAPTERS)})-[^"]+)"', page)
    assert len(found) == len(set(found)) > 100
    assert "<img" in page and "pictures/upload.png" in page


def test_only_what_lies_below_leads_there() -> None:
    assert leads_to("importing.md#大名单") == "/admin/manual/importing/#大名单"
    assert leads_to("../accounts.md") == "/institutions/manual/accounts/"
    assert leads_to("pictures/upload.png") == "/admin/manual/pictures/upload.png"
    for other in ("../../README.md", "pictures/../start.md", "https://www.gsxt.gov.cn/", "/admin/"):
        assert leads_to(other) == other


@pytest.fixture
def bureau(db: None) -> Client:
    """Who does all of the bureau's work in the demonstration."""
    client = Client()
    client.force_login(in_roles(roles.CLERK, roles.CHECKER, roles.REVIEWER, roles.PUSHER, *roles.DEPARTMENTS))
    return client


def test_every_address_in_it_is_one_that_staff_open(bureau: Client) -> None:
    others = {"/", "/institutions/", "/accounts/login/", "/admin/auth/user/"}  # other people's, or signed out
    for name in CHAPTERS:
        for path in {target for target in links(name) if target.startswith("/")} - others:
            assert bureau.get(path).status_code == 200, f"{name}: {path}"


def test_the_tours_list_is_read_as_the_tour_says(bureau: Client) -> None:
    rows = re.findall(r"^ +\| ([^-|][^|]*|) *\|([^|]*)\|([^|]*)\|$", TEXTS["tour"], re.MULTILINE)
    pasted = "\n".join("\t".join(cell.strip() for cell in row) for row in rows)
    assert pasted.startswith("企业名称\t登记证照\t区县\n") and len(rows) == 5
    programme = apps.get_model("registry", "Programme").objects.get(name="专精特新中小企业")
    form = {"pasted": pasted, "programme": programme.pk, "notice": "recognition", "title": "练习",
            "published_on": timezone.localdate().isoformat()}  # fmt: skip
    assert bureau.post("/admin/registry/listimport/import/", form).status_code == 302
    listed = ListImport.objects.get()
    page = f"/admin/registry/listimport/{listed.pk}/"
    bureau.post(f"{page}remap/", {"header": "登记证照", "field": "uscc"})
    listed.refresh_from_db()
    problems = {one["code"] for entry in listed.entries.filter(usable=False) for one in entry.problems}
    assert (listed.row_count, listed.faulty_count) == (4, 2) and {"name_missing", "name_not_in_full"} <= problems
    short = listed.entries.get(name="启航")
    correction = {"field": "name", "text": "河南启航练习有限公司", "why": "练习"}
    bureau.post(f"/admin/registry/entry/{short.pk}/correct/", correction)
    assert bureau.post(f"{page}confirm/", {"accept_sound": "on"}).status_code == 302
    listed.refresh_from_db()
    assert (listed.state, listed.faulty_count) == ("confirmed", 1)
    bureau.post(f"{page}withdraw/", {"reason": "练习结束"})
    listed.refresh_from_db()
    assert listed.state == "withdrawn" and not Edition.objects.exists()
