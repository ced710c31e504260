"""Entries are found by name, code and number, and exported without harm."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from registry import correcting
from registry.models import ListImport
from registry.sheets import harmless
from tests.conftest import Publish
from tests.staff import queries, signed_in

VIEW = "registry.view_entry"
LIST = "admin:registry_entry_changelist"
FORMULA = '=HYPERLINK("http://example.org","郑州甲科技有限公司")'


@pytest.fixture
def listed(publish: Publish) -> ListImport:
    rows = [
        ["郑州甲科技（集团）有限公司", "", "GR202441000001"],
        ["郑州乙材料有限公司", "", ""],
        ["郑州丙有限公司", "", ""],
    ]
    staged = publish([["企业名称", "统一社会信用代码", "证书编号"], *rows], confirmed=False)
    staged.entries.filter(name="郑州丙有限公司").update(name=FORMULA, published={"企业名称": FORMULA})
    return staged


@pytest.fixture
def client(db: None) -> Client:
    return signed_in(VIEW)


def names(client: Client, **query: str) -> list[str]:
    return [entry.name for entry in client.get(reverse(LIST), query).context["cl"].result_list]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "甲科技(集团)"}, ["郑州甲科技（集团）有限公司"]),
        ({"q": "gr202441000001"}, ["郑州甲科技（集团）有限公司"]),
        ({"q": "乙材料"}, ["郑州乙材料有限公司"]),
        ({"q": "GR2024410000"}, []),
        ({"q": "'; DROP TABLE registry_entry; --"}, []),
        ({"q": "%"}, []),
        ({"problem": "name_missing"}, []),
        ({"usable__exact": "0"}, []),
    ],
)
def test_search_and_filters(listed: ListImport, client: Client, query: dict[str, str], found: list[str]) -> None:
    assert names(client, **query) == found


@pytest.mark.parametrize("value", ["0", "-1", "x", "9" * 30, "²"])
def test_a_list_that_is_none_filters_nothing(listed: ListImport, client: Client, value: str) -> None:
    assert len(names(client, list=value)) == 3


def test_a_correction_bears_the_day_of_the_office(listed: ListImport, client: Client) -> None:
    """Not that of Greenwich, where it was the day before."""
    entry, at = listed.entries.get(name="郑州乙材料有限公司"), datetime(2026, 3, 1, 17, 30, tzinfo=UTC)
    correcting.correct(entry=entry, field="name", text="郑州乙新材料有限公司", why="x", now=at)
    assert "2026-03-02 01:30" in client.get(reverse("admin:registry_entry_change", args=[entry.pk])).content.decode()


def test_a_row_is_shown_as_it_was_published(listed: ListImport, client: Client) -> None:
    entry = listed.entries.order_by("row_number").last()
    assert entry is not None
    page = client.get(reverse("admin:registry_entry_change", args=[entry.pk])).content.decode()
    assert "=HYPERLINK(&quot;http://example.org&quot;" in page


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"])
def test_what_looks_like_a_formula_is_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", ["郑州甲", "", None, 7, True])
def test_all_else_stays(value: object) -> None:
    assert harmless(value) == value


def test_a_longer_list_costs_no_more_queries(publish: Publish, client: Client) -> None:
    publish([["企业名称"], ["郑州第一科技有限公司"]], published="2024-01-10")
    short = queries(client, reverse(LIST))
    publish([["企业名称"], *([f"郑州第{number}科技有限公司"] for number in range(40))])
    assert len(names(client)) == 41
    assert queries(client, reverse(LIST)) == short <= 10


def test_the_rows_behind_a_comparison_are_shown(publish: Publish) -> None:
    header = ["序号", "企业名称"]
    publish([header, [1, "郑州甲有限公司"], [2, "郑州乙有限公司"]], published="2024-01-10")
    listed = publish([header, [1, "郑州乙有限公司"], [2, "郑州丙有限公司"]], confirmed=False)
    client = signed_in("registry.view_entry")
    for fate, names in (("gone", {"郑州甲有限公司"}), ("same", {"郑州乙有限公司"}), ("new", {"郑州丙有限公司"})):
        page = client.get(f"/admin/registry/entry/?compared={listed.pk}-{fate}")
        assert {entry.name for entry in page.context["cl"].result_list} == names
    for nonsense in ("x", "1-", f"{listed.pk}-lost", "9" * 30 + "-new"):
        assert client.get(f"/admin/registry/entry/?compared={nonsense}").status_code in (200, 302)


def test_a_slip_comes_with_what_it_should_perhaps_read(publish: Publish) -> None:
    listed = publish(
        [["企业名称", "统一社会信用代码"], ["郑州甲科技有限公司", "9133O100MA27YTKRXE"]],
        programme="SRDI",
        confirmed=False,
    )
    worker = signed_in(VIEW, "registry.add_listimport")
    page = worker.get(reverse("admin:registry_entry_change", args=[listed.entries.get().pk]))
    offered = {str(field): (text, proposal) for field, _words, text, proposal in page.context["corrections"]}
    assert offered == {"name": ("郑州甲科技有限公司", ""), "uscc": ("9133O100MA27YTKRXE", "91330100MA27YTKRXE")}
    assert "district" in dict(page.context["other_fields"])
    assert 'value="91330100MA27YTKRXE"' in page.content.decode()
