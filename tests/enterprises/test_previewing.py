"""The preview says what the next edition then is, writes nothing, and waits for nobody."""

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.urls import reverse

from enterprises import editions, locks, previewing, resolving
from enterprises.models import Edition, EditionChange, EditionMember, Enterprise, GuardResult, Recognition
from tests.conftest import NOW, Publish
from tests.enterprises.rules import revise_rule
from tests.staff import signed_in

VIEW = "enterprises.view_edition"
HEAD = ["企业名称", "统一社会信用代码", "区县"]
A, B, C, D = (f"郑州{name}科技有限公司" for name in ("启航", "远航", "归航", "<b>续航"))
KEPT = (Edition, EditionMember, EditionChange, GuardResult, Enterprise, Recognition)


@pytest.fixture(autouse=True)
def forgetful() -> None:
    cache.clear()


def see(as_of: date = date(2026, 9, 30), now: datetime = NOW + timedelta(hours=3)) -> previewing.Preview:
    before = [list(model.objects.order_by("pk").values()) for model in KEPT]
    seen = previewing.preview(as_of=as_of, now=now)
    assert [list(model.objects.order_by("pk").values()) for model in KEPT] == before
    return seen


@pytest.fixture
def published(publish: Publish) -> None:
    """A sealed edition of A, B and C; then D comes, A has one more, B is revoked."""
    publish([HEAD, [A, "", "金水区"], [B, "", ""], [C, "", ""]], programme="SRDI", published="2026-01-10")
    resolving.resolve(now=NOW)
    editions.seal(edition=editions.cut(quarter="2026Q2", now=NOW), now=NOW)
    later = NOW + timedelta(hours=1)
    publish([HEAD, [D, "", ""], [A, "", ""]], programme="GZ", published="2026-07-01", now=later)
    publish([HEAD, [B, "", ""]], programme="SRDI", kind="revocation", published="2026-07-02", now=later)
    resolving.resolve(now=later)


@pytest.mark.django_db
def test_what_is_seen_is_what_is_cut(published: None) -> None:
    seen = see()
    draft = editions.cut(quarter="2026Q3", now=NOW + timedelta(hours=4))
    cut = {row.public_id: (row.kind, row.before, row.after, row.causes) for row in draft.changes.all()}
    foreseen = {
        one.difference.id: (one.difference.kind, one.difference.before, one.difference.after, one.causes)
        for one in seen.changes
    }
    assert foreseen == cut
    assert (seen.before, seen.members, seen.previous) == (3, draft.members, "ZZKJ-2026Q2-v1")
    assert {code: after for code, (_before, after) in seen.holders.items() if after} == draft.by_programme
    words = list(GuardResult.objects.filter(edition=draft).values_list("guard", "level", "words"))
    assert [(one.guard, one.level, one.words) for one in seen.guards] == words
    assert seen.changes[0].difference.kind == "removed"  # what takes something away comes first


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("today", "sealed", "day"),
    [
        (date(2026, 10, 1), [], date(2026, 9, 30)),  # the quarter that is over comes first
        (date(2026, 10, 1), ["2026Q3"], date(2026, 12, 31)),
        (date(2026, 9, 30), ["2026Q2"], date(2026, 9, 30)),
        (date(2026, 10, 1), ["2026Q2"], date(2026, 9, 30)),
    ],
)
def test_which_edition_comes_next(today: date, sealed: list[str], day: date) -> None:
    for quarter in sealed:
        editions.seal(edition=editions.cut(quarter=quarter, now=NOW), now=NOW)
    assert previewing.next_day(today) == day


@pytest.mark.django_db
def test_a_new_list_or_decision_makes_it_anew_and_nothing_else_does(published: None, publish: Publish) -> None:
    first = see()
    assert see(now=NOW + timedelta(hours=5)).known_by == first.known_by
    assert previewing.preview(as_of=first.as_of, now=NOW + timedelta(hours=6), fresh=True).known_by != first.known_by
    publish([HEAD, [C, "", ""]], programme="SRDI", kind="revocation", published="2026-07-03", now=NOW)
    resolving.resolve(now=NOW)
    assert see(now=NOW + timedelta(hours=7)).counts["removed"] == first.counts["removed"] + 1


