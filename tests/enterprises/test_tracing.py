"""Each published value names its line, on any day, as known at any moment."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from enterprises import editions, resolving
from enterprises.models import Edition, EditionMember, Enterprise
from enterprises.tracing import Cell, Trace, trace
from tests.conftest import NOW, Publish
from tests.staff import signed_in

pytestmark = pytest.mark.django_db
A, B = "郑州启航科技有限公司", "郑州嘉禾生物工程有限公司"
CODE = "91330100MA27YTKRXE"
EARLY, LATE = datetime(2024, 2, 1, tzinfo=UTC), datetime(2025, 8, 1, tzinfo=UTC)


@pytest.fixture
def enterprise(publish: Publish) -> Enterprise:
    """Known by a code and a district in 2024; renamed and revoked in 2025; a re-check extends another recognition."""
    header = ["企业名称", "统一社会信用代码", "证书编号", "发证日期", "区县"]
    publish([header, [A, CODE, "GR202341001234", "2023-11-22", "金水区"]], published="2024-01-10", now=EARLY)
    publish([["企业名称"], [A]], programme="SRDI", published="2023-05-06", now=EARLY)
    resolving.resolve(now=EARLY)
    renamed = [["企业原名称", "企业现名称", "证书编号"], [A, B, "GR202341001234"]]
    publish(renamed, kind="rename", published="2025-06-01", now=LATE)
    revoked = [["企业名称", "证书编号", "取消年度"], [B, "GR202341001234", "2024"]]
    publish(revoked, kind="revocation", published="2025-07-01", now=LATE)
    publish([["企业名称"], [B]], programme="SRDI", kind="recheck", published="2025-07-20", now=LATE)
    resolving.resolve(now=LATE)
    return Enterprise.objects.get()


def test_each_value_names_its_line(enterprise: Enterprise) -> None:
    seen = trace(enterprise=enterprise, as_of=date(2025, 12, 31), known_by=NOW)
    lists = {(cell.field, cell.value): cell.source.split("-")[1] + cell.source[-2:] for cell in seen.cells}
    assert lists == {
        ("name", B): "20250601#2",
        ("former_name", A): "20250601#2",
        ("uscc", CODE): "20240110#2",
        ("district", "金水区"): "20240110#2",
    }
    hnte, first, again = seen.recognitions
    assert (hnte.state, hnte.source[:13], hnte.ended_source[:13]) == ("revoked", "HNTE-20240110", "HNTE-20250701")
    assert (first.state, first.extends, again.state, again.extends) == ("valid", "", "upcoming", first.source)
    assert (again.valid_from, again.valid_to) == (date(2026, 1, 1), date(2028, 12, 31))
    assert seen.member


def test_it_is_what_was_known_then(enterprise: Enterprise) -> None:
    seen = trace(enterprise=enterprise, as_of=date(2025, 12, 31), known_by=LATE.replace(month=7))
    assert seen.cells[0] == Cell("name", A, seen.cells[0].source)
    assert [one.state for one in seen.recognitions] == ["valid", "valid"]
    assert trace(enterprise=enterprise, as_of=date(2025, 12, 31), known_by=EARLY.replace(month=1)) == Trace()


def test_it_says_what_the_edition_says(enterprise: Enterprise) -> None:
    edition: Edition = editions.cut(quarter="2025Q4", now=NOW)
    row = EditionMember.objects.get(edition=edition)
    seen = trace(enterprise=enterprise, as_of=edition.as_of, known_by=edition.known_by)
    values = {cell.field: cell.value for cell in seen.cells}
    assert (row.name, row.uscc, row.district, row.former_names) == (
        values["name"],
        values["uscc"],
        values["district"],
        [A],
    )
    counting = [one.source for one in seen.recognitions if one.state in ("valid", "grace")]
    assert [one["source"] for one in row.recognitions] == counting


def test_staff_ask_for_any_day(enterprise: Enterprise) -> None:
    address = reverse("admin:enterprises_enterprise_state", args=[enterprise.pk])
    client = signed_in("enterprises.view_enterprise")
    today = client.get(address)
    assert [cell.value for cell in today.context["trace"].cells][:2] == [B, A]
    then = client.get(address, {"as_of": "2024-12-31", "known_by": "2024-12-31T12:00"})
    page = then.content.decode()
    assert then.context["trace"].member
    assert "HNTE recognition 2024-01-10" in page and B not in page.split("<section", 2)[2]
    assert client.get(address, {"as_of": "someday"}).status_code == 200
    assert signed_in("enterprises.view_edition", name="another").get(address).status_code == 403
