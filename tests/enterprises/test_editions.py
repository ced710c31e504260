"""A quarter's edition: cut once, proved, sealed, and never touched again."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from enterprises import canonical, delta, editions, errors, resolving
from enterprises.models import Edition, EditionChange, EditionMember, Enterprise
from enterprises.queries import edition_records
from registry import importing
from tests.conftest import NOW, Publish

pytestmark = pytest.mark.django_db
A, B, C = "郑州启航科技有限公司", "郑州远航科技有限公司", "郑州归航科技有限公司"
HEAD = ["企业名称", "统一社会信用代码", "证书编号", "发证日期", "区县"]
CODE = "91330100MA27YTKRXE"


def cut(quarter: str, hours: int = 1) -> Edition:
    now = NOW + timedelta(hours=hours)
    resolving.resolve(now=now)
    return editions.cut(quarter=quarter, now=now)


def sealed(quarter: str, hours: int = 1) -> Edition:
    return editions.seal(edition=cut(quarter, hours), now=NOW + timedelta(hours=hours))


def changes(edition: Edition) -> dict[str, tuple[str, list[str]]]:
    rows = EditionChange.objects.filter(edition=edition).select_related("enterprise")
    return {row.enterprise.name: (row.kind, [cause["cause"] for cause in row.causes]) for row in rows}


def first_quarter(publish: Publish) -> Edition:
    publish([HEAD, [A, "", "GR202441001234", "2024-11-28", "金水区"], [B, "", "GR202341001235", "2023-08-01", ""]])
    return sealed("2026Q2")


def test_the_first_edition_adds_everybody_with_a_cause(publish: Publish) -> None:
    edition = first_quarter(publish)
    assert (edition.label, edition.members, edition.added, edition.removed, edition.changed) == (
        "ZZKJ-2026Q2-v1", 2, 2, 0, 0,
    )  # fmt: skip
    assert edition.by_programme == {"HNTE": 2}
    assert changes(edition) == {A: ("added", ["recognised"]), B: ("added", ["recognised"])}
    assert edition.digest == canonical.digest(edition_records(edition))


def test_a_record_names_its_source_and_holds_what_was_published(publish: Publish) -> None:
    record = next(r for r in edition_records(first_quarter(publish)) if r["name"] == A)
    (recognition,) = record["recognitions"]
    assert (record["district"], recognition["number"], recognition["valid_from"], recognition["valid_to"]) == (
        "金水区", "GR202441001234", "2024-11-28", "2027-11-27",
    )  # fmt: skip
    assert recognition["source"].startswith("HNTE-20250110-") and recognition["source"].endswith("#2")


@pytest.mark.parametrize("batch", ['第"一"批', "第\\一批", "第\x1f一批", "第一批"])
def test_what_json_escapes_stands_in_the_record_as_it_was_published(publish: Publish, batch: str) -> None:
    publish([HEAD, [A, "", "GR202441001234", "2024-11-28", "金水区"]], batch=batch)
    edition = cut("2026Q2")
    (record,) = edition_records(edition)
    assert record["recognitions"][0]["batch"] == batch
    assert edition.digest == canonical.digest([record])


def test_the_next_edition_says_what_changed_and_why(publish: Publish) -> None:
    first_quarter(publish)
    later = NOW + timedelta(hours=2)
    publish([HEAD, [A, CODE, "", "", ""], [C, "", "", "", ""]], programme="SRDI", published="2026-07-01", now=later)
    publish([HEAD, [B, "", "", "", ""]], kind="revocation", published="2026-08-01", now=later)
    edition = sealed("2026Q3", hours=3)
    assert edition.previous and edition.previous.quarter == "2026Q2"
    assert changes(edition) == {
        A: ("changed", ["code_found", "recognised"]),
        B: ("removed", ["revoked"]),
        C: ("added", ["recognised"]),
    }
    assert (edition.members, edition.added, edition.removed, edition.changed) == (2, 1, 1, 1)


def test_a_change_of_name_or_code_names_the_row_that_told_it(publish: Publish) -> None:
    first_quarter(publish)
    later = NOW + timedelta(hours=2)
    publish([["企业原名称", "企业现名称"], [A, C]], kind="rename", published="2026-07-01", now=later)
    publish([HEAD, [C, CODE, "", "", "高新区"]], programme="SRDI", published="2026-07-02", now=later)
    edition = sealed("2026Q3", hours=3)
    change = EditionChange.objects.get(edition=edition, enterprise__name=C)
    told = {cause["cause"]: cause["source"].split("-")[1] for cause in change.causes}
    assert told == {
        "renamed": "20260701", "code_found": "20260702", "district_changed": "20260702", "recognised": "20260702",
    }  # fmt: skip


def test_another_spelling_in_a_later_list_is_no_change(publish: Publish) -> None:
    publish([HEAD, ["启航(河南)科技有限公司", "", "", "", ""]], programme="GZ", published="2025-01-10")
    sealed("2026Q2")
    later = NOW + timedelta(hours=2)
    rows = [HEAD, ["启航（河南）科技有限公司", "", "", "", ""]]
    publish(rows, programme="LEAD", published="2026-07-02", now=later)
    assert changes(sealed("2026Q3", hours=3)) == {"启航(河南)科技有限公司": ("changed", ["recognised"])}


def test_no_quarter_is_made_up_for_once_a_later_one_is_sealed(publish: Publish) -> None:
    first_quarter(publish)
    with pytest.raises(errors.LaterQuarterSealed, match="2026Q2"):
        cut("2026Q1", hours=2)


def test_a_sealed_quarter_is_not_made_as_of_another_day(publish: Publish) -> None:
    edition = first_quarter(publish)
    assert editions.cut(quarter="2026Q2", as_of=date(2026, 6, 30), now=NOW).pk == edition.pk
    with pytest.raises(errors.AlreadySealed):
        editions.cut(quarter="2026Q2", as_of=date(2026, 6, 29), now=NOW)


@pytest.mark.parametrize("day", [date(2026, 3, 31), date(2026, 7, 1), date(2020, 1, 1)])
def test_an_edition_is_as_of_a_day_of_its_quarter(day: date) -> None:
    with pytest.raises(errors.DayOutsideQuarter):
        editions.cut(quarter="2026Q2", as_of=day, now=NOW)


def test_a_draft_is_not_sealed_over_what_came_after_it(publish: Publish) -> None:
    listed = publish([HEAD, [A, "", "", "", ""]], programme="GZ")
    draft = cut("2026Q2")
    importing.withdraw(list_import=listed, reason="not the final list", now=NOW + timedelta(hours=2))
    with pytest.raises(errors.DraftOutdated):
        editions.seal(edition=draft, now=NOW + timedelta(hours=3))


def test_an_edition_without_changes_says_so(publish: Publish) -> None:
    publish([HEAD, [A, "", "", "", ""]], programme="GZ")
    sealed("2026Q1")
    edition = sealed("2026Q2", hours=2)
    assert (edition.members, edition.added, edition.removed, edition.changed) == (1, 0, 0, 0)
    assert edition.previous and edition.digest == edition.previous.digest


def test_a_withdrawn_list_is_a_cause(publish: Publish) -> None:
    listed = publish([HEAD, [A, "", "", "", ""]], programme="GZ")
    publish([HEAD, [B, "", "", "", ""]], programme="LEAD")
    sealed("2026Q2")
    importing.withdraw(list_import=listed, reason="not the final list", now=NOW + timedelta(hours=2))
    assert changes(sealed("2026Q3", hours=3)) == {A: ("removed", ["list_withdrawn"])}


def test_confirming_again_restores_the_digest(publish: Publish) -> None:
    listed = publish([HEAD, [A, CODE, "", "", ""]], programme="GZ")
    before = cut("2026Q2").digest
    importing.withdraw(list_import=listed, reason="by mistake", now=NOW + timedelta(hours=2))
    without = cut("2026Q2", hours=3)
    assert (without.members, without.digest != before) == (0, True)
    importing.confirm(list_import=listed, now=NOW + timedelta(hours=4))
    assert cut("2026Q2", hours=5).digest == before


def test_cutting_a_draft_again_replaces_it_and_a_sealed_one_stands(publish: Publish) -> None:
    publish([HEAD, [A, "", "", "", ""]], programme="GZ")
    draft = cut("2026Q2")
    again = cut("2026Q2", hours=2)
    assert not Edition.objects.filter(pk=draft.pk).exists()
    done = editions.seal(edition=again, now=NOW)
    publish([HEAD, [B, "", "", "", ""]], programme="GZ", published="2026-01-01", now=NOW + timedelta(hours=3))
    standing = cut("2026Q2", hours=4)
    assert (standing.pk, standing.state, standing.digest) == (done.pk, "sealed", done.digest)
    assert editions.seal(edition=standing, now=NOW + timedelta(days=1)).sealed_at == NOW


def test_a_withdrawn_edition_stays_and_the_quarter_gets_the_next_version(publish: Publish) -> None:
    edition = first_quarter(publish)
    editions.withdraw(edition=edition, reason="wrong list", now=NOW)
    second = sealed("2026Q2", hours=2)
    assert (second.label, Edition.objects.get(pk=edition.pk).state) == ("ZZKJ-2026Q2-v2", "withdrawn")
    assert EditionMember.objects.filter(edition=edition).count() == 2
    with pytest.raises(errors.EditionStateForbids):
        editions.withdraw(edition=edition, reason="again", now=NOW)
    with pytest.raises(errors.EditionStateForbids):
        editions.seal(edition=edition, now=NOW)


def test_no_edition_without_a_list_that_was_confirmed(publish: Publish) -> None:
    publish([HEAD, [A, "", "", "", ""]], programme="GZ")
    with pytest.raises(errors.NotResolved, match="1"):
        editions.cut(quarter="2026Q2", now=NOW + timedelta(hours=1))
    assert cut("2026Q2").members == 1


def test_a_quarter_is_not_cut_before_its_day() -> None:
    morning = datetime(2026, 9, 29, 15, 59, tzinfo=UTC)  # still the 29th in Zhengzhou
    with pytest.raises(errors.QuarterNotOver):
        editions.cut(quarter="2026Q3", now=morning)
    with pytest.raises(errors.QuarterNotOver):
        editions.cut(quarter="2026Q3", as_of=date(2026, 9, 30), now=morning)
    assert editions.cut(quarter="2026Q3", now=morning + timedelta(minutes=1 + 24 * 60)).members == 0


def test_a_preview_within_the_quarter_is_not_sealed(publish: Publish) -> None:
    publish([HEAD, [A, "", "", "", ""]], programme="GZ")
    now = NOW + timedelta(hours=1)
    resolving.resolve(now=now)
    draft = editions.cut(quarter="2026Q4", as_of=date(2026, 10, 1), now=now)
    with pytest.raises(errors.QuarterNotOver, match="2026-12-31"):
        editions.seal(edition=draft, now=now)


SEALED_ACTS: dict[str, Callable[[Edition], object]] = {
    "change a member": lambda e: EditionMember.objects.filter(edition=e).update(name="x"),
    "delete a member": lambda e: EditionMember.objects.filter(edition=e).delete(),
    "add a member": lambda e: EditionMember.objects.create(
        edition=e,
        enterprise=Enterprise.objects.earliest("id"),
        public_id="E0",
        name="x",
        programmes=[],
        recognitions=[],
    ),
    "change a change": lambda e: EditionChange.objects.filter(edition=e).update(kind="removed"),
    "delete a change": lambda e: EditionChange.objects.filter(edition=e).delete(),
    "change the digest": lambda e: Edition.objects.filter(pk=e.pk).update(digest="0" * 64),
    "make it a draft": lambda e: Edition.objects.filter(pk=e.pk).update(state="draft", sealed_at=None),
    "delete it": lambda e: Edition.objects.filter(pk=e.pk).delete(),
    "withdraw it without a reason": lambda e: Edition.objects.filter(pk=e.pk).update(state="withdrawn"),
}


@pytest.mark.parametrize("act", SEALED_ACTS)
def test_the_database_refuses_to_touch_what_is_sealed(publish: Publish, act: str) -> None:
    edition = first_quarter(publish)
    with pytest.raises(IntegrityError), transaction.atomic():
        SEALED_ACTS[act](edition)
    assert canonical.digest(edition_records(Edition.objects.get(pk=edition.pk))) == edition.digest


def test_an_edition_that_cannot_be_proved_is_not_sealed(publish: Publish) -> None:
    publish([HEAD, [A, "", "", "", ""]], programme="GZ")
    draft = cut("2026Q2")
    EditionMember.objects.filter(edition=draft).update(name="郑州他航科技有限公司")
    with pytest.raises(errors.NotProved):
        editions.seal(edition=draft, now=NOW)
    assert Edition.objects.get().state == "draft"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_draft_that_is_kept_is_proved_over_two_sessions_as_it_stands(publish: Publish) -> None:
    publish([HEAD, [A, "", "", "", ""]], programme="GZ")
    draft = cut("2026Q2")
    EditionMember.objects.filter(edition=draft).update(name=B)
    with pytest.raises(errors.NotProved):
        editions.seal(edition=draft, now=NOW + timedelta(hours=1))
    EditionMember.objects.filter(edition=draft).update(name=A)
    EditionChange.objects.filter(edition=draft).update(after=None)
    with pytest.raises(errors.NotProved):
        editions.seal(edition=draft, now=NOW + timedelta(hours=1))
    assert sealed("2026Q2").state == "sealed"


def test_a_cause_that_cannot_be_told_leaves_no_draft(publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object) -> None:
        raise ValueError("the teller")

    publish([HEAD, [A, "", "", "", ""]], programme="GZ")
    monkeypatch.setattr(delta, "causes", broken)
    with pytest.raises(ValueError, match="the teller"):
        cut("2026Q2")
    assert not Edition.objects.exists()
