"""The manuals as pages, and what the banks' manual says of the interface held to the code."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from pushes.api import shapes
from pushes.api.enterprises import BODY_BYTES
from pushes.api.problems import Kind
from pushes.formats import words
from pushes.models import Scope
from pushes.portal import manual
from registry.manuals import page_of
from registry.queries import programme_names
from tests.pushes.manual import FOLDER, TEXT, rows_below

HOSTILE = """# 标题 <script>alert(1)</script>
<b onclick="x()">b</b> [x](javascript:alert(1)) [y](data:text/html,x) ![z](http://elsewhere.example/p.png)
## 甲：乙（丙） `code`
## 甲：乙（丙） `code`
[到那里](matching.md#第二节) [全文](banks.md) [库外](https://www.standardwebhooks.com/) [上级](../README.md)
"""


def test_the_banks_manual_is_a_page_for_everybody(client: Client) -> None:
    page = client.get(reverse("pushes:manual"))
    html = page.content.decode()
    assert page.status_code == 200 and "<h1" in html and '<div class="table-scroll" tabindex="0"><table>' in html
    assert '<pre tabindex="0"><code class="language-java">' in html
    assert html.count('id="key-refused"') == 1
    assert client.get(reverse("pushes:manual-of", args=["banks"])).status_code == 200
    assert client.post(reverse("pushes:manual")).status_code == 405


@pytest.mark.parametrize("name", ["nothing", "README", "BANKS", "banks.md"])
def test_what_is_no_manual_is_not_there(client: Client, name: str) -> None:
    assert client.get(f"/institutions/manual/{name}/").status_code == 404


def test_nothing_in_a_manual_is_taken_for_html() -> None:
    page = page_of(HOSTILE, leads_to=manual.leads_to)
    assert "<script" not in page.html and "<b " not in page.html and page.title.startswith("标题")
    assert 'href="javascript' not in page.html and 'href="data' not in page.html


def test_headings_have_the_ids_of_the_repositorys_pages() -> None:
    page = page_of(HOSTILE, leads_to=manual.leads_to)
    assert [one.id for one in page.contents] == ["甲乙丙-code", "甲乙丙-code-1"]
    assert page_of("# a\n## 目录\n## b", leads_to=str).contents == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲，\n乙", "甲，乙"),
        ("甲\nb", "甲b"),
        ("a\nb", "a\nb"),
        ("甲`a`\n乙", "甲<code>a</code>乙"),
        ("**甲**\n乙", "甲</strong>乙"),
    ],
)
def test_where_a_line_of_the_file_ends_chinese_has_no_space(text: str, expected: str) -> None:
    assert expected in page_of(text, leads_to=str).html


def test_a_link_to_a_file_leads_to_its_page() -> None:
    html = page_of(HOSTILE, leads_to=manual.leads_to).html
    assert 'href="/institutions/manual/matching/#%E7%AC%AC%E4%BA%8C%E8%8A%82"' in html
    assert 'href="/institutions/manual/"' in html and 'href="https://www.standardwebhooks.com/"' in html
    assert 'href="../README.md"' in html


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.md")))
def test_every_link_leads_somewhere(client: Client, name: str) -> None:
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    ids = {path.stem: ids_of(client, path.stem) for path in FOLDER.glob("*.md")}
    for target in re.findall(r"(?<!!)\]\(([^)\s]+)\)", text):
        file, _sign, anchor = target.partition("#")
        if file.startswith("http"):
            continue
        there = file.removesuffix(".md") if file else name
        assert there in ids and (not anchor or anchor in ids[there]), target


def ids_of(client: Client, name: str) -> set[str]:
    return set(re.findall(r' id="([^"]+)"', client.get(manual.address(name)).content.decode()))


def test_every_kind_of_problem_is_explained_under_its_name() -> None:
    told = dict(re.findall(r"^#### ([a-z-]+)\n\n(\d{3} .*)$", TEXT, re.MULTILINE))
    assert set(told) == {kind.label for kind in Kind}
    for kind in Kind:
        assert told[kind.label].startswith(f"{kind.status} {kind.title}。")
        assert kind.uri.endswith(f"/institutions/manual/#{kind.label}")


def test_the_tables_of_codes_are_those_of_the_code() -> None:
    assert {code: name for code, (name, *_more) in rows_below("原因").items() if code != "代码"} == words.CAUSES
    for heading, expected in (("变动", words.KINDS), ("状态", words.STATES)):
        assert {code: name for code, (name, _more) in rows_below(heading).items() if code != "代码"} == expected
    assert set(rows_below("密钥与权限")) - {"权限"} == set(Scope.values)


def test_the_fields_are_those_of_the_interface() -> None:
    models = (shapes.Edition, shapes.Enterprise, shapes.Recognition, shapes.Cause)
    fields = {name for model in models for name in model.model_fields}
    assert set(rows_below("字段")) - {"字段"} == fields


@pytest.mark.django_db
def test_the_programmes_are_those_of_the_catalogue() -> None:
    assert {code: name for code, (name,) in rows_below("资质").items() if code != "代码"} == programme_names()


def test_the_limits_are_those_of_the_settings(settings: Settings) -> None:
    told = {name: row[0] for name, row in rows_below("限额").items()}
    for name, setting in (
        ("requests", "API_REQUESTS_PER_MINUTE"),
        ("institution", "API_INSTITUTION_REQUESTS_PER_MINUTE"),
        ("codes", "API_CODES_PER_DAY"),
    ):
        assert f" {getattr(settings, setting)} " in told[name]
    assert f"{settings.KEY_OVERLAP_DAYS} 天" in TEXT and f"{BODY_BYTES // 1024} KB" in TEXT
