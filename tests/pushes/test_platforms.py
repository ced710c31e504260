"""Editions pushed to a real platform, written from its document alone: whole, as changes, broken off, refused."""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from enterprises.editions import withdraw
from enterprises.models import Edition
from pushes import agreeing, batching, calling_back, delivering, packaging, pausing, queries, resending, rotating, tasks
from pushes.belonging import cut_of, members, seen
from pushes.channels.authorising import Grant, Token
from pushes.channels.https import Reply, declined
from pushes.channels.parcel import OUR_FAULT, Batch, Confirmed
from pushes.channels.platform_words import Unclear, status_in
from pushes.errors import BatchDiffers
from pushes.models import (
    Attempt,
    Channel,
    ChannelSecret,
    Delivery,
    KnownBy,
    Package,
    Profile,
    Receipt,
    WithdrawalNotice,
)
from pushes.rowing import row
from pushes.signing import signer
from pushes.targets import rules as calling_rules
from registry.queries import programme_names
from tests.processes import kill, until, worker
from tests.pushes.making import institution, person, recognition, record, sealed_edition
from tests.pushes.peers.certificates import certificate
from tests.pushes.peers.platform import DOCUMENTED, Platform, free_port, running

NOW = datetime(2026, 10, 1, 7, 0, tzinfo=UTC)
SECRET = "of-the-platform"


@pytest.fixture(scope="session")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("platform"))


@pytest.fixture
def platform(settings: Settings, trusted: Path) -> Iterator[Platform]:
    """A platform that runs; this machine is as good as its line."""
    port = free_port()
    settings.CALL_NETWORKS, settings.CALL_PORTS = [ip_network("127.0.0.0/8")], [port]
    settings.CALL_CA_FILE = str(trusted)
    key = load_pem_public_key(signer().public.pem.encode())
    assert isinstance(key, Ed25519PublicKey)
    made = Platform(key, port=port)
    with running(made, trusted):
        yield made
    assert made.faults == []


@pytest.fixture
def by(db: None) -> User:
    return person("officer", None, staff=True)


@pytest.fixture
def channel(platform: Platform, by: User) -> Channel:
    """A platform's channel, two rows a page; its institution has no other."""
    whose = institution("zhr", formats=["csv"])
    whose.channels.all().delete()
    made = Channel.objects.create(institution=whose, kind="platform", url=platform.url, page_size=2, compressed=False)
    rotating.keep_password(channel=made, password=platform.token, by=by, now=NOW)
    return made


@pytest.fixture
def five(db: None) -> Edition:
    """2026Q2: five members."""
    return sealed_edition("2026Q2", [record(number) for number in range(1, 6)])


def later(five: Edition, **more: Any) -> Edition:
    """2026Q3: 1 is gone, 2 got another recognition, 6 is new."""
    records = [record(2, recognition(source="HNTE-2025-01#2"), recognition("SRDI", "SRDI-2026-01#2", valid_to=None))]
    return sealed_edition("2026Q3", [*records, *(record(number) for number in (3, 4, 5, 6))], previous=five, **more)


def push(minutes: int = 0) -> list[Attempt]:
    """One sweep, so many minutes later; its tries."""
    known = set(Attempt.objects.values_list("pk", flat=True))
    delivering.sweep(clock=lambda: NOW + timedelta(minutes=minutes))
    return list(Attempt.objects.exclude(pk__in=known).order_by("pk"))


def outcome(attempt: Attempt) -> tuple[str, str]:
    return attempt.outcome, attempt.code


def own(edition: Edition) -> list[dict[str, Any]]:
    """The edition's rows as the interface for machines gives them."""
    wanted, names = cut_of(Profile.objects.latest("pk")), programme_names()
    return [row(seen(one, wanted), wanted, names) for one in members(edition, wanted)]


