"""The bureau's front page says what waits, to whoever may view it, and warns of a quarter without an edition."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.timezone import localdate, now

from enterprises import editions, resolving
from enterprises.calendar import finished_quarter
from enterprises.models import ReviewItem
from tests.conftest import NOW, Publish
from tests.enterprises.looking import CODE
from tests.staff import signed_in

VIEWS = {
    "lists": "registry.view_listimport",
    "matches": "enterprises.view_reviewitem",
    "pushes": "pushes.view_delivery",
}
HEADER = ["企业名称", "统一社会信用代码"]


@pytest.fixture
def work(publish: Publish) -> None:
    """One list to confirm, one doubtful match to settle, no delivery."""
    publish([HEADER, ["郑州甲科技有限公司", CODE]])
    publish([HEADER, ["郑州乙智能科技有限公司", CODE]], published="2025-06-01")
    resolving.resolve(now=NOW)
    publish([HEADER, ["郑州丙科技有限公司", ""]], published="2025-07-01", confirmed=False)
    assert ReviewItem.objects.count() == 1


def test_each_kind_of_work_is_counted_and_leads_to_its_rows(work: None) -> None:
    client = signed_in(*VIEWS.values())
    context = client.get(reverse("admin:index")).context
    for kind, count in {"lists": 1, "matches": 1, "pushes": 0}.items():
        work_of_kind = context[kind]
        assert work_of_kind["count"] == count
        assert client.get(work_of_kind["address"]).context["cl"].result_count == count


def test_ones_own_doubtful_matches_are_counted_apart(work: None) -> None:
    client = signed_in(*VIEWS.values(), name="wang")
    assert client.get(reverse("admin:index")).context["matches"]["mine"] == 0
    ReviewItem.objects.update(assigned_to=User.objects.get(username="wang"))
    matches = client.get(reverse("admin:index")).context["matches"]
    assert matches["mine"] == 1
    assert client.get(matches["address_of_mine"]).context["cl"].result_count == 1


@pytest.mark.parametrize("kind", VIEWS)
def test_nobody_is_told_of_what_he_may_not_view(work: None, kind: str) -> None:
    may = [permission for name, permission in VIEWS.items() if name != kind]
    context = signed_in(*may).get(reverse("admin:index")).context
    assert [name for name in VIEWS if not context[name]] == [kind]


def test_a_finished_quarter_without_a_sealed_edition_is_a_warning(work: None) -> None:
    client, quarter = signed_in("enterprises.view_edition"), finished_quarter(localdate())

    def warned() -> bool:
        page = client.get(reverse("admin:index"))
        assert ('class="errornote"' in page.content.decode()) == bool(page.context["quarter"])
        return bool(page.context["quarter"] == quarter)

    assert warned()
    moment = max(now(), NOW)
    edition = editions.cut(quarter=quarter, now=moment)
    assert warned()
    editions.seal(edition=edition, now=moment)
    assert not warned()
    assert not signed_in(name="stranger").get(reverse("admin:index")).context["quarter"]
