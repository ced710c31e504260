"""The quarter's run, in order: started twice or broken off, it makes one edition and one delivery each."""

import itertools
import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile
from zlib import crc32

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from config.celery import app as celery
from enterprises import editions, locks, resolving, reviewing
from enterprises.calendar import finished_quarter
from enterprises.errors import (
    AlreadySealed,
    DraftOutdated,
    GuardsRed,
    NoSuchQuarter,
    NotResolved,
    QuarterNotOver,
    SealsByPerson,
)
from enterprises.models import Edition, PoolRebuild, ReviewItem
from pushes import packaging, quarters, tasks
from pushes.channels import CHANNELS
from pushes.channels.parcel import Answer
from pushes.manifest import TABLE_FILES
from pushes.models import Delivery, Institution, Package
from registry import importing
from tests.conftest import Publish
from tests.processes import database_url
from tests.pushes.making import institution, person

NOW = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)
HEADER = ["企业名称", "统一社会信用代码", "证书编号", "发证日期"]
ROW = ["郑州示范一号科技有限公司", "", "GR202541000001", "2025-01-10"]


def clock() -> datetime:
    return NOW


@pytest.fixture(autouse=True)
def hands_at_once() -> Iterator[None]:
    """What workers would be called for is done in this process."""
    celery.conf.task_always_eager = True
    yield
    celery.conf.task_always_eager = False


@pytest.fixture
def published(publish: Publish) -> None:
    publish([HEADER, ROW], published="2025-01-10", now=datetime(2025, 2, 1, tzinfo=UTC))
    institution("bank-a")


def test_from_lists_to_deliveries(published: None) -> None:
    steps: list[str] = []
    run = quarters.run(quarter="2026Q3", clock=clock, progress=steps.append)
    assert (run.edition.label, run.edition.members, run.edition.state) == ("ZZKJ-2026Q3-v1", 1, "sealed")
    assert run.edition.as_of == date(2026, 9, 30)
    assert PoolRebuild.objects.latest().as_of == date(2026, 10, 1)  # the pool that people see is today's
    assert (run.pushed.planned, run.pushed.delivered) == (1, 1)
    assert len(steps) == 4


def test_again_it_does_nothing(published: None) -> None:
    first = quarters.run(quarter="2026Q3", clock=clock)
    again = quarters.run(quarter="2026Q3", clock=clock)
    assert again.edition == first.edition
    assert (again.pushed.planned, again.pushed.delivered) == (0, 0)
    assert PoolRebuild.objects.count() == 1


