"""Every edition to every channel that is owed it: once in effect, with one id, whoever was killed."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from enterprises.editions import withdraw
from enterprises.models import Edition
from pushes import delivering, queries
from pushes.agreeing import agree
from pushes.channels import CHANNELS
from pushes.channels.parcel import Answer, Parcel, Summary
from pushes.models import Attempt, Delivery, DeliveryState, Institution, InstitutionState, Package
from tests.pushes.making import SEALED_AT, answering, institution, record, sealed_edition

NOW = datetime(2026, 10, 1, 7, 0, tzinfo=UTC)
LEASE = timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)


def at(moment: datetime = NOW) -> Callable[[], datetime]:
    return lambda: moment


def only() -> Delivery:
    return Delivery.objects.get()


class TestPlanning:
    def test_each_edition_and_channel_once(self, spring: Edition, summer: Edition) -> None:
        institution("bank-a")
        institution("bank-b")
        assert delivering.plan(now=NOW) == 4
        ids = set(Delivery.objects.values_list("pk", flat=True))
        assert delivering.plan(now=NOW) == 0
        assert set(Delivery.objects.values_list("pk", flat=True)) == ids

    def test_the_id_depends_on_nothing_but_edition_institution_and_channel(self, spring: Edition) -> None:
        institution("bank-a")
        delivering.plan(now=NOW)
        assert only().pk == delivering.delivery_id("ZZKJ-2026Q2-v1", "bank-a", "portal")
        assert str(only().pk) == "be61aa68-d7c2-5082-8c93-cb09ca0be0c6"

    def test_who_registers_late_begins_with_the_latest(self, spring: Edition, summer: Edition) -> None:
        institution(agreed_at=SEALED_AT + timedelta(days=1))
        delivering.plan(now=NOW)
        assert only().edition == summer

    @pytest.mark.parametrize(
        "change",
        [
            {"state": InstitutionState.SUSPENDED},
            {"state": InstitutionState.ENDED},
            {"contract_until": timezone.localdate(NOW) - timedelta(days=1)},
        ],
    )
    def test_no_contract_no_data(self, spring: Edition, change: dict[str, object]) -> None:
        institution()
        Institution.objects.update(**change)
        assert delivering.plan(now=NOW) == 0
        Institution.objects.update(state=InstitutionState.ACTIVE, contract_until=timezone.localdate(NOW))
        assert delivering.plan(now=NOW) == 1

    def test_not_to_a_paused_channel(self, spring: Edition) -> None:
        institution().channels.update(paused=True)
        assert delivering.plan(now=NOW) == 0

    def test_not_before_a_profile_is_agreed(self, spring: Edition) -> None:
        made = Institution.objects.create(
            code="c", name="c", contract_number="1", contract_purpose="1", contract_until=NOW.date()
        )
        made.channels.create()
        assert delivering.plan(now=NOW) == 0

    def test_a_withdrawn_edition_is_not_planned(self, spring: Edition) -> None:
        institution()
        withdraw(edition=spring, reason="来源有误", now=NOW)
        assert delivering.plan(now=NOW) == 0

    def test_in_the_cut_agreed_last(self, spring: Edition) -> None:
        made = institution()
        second = agree(institution=made, programmes=["HNTE"], include_name_only=False, now=NOW)
        delivering.plan(now=NOW)
        assert only().profile == second


class TestDelivering:
    def test_a_sweep_delivers_all_and_a_second_nothing(self, spring: Edition, summer: Edition) -> None:
        institution("bank-a")
        institution("bank-b", programmes=["SRDI"])
        done = delivering.sweep(clock=at())
        assert (done.planned, done.delivered, done.passing, done.permanent) == (4, 4, 0, 0)
        assert Attempt.objects.filter(outcome="delivered").count() == 4
        assert Package.objects.count() == 4
        again = delivering.sweep(clock=at())
        assert (again.planned, again.delivered) == (0, 0)
        assert queries.outstanding(timezone.localdate(NOW)) == {"waiting": 0, "failed": 0}

    def test_what_the_channel_is_given(self, spring: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
        institution("bank-a")
        seen = answering(monkeypatch, Answer("delivered"))
        delivering.sweep(clock=at())
        package = Package.objects.get()
        parcel = seen[0]
        assert (parcel.id, parcel.edition, parcel.institution) == (only().pk, spring.label, "bank-a")
        assert (parcel.size, parcel.sha256) == (package.size, package.sha256)
        with parcel.open() as file:
            assert len(file.read()) == package.size

    def test_in_at_most_so_many_steps(self, spring: Edition, summer: Edition) -> None:
        institution()
        delivering.plan(now=NOW)
        first, second = (delivering.deliver_due(clock=at(), limit=3) for _time in range(2))
        assert (first.built, first.delivered) == (1, 0)
        assert (second.built, second.delivered) == (1, 1)
        third = delivering.deliver_due(clock=at(), limit=1)
        assert (third.built, third.delivered) == (0, 1)

    def test_a_passing_failure_waits_and_is_tried_again(self, spring: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
        institution()
        seen = answering(monkeypatch, Answer("passing", "busy"), Answer("delivered"))
        assert delivering.sweep(clock=at()).passing == 1
        waiting = only()
        assert waiting.state == DeliveryState.WAITING and waiting.leased_until is None
        assert timedelta(seconds=30) <= waiting.due_at - NOW <= timedelta(minutes=1)
        assert delivering.sweep(clock=at()).delivered == 0
        assert delivering.sweep(clock=at(NOW + timedelta(minutes=2))).delivered == 1
        assert [attempt.detail for attempt in Attempt.objects.all()] == ["busy", ""]
        assert seen[0].id == seen[1].id

    def test_a_permanent_failure_ends_it(self, spring: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
        institution()
        answering(monkeypatch, Answer("permanent", "gone"))
        assert delivering.sweep(clock=at()).permanent == 1
        assert only().state == DeliveryState.FAILED
        assert delivering.sweep(clock=at(NOW + timedelta(days=9))).permanent == 0
        assert queries.outstanding(timezone.localdate(NOW)) == {"waiting": 0, "failed": 1}

    def test_a_channel_that_breaks_stops_nobody_else(self, spring: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
        institution("bank-a")
        institution("bank-b")
        answering(monkeypatch, RuntimeError("bug"), Answer("delivered"))
        done = delivering.sweep(clock=at())
        assert (done.passing, done.delivered) == (1, 1)
        assert Attempt.objects.get(outcome="passing").detail == "RuntimeError: bug"

    @pytest.mark.parametrize("content", [None, b"short"])
    def test_a_package_lost_while_it_waits_is_built_again(
        self, spring: Edition, store: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
    ) -> None:
        institution()
        with monkeypatch.context() as busy:
            answering(busy, Answer("passing", "busy"))
            delivering.sweep(clock=at())
        file = store / str(Package.objects.get().file.name)
        file.unlink()
        if content:
            file.write_bytes(content)
        assert delivering.sweep(clock=at(NOW + timedelta(minutes=2))).delivered == 1
        assert sha256(file.read_bytes()).hexdigest() == Package.objects.get().sha256

    def test_a_package_lost_after_its_delivery_is_built_again(self, spring: Edition, store: Path) -> None:
        institution()
        delivering.sweep(clock=at())
        file = store / str(Package.objects.get().file.name)
        file.unlink()
        assert delivering.sweep(clock=at()).delivered == 0
        assert sha256(file.read_bytes()).hexdigest() == Package.objects.get().sha256

    @pytest.mark.parametrize("content", [None, b"other", b"the packagE", b""])
    def test_the_portal_delivers_nothing_but_what_was_built(self, tmp_path: Path, content: bytes | None) -> None:
        built, file = b"the package", tmp_path / "p.zip"
        parcel = Parcel(
            id=UUID(int=1),
            edition="ZZKJ-2026Q3-v1",
            institution="bank-a",
            as_of=date(2026, 9, 30),
            file_name="ZZKJ-2026Q3-v1.zip",
            size=len(built),
            sha256=sha256(built).hexdigest(),
            open=lambda: file.open("rb"),
            summary=Summary(2, 1, 0, 1),
            page="https://registry.example/editions/ZZKJ-2026Q3-v1/",
            fetch="https://registry.example/package",
        )
        file.write_bytes(built)
        assert CHANNELS["portal"](parcel) == Answer("delivered")
        file.unlink()
        if content is not None:
            file.write_bytes(content)
        answer = CHANNELS["portal"](parcel)
        assert answer.outcome == "passing" and "ZZKJ-2026Q3-v1.zip" in answer.detail

    def test_a_cut_that_cannot_be_built_stops_no_other(self, spring: Edition, store: Path) -> None:
        institution("bank-a")
        institution("bank-b", programmes=["SRDI"])
        delivering.plan(now=NOW)
        broken = Delivery.objects.get(channel__institution__code="bank-a")
        name = f"packages/{spring.label}/{spring.label}-{broken.profile.digest[:16]}.zip"
        (store / name).mkdir(parents=True)  # a folder where the package's file should go
        (store / name / "in the way").touch()
        done = delivering.deliver_due(clock=at())
        assert (done.passing, done.delivered) == (1, 1)
        broken.refresh_from_db()
        assert broken.due_at > NOW and broken.package is None

    def test_a_contract_that_ends_before_the_sending_stops_it(self, spring: Edition) -> None:
        institution()
        delivering.plan(now=NOW)
        Institution.objects.update(state=InstitutionState.SUSPENDED)
        assert delivering.deliver_due(clock=at()).delivered == 0
        Institution.objects.update(state=InstitutionState.ACTIVE)
        assert delivering.deliver_due(clock=at()).delivered == 1

    @pytest.mark.parametrize(
        "change", [{"state": "suspended"}, {"state": "ended"}, {"contract_until": timezone.localdate(NOW)}]
    )
    def test_a_contract_that_ends_between_two_tries_stops_them(
        self, spring: Edition, monkeypatch: pytest.MonkeyPatch, change: dict[str, object]
    ) -> None:
        institution()
        seen = answering(monkeypatch, Answer("passing", "busy"), Answer("delivered"))
        delivering.sweep(clock=at())
        Institution.objects.update(**change)
        assert delivering.sweep(clock=at(NOW + timedelta(days=2))).delivered == 0
        assert len(seen) == 1

    def test_an_edition_withdrawn_before_the_sending_is_not_sent(self, spring: Edition) -> None:
        institution()
        delivering.plan(now=NOW)
        withdraw(edition=spring, reason="来源有误", now=NOW)
        assert delivering.deliver_due(clock=at()).delivered == 0


class TestPackagesInTheStore:
    def test_a_sweep_looks_for_some_and_every_one_has_its_turn(
        self, spring: Edition, store: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(delivering, "LOOKED_FOR", 1)
        institution("bank-a")
        institution("bank-b", programmes=["SRDI"])
        delivering.sweep(clock=at())
        for file in store.rglob("*.zip"):
            file.unlink()
        delivering.restore_packages(clock=at())
        assert len(list(store.rglob("*.zip"))) == 1
        delivering.restore_packages(clock=at(NOW + timedelta(minutes=1)))
        assert len(list(store.rglob("*.zip"))) == 2

    def test_equal_cuts_since_different_editions_are_built_apart(
        self, spring: Edition, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told, changed = institution("bank-a"), institution("bank-b")
        delivering.sweep(clock=at())
        agree(institution=changed, programmes=["HNTE"], include_name_only=True, now=NOW)
        new = institution("bank-c", agreed_at=NOW)
        sealed_edition("2026Q3", [record(1)], previous=spring)
        delivering.plan(now=NOW)
        built: dict[str, Edition | None] = {}

        def seen(cut: delivering.Cut, alike: list[Delivery], *rest: Any) -> None:
            built.update({one.channel.institution.code: cut.since for one in alike})
            build(cut, alike, *rest)

        build = delivering._build
        monkeypatch.setattr(delivering, "_build", seen)
        assert delivering.deliver_due(clock=at()).delivered == 3
        assert built == {told.code: spring, changed.code: None, new.code: None}


class TestLeases:
    def test_a_worker_killed_while_sending_is_followed_by_another(
        self, spring: Edition, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        institution()

        class Killed(BaseException):
            """Like a kill, it is caught by nobody."""

        seen = answering(monkeypatch, Killed(), Answer("delivered"))
        with pytest.raises(Killed):
            delivering.sweep(clock=at())
        assert only().leased_until == NOW + LEASE and not Attempt.objects.exists()
        assert delivering.sweep(clock=at(NOW + LEASE - timedelta(seconds=1))).delivered == 0
        assert delivering.sweep(clock=at(NOW + LEASE)).delivered == 1
        assert seen[0].id == seen[1].id and Attempt.objects.count() == 1

    def test_a_lease_that_ran_out_is_somebody_elses(self, spring: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
        institution()
        parcels: list[Parcel] = []

        def slow(parcel: Parcel) -> Answer:
            parcels.append(parcel)
            if len(parcels) == 1:  # meanwhile the lease runs out, and another worker delivers
                assert delivering.deliver_due(clock=at(NOW + LEASE)).delivered == 1
            return Answer("passing", "too late") if len(parcels) == 1 else Answer("delivered")

        monkeypatch.setitem(CHANNELS, "portal", slow)
        delivering.sweep(clock=at())
        assert only().state == DeliveryState.DELIVERED
        assert parcels[0].id == parcels[1].id

    def test_a_delivery_that_was_made_stays(self, spring: Edition) -> None:
        institution()
        delivering.sweep(clock=at())
        for act in (lambda: Delivery.objects.update(due_at=NOW), lambda: Delivery.objects.all().delete()):
            with pytest.raises(IntegrityError), transaction.atomic():
                act()

    def test_an_attempt_stays(self, spring: Edition) -> None:
        institution()
        delivering.sweep(clock=at())
        with pytest.raises(IntegrityError), transaction.atomic():
            Attempt.objects.update(detail="never happened")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_workers_share_the_deliveries_and_make_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed_edition("2026Q3", [record(number) for number in range(1, 5)])
    for number in range(12):
        institution(f"bank-{number}")
    delivering.plan(now=NOW)
    assert delivering.deliver_due(clock=at(), limit=1).built == 1
    sent: list[str] = []
    begun: set[int] = set()
    both = threading.Barrier(2)

    def send(parcel: Parcel) -> Answer:
        if threading.get_ident() not in begun:
            begun.add(threading.get_ident())
            both.wait(timeout=20)  # two different parcels are on their way at once
        sent.append(str(parcel.id))
        return Answer("delivered")

    monkeypatch.setitem(CHANNELS, "portal", send)

    def work() -> None:
        try:
            delivering.deliver_due(clock=at())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(sent) == sorted(str(pk) for pk in Delivery.objects.values_list("pk", flat=True))
    assert Attempt.objects.count() == 12


def given(made: Institution, edition: Edition) -> Package:
    """The package with which the edition reached the institution."""
    delivering.sweep(clock=timezone.now)
    package = Delivery.objects.get(edition=edition, channel__institution=made).package
    assert package is not None
    return package


def test_changes_are_told_since_the_last_edition_that_was_given(spring: Edition) -> None:
    made = institution()
    assert given(made, spring).since is None
    summer = sealed_edition("2026Q3", [record(1), record(4)], previous=spring)
    assert given(made, summer).since == spring
    agree(institution=made, programmes=["HNTE"], include_name_only=True, now=timezone.now())
    autumn = sealed_edition("2026Q4", [record(1)], previous=summer)
    package = given(made, autumn)  # in another cut: what it has is no base for this one
    assert package.since is None and (package.members, package.removed) == (1, 0)
