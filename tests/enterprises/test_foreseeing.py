"""What is foreseen of a list is what then happens, and foreseeing it changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from pytest_django import Settings

from enterprises import editions, foreseeing, pooling, resolving
from enterprises.models import Edition, EditionChange, Enterprise, ListResolution, MatchDecision, PoolMember, ReviewItem
from registry import importing
from registry.models import ImportEvent, ListImport
from tests.conftest import NOW, Publish
from tests.staff import signed_in

pytestmark = pytest.mark.django_db
A, B, C, D = (f"郑州{name}科技有限公司" for name in ("启航", "远航", "归航", "续航"))
HEAD = ["企业名称", "统一社会信用代码", "区县"]
CODE = "91330100MA27YTKRXE"
KEPT = (Enterprise, MatchDecision, ReviewItem, ListResolution, PoolMember, ImportEvent, Edition)


def state() -> list[list[Any]]:
    return [list(model.objects.order_by("pk").values()) for model in KEPT] + [
        list(ListImport.objects.order_by("pk").values("pk", "state"))
    ]


def foresee(listed: ListImport) -> foreseeing.Foresight:
    before = state()
    seen = foreseeing.foresee(list_import=listed, now=NOW)
    assert state() == before
    return seen


def settle() -> None:
    resolving.resolve(now=NOW)
    pooling.rebuild(as_of=NOW.date(), now=NOW)


def known(publish: Publish) -> ListImport:
    """Three enterprises in the pool; the third's name is borne by two."""
    listed = publish([HEAD, [A, CODE, "金水区"], [B, "", "金水区"], [C, "", ""]], programme="SRDI")
    settle()
    return listed


def told(seen: foreseeing.Foresight) -> dict[str, tuple[str, list[str]]]:
    found: dict[str, tuple[str, list[str]]] = {}
    for difference, causes in seen.changes:
        record = difference.after or difference.before
        assert record is not None
        found[record["name"]] = (difference.kind, [cause["cause"] for cause in causes])
    return found


def test_a_full_list_tells_whom_it_adds_changes_and_ends(publish: Publish) -> None:
    known(publish)
    rows = [HEAD, [A, CODE, "金水区"], [B, CODE, ""], ["", "", ""], [D, "", "金水区"], ["启航", "", "金水区"]]
    listed = publish(rows, programme="SRDI", published="2025-06-01", is_full=True, confirmed=False)
    seen = foresee(listed)
    assert told(seen)[C] == ("removed", ["delisted"])
    assert told(seen)[D] == ("added", ["recognised"])
    assert next(difference.kind for difference, _causes in seen.changes) == "removed"
    assert (seen.counts["removed"], seen.counts["added"]) == (1, 1)
    assert (seen.rows["queued"], seen.rows["unusable"]) == (0, 1)  # B is B, though with A's code: that is asked


def test_a_row_that_a_person_is_asked_of_waits_though_it_is_tied_meanwhile(publish: Publish) -> None:
    """A name that is almost a known one's founds an enterprise, and a person is asked whether the two are one."""
    firm = ["郑州市天明智能科技有限公司", CODE, ""]
    publish([HEAD, firm], programme="HNTE", published="2024-01-10")
    publish([HEAD, firm], programme="SRDI", published="2024-06-01")
    settle()
    listed = publish([HEAD, ["郑州天明智能科技有限公司", "", ""]], confirmed=False)
    seen = foresee(listed)
    assert [(row.name, bool(row.public_id)) for row in seen.examples["queued"]] == [("郑州天明智能科技有限公司", True)]
    assert dict(seen.rows) == {"queued": 1}


