"""Between quarters: an urgent notice holds what was revoked since the last edition, and nothing else."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from pytest_django import Settings

from enterprises import deltas, editions, errors, resolving
from enterprises.models import Edition, EditionKind
from enterprises.queries import edition_records
from enterprises.urgent import cut_urgent
from pushes import delivering, quarters
from pushes.models import Delivery
from registry import amending, importing
from registry.amending import Replacement
from registry.models import Entry, Field
from tests.conftest import NOW, Publish
from tests.enterprises.rules import revise_rule
from tests.pushes.making import institution
from tests.staff import said, signed_in, staff

pytestmark = pytest.mark.django_db
HEAD = ["企业名称", "证书编号", "发证日期"]
A, B, C = "郑州启航科技有限公司", "郑州远航科技有限公司", "郑州归航科技有限公司"
LATER = NOW + timedelta(days=20)


@pytest.fixture(autouse=True)
def switched_on(settings: Settings) -> None:
    settings.URGENT_NOTICES = True


@pytest.fixture
def base(publish: Publish) -> Edition:
    """A with two recognitions, B with one."""
    publish([HEAD, [A, "GR202541000001", "2025-01-10"], [B, "GR202541000002", "2025-01-10"]])
    publish([HEAD[:1], [A]], programme="GZ")
    resolving.resolve(now=NOW)
    return editions.seal(edition=editions.cut(quarter="2026Q3", now=NOW), now=NOW)


@pytest.fixture
def revoked(base: Edition, publish: Publish) -> Edition:
    """Both lose HNTE; and C comes, which is no matter of urgency."""
    rows = [HEAD[:2], [A, "GR202541000001"], [B, "GR202541000002"]]
    publish(rows, kind="revocation", published="2026-10-15", now=LATER)
    publish([HEAD[:1], [C]], programme="GZ", published="2026-10-16", now=LATER)
    resolving.resolve(now=LATER)
    return base


def test_it_takes_away_what_was_revoked_and_brings_nothing(revoked: Edition) -> None:
    notice = cut_urgent(now=LATER)
    assert (notice.label, notice.kind, notice.previous) == ("ZZKJ-2026Q3-v2", EditionKind.URGENT, revoked)
    assert {row.name: row.programmes for row in notice.rows.all()} == {A: ["GZ"]}
    told = {row.enterprise.name: (row.kind, [one["cause"] for one in row.causes]) for row in notice.changes.all()}
    assert told == {A: ("changed", ["revoked"]), B: ("removed", ["revoked"])}
    assert (notice.members, notice.removed, notice.changed, notice.added) == (1, 1, 1, 0)
    assert notice.by_programme == {"GZ": 1}
    sealed = editions.seal(edition=notice, now=LATER)
    assert (sealed.state, sealed.as_of) == ("sealed", revoked.as_of)


def test_what_ended_since_the_quarter_is_still_told_as_of_the_quarters_day(base: Edition, publish: Publish) -> None:
    """Not as valid on a day on which it was over: the notice says nothing of such a day."""
    publish([HEAD, [C, "GR202341000003", "2023-10-05"]], published="2023-11-01", now=NOW)
    editions.withdraw(edition=base, reason="C was missing", now=NOW)
    revise_rule("HNTE", NOW, grace_month=None, grace_day=None)
    resolving.resolve(now=NOW)
    editions.seal(edition=editions.cut(quarter="2026Q3", now=NOW), now=NOW)
    publish([HEAD[:2], [B, "GR202541000002"]], kind="revocation", published="2026-10-15", now=LATER)
    resolving.resolve(now=LATER)
    notice = cut_urgent(now=LATER)
    (ended,) = next(one["recognitions"] for one in edition_records(notice) if one["name"] == C)
    assert (ended["state"], ended["valid_to"]) == ("valid", "2026-10-04")
    assert notice.as_of.isoformat() == "2026-09-30"


def test_beside_an_edition_that_does_not_lead_to_it_what_was_revoked_is_said_to_be(
    base: Edition, publish: Publish
) -> None:
    """The first version was withdrawn: what became of its members is asked of the day on which the notice was cut."""
    editions.withdraw(edition=base, reason="x", now=NOW)
    second = editions.seal(edition=editions.cut(quarter="2026Q3", now=NOW), now=NOW)
    publish([HEAD[:2], [B, "GR202541000002"]], kind="revocation", published="2026-10-15", now=LATER)
    resolving.resolve(now=LATER)
    notice = editions.seal(edition=cut_urgent(now=LATER), now=LATER)
    assert notice.previous == second
    ((_difference, causes),) = deltas.delta(older=base, newer=notice).changes
    assert [cause["cause"] for cause in causes] == ["revoked"]


def test_a_draft_goes_with_the_edition_that_it_rests_on_and_no_sealed_number_is_given_again(
    revoked: Edition, publish: Publish
) -> None:
    cut_urgent(now=LATER)  # v2
    editions.withdraw(edition=revoked, reason="x", now=LATER)
    assert not Edition.objects.filter(state="draft").exists()
    again = editions.seal(edition=editions.cut(quarter="2026Q3", now=LATER), now=LATER)
    publish([HEAD[:1], [A]], programme="GZ", kind="revocation", published="2026-10-17", now=LATER)
    resolving.resolve(now=LATER)
    assert again.version == 2
    assert cut_urgent(now=LATER).version == 3


def test_where_the_last_quarter_was_withdrawn_it_follows_on_the_one_that_stands(
    revoked: Edition, publish: Publish
) -> None:
    later = NOW + timedelta(days=100)
    fourth = editions.seal(edition=editions.cut(quarter="2026Q4", now=later), now=later)
    editions.withdraw(edition=fourth, reason="x", now=later)
    notice = cut_urgent(now=later)
    assert (notice.previous, notice.label, notice.as_of) == (revoked, "ZZKJ-2026Q3-v2", revoked.as_of)
    after = editions.seal(edition=editions.cut(quarter="2026Q4", now=later), now=later)
    assert after.label == "ZZKJ-2026Q4-v2"


def test_the_next_quarter_follows_on_it_and_the_quarter_stands(revoked: Edition) -> None:
    notice = editions.seal(edition=cut_urgent(now=LATER), now=LATER)
    assert quarters.standing("2026Q3", None) == revoked
    assert editions.cut(quarter="2026Q3", now=LATER) == revoked
    following = editions.cut(quarter="2026Q4", now=NOW + timedelta(days=100))
    assert following.previous == notice
    told = {row.enterprise.name: row.kind for row in following.changes.all()}
    assert told == {C: "added"}  # what the notice said is not said again


def test_it_goes_to_whoever_gets_editions(revoked: Edition, tmp_path: Path) -> None:
    institution("bank-a", agreed_at=NOW - timedelta(days=1))
    editions.seal(edition=cut_urgent(now=LATER), now=LATER)
    delivering.sweep(clock=lambda: LATER)
    assert set(Delivery.objects.values_list("edition__version", "state")) == {(1, "delivered"), (2, "delivered")}


def test_a_draft_makes_room_for_the_next_and_an_edition_below_it_stays(revoked: Edition) -> None:
    cut_urgent(now=LATER)
    again = cut_urgent(now=LATER + timedelta(hours=1))
    assert Edition.objects.filter(kind=EditionKind.URGENT).get() == again
    editions.seal(edition=again, now=LATER + timedelta(hours=1))
    with pytest.raises(errors.UrgentNoticeAfter, match=again.label):
        editions.withdraw(edition=revoked, reason="x", now=LATER)
    with pytest.raises(errors.NothingUrgent):
        cut_urgent(now=LATER + timedelta(hours=2))


def test_without_anything_revoked_or_without_the_switch_there_is_none(base: Edition, settings: Settings) -> None:
    with pytest.raises(errors.NothingUrgent):
        cut_urgent(now=LATER)
    assert Edition.objects.get() == base
    settings.URGENT_NOTICES = False
    with pytest.raises(errors.UrgentNoticesOff):
        cut_urgent(now=LATER)


def test_there_is_none_before_the_first_edition() -> None:
    with pytest.raises(errors.NothingUrgent):
        cut_urgent(now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.create(
            quarter="2026Q3", kind=EditionKind.URGENT, as_of=NOW, known_by=NOW, cut_at=NOW,
            members=0, added=0, removed=0, changed=0,
        )  # fmt: skip


def test_staff_cut_it_by_permission_and_the_command_does_too(revoked: Edition, settings: Settings) -> None:
    view, seal = "enterprises.view_edition", "enterprises.seal_edition"
    page, address = reverse("admin:enterprises_edition_changelist"), reverse("admin:enterprises_edition_urgent")
    assert address not in signed_in(view, name="viewer").get(page).content.decode()
    assert signed_in(view, name="other").post(address).status_code == 403
    client = signed_in(view, seal)
    assert address in client.get(page).content.decode()
    response = client.post(address, follow=True)
    assert response.context["title"] == "ZZKJ-2026Q3-v2"
    out = StringIO()
    call_command("urgent_notice", "--seal", "--json", stdout=out)
    assert json.loads(out.getvalue())["state"] == "sealed"
    assert "ZZKJ" not in said(client.post(address, follow=True))  # nothing left
    settings.URGENT_NOTICES = False
    assert address not in client.get(page).content.decode()
    with pytest.raises(CommandError, match="URGENT_NOTICES"):
        call_command("urgent_notice")


def test_what_was_corrected_since_is_taken_away_as_well(base: Edition, publish: Publish) -> None:
    """The edition names the line as it was published; what is revoked by now names its correction."""
    (listed,) = amending.stage_replacements(
        replacements=[Replacement(Entry.objects.get(name=B), {Field.ISSUED_ON: "2025-01-11"})], ground="YY-1",
        why="证书", now=LATER, by=staff(name="officer"),
    )  # fmt: skip
    importing.confirm(list_import=listed, now=LATER)
    publish([HEAD[:2], [B, "GR202541000002"]], kind="revocation", published="2026-10-15", now=LATER)
    resolving.resolve(now=LATER)
    notice = cut_urgent(now=LATER)
    assert {row.name for row in notice.rows.all()} == {A}
    assert {row.enterprise.name: row.kind for row in notice.changes.all()} == {B: "removed"}
