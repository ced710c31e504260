"""Every list page of the admin: it opens, asks no query once a row, counts and pages no further than it may.

One city of rows serves all of them: to make one for each page would cost more than the pages.
"""

import re
from collections import Counter
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from enterprises import pooling, resolving
from enterprises.models import PoolMember, ReviewItem
from pushes.models import Receipt
from registry.admin import paging
from registry.admin.filters import span_of
from registry.models import Entry
from registry.searching import note_names
from tests.conftest import NOW, Publish
from tests.pushes.making import delivered, institution, person, record, sealed_edition
from tests.staff import signed_in

MOST_QUERIES = 30
_VALUE = re.compile(r"'[^']*'|\b\d+\b")
_ROWS = 4


@pytest.fixture
def city(publish: Publish, admin_user: User) -> None:
    """Several rows of nearly everything that the desks show."""
    names = [f"郑州第{number}示范科技有限公司" for number in range(_ROWS)]
    for programme in ("SRDI", "INNO"):
        publish([["企业名称"], *([name] for name in names), [""]], programme=programme)
    publish([["企业名称"], *([name.removeprefix("郑州")] for name in names)], programme="GZ")
    resolving.resolve(now=NOW)
    pooling.rebuild(as_of=NOW.date(), now=NOW)
    edition = sealed_edition("2026Q3", [record(number) for number in range(101, 101 + _ROWS)])
    for code in ("bank-a", "bank-b", "bank-c"):
        bank = institution(code)
        made = delivered(edition, bank)
        Receipt.objects.create(
            kind="download", institution=bank, delivery=made, user=person(f"clerk-{code}", bank), at=timezone.now(),
            sha256="0" * 64,
        )  # fmt: skip
    note_names(now=NOW)


def test_no_list_asks_once_a_row(city: None, admin_client: Client) -> None:
    admin_client.get(reverse("admin:index"))
    faults = []
    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        with CaptureQueriesContext(connection) as captured:
            answer = admin_client.get(address)
            assert answer.status_code == 200 and answer.content, address
        asked = Counter(_VALUE.sub("?", query["sql"]) for query in captured)
        faults += [f"{address}: {count} times {sql[:200]}" for sql, count in asked.items() if count > 2]
        if len(captured) > MOST_QUERIES:
            faults.append(f"{address}: {len(captured)} queries")
    assert faults == []
    assert Entry.objects.count() > _ROWS and PoolMember.objects.count() >= _ROWS and ReviewItem.objects.exists()


def test_large_lists_are_read_only_and_bounded() -> None:
    """Whatever could hold a row for each line or enterprise has no unbounded count, facet or order."""
    large = (
        "registry.entry", "enterprises.enterprise", "enterprises.matchdecision", "enterprises.judgement",
        "enterprises.reviewitem", "enterprises.finding", "pushes.delivery", "pushes.attempt", "pushes.receipt",
        "pushes.letter", "registry.export",
    )  # fmt: skip
    desks = {model._meta.label_lower: desk for model, desk in admin.site._registry.items()}
    for label in large:
        desk = desks[label]
        assert desk.paginator is paging.BoundedPaginator and not desk.show_full_result_count, label
        assert desk.show_facets is admin.ShowFacets.NEVER and desk.date_hierarchy is None, label


@pytest.mark.parametrize("address", ["registry_entry", "enterprises_enterprise"])
def test_beyond_its_bound_a_list_says_so(city: None, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(paging, "COUNTED", 2)
    monkeypatch.setattr(paging.Quick, "list_per_page", 1)
    client, url = (
        signed_in("registry.view_entry", "enterprises.view_enterprise"),
        reverse(f"admin:{address}_changelist"),
    )
    whole = client.get(url)
    assert whole.context["cl"].result_count == 2 and "可翻阅前 2 条" in whole.content.decode()
    assert "超过 2 条结果" in client.get(url, {"q": "示范"}).content.decode()
    assert client.get(url, {"p": "2"}).status_code == 200
    assert client.get(url, {"p": "3"}).status_code == 302  # no page skips further
    assert "条结果" not in client.get(url, {"q": "没有这个"}).content.decode().replace("0 条结果", "")


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2026", ("2026-01-01", "2027-01-01")),
        ("2026Q4", ("2026-10-01", "2027-01-01")),
        ("2026-12", ("2026-12-01", "2027-01-01")),
        ("2026-02", ("2026-02-01", "2026-03-01")),
        ("2026Q5", None), ("2026-13", None), ("1999", None), ("", None), ("2026' OR 1=1", None), ("２０２６", None),
    ],
)  # fmt: skip
def test_periods(text: str, span: tuple[str, str] | None) -> None:
    found = span_of(text)
    assert (found and (found[0].isoformat(), found[1].isoformat())) == span


def test_filters_find_their_rows(city: None) -> None:
    client = signed_in("registry.view_listimport", "pushes.view_receipt", "enterprises.view_enterprise")

    def count(desk: str, **query: str) -> Any:
        return client.get(reverse(f"admin:{desk}_changelist"), query).context["cl"].result_count

    assert count("registry_listimport", period="2025") == 3 == count("registry_listimport", period="2025Q1")
    assert count("registry_listimport", period="2025-02") == 0 == count("registry_listimport", whose="mine")
    assert count("registry_listimport", whose="others") == 3
    year = str(timezone.localdate().year)
    assert count("pushes_receipt", period=year) == 3 and count("pushes_receipt", period="2020") == 0
    assert count("enterprises_enterprise", programme="SRDI") == _ROWS
    assert count("enterprises_enterprise", pool="in") == PoolMember.objects.count()
    assert count("enterprises_enterprise", programme="HNTE") == 0 == count("enterprises_enterprise", ends="30")


def test_an_action_on_a_list_beyond_its_bound_takes_the_ticked_rows_alone(
    city: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "COUNTED", 1)
    monkeypatch.setattr(paging.Quick, "list_per_page", 1)
    page = signed_in("pushes.view_receipt").get(reverse("admin:pushes_receipt_changelist")).content.decode()
    assert "action-counter" in page and 'class="question' not in page
