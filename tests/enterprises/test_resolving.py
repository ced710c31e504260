"""Entries of confirmed lists become enterprises, each once; doubts become review items."""

from datetime import date, timedelta
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from enterprises import (
    asking,
    errors,
    evidence,
    hanging,
    neighbouring,
    planning,
    pooling,
    resolving,
    reviewing,
    sessions,
)
from enterprises.models import Enterprise, FormerName, MatchDecision, ReviewItem
from enterprises.resolving import Resolved
from registry import importing
from tests.conftest import NOW, Cells, Publish

pytestmark = pytest.mark.django_db
NAMES = ["企业名称", "统一社会信用代码", "证书编号"]
CODE, OTHER_CODE = "91330100MA27YTKRXE", "91330000143853115H"
A, B = "郑州启航科技有限公司", "郑州远航科技有限公司"
C, D = "洛阳牡丹酒业有限公司", "郑州腾飞科技有限公司"
STRANGER = "河南中州面粉有限公司"  # whose name has nothing in common with A's


def resolve(hours: int = 1) -> Resolved:
    return resolving.resolve(now=NOW + timedelta(hours=hours))


def enterprises() -> list[tuple[str, str | None]]:
    return list(Enterprise.objects.order_by("id").values_list("name", "uscc"))


def queue() -> list[tuple[str, str]]:
    return list(ReviewItem.objects.filter(closed_at=None).values_list("entry__name", "cause"))


def test_lists_with_and_without_codes_meet_in_one_enterprise(publish: Publish) -> None:
    publish([NAMES, [A, "", "GR202441001234"]], published="2024-11-28")
    publish([NAMES, [f" {A[:4]}\n{A[4:]}", CODE, ""]], programme="INNO", published="2025-05-01")
    publish([NAMES, [A, CODE, ""]], programme="SRDI", published="2025-06-01")
    assert resolve() == Resolved(lists=3, entries=3, matched=2, created=1, queued=0)
    assert enterprises() == [(A, CODE)]
    assert list(MatchDecision.objects.order_by("entry_id").values_list("rule", flat=True)) == ["new", "name", "code"]


def test_running_again_does_nothing(publish: Publish) -> None:
    publish([NAMES, [A, CODE, ""]])
    resolve()
    assert resolve(2) == Resolved()


def test_staged_rejected_and_unusable_rows_are_left_alone(publish: Publish) -> None:
    publish([NAMES, [A, CODE, ""]], confirmed=False)
    publish([NAMES, ["鹏辉电源", "", ""], [B, "", ""]], programme="INNO")
    assert resolve().entries == 1
    assert enterprises() == [(B, None)]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("large", [0, 300_000])