CASES: dict[str, dict[str, Any]] = {
    "recognition": {"rows": [HEAD, [D, "", "金水区"], [A, CODE, "金水区"], [B, "", "高新区"]], "kind": "recognition"},
    "full": {"rows": [HEAD, [D, "", "金水区"], [A, CODE, "金水区"]], "kind": "recognition", "is_full": True},
    "revocation": {"rows": [HEAD, [A, CODE, "金水区"]], "kind": "revocation"},
    "move out": {"rows": [HEAD, [A, CODE, "金水区"]], "kind": "move_out"},
    "rename": {"rows": [["原企业名称", "现企业名称"], [B, D]], "kind": "rename"},
    "publicity": {"rows": [HEAD, [D, "", "金水区"]], "kind": "publicity"},
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_foreseen_is_what_the_edition_says(publish: Publish, case: str, settings: Settings) -> None:
    """The truth: two editions, one cut before the list counts, one after."""
    settings.GONE_LIMIT_PERCENT = 100
    known(publish)
    editions.seal(edition=editions.cut(quarter="2026Q2", now=NOW), now=NOW)
    listed = publish(programme="SRDI", published="2026-08-01", confirmed=False, **CASES[case])
    seen = foresee(listed)
    later = NOW + timedelta(minutes=1)
    importing.confirm(list_import=listed, now=later, accept_sound=True)
    resolving.resolve(now=later)
    cut = editions.cut(quarter="2026Q3", now=later + timedelta(minutes=1))
    real = {
        change.public_id: (change.kind, [cause["cause"] for cause in change.causes])
        for change in EditionChange.objects.filter(edition=cut)
    }
    foreseen = {one.id: (one.kind, [cause["cause"] for cause in causes]) for one, causes in seen.changes}
    assert {name: kind for name, (kind, _causes) in foreseen.items()} == {n: kind for n, (kind, _c) in real.items()}
    assert foreseen == real
    assert seen.counts.total() == len(real)
    assert sum(seen.rows.values()) == listed.row_count


def test_withdrawing_is_foreseen_of_a_confirmed_list(publish: Publish) -> None:
    listed = known(publish)
    seen = foresee(listed)
    assert seen.step == "withdraw"
    assert {name: kind for name, (kind, _causes) in told(seen).items()} == dict.fromkeys((A, B, C), "removed")


def test_what_a_withdrawal_takes_back_is_told_as_its_doing(publish: Publish) -> None:
    """A name that goes back to what it was, and the period of what extended a grant."""
    rename = publish([["原企业名称", "现企业名称"], [A, B]], programme="SRDI", kind="rename", published="2025-02-10")
    recognition = publish([HEAD[:1], [A]], programme="SRDI", published="2023-05-05")
    publish([HEAD[:1], [A]], programme="SRDI", kind="recheck", published="2025-05-10")
    settle()
    assert told(foresee(rename))[A] == ("changed", ["list_withdrawn"])
    assert told(foresee(recognition))[B] == ("changed", ["list_withdrawn"])


def test_the_page_tells_it_to_whoever_may_see_lists_and_pool(publish: Publish) -> None:
    known(publish)
    rows = [HEAD, [D, "", "金水区"], ["<b>x</b>有限公司", "", "金水区"], [A, CODE, "金水区"]]
    listed = publish(rows, programme="SRDI", published="2025-06-01", is_full=True, confirmed=False)
    address = reverse("admin:enterprises_effect", args=[listed.pk])
    viewer = signed_in("registry.view_listimport", "enterprises.view_poolrebuild", name="li")
    page = viewer.get(address)
    assert page.status_code == 200
    shown = page.content.decode()
    assert D in shown
    assert "<b>x" not in shown
    assert page.context["seen"].counts["added"] == 2
    assert address in viewer.get(reverse("admin:registry_listimport_change", args=[listed.pk])).content.decode()
    assert signed_in("registry.view_listimport").get(address).status_code == 403
    importing.reject(list_import=listed, reason="x", now=NOW)
    assert viewer.get(address).status_code == 404


def test_a_programme_without_a_rule_is_told(publish: Publish) -> None:
    listed = publish([HEAD, [D, "", "金水区"]], programme="SRDI", published="1999-06-01", confirmed=False)
    viewer = signed_in("registry.view_listimport", "enterprises.view_poolrebuild")
    page = viewer.get(reverse("admin:enterprises_effect", args=[listed.pk]), follow=True)
    assert page.redirect_chain
    assert connection.in_atomic_block  # the test's own transaction is whole
    assert listed.state == "staged"