def test_whole_then_what_changed_and_the_platform_proves_both(
    platform: Platform, channel: Channel, five: Edition
) -> None:
    (whole,) = push()
    assert outcome(whole) == ("delivered", "accepted")
    assert platform.steps == ["state", "status", "open", "page-1", "page-2", "page-3", "close"]
    assert list(platform.members.values()) == own(five)
    opening = next(iter(platform.batches.values())).opening
    package = Package.objects.get()
    facts = opening["manifest"]
    assert (facts["mode"], facts["institution"], facts["edition_digest"]) == ("full", "zhr", five.digest)
    assert facts["package"] == {"sha256": package.sha256, "size": package.size}
    assert facts["digest"] in whole.detail and facts["digest"] == DOCUMENTED["digest"](own(five))
    receipt = Receipt.objects.get()
    assert (receipt.kind, receipt.user, receipt.delivery) == ("acknowledge", None, whole.delivery)
    assert not queries.not_taken(NOW + timedelta(days=30), 5).exists()

    platform.steps.clear()
    third = later(five)
    (changed,) = push(1)
    assert outcome(changed) == ("delivered", "accepted")
    assert platform.steps == ["state", "status", "open", "page-1", "page-2", "close"]
    told = [row for page in list(platform.batches.values())[1].pages.values() for row in page]
    assert sorted(row["kind"] for row in told) == ["added", "changed", "removed"]
    assert sorted(platform.members.values(), key=lambda one: one["id"]) == own(third)
    assert platform.confirmed == {"edition": third.label, "digest": DOCUMENTED["digest"](own(third))}


def test_what_was_not_agreed_is_in_no_row(
    platform: Platform, channel: Channel, spring: Edition, summer: Edition
) -> None:
    Channel.objects.create(institution=institution("bank-b"), kind="email", addresses=["a@bank.example"])
    agreeing.agree(
        institution=channel.institution, programmes=["SRDI"], include_name_only=False, districts=[],
        columns=["valid_to"], formats=["csv"], now=NOW - timedelta(days=1),
    )  # fmt: skip
    tries = [one for one in push() if one.delivery.channel == channel]
    assert [outcome(one) for one in tries] == [("delivered", "accepted")] * 2
    (held,) = platform.members.values()
    assert (held["former_names"], held["district"]) == (None, None)
    assert held["recognitions"] == [
        {"programme": "SRDI", "programme_name": programme_names()["SRDI"], "state": "valid", "number": None,
         "batch": None, "valid_from": None, "valid_to": None, "source": None}
    ]  # fmt: skip
    rows = [row for batch in platform.batches.values() for page in batch.pages.values() for row in page]
    assert "HNTE" not in str(rows)


def test_another_cut_is_told_as_a_whole(platform: Platform, channel: Channel, five: Edition) -> None:
    push()
    later(five)
    agreeing.agree(
        institution=channel.institution, programmes=[], include_name_only=True, districts=[], columns=["valid_to"],
        formats=["csv"], now=NOW,
    )  # fmt: skip
    (again,) = push(1)
    assert outcome(again) == ("delivered", "accepted")
    assert [batch.manifest["mode"] for batch in platform.batches.values()] == ["full", "full"]


def test_what_breaks_off_goes_on_where_it_stood(platform: Platform, channel: Channel, five: Edition) -> None:
    """One delivery that breaks off at every step: what the platform has is never sent again."""
    taken: set[str] = set()
    for turn, (step, trouble, code) in enumerate(
        [
            ("state", "503", "503"), ("status", "cut", ""), ("open", "lost", ""), ("page-2", "503", "503"),
            ("page-2", "cut", ""), ("page-2", "lost", ""), ("page-3", "garbled", ""), ("close", "429", "429"),
            ("close", "lost", ""),
        ]
    ):  # fmt: skip
        platform.steps.clear()
        platform.troubles[step].append(trouble)
        (broken,) = push(turn * 400)
        assert outcome(broken) == ("passing", code) and platform.token not in broken.detail
        assert platform.steps[-1] == step and not taken & set(platform.steps)
        taken |= {f"page-{page}" for batch in platform.batches.values() for page in batch.pages}
    platform.steps.clear()
    assert outcome(push(4000)[0]) == ("delivered", "")
    assert platform.steps == ["state"], "it was taken: only the answer was lost"
    assert list(platform.members.values()) == own(five) and Delivery.objects.get().state == "delivered"


