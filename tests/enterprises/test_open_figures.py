"""The page of open figures: of sealed editions alone, and cached."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from enterprises import editions
from enterprises.figures import figures
from enterprises.remembering import common
from registry.models import ListImport
from tests.conftest import NOW

Pool = Callable[..., ListImport]


@pytest.fixture
def sealed(pool: Pool) -> None:
    districts = ["金水区"] * 12 + ["高新区"] * 7 + ["中原区"] * 2
    pool(*([place, f"郑州第{place}号有限公司", "", "", district] for place, district in enumerate(districts)))
    pool(*([place, f"郑州第{place}号有限公司", "", "", ""] for place in range(3)), programme="SRDI")
    for quarter in ("2026Q2", "2026Q3"):
        editions.seal(edition=editions.cut(quarter=quarter, now=NOW), now=NOW)


def test_they_are_of_the_latest_sealed_edition(sealed: None, client: Client) -> None:
    found = figures(common())
    assert found is not None
    assert (found.edition.label, found.total) == ("ZZKJ-2026Q3-v1", "21")
    assert [(bar.name, bar.words, bar.length) for bar in found.programmes] == [
        ("高新技术企业", "21", 100.0),
        ("专精特新中小企业", "<5", 0.0),
    ]
    assert {bar.name: bar.words for bar in found.districts} == {
        "金水区": "12", "郑州高新技术产业开发区": "未列示", "中原区": "<5",
    }  # fmt: skip
    assert [bar.name for bar in found.quarters] == ["2026Q2", "2026Q3"]
    page = client.get("/figures/")
    assert page.status_code == 200
    assert page["Cache-Control"] == "public, max-age=300"
    assert "&lt;5" in page.content.decode()


def test_a_draft_is_not_counted(pool: Pool, client: Client) -> None:
    pool([1, "郑州示例有限公司", "", "", ""])
    editions.cut(quarter="2026Q3", now=NOW)
    assert figures(common()) is None
    assert "尚未发布" in client.get("/figures/").content.decode()


def test_a_sealed_edition_is_counted_once(sealed: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    known = common()
    figures(known)
    with django_assert_num_queries(0):
        figures(known)


def test_the_look_up_leads_there(client: Client, db: None) -> None:
    assert 'href="/figures/"' in client.get("/").content.decode()
