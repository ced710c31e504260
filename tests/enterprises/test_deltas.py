"""What lies between any two sealed editions is computed from their rows, proved, and explained."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from enterprises import editions, errors, resolving
from enterprises.deltas import Delta, delta
from enterprises.models import Edition, EditionChange, Enterprise
from registry import importing
from registry.models import ListImport
from tests.conftest import NOW, Publish
from tests.enterprises.rules import revise_rule
from tests.staff import said, signed_in

pytestmark = pytest.mark.django_db
HEAD = ["企业名称", "统一社会信用代码", "证书编号", "发证日期", "区县"]
NAME, RENAMED = HEAD[:1], ["企业原名称", "企业现名称"]
CODE = "91330100MA27YTKRXE"
A, B, C = "郑州启航科技有限公司", "郑州远航科技有限公司", "郑州归航科技有限公司"
Told = dict[str, tuple[str, list[str]]]


def sealed(quarter: str, hours: int) -> Edition:
    now = NOW + timedelta(hours=hours)
    resolving.resolve(now=now)
    return editions.seal(edition=editions.cut(quarter=quarter, now=now), now=now)


def told(found: Delta) -> Told:
    answer: Told = {}
    for difference, causes in found.changes:
        record = difference.after or difference.before
        assert record is not None
        answer[record["name"]] = (difference.kind, [cause["cause"] for cause in causes])
    return answer


@pytest.fixture
def three(publish: Publish) -> list[Edition]:
    """A and B; B gone and C there; C gone again and A under another name of programme."""
    publish([HEAD, [A, "", "", "", ""], [B, "", "", "", ""]], programme="GZ")
    first = sealed("2026Q1", 1)
    publish([HEAD, [C, "", "", "", ""]], programme="LEAD", published="2026-04-01", now=NOW + timedelta(hours=2))
    publish([HEAD, [B, "", "", "", ""]], programme="GZ", kind="revocation", published="2026-04-02",
            now=NOW + timedelta(hours=2))  # fmt: skip
    second = sealed("2026Q2", 3)
    publish([HEAD, [C, "", "", "", ""]], programme="LEAD", kind="revocation", published="2026-07-02",
            now=NOW + timedelta(hours=4))  # fmt: skip
    publish([HEAD, [A, "", "", "", ""]], programme="LEAD", published="2026-07-01", now=NOW + timedelta(hours=4))
    return [first, second, sealed("2026Q3", 5)]


def test_neighbours_differ_by_what_was_sealed(three: list[Edition]) -> None:
    found = delta(older=three[0], newer=three[1])
    assert told(found) == {B: ("removed", ["revoked"]), C: ("added", ["recognised"])}
    assert next(iter(told(found))) == B  # what takes something away comes first
    rows = {change.public_id: change.causes for change in three[1].changes.all()}
    assert {one.id: causes for one, causes in found.changes} == rows


def test_over_several_editions_only_what_is_left_counts_and_every_step_explains_it(three: list[Edition]) -> None:
    assert told(delta(older=three[0], newer=three[2])) == {
        B: ("removed", ["revoked"]),
        A: ("changed", ["recognised"]),
    }  # C came and went


def test_backwards_and_to_itself(three: list[Edition]) -> None:
    back = told(delta(older=three[1], newer=three[0]))
    assert {name: kind for name, (kind, _causes) in back.items()} == {C: "removed", B: "added"}
    assert all(causes for _kind, causes in back.values())
    nothing = delta(older=three[2], newer=three[2])
    assert (nothing.counts.total(), nothing.changes) == (0, [])


def test_a_correction_edition_is_compared_with_what_it_replaces(three: list[Edition], publish: Publish) -> None:
    editions.withdraw(edition=three[2], reason="漏了一份名单", now=NOW + timedelta(hours=6))
    publish([HEAD, [C, "", "", "", ""]], programme="SRDI", published="2026-07-05", now=NOW + timedelta(hours=7))
    second = sealed("2026Q3", 8)
    assert second.label == "ZZKJ-2026Q3-v2"
    assert told(delta(older=three[2], newer=second)) == {C: ("added", ["recognised"])}


def test_it_comes_in_parts(three: list[Edition]) -> None:
    whole = delta(older=three[0], newer=three[1])
    parts = [delta(older=three[0], newer=three[1], first=place, shown=1).changes for place in range(3)]
    assert [one for part in parts for one in part] == whole.changes
    assert delta(older=three[0], newer=three[1], shown=1).counts == whole.counts


def test_a_draft_is_not_compared(three: list[Edition]) -> None:
    draft = editions.cut(quarter="2026Q4", now=NOW + timedelta(days=100))
    with pytest.raises(errors.NotSealedYet, match=draft.label):
        delta(older=three[2], newer=draft)


def test_the_command_tells_it(three: list[Edition]) -> None:
    out = StringIO()
    call_command("edition_delta", three[0].label, three[2].label, "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    assert (answer["added"], answer["removed"], answer["changed"], len(answer["changes"])) == (0, 1, 1, 2)
    plain = StringIO()
    call_command("edition_delta", three[0].label, three[2].label, stdout=plain)
    assert B in plain.getvalue()
    for label in ("ZZKJ-2020Q1-v1", "2026Q1", "ZZKJ-2026Q1-v01"):
        with pytest.raises(CommandError, match=label):
            call_command("edition_delta", label, three[2].label)


def test_the_page_tells_it_to_whoever_may_see_editions(three: list[Edition]) -> None:
    address = reverse("admin:enterprises_edition_delta", args=[three[2].pk])
    viewer = signed_in("enterprises.view_edition")
    page = viewer.get(address, {"since": three[0].pk})
    assert {one["name"] for one in page.context["changes"]} == {A, B}
    assert address in viewer.get(reverse("admin:enterprises_edition_change", args=[three[2].pk])).content.decode()
    assert viewer.get(address, {"since": "x"}).status_code == 404
    assert viewer.get(address, {"since": str(three[0].pk), "page": "99"}).status_code == 200
    draft = editions.cut(quarter="2026Q4", now=NOW + timedelta(days=100))
    refused = viewer.get(
        reverse("admin:enterprises_edition_delta", args=[draft.pk]), {"since": three[0].pk}, follow=True
    )
    assert draft.label in said(refused)
    assert signed_in(name="stranger").get(address, {"since": three[0].pk}).status_code == 403


class TestCauses:
    """Each cause comes from the thing that happened."""

    @pytest.fixture
    def after(self, publish: Publish) -> Callable[[Callable[[], object]], Told]:
        """What the next edition tells of A and B after something happened."""
        publish([HEAD, [A, "", "GR202541000001", "2025-01-10", "金水区"], [B, "", "", "2025-01-10", "金水区"]])
        first = sealed("2026Q2", 1)

        def tell(happens: Callable[[], object]) -> Told:
            happens()
            return told(delta(older=first, newer=sealed("2026Q3", 4)))

        return tell

    def test_moved_out_and_in_again(self, after: Callable[..., Told], publish: Publish) -> None:
        moment = NOW + timedelta(hours=2)
        rows = [HEAD, [A, "", "GR202541000001", "", ""]]
        gone = after(lambda: publish(rows, kind="move_out", published="2026-07-01", now=moment))
        assert gone == {A: ("removed", ["left_city"])}
        publish([HEAD, [C, "", "GR202441000009", "2026-01-01", "金水区"]], kind="move_in", published="2026-11-01",
                now=NOW + timedelta(days=99))  # fmt: skip
        later = sealed("2026Q4", 24 * 100)
        assert told(delta(older=Edition.objects.get(quarter="2026Q3"), newer=later))[C] == ("added", ["moved_in"])

    def test_a_move_out_names_its_row(self, after: Callable[..., Told], publish: Publish) -> None:
        moment = NOW + timedelta(hours=2)
        after(lambda: publish([HEAD, [B, "", "", "", ""]], kind="move_out", published="2026-07-01", now=moment))
        (change,) = Edition.objects.get(quarter="2026Q3").changes.all()
        assert "20260701" in change.causes[0]["source"]

    def test_another_rule(self, after: Callable[..., Told]) -> None:
        assert after(lambda: revise_rule("HNTE", NOW + timedelta(hours=2), years=5)) == {
            A: ("changed", ["rule_changed"]),
            B: ("changed", ["rule_changed"]),
        }

    def test_a_rule_by_which_it_has_run_out(self, after: Callable[..., Told]) -> None:
        moment = NOW + timedelta(hours=2)
        gone = after(lambda: revise_rule("HNTE", moment, years=1, grace_month=None, grace_day=None))
        assert gone == {A: ("removed", ["rule_changed"]), B: ("removed", ["rule_changed"])}

    def test_a_programme_that_counts_no_more_and_again(self, after: Callable[..., Told]) -> None:
        gone = after(lambda: revise_rule("HNTE", NOW + timedelta(hours=2), counts=False))
        assert gone == {A: ("removed", ["rule_changed"]), B: ("removed", ["rule_changed"])}
        revise_rule("HNTE", NOW + timedelta(days=99), counts=True)
        later = sealed("2026Q4", 24 * 100)
        assert told(delta(older=Edition.objects.get(quarter="2026Q3"), newer=later)) == {
            A: ("added", ["counts_again"]),
            B: ("added", ["counts_again"]),
        }

    def test_a_list_withdrawn(self, after: Callable[..., Told]) -> None:
        moment = NOW + timedelta(hours=2)
        confirmed = ListImport.objects.get()
        gone = after(lambda: importing.withdraw(list_import=confirmed, reason="误传", now=moment))
        assert gone == {A: ("removed", ["list_withdrawn"]), B: ("removed", ["list_withdrawn"])}


def of(name: str, edition: Edition) -> list[tuple[str, str]]:
    """The causes told of whoever bears the name, each with the reference of the list behind it."""
    change = EditionChange.objects.get(edition=edition, public_id=Enterprise.objects.get(name=name).public_id)
    return [(cause["cause"], cause["source"].partition("#")[0]) for cause in change.causes]


def hours(count: int) -> datetime:
    return NOW + timedelta(hours=count)


class TestWhoBecameWhom:
    def test_over_two_steps_it_is_told_who_they_became_in_the_end(self, publish: Publish) -> None:
        publish([NAME, [A]], programme="SRDI", published="2025-01-10")
        publish([NAME, [B]], programme="GZ", published="2025-01-11")
        publish([HEAD, [C, CODE, "", "", ""]], programme="LEAD", published="2025-01-12")
        sealed("2025Q1", 1)
        was = dict(Enterprise.objects.values_list("name", "public_id"))
        publish([RENAMED, [A, B]], programme="SRDI", kind="rename", published="2025-04-10", now=hours(2))
        resolving.resolve(now=hours(3))
        publish([RENAMED, [B, C]], programme="SRDI", kind="rename", published="2025-05-10", now=hours(4))
        told = {
            (change.public_id, cause["cause"], cause["after"] if cause["cause"] == "merged" else cause["before"])
            for change in sealed("2025Q2", 5).changes.all()
            for cause in change.causes
            if cause["cause"] in ("merged", "joined", "split")
        }
        assert told == {
            (was[A], "merged", was[C]), (was[B], "merged", was[C]),
            (was[C], "joined", was[A]), (was[C], "joined", was[B]),
        }  # fmt: skip


class TestPeriods:
    """Another period of the same line is another rule only where a rule is another."""

    @pytest.fixture
    def lists(self, publish: Publish) -> list[ListImport]:
        """A recognition and the re-check that extends it, told in an edition."""
        found = [
            publish([NAME, [A]], programme="SRDI", published="2023-05-05"),
            publish([NAME, [A]], programme="SRDI", kind="recheck", published="2025-05-10"),
        ]
        sealed("2026Q1", 1)
        return found

    def test_the_list_whose_grant_it_extended_is_withdrawn(self, lists: list[ListImport]) -> None:
        importing.withdraw(list_import=lists[0], reason="误传", now=hours(2))
        assert of(A, sealed("2026Q2", 3)) == [("list_withdrawn", lists[0].reference)]

    def test_the_list_whose_grant_it_extends_came_later(self, lists: list[ListImport], publish: Publish) -> None:
        late = publish([HEAD, [A, "", "", "", ""]], programme="SRDI", published="2024-05-05", now=hours(2))
        told = of(A, sealed("2026Q2", 3))
        assert ("corrected", late.reference) in told
        assert "rule_changed" not in dict(told)

    def test_its_rule_or_that_of_what_it_extends_is_another(self, lists: list[ListImport]) -> None:
        revise_rule("SRDI", hours(2), years=4)  # the re-check begins after the fourth year, which is not over
        counts, moved = of(A, sealed("2026Q2", 3))
        assert (counts[0], moved) == ("counts_again", ("rule_changed", lists[1].reference))

    def test_a_rule_that_gives_the_same_period_is_no_reason(self, lists: list[ListImport]) -> None:
        revise_rule("SRDI", hours(2), note="核对过")
        importing.withdraw(list_import=lists[0], reason="误传", now=hours(2))
        assert of(A, sealed("2026Q2", 3)) == [("list_withdrawn", lists[0].reference)]

    def test_it_ran_out_early_since_what_it_extended_is_withdrawn(self, publish: Publish) -> None:
        first = publish([NAME, [A]], programme="SRDI", published="2023-05-05")
        publish([NAME, [A]], programme="SRDI", kind="recheck", published="2023-06-10")
        sealed("2026Q2", 1)
        importing.withdraw(list_import=first, reason="误传", now=hours(2))
        assert of(A, sealed("2026Q3", 3)) == [("list_withdrawn", first.reference)]

    @pytest.mark.parametrize(("until", "cause"), [((9, 30), "rule_changed"), ((5, 31), "expired")])
    def test_a_grace_that_was_told_is_over(self, publish: Publish, until: tuple[int, int], cause: str) -> None:
        """A rule shortened it; but one that would be over by now without that has simply run out."""
        revise_rule("HNTE", NOW, grace_month=until[0], grace_day=until[1])
        listed = publish([HEAD, [A, "", "GR202341000001", "2023-01-01", ""]], published="2023-01-10")
        publish([NAME, [A]], programme="GZ", published="2025-01-10")
        assert sealed("2026Q1", 1).members == 1
        revise_rule("HNTE", hours(2), grace_month=4, grace_day=30)
        assert of(A, sealed("2026Q2", 3)) == [(cause, listed.reference)]


class TestNames:
    """Only who changed a name is told to have changed it."""

    OTHERWISE = "郑州启航科技有限责任公司"

    def test_another_list_states_it_otherwise(self, publish: Publish) -> None:
        publish([HEAD, [A, CODE, "", "", ""]], programme="SRDI", published="2025-01-10")
        sealed("2025Q1", 1)
        rows = [HEAD, [self.OTHERWISE, CODE, "", "", ""]]
        listed = publish(rows, programme="GZ", published="2025-05-10", now=hours(2))
        assert of(self.OTHERWISE, sealed("2025Q2", 3))[0] == ("respelled", listed.reference)

    def test_a_list_that_states_the_former_name(self, publish: Publish) -> None:
        publish([HEAD, [A, CODE, "", "", ""]], programme="SRDI", published="2025-01-10")
        sealed("2025Q1", 1)
        rows = [HEAD, [f"{B}（原{A}）", CODE, "", "", ""]]
        listed = publish(rows, programme="GZ", published="2025-05-10", now=hours(2))
        assert of(B, sealed("2025Q2", 3))[0] == ("renamed", listed.reference)

    def test_a_change_of_name_is_withdrawn(self, publish: Publish) -> None:
        publish([NAME, [A]], programme="SRDI", published="2025-01-10")
        listed = publish([RENAMED, [A, B]], programme="SRDI", kind="rename", published="2025-02-10")
        sealed("2025Q1", 1)
        importing.withdraw(list_import=listed, reason="误传", now=hours(2))
        assert of(A, sealed("2025Q2", 3)) == [("list_withdrawn", listed.reference)]

    def test_the_second_of_two_changes_of_name_is_withdrawn(self, publish: Publish) -> None:
        publish([NAME, [A]], programme="SRDI", published="2025-01-10")
        publish([RENAMED, [A, B]], programme="SRDI", kind="rename", published="2025-02-10")
        listed = publish([RENAMED, [B, C]], programme="SRDI", kind="rename", published="2025-03-10")
        sealed("2025Q1", 1)
        importing.withdraw(list_import=listed, reason="误传", now=hours(2))
        assert of(B, sealed("2025Q2", 3))[0] == ("list_withdrawn", listed.reference)

    def test_a_change_of_name_that_comes_as_the_old_list_goes(self, publish: Publish) -> None:
        first = publish([NAME, [A]], programme="SRDI", published="2025-01-10")
        publish([NAME, [A]], programme="GZ", published="2025-01-11")
        sealed("2025Q1", 1)
        listed = publish([RENAMED, [A, B]], programme="SRDI", kind="rename", published="2025-02-10", now=hours(2))
        importing.withdraw(list_import=first, reason="误传", now=hours(2))
        assert of(B, sealed("2025Q2", 3))[0] == ("renamed", listed.reference)


class TestMovedInAgain:
    HELD = (HEAD, [A, "", "GR202541000001", "2025-01-01", "金水区"])

    @pytest.fixture(autouse=True)
    def gone(self, publish: Publish) -> None:
        publish(self.HELD, published="2025-01-10")
        publish([NAME, [A]], programme="GZ", published="2025-01-11")
        sealed("2025Q1", 1)
        publish([NAME, [A]], kind="move_out", published="2025-05-01", now=hours(2))
        sealed("2025Q2", 3)

    def test_with_what_it_held_it_is_brought_by_the_notice(self, publish: Publish) -> None:
        notice = publish(self.HELD, kind="move_in", published="2025-08-01", now=hours(4))
        assert of(A, sealed("2025Q3", 5)) == [("moved_in", notice.reference)] * 2

    def test_it_is_in_again_since_the_moving_away_is_withdrawn(self) -> None:
        importing.withdraw(list_import=ListImport.objects.get(notice="move_out"), reason="误传", now=hours(4))
        assert [cause for cause, _list in of(A, sealed("2025Q3", 5))] == ["counts_again"] * 2