def test_a_platform_that_is_down_gets_it_when_it_is_back(
    platform: Platform, channel: Channel, five: Edition, trusted: Path
) -> None:
    platform.troubles["page-2"].append("503")
    push()
    platform.stop()
    (down,) = push(3)
    assert outcome(down) == ("passing", "")
    with running(platform, trusted):
        platform.steps.clear()
        (mended,) = push(20)
    assert mended.outcome == "delivered" and "page-1" not in platform.steps


def test_a_slow_platform_holds_nobody_up(
    platform: Platform, channel: Channel, five: Edition, settings: Settings
) -> None:
    settings.CALL_ANSWER_SECONDS = 0.3
    platform.troubles["page-1"].append("slow")
    assert outcome(push()[0]) == ("passing", "")
    settings.DELIVERY_LEASE_SECONDS = 0
    (late,) = push(3)
    assert outcome(late) == ("passing", "") and platform.steps[4:] == []


def test_what_a_refusal_means(platform: Platform, channel: Channel, five: Edition) -> None:
    for turn, status in enumerate(("401", "403", "404", "302", "410", "422")):
        platform.troubles["open"].append(status)
        (tried,) = push(turn * 400)
        for_good = status in ("410", "422")
        assert outcome(tried) == ("permanent" if for_good else "passing", status)
        channel.refresh_from_db()
        assert channel.paused is for_good and platform.token not in channel.paused_why + tried.detail
        if for_good:
            pausing.resume(channel=channel, now=NOW)


def test_rows_that_it_rejects_are_named_and_wait_for_people(
    platform: Platform, channel: Channel, five: Edition
) -> None:
    platform.dislikes = {record(2)["id"]}
    (rejected,) = push()
    assert outcome(rejected) == ("permanent", "rows")
    assert record(2)["id"] in rejected.detail and "名称有误" in rejected.detail and "有的行不可用" in rejected.detail
    channel.refresh_from_db()
    assert channel.paused and platform.members == {} and not Receipt.objects.exists()
    platform.dislikes.clear()
    pausing.resume(channel=channel, now=NOW)
    (again,) = push(5)
    assert again.outcome == "delivered" and len(platform.members) == 5


def test_a_platform_that_takes_its_time_is_asked_again(platform: Platform, channel: Channel, five: Edition) -> None:
    platform.checks = 2
    assert outcome(push()[0]) == ("passing", "checking")
    assert outcome(push(2)[0]) == ("passing", "checking")
    platform.steps.clear()
    assert outcome(push(9)[0]) == ("delivered", "accepted")
    assert platform.steps == ["state", "status"]


def test_a_platform_that_holds_something_else_is_told_all_of_it(
    platform: Platform, channel: Channel, five: Edition
) -> None:
    push()
    del platform.members[record(3)["id"]]  # it says what it was given, and has lost a row since
    later(five)
    (tried,) = push(1)
    assert tried.outcome == "delivered"
    assert [batch.state for batch in platform.batches.values()] == ["accepted", "rejected", "accepted"]
    assert [batch.manifest["mode"] for batch in platform.batches.values()] == ["full", "delta", "full"]
    assert len(platform.members) == 5


def test_what_we_never_gave_it_is_no_base_of_changes(platform: Platform, channel: Channel, five: Edition) -> None:
    push()
    digest = DOCUMENTED["digest"](own(five))
    third = later(five)
    package = packaging.build(edition=third, profile=Profile.objects.get(), since=five, now=NOW)
    content = batching.Content(UUID(int=7), channel, third, package)
    for said, mode in (
        (Confirmed(five.label, digest), "delta"),
        (Confirmed(five.label, "0" * 64), "full"),
        (Confirmed("ZZKJ-2026Q1-v1", digest), "full"),
        (Confirmed("ZZKJ-2026Q2-v2", digest), "full"),
        (Confirmed(third.label, digest), "full"),
        (None, "full"),
    ):
        with content.batch(said, 10) as batch:
            assert batch.manifest["mode"] == mode, said


def test_bytes_that_arrived_as_others_are_not_delivered(platform: Platform, channel: Channel, five: Edition) -> None:
    platform.spoils = True
    assert outcome(push()[0]) == ("passing", "digest-mismatch")
    platform.spoils = False
    assert outcome(push(2)[0]) == ("delivered", "accepted")