@pytest.mark.django_db
def test_who_runs_out_by_programme_and_month(publish: Publish) -> None:
    head = ["企业名称", "证书编号", "发证日期"]
    rows = [
        [A, "GR202341000001", "2023-12-08"],
        [B, "GR202341000002", "2023-12-08"],
        [C, "GR202441000003", "2024-02-01"],
    ]
    publish([head, *rows], published="2024-02-10")
    publish([head, [B, "GR202641000009", "2026-09-01"]], published="2026-09-10")  # B has its next certificate
    publish([["企业名称"], [A], [D]], programme="INNO", published="2024-03-01")  # three calendar years: 2026-12-31
    publish([["企业名称"], [A]], programme="GZ", published="2024-03-01")  # no end
    resolving.resolve(now=NOW)
    revise_rule("HNTE", NOW, grace_month=None, grace_day=None)
    seen = see()
    assert seen.until == date(2027, 3, 31)
    assert seen.cliff() == {("HNTE", "2026-12"): (1, 0), ("INNO", "2026-12"): (2, 1), ("HNTE", "2027-01"): (1, 1)}
    leaves = {(one.name, one.programme): one.leaves for one in seen.running_out}
    assert leaves == {(A, "HNTE"): False, (A, "INNO"): False, (D, "INNO"): True, (C, "HNTE"): True}
    assert {one.ends for one in seen.running_out if one.programme == "HNTE"} == {date(2026, 12, 7), date(2027, 1, 31)}
    revise_rule("HNTE", NOW + timedelta(hours=1), grace_month=4, grace_day=30)
    graced = previewing.preview(as_of=date(2026, 9, 30), now=NOW + timedelta(hours=4), fresh=True)
    assert {one.grace_to for one in graced.running_out if one.name == A and one.programme == "HNTE"} == {
        date(2027, 4, 30)
    }


@pytest.mark.django_db
def test_whoever_runs_out_on_the_very_day_is_shown(publish: Publish) -> None:
    publish([["企业名称"], [A]], programme="INNO", published="2024-03-01")
    resolving.resolve(now=NOW)
    assert see(as_of=date(2026, 12, 31)).cliff() == {("INNO", "2026-12"): (1, 1)}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_it_waits_for_nobody(publish: Publish) -> None:
    """Another holds the locks of rebuilding and of editions all the while."""
    publish([HEAD, [A, "", ""]], programme="GZ", published="2026-01-10")
    resolving.resolve(now=NOW)
    seen: list[int] = []

    def look() -> None:
        try:
            seen.append(previewing.preview(as_of=date(2026, 9, 30), now=NOW).members)
        finally:
            connection.close()

    with transaction.atomic():
        locks.hold(locks.IDENTITIES)
        locks.hold(locks.EDITIONS)
        other = threading.Thread(target=look)
        other.start()
        other.join(20)
    assert seen == [1]


def shown(client: Any, **query: str) -> Any:
    return client.get(reverse("admin:enterprises_edition_preview"), {"day": "2026-09-30", **query})


@pytest.mark.django_db
def test_the_page_is_filtered_and_paged(published: None, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(VIEW)

    def names(**query: str) -> list[str]:
        return [one["name"] for one in shown(client, **query).context["changes"]]

    assert set(names()) == {A, B, D}
    assert names(kind="removed") == [B]
    assert set(names(programme="GZ")) == {A, D}
    assert names(cause="revoked") == [B]
    assert names(kind="added", programme="SRDI") == []
    monkeypatch.setattr("enterprises.admin.previews.ON_A_PAGE", 2)
    assert [len(names(page=page)) for page in ("1", "2", "99", "x")] == [2, 1, 1, 2]
    page = shown(client, kind="added").content.decode()
    assert "<b>续航" not in page and "&lt;b&gt;续航" in page


@pytest.mark.django_db
def test_a_month_is_drilled_into(publish: Publish) -> None:
    publish([["企业名称"], [A], [D]], programme="INNO", published="2024-03-01")
    resolving.resolve(now=NOW)
    page = shown(signed_in(VIEW), runs_out="INNO:2026-12")
    assert {one.name for one, _number in page.context["ending_rows"]} == {A, D}
    assert "runs_out=INNO:2026-12" in page.content.decode()
    assert shown(signed_in(VIEW, name="other"), runs_out="x:y").status_code == 200


@pytest.mark.django_db
def test_a_day_that_makes_no_sense_is_told(published: None) -> None:
    client = signed_in(VIEW)
    for day in ("soon", "1999-01-01", "2026-02-30"):
        page = shown(client, day=day)
        assert page.status_code == 200 and page.context["form"].errors
    assert shown(client, programme="NONE").status_code == 200


@pytest.mark.django_db
def test_a_programme_without_a_rule_is_told(publish: Publish) -> None:
    publish([["企业名称"], [A]], programme="INNO", published="1999-03-01")
    resolving.resolve(now=NOW)
    assert "1999-03-01" in shown(signed_in(VIEW)).context["error"]


@pytest.mark.django_db
def test_only_for_whoever_may_see_editions(published: None) -> None:
    assert shown(signed_in("enterprises.view_enterprise")).status_code == 403
    front = signed_in(VIEW, name="viewer").get(reverse("admin:index")).content.decode()
    assert reverse("admin:enterprises_edition_preview") in front