def test_broken_off_between_any_two_steps_it_goes_on(published: None, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """Like a kill, it is caught by nobody."""

    def killed(*_args: object, **_kwargs: object) -> None:
        raise Killed

    for place in ("cut", "seal"):
        with monkeypatch.context() as broken, pytest.raises(Killed):
            broken.setattr(editions, place, killed)
            quarters.run(quarter="2026Q3", clock=clock)
        assert not Edition.objects.filter(state="sealed").exists()
    with monkeypatch.context() as broken, pytest.raises(Killed):
        broken.setitem(CHANNELS, "portal", killed)
        quarters.run(quarter="2026Q3", clock=clock)
    planned = Delivery.objects.get()
    later = NOW + timedelta(days=1)
    run = quarters.run(quarter="2026Q3", clock=lambda: later)
    assert run.pushed.delivered == 1
    assert Delivery.objects.get().pk == planned.pk
    assert (Edition.objects.count(), Package.objects.count()) == (1, 1)


def test_the_same_lists_give_the_same_bytes(published: None) -> None:
    def outcome(moment: datetime) -> tuple[str, dict[str, bytes]]:
        edition = quarters.run(quarter="2026Q3", clock=lambda: moment).edition
        with packaging.opened(Package.objects.get()) as file, ZipFile(file) as archive:
            files = {name: archive.read(name) for name in archive.namelist() if name in TABLE_FILES}
        return edition.digest, files

    with transaction.atomic():
        first = outcome(NOW)
        transaction.set_rollback(True)
    assert not Edition.objects.exists()
    assert outcome(NOW + timedelta(days=30)) == first


def test_a_bank_registered_yesterday_gets_it_by_the_same_run(published: None) -> None:
    quarters.run(quarter="2026Q3", clock=clock)
    institution("bank-b", agreed_at=NOW + timedelta(days=1))
    assert quarters.run(quarter="2026Q3", clock=clock).pushed.delivered == 1


@pytest.mark.parametrize(
    ("quarter", "error"), [("2026Q4", QuarterNotOver), ("2026", NoSuchQuarter), ("2026Q5", NoSuchQuarter)]
)
@pytest.mark.django_db
def test_no_edition_of_a_quarter_that_is_not_over(quarter: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        quarters.run(quarter=quarter, clock=clock)
    assert not Edition.objects.exists()


def test_a_sealed_quarter_is_not_sealed_as_of_another_day(published: None) -> None:
    with pytest.raises(GuardsRed):  # as of an early day, it goes out by a person's word alone
        quarters.run(quarter="2026Q3", as_of=date(2026, 9, 29), clock=clock)
    editions.overrule(edition=Edition.objects.get(), by=person("zhao", None, staff=True), reason="x", now=NOW)
    first = quarters.run(quarter="2026Q3", as_of=date(2026, 9, 29), clock=clock).edition
    assert quarters.run(quarter="2026Q3", as_of=date(2026, 9, 29), clock=clock).edition == first
    assert quarters.run(quarter="2026Q3", clock=clock).edition == first
    with pytest.raises(AlreadySealed, match="2026-09-29"):
        quarters.run(quarter="2026Q3", as_of=date(2026, 9, 30), clock=clock)


class TestListsConfirmedMeanwhile:
    """Somebody confirms a list between two steps: the run resolves again, and gives up in the end."""

    @pytest.fixture
    def ticking(self) -> Callable[[], datetime]:
        seconds = itertools.count()
        return lambda: NOW + timedelta(seconds=next(seconds))

    @pytest.fixture
    def confirm(self, publish: Publish, ticking: Callable[[], datetime]) -> Callable[[], None]:
        numbers = itertools.count(2)

        def act() -> None:
            row = [f"郑州示范第{next(numbers)}号科技有限公司", "", "", "2025-01-10"]
            publish([HEADER, row], published="2025-01-10", now=ticking())

        return act

    @pytest.mark.parametrize("step", ["before the cut", "after the cut"])
    @pytest.mark.parametrize(("times", "sealed"), [(1, True), (2, True), (3, False)])
    def test_it_begins_again(
        self,
        published: None,
        ticking: Callable[[], datetime],
        confirm: Callable[[], None],
        monkeypatch: pytest.MonkeyPatch,
        step: str,
        times: int,
        sealed: bool,
    ) -> None:
        real, left = editions.cut, itertools.repeat(confirm, times)

        def cut(**words: Any) -> Edition:
            if step == "before the cut":
                next(left, lambda: None)()
                words["now"] = ticking()
                return real(**words)
            draft = real(**words)
            next(left, lambda: None)()
            return draft

        monkeypatch.setattr(editions, "cut", cut)
        if sealed:
            edition = quarters.run(quarter="2026Q3", clock=ticking).edition
            assert (edition.state, edition.members) == ("sealed", 1 + times)
        else:
            with pytest.raises((NotResolved, DraftOutdated)):
                quarters.run(quarter="2026Q3", clock=ticking)
            assert not Edition.objects.filter(state="sealed").exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_last_time_whoever_would_say_something_waits(published: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where matches are settled all day, every draft would be outdated before it is sealed."""
    real, seen = editions.seal, list[list[bool]]()

    def seal(**words: Any) -> Edition:
        with psycopg.connect(database_url()) as other:
            seen.append([_is_free(other, name) for name in (locks.FACTS, locks.IDENTITIES)])
        if len(seen) < 3:
            raise DraftOutdated("ZZKJ-2026Q3-v1")
        return real(**words)

    monkeypatch.setattr(editions, "seal", seal)
    assert quarters.run(quarter="2026Q3", clock=clock).edition.state == "sealed"
    assert seen == [[True, True], [True, True], [False, False]]
    with psycopg.connect(database_url()) as other:
        assert all(_is_free(other, name) for name in locks.STILL)


def _is_free(session: psycopg.Connection[Any], name: str) -> bool:
    row = session.execute("SELECT pg_try_advisory_xact_lock(%s)", [crc32(f"registry:{name}".encode())]).fetchone()
    return bool(row and row[0])


class TestRedGuards:
    """A list that vanished: the draft waits, and the run goes on from there once a second person has overruled."""

    @pytest.fixture
    def gone(self, publish: Publish) -> Edition:
        """Twelve firms in a sealed edition, and their list withdrawn since."""
        rows = [[f"郑州示范{n}号科技有限公司", "", f"GR202541{n:06d}", "2025-01-10"] for n in range(12)]
        listed = publish([HEADER, *rows], published="2025-01-10", now=datetime(2025, 2, 1, tzinfo=UTC))
        institution("bank-a")
        sealed = quarters.run(quarter="2025Q1", clock=timezone.now).edition
        importing.withdraw(list_import=listed, reason="误传", now=timezone.now())
        return sealed

    @pytest.mark.parametrize("more", [[], ["--queue"]])
    def test_the_command_says_which_and_what_to_do_and_goes_on_when_overruled(
        self, gone: Edition, more: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(tasks.run_quarter, "delay", lambda **words: tasks.run_quarter(**words))
        with pytest.raises(CommandError, match=r"高新技术企业(.|\n)*放行"):
            call_command("run_quarter", "2025Q2", *more)
        draft = Edition.objects.get(quarter="2025Q2")
        assert (draft.state, draft.removed, Delivery.objects.count()) == ("draft", 12, 1)
        editions.overrule(edition=draft, by=person("zhao", None, staff=True), reason="名单误传", now=timezone.now())
        call_command("run_quarter", "2025Q2", *more, "--json")
        assert json.loads(capsys.readouterr().out.splitlines()[-1])["edition"] == "ZZKJ-2025Q2-v1"
        draft.refresh_from_db()  # it is the very draft that was overruled
        assert draft.state == "sealed"
        assert Delivery.objects.filter(edition=draft, state="delivered").count() == 1

    def test_sealed_by_a_person_it_is_pushed_by_the_sweep(self, gone: Edition) -> None:
        tasks.run_quarter(quarter="2025Q2")  # red: said in the log, and no failure of the task
        draft = Edition.objects.get(quarter="2025Q2")
        editions.overrule(edition=draft, by=person("zhao", None, staff=True), reason="名单误传", now=timezone.now())
        editions.seal(edition=draft, now=timezone.now())
        tasks.push_editions()
        assert Delivery.objects.get(edition=draft).state == "delivered"

    def test_catching_up_leaves_a_draft_alone_until_something_changes(self, gone: Edition, publish: Publish) -> None:
        tasks.catch_up_quarter()
        draft = Edition.objects.get(state="draft")
        assert draft.quarter == finished_quarter(timezone.localdate())
        tasks.catch_up_quarter()
        assert Edition.objects.get(state="draft") == draft
        publish([HEADER, ROW], published="2025-01-10", now=timezone.now())
        tasks.catch_up_quarter()
        again = Edition.objects.get(state="draft")
        assert again != draft
        editions.overrule(edition=again, by=person("zhao", None, staff=True), reason="名单误传", now=timezone.now())
        tasks.catch_up_quarter()
        again.refresh_from_db()
        assert again.state == "sealed"

    def test_an_overruled_draft_of_before_a_match_was_settled_is_seen_anew(
        self, gone: Edition, publish: Publish
    ) -> None:
        """Whom a revocation means was open when the draft was overruled; the answer is another's to look at."""
        rows = [["郑州启航科技有限公司", "", number, "2025-01-10"] for number in ("GR202541000901", "GR202541000777")]
        publish([HEADER, *rows], published="2025-01-11", now=timezone.now())
        tasks.run_quarter(quarter="2025Q2")
        draft = Edition.objects.get(quarter="2025Q2")
        zhao = person("zhao", None, staff=True)
        editions.overrule(edition=draft, by=zhao, reason="名单误传", now=timezone.now())
        item = ReviewItem.objects.get(closed_at=None)
        reviewing.settle(item=item, enterprise=item.candidates.get(), now=timezone.now(), by=zhao)
        tasks.run_quarter(quarter="2025Q2")
        again = Edition.objects.get(quarter="2025Q2")
        assert (again != draft, again.state, again.members) == (True, "draft", draft.members - 1)

    def test_an_overruled_draft_that_is_outdated_is_cut_anew(self, gone: Edition, publish: Publish) -> None:
        tasks.run_quarter(quarter="2025Q2")
        draft = Edition.objects.get(quarter="2025Q2")
        editions.overrule(edition=draft, by=person("zhao", None, staff=True), reason="名单误传", now=timezone.now())
        publish([HEADER, ROW], published="2025-01-10", now=timezone.now())
        tasks.run_quarter(quarter="2025Q2")
        assert Edition.objects.get(quarter="2025Q2").state == "draft"
        assert Edition.objects.get(quarter="2025Q2") != draft


def test_a_bureau_may_keep_the_seal_to_itself(published: None, settings: Settings) -> None:
    settings.EDITION_SEALS_ITSELF = "never"
    with pytest.raises(SealsByPerson):
        quarters.run(quarter="2026Q3", clock=clock)
    assert Edition.objects.get().state == "draft"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_runs_at_once_are_one(publish: Publish) -> None:
    publish([HEADER, ROW], published="2025-01-10", now=datetime(2025, 2, 1, tzinfo=UTC))
    institution("bank-a")
    ready = threading.Barrier(2)
    delivered: list[int] = []

    def run() -> None:
        try:
            ready.wait()
            delivered.append(quarters.run(quarter="2026Q3", clock=clock).pushed.delivered)
        finally:
            connection.close()

    both = [threading.Thread(target=run) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(delivered) == [0, 1]
    assert Edition.objects.count() == 1


class TestCommands:
    """On a quarter that is long over, since commands go by the clock on the wall."""

    @pytest.fixture
    def json_of(self, capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, object]]:
        def run(*words: object) -> dict[str, object]:
            call_command(*map(str, words), "--json")
            answer: dict[str, object] = json.loads(capsys.readouterr().out)
            return answer

        return run

    def test_run_quarter(self, published: None, json_of: Callable[..., dict[str, object]]) -> None:
        said = json_of("run_quarter", "2025Q1")
        assert (said["edition"], said["members"], said["delivered"]) == ("ZZKJ-2025Q1-v1", 1, 1)
        assert said["waiting"] == said["failed"] == 0
        assert json_of("run_quarter", "2025Q1")["digest"] == said["digest"]

    def test_push_editions(self, published: None, json_of: Callable[..., dict[str, object]], store: Path) -> None:
        now = timezone.now()
        resolving.resolve(now=now)
        editions.seal(edition=editions.cut(quarter="2025Q1", now=now), now=now)
        assert json_of("push_editions") == {"waiting": 0, "delivered": 1, "failed": 0}
        packages = list(store.glob("packages/ZZKJ-2025Q1-v1/*.zip"))
        assert json_of("verify_package", packages[0])["members"] == 1

    def test_what_is_not_delivered_is_a_failure(self, published: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(CHANNELS, "portal", lambda _parcel: Answer("passing", "busy"))
        with pytest.raises(CommandError, match="1"):
            call_command("run_quarter", "2025Q1")
        with pytest.raises(CommandError, match="1"):
            call_command("push_editions")

    @pytest.mark.django_db
    @pytest.mark.parametrize("more", [[], ["--queue"]])
    @pytest.mark.parametrize("quarter", ["soon", "2099Q1"])
    def test_a_quarter_that_cannot_be(self, quarter: str, more: list[str]) -> None:
        with pytest.raises(CommandError, match=quarter):
            call_command("run_quarter", quarter, *more)

    @pytest.mark.django_db
    @pytest.mark.parametrize("command", [["run_quarter", "2025Q1"], ["push_editions"]])
    @pytest.mark.parametrize("minutes", ["0", "-1", "soon", "1.5", "²"])
    def test_a_wait_that_cannot_be(self, command: list[str], minutes: str) -> None:
        with pytest.raises(CommandError, match=re.escape(minutes)):
            call_command(*command, f"--minutes={minutes}")

    @pytest.mark.parametrize("more", [[], ["--queue"]])
    def test_a_day_of_another_quarter(self, published: None, more: list[str]) -> None:
        with pytest.raises(CommandError, match="2025-04-01"):
            call_command("run_quarter", "2025Q1", "--as-of=2025-04-01", *more)

    def test_another_day_is_refused_before_it_is_queued(self, published: None) -> None:
        call_command("run_quarter", "2025Q1")
        with pytest.raises(CommandError, match="2025-03-31"):
            call_command("run_quarter", "2025Q1", "--as-of=2025-03-30", "--queue")

    def test_what_was_withdrawn_is_not_made_anew_by_itself(self, published: None) -> None:
        tasks.run_quarter()
        editions.withdraw(edition=Edition.objects.get(), reason="名单有误", now=timezone.now())
        tasks.run_quarter()
        assert Edition.objects.get().state == "withdrawn"
        tasks.run_quarter(quarter=Edition.objects.get().quarter)
        assert Edition.objects.get(state="sealed").version == 2

    def test_the_task_takes_the_last_quarter_that_is_over(self, published: None) -> None:
        tasks.run_quarter()
        assert Edition.objects.get().as_of < timezone.localdate()
        Institution.objects.update(state="suspended")
        tasks.push_editions()
        assert Delivery.objects.get().state == "delivered"

    def test_a_quarter_that_was_missed_is_made_up_for_once_editions_go_out(self, published: None) -> None:
        tasks.catch_up_quarter()
        assert not Edition.objects.exists()  # still being filled
        call_command("run_quarter", "2025Q1")
        tasks.catch_up_quarter()
        tasks.catch_up_quarter()
        assert [edition.quarter for edition in Edition.objects.order_by("quarter")] == [
            "2025Q1",
            finished_quarter(timezone.localdate()),
        ]