def test_an_answer_that_says_yes_and_shows_another_list_is_no_delivery(
    platform: Platform, channel: Channel, five: Edition
) -> None:
    platform.forgets = True
    assert outcome(push()[0]) == ("passing", "accepted")
    assert not Receipt.objects.exists()


def test_an_older_edition_takes_no_newer_ones_place(platform: Platform, channel: Channel, five: Edition) -> None:
    platform.troubles["page-1"].append("503")
    push()
    newer = later(five)
    Delivery.objects.update(due_at=NOW + timedelta(hours=1))
    assert push(1)[0].delivery.edition == newer
    (older,) = push(70)
    assert (older.delivery.edition, older.outcome) == (five, "delivered")
    assert platform.confirmed is not None and platform.confirmed["edition"] == newer.label


@pytest.mark.parametrize(
    "said",
    [
        {}, {"batch": "another", "state": "open"}, {"state": "done"}, {"state": "open", "next_page": 0},
        {"state": "open", "next_page": 3}, {"state": "open", "next_page": True}, {"state": ["open"]},
    ],
)  # fmt: skip
def test_an_answer_of_another_form_says_nothing(said: dict[str, Any]) -> None:
    batch = Batch(UUID(int=1), {"pages": 1}, "", lambda _number: b"")
    with pytest.raises(Unclear):
        status_in({"batch": str(batch.id), **said}, batch)


def test_what_a_platform_says_is_kept_short_and_harmless() -> None:
    batch = Batch(UUID(int=1), {"pages": 1}, "", lambda _number: b"")
    errors = [{"id": f"E{number}", "detail": "\x1b[31m错" + "x" * 999} for number in range(99)]
    said = {"batch": str(batch.id), "state": "rejected", "errors": [*errors, 7, None], "detail": 7, "reason": 7,
            "confirmed": {"edition": "ZZKJ-9", "digest": "0"}}  # fmt: skip
    status = status_in(said, batch)
    assert (status.reason, status.confirmed) == ("", None)
    assert len(status.why) < 20 * 320 and "\x1b" not in status.why and "79" in status.why.splitlines()[-1]


def test_a_reason_that_no_database_takes_is_told_without_what_it_may_not_hold() -> None:
    batch = Batch(UUID(int=1), {"pages": 1}, "", lambda _number: b"")
    said = {"batch": str(batch.id), "state": "rejected", "reason": "ro\0ws\ud800" + "x" * 999}
    assert status_in(said, batch).reason == ("rows" + "x" * 999)[:300]


def test_secrets_are_in_no_words_however_an_answer_writes_them() -> None:
    token = Token("ab/cd+" + "e" * 40)
    echoes = [token.token, json.dumps(token.token).replace("/", r"\/"), quote(token.token, safe="")]
    for echo in echoes:
        for before in (0, 290):  # where the words are cut off in the middle of it
            words = declined(Reply(403, {"Retry-After": echo}, ("x" * before + echo).encode()), token.hidden)
            assert "cd" not in words and "ab" not in words
    grant = Grant("https://p.example/token", "me", "of/us", calling_rules(), token="second", given=["first", "second"])
    assert not grant.renewed()  # and yet the answer to it is told
    pair = b64encode(b"me:of%2Fus").decode()
    assert grant.hidden(f"{pair} of/us of%2Fus first second") == "… … … … …"