def test_a_slip_is_found_by_the_sums_of_all_names_as_by_its_own(
    publish: Publish, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr(neighbouring, "_LARGE", large)
    fetched = Mock(side_effect=neighbouring._all_sums)
    monkeypatch.setattr(neighbouring, "_all_sums", fetched)
    name, lost = "郑州嵩阳启航智能装备科技有限公司", "郑州嵩阳启航智能装科技有限公司"
    publish([NAMES, [name, "", ""], [STRANGER, "", ""]], published="2024-11-28")
    resolve()
    publish([NAMES, [lost, "", ""]], programme="INNO", published="2025-05-01")
    resolve(2)
    assert [asked for asked, _cause in queue()] == [lost]
    assert fetched.call_count == (large == 0)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("aside", [True, False])
def test_what_hangs_together_is_the_same_over_several_sessions(
    publish: Publish, monkeypatch: pytest.MonkeyPatch, aside: bool
) -> None:
    monkeypatch.setattr(planning, "FEW", 0 if aside else 1_000)
    monkeypatch.setattr(resolving, "_WHOLE", 1)
    monkeypatch.setattr(hanging, "_PIECE", 1)
    monkeypatch.setattr(evidence, "_READ", 1)
    monkeypatch.setattr(evidence, "HALVED", 0 if aside else 500_000)
    asked = Mock(side_effect=sessions.several)
    monkeypatch.setattr(resolving, "several", asked)
    publish([NAMES, [A, "", "GR202441001234"], [STRANGER, OTHER_CODE, ""]], published="2024-11-28")
    publish([NAMES, [B, "", ""]], programme="INNO", published="2024-12-01")
    assert resolve().entries == 3
    assert asked.called == aside
    asked.reset_mock()
    # By its name, by its number, by its code and by its old name, each brings another's rows.
    publish([NAMES, [A, CODE, ""], [C, "", "GR202441001234"]], programme="SRDI", published="2025-05-01")
    publish([["企业原名称", "企业现名称"], [B, D]], programme="INNO", kind="rename", published="2025-05-02")
    assert resolve(2).entries == 3
    assert asked.called == aside
    assert enterprises() == [(A, CODE), (STRANGER, OTHER_CODE), (D, None), (C, None)]
    assert queue() == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_the_order_of_confirming_changes_nothing(publish: Publish, order: tuple[int, ...]) -> None:
    lists: list[tuple[Cells, str, str]] = [
        ([NAMES, [A, "", "GR202441001234"], [B, "", "GR202441001235"]], "HNTE", "2024-11-28"),
        ([NAMES, [B, OTHER_CODE, ""]], "INNO", "2025-05-01"),
        ([NAMES, [A, CODE, ""]], "SRDI", "2025-06-01"),
    ]
    for index in order:
        rows, programme, published = lists[index]
        publish(rows, programme=programme, published=published)
    resolve()
    assert enterprises() == [(A, CODE), (B, OTHER_CODE)]


def test_a_change_of_name_is_followed(publish: Publish) -> None:
    publish([NAMES, [A, CODE, "GR202441001234"]], published="2024-11-28")
    publish([["企业原名称", "企业现名称", "证书编号"], [A, B, "GR202441001234"]], kind="rename", published="2025-06-01")
    publish([NAMES, [B, "", ""]], programme="INNO", published="2025-07-01")
    assert resolve().queued == 0
    assert enterprises() == [(B, CODE)]
    assert list(FormerName.objects.values_list("name", flat=True)) == [A]


def test_two_names_under_one_code_wait_for_a_person(publish: Publish) -> None:
    publish([NAMES, [A, CODE, ""]], published="2024-01-01")
    publish([NAMES, [STRANGER, CODE, ""]], published="2025-01-01")
    resolve()
    assert enterprises() == [(A, CODE)]
    assert queue() == [(STRANGER, "identifier_with_other_name")]
    assert [e.name for e in ReviewItem.objects.get().candidates.all()] == [A]


def test_a_name_that_differs_little_is_the_same_under_one_code(publish: Publish) -> None:
    publish([NAMES, [A, CODE, ""]], published="2024-01-01")
    publish([NAMES, [B, CODE, ""]], published="2025-01-01")
    resolve()
    assert enterprises() == [(B, CODE)]  # the later list's name is the current one
    assert queue() == []


def test_a_revocation_that_meets_nobody_waits_for_a_person(publish: Publish) -> None:
    publish([NAMES, [A, "", ""]], kind="revocation")
    resolve()
    assert queue() == [(A, "nobody_of_that_name")]
    assert enterprises() == []


def test_another_citys_revocation_does_not_fill_the_queue(publish: Publish) -> None:
    rows: Cells = [["省辖市", "企业名称"], ["洛阳市", A], ["郑州市", B]]
    publish(rows, kind="revocation", province_wide=True)
    resolve()
    assert queue() == [(B, "nobody_of_that_name")]


def test_a_firm_of_another_city_with_the_same_name_is_not_ours(publish: Publish) -> None:
    publish([["企业名称", "区县"], [A, "金水区"]], published="2024-01-01")
    rows: Cells = [["省辖市", "企业名称"], ["洛阳市", A], ["洛阳市", B]]
    publish(rows, programme="GZ", published="2025-01-01", province_wide=True)
    publish([["企业名称", "区县"], [B, "金水区"]], programme="INNO", published="2025-02-01")
    resolve()
    assert queue() == []
    found = Enterprise.objects.order_by("name", "in_scope").values_list("name", "in_scope")
    assert list(found) == [(A, False), (A, True), (B, False), (B, True)]


def test_what_has_become_clear_is_settled_by_the_next_sweep(publish: Publish) -> None:
    publish([NAMES, [A, "", "GR202441001234"]], kind="revocation", published="2025-06-01")
    resolve()
    assert queue() == [(A, "nobody_of_that_name")]
    publish([NAMES, [A, "", "GR202441001234"]], published="2025-01-01", now=NOW + timedelta(hours=2))
    resolve(3)
    assert queue() == []
    assert MatchDecision.objects.get(entry__list_import__notice="revocation").rule == "number"


def test_a_sweep_that_is_killed_leaves_nothing_half_done(publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    publish([NAMES, [A, "", "GR202441001234"]], published="2025-06-01")
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(asking, "ask", Mock(side_effect=KeyboardInterrupt))
        resolve()
    assert not MatchDecision.objects.exists()
    assert not Enterprise.objects.exists()
    assert resolve(2).lists == 1
    assert enterprises() == [(A, None)]


def test_open_items_get_the_candidates_that_came_later(publish: Publish) -> None:
    publish([NAMES, [A, "", "GR202441009999"]], kind="revocation", published="2025-06-01")
    resolve()
    publish([NAMES, [A, "", "GR202441001234"]], published="2025-01-01", now=NOW + timedelta(hours=2))
    resolve(3)
    assert queue() == [(A, "number_of_nobody")]
    assert [e.name for e in ReviewItem.objects.get().candidates.all()] == [A]


def test_what_a_withdrawn_list_taught_is_forgotten(publish: Publish) -> None:
    wrong = publish([NAMES, [A, OTHER_CODE, ""]], published="2024-01-01")
    resolve()
    importing.withdraw(list_import=wrong, reason="codes were shifted", now=NOW + timedelta(hours=2))
    publish([NAMES, [B, OTHER_CODE, ""]], published="2025-01-01", now=NOW + timedelta(hours=3))
    resolve(4)
    assert enterprises() == [(A, None), (B, OTHER_CODE)]
    assert queue() == []


def test_an_import_withdrawn_and_confirmed_again_is_known_again(publish: Publish) -> None:
    listed = publish([NAMES, [A, CODE, ""]], published="2024-01-01")
    resolve()
    importing.withdraw(list_import=listed, reason="by mistake", now=NOW + timedelta(hours=2))
    resolve(3)
    assert enterprises() == [(A, None)]
    importing.confirm(list_import=listed, now=NOW + timedelta(hours=4))
    publish([NAMES, [A, CODE, ""]], programme="INNO", published="2025-01-01", now=NOW + timedelta(hours=4))
    resolve(5)
    assert enterprises() == [(A, CODE)]


def test_a_code_that_two_lists_give_to_two_enterprises_stays_with_one(publish: Publish) -> None:
    wrong = publish([NAMES, [A, OTHER_CODE, ""]], published="2024-01-01")
    resolve()
    importing.withdraw(list_import=wrong, reason="codes were shifted", now=NOW + timedelta(hours=2))
    publish([NAMES, [STRANGER, OTHER_CODE, ""]], published="2025-01-01", now=NOW + timedelta(hours=3))
    resolve(4)
    pooling.rebuild(as_of=date(2026, 10, 1), now=NOW + timedelta(hours=4))
    importing.confirm(list_import=wrong, now=NOW + timedelta(hours=5))
    for old in (A, STRANGER):
        rename: Cells = [["企业原名称", "企业现名称"], [old, f"新{old}"]]
        publish(rename, kind="rename", published="2025-02-01", now=NOW + timedelta(hours=5))
    resolve(6)
    assert enterprises() == [(f"新{A}", OTHER_CODE), (f"新{STRANGER}", None)]
    pooling.rebuild(as_of=date(2026, 10, 1), now=NOW + timedelta(hours=7))
    assert enterprises() == [(f"新{A}", OTHER_CODE), (f"新{STRANGER}", None)]


def settle_queue(publish: Publish) -> ReviewItem:
    publish([NAMES, [A, CODE, ""]], published="2024-01-01")
    publish([NAMES, [STRANGER, CODE, "GR202441001234"]], published="2025-01-01")
    resolve()
    return ReviewItem.objects.get()


def test_a_person_says_same(publish: Publish) -> None:
    item, by = settle_queue(publish), User.objects.create_user("reviewer")
    decision = reviewing.settle(item=item, enterprise=item.candidates.get(), now=NOW + timedelta(hours=2), by=by)
    assert (decision.rule, decision.decided_by, decision.enterprise.uscc) == ("person", by, CODE)
    assert queue() == []
    assert enterprises() == [(STRANGER, CODE)]  # the later list's name is the current one


def test_a_person_cannot_give_one_code_to_two(publish: Publish) -> None:
    item, by = settle_queue(publish), User.objects.create_user("reviewer")
    with pytest.raises(errors.CodeTaken, match=A):
        reviewing.settle(item=item, enterprise=None, now=NOW, by=by)
    assert ReviewItem.objects.get().closed_at is None


def test_a_person_says_somebody_new(publish: Publish) -> None:
    publish([NAMES, [A, CODE, ""]], published="2024-01-01")
    publish([NAMES, [A, OTHER_CODE, ""]], published="2025-01-01")
    resolve()
    item, by = ReviewItem.objects.get(), User.objects.create_user("reviewer")
    reviewing.settle(item=item, enterprise=None, now=NOW + timedelta(hours=2), by=by)
    assert enterprises() == [(A, CODE), (A, OTHER_CODE)]
    with pytest.raises(errors.AlreadySettled):
        reviewing.settle(item=item, enterprise=None, now=NOW, by=by)


def test_a_person_may_know_better_than_the_candidates(publish: Publish) -> None:
    publish([NAMES, [A, "", ""]], published="2024-01-01")
    publish([NAMES, [B, "", ""]], kind="revocation", published="2025-01-01")
    resolve()
    item, by = ReviewItem.objects.get(), User.objects.create_user("reviewer")
    assert not item.candidates.exists()
    known = Enterprise.objects.get(name=A)
    assert reviewing.settle(item=item, enterprise=known, now=NOW, by=by).enterprise == known


def test_a_decision_is_superseded_never_changed(publish: Publish) -> None:
    publish([NAMES, [A, CODE, ""]])
    resolve()
    decisions = MatchDecision.objects.all()
    for act in (lambda: decisions.update(rule="person"), lambda: decisions.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    assert decisions.update(superseded_at=NOW) == 1


def test_the_database_holds_one_decision_for_an_entry(publish: Publish) -> None:
    publish([NAMES, [A, CODE, ""], [B, OTHER_CODE, ""]])
    resolve()
    one, other = MatchDecision.objects.order_by("pk")
    with pytest.raises(IntegrityError), transaction.atomic():
        MatchDecision.objects.create(entry=one.entry, enterprise=other.enterprise, rule="name", decided_at=NOW)


@pytest.mark.parametrize("side", ["entry_id", "enterprise_id"])
def test_the_database_holds_that_a_decision_names_what_there_is(publish: Publish, side: str) -> None:
    publish([NAMES, [A, CODE, ""]])
    resolve()
    one = MatchDecision.objects.get()
    sides = {"entry_id": one.entry_id, "enterprise_id": one.enterprise_id, side: 999_999}
    MatchDecision.objects.update(superseded_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        MatchDecision.objects.create(rule="name", decided_at=NOW, **sides)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM enterprises_enterprise")


LONG, VARIANT = "郑州市启航智能科技有限公司", "郑州启航智能科技有限责任公司"


def test_two_that_turn_out_to_be_one_are_joined_and_leave_a_tombstone(publish: Publish) -> None:
    publish([NAMES, [VARIANT, "", ""]], programme="INNO", published="2024-01-10")
    publish([NAMES, [LONG, CODE, ""]], programme="SRDI", published="2024-05-10")
    resolve()
    gone, kept = Enterprise.objects.order_by("id")
    publish([NAMES, [VARIANT, CODE, ""]], programme="GZ", published="2025-01-10")
    resolve(2)
    gone.refresh_from_db()
    kept.refresh_from_db()
    assert (gone.merged_into, gone.name_key, kept.uscc) == (kept, "", CODE)
    live = MatchDecision.objects.filter(superseded_at=None).order_by("entry_id")
    assert [(one.enterprise_id, one.rule) for one in live] == [
        (kept.pk, "code_like"), (kept.pk, "new"), (kept.pk, "name"),
    ]  # fmt: skip
    old = MatchDecision.objects.get(enterprise=gone)
    assert old.superseded_at is not None
    publish(
        [NAMES, [VARIANT, "", ""], [LONG, "", ""]], programme="LG", published="2025-02-10", valid_to=date(2027, 12, 31)
    )
    resolve(3)
    assert {one.enterprise_id for one in MatchDecision.objects.filter(superseded_at=None)} == {kept.pk}
    assert queue() == []


def test_a_slip_of_the_pen_does_not_become_the_name(publish: Publish) -> None:
    publish([NAMES, [LONG, CODE, ""]], programme="INNO", published="2024-01-10")
    publish([NAMES, [f"7、{LONG}", "", ""], ["郑州市启航智能料技有限公司", CODE, ""]], published="2025-01-10")
    resolve()
    pooling.refresh_identities(as_of=date(2026, 1, 1), now=NOW + timedelta(hours=2))
    assert enterprises() == [(LONG, CODE)]
    rules = MatchDecision.objects.order_by("entry_id").values_list("rule", flat=True)
    assert list(rules) == ["new", "name", "code_like"]


@pytest.mark.parametrize(
    ("row", "derived"),
    [
        (["郑州启航（集团）有限公司", CODE, "", ""], False),
        (["郑州启航（集团）有限公司", "", "GR202541001234", ""], False),
        (["郑州启航(集团)有限公司", CODE, "", ""], True),  # another spelling: which was first?
        (["郑州市启航集团有限公司", CODE, "", ""], True),
        (["郑州启航（集团）有限公司", CODE, "", "金水区"], True),
    ],
)
def test_who_is_known_is_derived_anew_where_something_else_is_said(
    publish: Publish, monkeypatch: pytest.MonkeyPatch, row: list[str], derived: bool
) -> None:
    headings = [*NAMES, "区县"]
    publish([headings, ["郑州启航（集团）有限公司", CODE, "", ""]], programme="INNO", published="2024-01-10")
    resolve()
    refresh = Mock(side_effect=pooling.refresh_identities)
    monkeypatch.setattr(pooling, "refresh_identities", refresh)
    publish([headings, row], published="2025-01-10")
    assert resolve(2).matched == 1
    assert refresh.called is derived
    held = list(Enterprise.objects.values())
    pooling.refresh_identities(as_of=date(2026, 1, 1), now=NOW + timedelta(hours=3))
    assert list(Enterprise.objects.values()) == held


def test_who_is_held_to_be_somewhat_else_than_their_rows_say_is_derived_anew(publish: Publish) -> None:
    publish([NAMES, [A, CODE, ""]], programme="INNO", published="2024-01-10")
    resolve()
    Enterprise.objects.update(uscc=None)  # as where another had the code
    publish([NAMES, [A, CODE, ""]], published="2025-01-10")
    resolve(2)
    assert enterprises() == [(A, CODE)]


def test_what_a_withdrawn_list_joined_is_parted_again(publish: Publish) -> None:
    publish([NAMES, [VARIANT, "", ""]], programme="INNO", published="2024-01-10")
    publish([NAMES, [LONG, CODE, ""]], programme="SRDI", published="2024-05-10")
    resolve()
    before = enterprises()
    bridge = publish([NAMES, [VARIANT, CODE, ""]], programme="GZ", published="2025-01-10")
    resolve(2)
    assert Enterprise.objects.filter(merged_into=None).count() == 1
    importing.withdraw(list_import=bridge, reason="x", now=NOW + timedelta(hours=3))
    resolve(4)
    assert enterprises() == before
    assert Enterprise.objects.filter(merged_into=None).count() == 2
    live = MatchDecision.objects.filter(superseded_at=None).exclude(entry__list_import=bridge).order_by("entry_id")
    assert [one.rule for one in live] == ["new", "new"]
    assert len({one.enterprise_id for one in live}) == 2


def suggestion(publish: Publish) -> tuple[ReviewItem, Enterprise, Enterprise]:
    """A known enterprise, and one founded under a name like its name."""
    publish([NAMES, [LONG, CODE, ""]], programme="INNO", published="2024-01-10")
    publish([NAMES, [VARIANT, "", ""]], programme="SRDI", published="2024-05-10")
    resolve()
    known, founded = Enterprise.objects.order_by("id")
    assert queue() == [(VARIANT, "suffix_bare")]
    return ReviewItem.objects.get(), known, founded


def test_a_person_says_that_a_new_enterprise_is_a_known_one(publish: Publish) -> None:
    item, known, founded = suggestion(publish)
    by = User.objects.create_user("zhao")
    reviewing.settle(item=item, enterprise=known, now=NOW + timedelta(hours=2), by=by)
    founded.refresh_from_db()
    assert founded.merged_into == known
    assert {one.enterprise for one in MatchDecision.objects.filter(superseded_at=None)} == {known}
    publish([NAMES, [VARIANT, "", ""]], programme="GZ", published="2025-01-10")
    resolve(3)
    assert MatchDecision.objects.filter(superseded_at=None, enterprise=known).count() == 3


def test_a_word_is_about_a_line_that_counts(publish: Publish) -> None:
    withdrawn = publish([NAMES, [LONG, CODE, ""]], programme="HNTE", published="2023-01-10")
    item, known, _founded = suggestion(publish)
    importing.withdraw(list_import=withdrawn, reason="by mistake", now=NOW + timedelta(hours=2))
    resolve(3)
    reviewing.settle(item=item, enterprise=known, now=NOW + timedelta(hours=4), by=User.objects.create_user("zhao"))
    assert queue() == []
    assert set(MatchDecision.objects.filter(superseded_at=None).values_list("enterprise", flat=True)) == {known.pk}
    resolve(5)
    assert queue() == []


def test_a_person_says_that_it_is_another_for_good(publish: Publish) -> None:
    item, known, founded = suggestion(publish)
    reviewing.settle(item=item, enterprise=None, now=NOW + timedelta(hours=2), by=User.objects.create_user("zhao"))
    assert queue() == []
    publish([NAMES, [VARIANT, CODE, ""]], programme="GZ", published="2025-01-10")
    resolve(3)
    founded.refresh_from_db()
    assert founded.merged_into is None
    assert queue() == [(LONG, "code_disagrees")]
    assert known.pk != founded.pk


def test_a_suggestion_that_later_rows_answer_is_closed(publish: Publish) -> None:
    item, _known, founded = suggestion(publish)
    with pytest.raises(errors.TwoCodes), transaction.atomic():
        Enterprise.objects.filter(pk=founded.pk).update(uscc=OTHER_CODE)
        known = Enterprise.objects.exclude(pk=founded.pk).get()
        reviewing.settle(item=item, enterprise=known, now=NOW, by=User.objects.create_user("zhao"))
    publish([NAMES, [VARIANT, OTHER_CODE, ""]], programme="GZ", published="2025-01-10")
    resolve(3)
    assert queue() == []
    item.refresh_from_db()
    assert item.closed_at is not None