class TestKnownBy:
    def test_a_wrong_token(self, platform: Platform, channel: Channel, five: Edition, by: User) -> None:
        rotating.keep_password(channel=channel, password="another-one", by=by, now=NOW)
        (tried,) = push()
        assert outcome(tried) == ("passing", "401") and platform.batches == {}
        assert "another-one" not in tried.detail + tried.to

    def test_client_credentials(self, platform: Platform, channel: Channel, five: Edition, by: User) -> None:
        platform.client = ("registry:1", "s3cret/%:")
        self.by_grant(channel, platform, "s3cret/%:", by)
        platform.troubles["page-2"].append("401")  # the token ended meanwhile
        assert push()[0].outcome == "delivered"
        assert platform.steps.count("token") == 2 and platform.steps.count("page-2") == 2

    def test_a_wrong_client_secret_is_for_good(
        self, platform: Platform, channel: Channel, five: Edition, by: User
    ) -> None:
        platform.client = ("registry:1", "right")
        self.by_grant(channel, platform, "wrong-one", by)
        (tried,) = push()
        assert outcome(tried) == ("permanent", "401") and platform.steps == ["token"]
        assert "wrong-one" not in tried.detail

    def by_grant(self, channel: Channel, platform: Platform, secret: str, by: User) -> None:
        Channel.objects.filter(pk=channel.pk).update(
            known_by=KnownBy.GRANT, grant_url=f"{platform.url}/token", client_id="registry:1"
        )
        rotating.keep_password(channel=channel, password=secret, by=by, now=NOW)

    def test_signatures_of_the_bytes_on_the_line(
        self, platform: Platform, channel: Channel, five: Edition, by: User
    ) -> None:
        Channel.objects.filter(pk=channel.pk).update(known_by=KnownBy.SIGNATURE, compressed=True)
        channel.refresh_from_db()
        platform.secret = rotating.new_signing_secret(channel=channel, by=by, now=NOW)
        assert push()[0].outcome == "delivered"
        platform.secret = "whsec_" + "A" * 44
        later(five)
        assert outcome(push(1)[0]) == ("passing", "401")

    def test_without_a_secret_nothing_is_said(self, platform: Platform, channel: Channel, five: Edition) -> None:
        ChannelSecret.objects.all().delete()
        assert outcome(push()[0]) == ("passing", OUR_FAULT) and platform.steps == []

    def test_an_inner_address_is_refused_before_anything_is_said(
        self, platform: Platform, channel: Channel, five: Edition, settings: Settings
    ) -> None:
        settings.CALL_NETWORKS = []
        assert push()[0].outcome == "refused" and platform.steps == []


class TestByHand:
    def test_a_trial_is_taken_and_not_used(self, platform: Platform, channel: Channel, five: Edition, by: User) -> None:
        resending.try_channel(channel=channel, by=by, now=NOW)
        assert resending.send_asked(clock=lambda: NOW) == 1
        (batch,) = platform.batches.values()
        assert batch.manifest["trial"] and batch.state == "accepted"
        assert platform.confirmed is None and platform.members == {} and not Receipt.objects.exists()
        assert "state" not in platform.steps

    def test_what_it_has_is_not_sent_again(self, platform: Platform, channel: Channel, five: Edition, by: User) -> None:
        push()
        platform.steps.clear()
        resending.resend(delivery=Delivery.objects.get(), by=by, now=NOW)
        resending.send_asked(clock=lambda: NOW)
        assert platform.steps == ["state"] and Attempt.objects.latest("pk").outcome == "delivered"


class TestWithdrawn:
    def sent(self, minutes: int) -> int:
        return calling_back.call_back(clock=lambda: NOW + timedelta(minutes=minutes))

    def test_it_is_told_until_the_platform_knows_and_once(
        self, platform: Platform, channel: Channel, five: Edition, by: User
    ) -> None:
        push()
        assert self.sent(1) == 0 and not WithdrawalNotice.objects.exists()
        withdraw(edition=five, reason="一份名单有误", by=by, now=NOW)
        channel.institution.__class__.objects.update(contract_until=NOW.date() - timedelta(days=1))
        platform.troubles["withdrawals"].append("503")
        assert self.sent(2) == 0
        notice = WithdrawalNotice.objects.get()
        assert (notice.outcome, notice.code, notice.tries) == ("passing", "503", 1)
        assert [self.sent(2), self.sent(4), self.sent(6)] == [0, 1, 0]
        assert platform.withdrawn == [five.label]
        assert WithdrawalNotice.objects.get().told_at == NOW + timedelta(minutes=4)

    def test_whoever_was_never_sent_it_is_told_nothing(self, channel: Channel, five: Edition, by: User) -> None:
        delivering.plan(now=NOW)
        withdraw(edition=five, reason="一份名单有误", by=by, now=NOW)
        assert self.sent(1) == 0 and not WithdrawalNotice.objects.exists()

    def test_a_try_whose_end_nobody_saw_counts(
        self, platform: Platform, channel: Channel, five: Edition, by: User
    ) -> None:
        delivering.plan(now=NOW)
        Delivery.objects.update(leased_until=NOW + timedelta(minutes=10))
        withdraw(edition=five, reason="一份名单有误", by=by, now=NOW)
        assert self.sent(1) == 0 and self.sent(11) == 1

    def test_a_paused_channel_rests(self, platform: Platform, channel: Channel, five: Edition, by: User) -> None:
        push()
        withdraw(edition=five, reason="一份名单有误", by=by, now=NOW)
        pausing.pause(channel=channel, why="维护", now=NOW, by=by)
        assert self.sent(1) == 0
        pausing.resume(channel=channel, now=NOW)
        assert self.sent(2) == 1


def test_what_is_withdrawn_still_carries_the_changes_to_its_successor(
    platform: Platform, channel: Channel, five: Edition, by: User
) -> None:
    push()
    withdraw(edition=five, reason="一份名单有误", by=by, now=NOW)
    mended = sealed_edition("2026Q2", [record(1), record(7)], version=2, sealed_at=NOW)
    assert push(1)[0].outcome == "delivered"
    assert platform.confirmed is not None and platform.confirmed["edition"] == mended.label
    assert [batch.manifest["mode"] for batch in platform.batches.values()] == ["full", "delta"]


def test_rows_that_are_not_those_of_the_package_are_not_sent(channel: Channel, five: Edition) -> None:
    package = packaging.build(edition=five, profile=Profile.objects.get(), since=None, now=NOW)
    package.members = 4
    content = batching.Content(UUID(int=7), channel, five, package)
    with pytest.raises(BatchDiffers), content.batch(None, 10):
        pass


def test_pages(channel: Channel) -> None:
    edition = sealed_edition("2026Q1", [record(number) for number in range(1, 5)])
    empty = sealed_edition("2025Q4", [])
    for of, count, size, pages in (
        (empty, 0, 2, 1), (edition, 4, 1, 4), (edition, 4, 2, 2), (edition, 4, 3, 2), (edition, 4, 4, 1),
        (edition, 4, 5, 1),
    ):  # fmt: skip
        package = packaging.build(edition=of, profile=Profile.objects.get(), since=None, now=NOW)
        with batching.Content(UUID(int=7), channel, of, package).batch(None, size) as batch:
            assert (batch.pages, batch.manifest["counts"]) == (pages, {"members": count, "rows": count})
            rows = [json.loads(b"[" + batch.page(number) + b"]") for number in range(1, pages + 1)]
        assert sum(map(len, rows)) == count and all(len(page) <= size for page in rows)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_workers_push_two_editions_and_one_is_killed_in_the_middle(
    platform: Platform, channel: Channel, five: Edition, surroundings: dict[str, str], tmp_path: Path
) -> None:
    around = surroundings | {
        "CALL_NETWORKS": "127.0.0.0/8",
        "CALL_PORTS": str(platform.port),
        "CALL_CA_FILE": settings.CALL_CA_FILE,
        "SECRETS_KEY": settings.SECRETS_KEY,
    }
    platform.troubles["page-2"].append("slow")
    with worker(around, tmp_path / "first.log") as first:
        tasks.push_editions.delay()
        until(lambda: "page-2" in platform.steps, "the second page")
        kill(first)
    assert not Attempt.objects.exists() and platform.confirmed is None
    Delivery.objects.update(leased_until=timezone.now())  # as it will be after the lease
    platform.steps.clear()
    with worker(around, tmp_path / "second.log"):
        tasks.push_editions.delay()
        until(lambda: Delivery.objects.filter(state="delivered").exists(), "the first edition")
        assert platform.steps == ["state", "status", "page-2", "page-3", "close"]
        assert list(platform.members.values()) == own(five)
        third = later(five)
        tasks.push_editions.delay()
        until(lambda: Delivery.objects.filter(state="delivered").count() == 2, "the second edition")
    assert [batch.manifest["mode"] for batch in platform.batches.values()] == ["full", "delta"]
    assert sorted(platform.members.values(), key=lambda one: one["id"]) == own(third)
    assert Attempt.objects.filter(outcome="delivered").count() == 2
