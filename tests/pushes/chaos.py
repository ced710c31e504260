"""A push to many institutions while workers are killed and Redis restarts: what happened, for the test and the bench.

Law: the workers are the product's own, on the database and files that the surroundings name; beat's part is played
here, more often than by the minute.
"""

import os
import signal
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, combinations
from pathlib import Path
from uuid import UUID

from celery import Celery
from django.db import transaction
from django.utils import timezone

from config.environment import broker_url
from config.local.finding import find_redis
from enterprises.models import Edition
from pushes import packaging
from pushes.delivering import delivery_id
from pushes.models import (
    Attempt,
    Channel,
    ChannelKind,
    Delivery,
    DeliveryState,
    Institution,
    InstitutionState,
    Profile,
)
from tests.bench.measuring import children_of, most_memory
from tests.processes import until, worker
from tests.pushes.making import institution, recognition, record, sealed_edition

PROGRAMMES = ("HNTE", "SRDI", "INNO", "LG", "GZ", "IP_A")
# Of the kinds that another machine must answer for, a place is here: (kind, share of the institutions).
CHANNELS: list[tuple[ChannelKind, float]] = [(ChannelKind.PORTAL, 1.0)]
LEASE_SECONDS = 10
SWEEP_SECONDS = 1.0
KILLS = 3


@dataclass(frozen=True)
class Sizes:
    """How much is pushed to how many. In waves where there is so little that it would be over before the first kill:
    the next institutions come under contract once those before them are served.
    """

    institutions: int
    profiles: int
    members: int
    waves: int = 1


@dataclass(frozen=True)
class Happened:
    """Seconds on the clock; the most memory that one process of a worker held, in MB; how often a worker was killed and
    Redis restarted.
    """

    seconds: float
    peak_mb: float
    kills: int
    restarts: int


class OwnRedis:
    """A Redis for this run alone, which is killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}?db=0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen([find_redis().path(), *words], stdout=subprocess.DEVNULL)
        until(self.socket.exists, "Redis")

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.socket.unlink(missing_ok=True)


def fill(sizes: Sizes) -> Edition:
    """A sealed edition, and the institutions that are owed it, each with one of the profiles."""
    members = (
        record(
            number,
            *(
                recognition(PROGRAMMES[(number + step) % 6], f"{PROGRAMMES[(number + step) % 6]}-2025-01#{number}")
                for step in range(1 + number % 3)
            ),
        )
        for number in range(1, sizes.members + 1)
    )
    edition = sealed_edition("2026Q3", members)
    cuts = list(chain.from_iterable(combinations(PROGRAMMES, many) for many in (1, 2, 3)))[: sizes.profiles]
    for number in range(sizes.institutions):
        made = institution(f"bank-{number:03}", programmes=cuts[number % len(cuts)])
        more = [kind for kind, share in CHANNELS if kind != ChannelKind.PORTAL and number % 100 < share * 100]
        Channel.objects.bulk_create(Channel(institution=made, kind=kind) for kind in more)
        if number * sizes.waves // sizes.institutions:
            Institution.objects.filter(pk=made.pk).update(state=InstitutionState.SUSPENDED)
    return edition


def floor(edition: Edition) -> float:
    """Seconds to build each distinct package once, one after the other; afterwards none of them is there."""
    distinct = {profile.digest: profile for profile in Profile.objects.all()}
    began = time.perf_counter()
    with transaction.atomic():
        for profile in distinct.values():
            packaging.build(edition=edition, profile=profile, since=None, now=timezone.now())
        transaction.set_rollback(True)
    return time.perf_counter() - began


def push(surroundings: dict[str, str], folder: Path, sizes: Sizes) -> Happened:
    """Push with two workers, one of them killed three times, and Redis once, each in the middle of the work."""
    redis = OwnRedis(folder)
    redis.start()
    own = surroundings | {"REDIS_URL": redis.url, "DELIVERY_LEASE_SECONDS": str(LEASE_SECONDS)}
    asking = Celery("asking", broker=broker_url(redis.url), set_as_current=False)
    owed = Channel.objects.count()
    moments = [owed * place // (KILLS + 1) + owed // 20 for place in range(KILLS + 1)]
    kills, restarts, peak = 0, 0, 0
    try:
        with ExitStack() as workers, worker(own, folder / "steady.log") as steady:
            frail = workers.enter_context(worker(own, folder / "frail-0.log"))
            began = swept = time.monotonic()
            asking.send_task("pushes.push_editions")
            while (done := Delivery.objects.filter(state=DeliveryState.DELIVERED).count()) < owed:
                assert time.monotonic() - began < 1800, f"{done} of {owed} delivered"
                peak = max(peak, _memory(steady), _memory(frail))
                if moments and done >= moments[0]:
                    moments.pop(0)
                    if kills == KILLS:
                        redis.stop()
                        redis.start()
                        restarts += 1
                    else:
                        os.killpg(frail.pid, signal.SIGKILL)
                        frail.wait()
                        kills += 1
                        frail = workers.enter_context(worker(own, folder / f"frail-{kills}.log"))
                if done >= Channel.objects.filter(institution__state=InstitutionState.ACTIVE).count():
                    _next_wave(sizes)
                    swept = 0
                if time.monotonic() - swept > SWEEP_SECONDS:
                    swept = time.monotonic()
                    asking.send_task("pushes.push_editions", expires=55)
                time.sleep(0.05)
            return Happened(time.monotonic() - began, peak / 1024, kills, restarts)
    finally:
        redis.stop()


def found_wrong(edition: Edition, sizes: Sizes) -> list[str]:
    """What is not as it must be: one delivery for each channel, under its own id, of the package that its cut gives."""
    wrong = []
    made = Delivery.objects.select_related("channel__institution", "package", "profile")
    for delivery in made:
        channel = delivery.channel
        if delivery.pk != delivery_id(edition.label, channel.institution.code, channel.kind):
            wrong.append(f"{channel} has another id: {delivery.pk}")
        if delivery.package is None or delivery.package.profile_digest != delivery.profile.digest:
            wrong.append(f"{channel} has another cut")
    ids: set[UUID] = {delivery.pk for delivery in made if delivery.state == DeliveryState.DELIVERED}
    if len(ids) != Channel.objects.count():
        wrong.append(f"{len(ids)} deliveries of {Channel.objects.count()} channels")
    if len({delivery.package_id for delivery in made}) != sizes.profiles:
        wrong.append("equal cuts do not share one package")
    told = set(Attempt.objects.filter(outcome="delivered").values_list("delivery_id", flat=True))
    if told != ids:
        wrong.append("attempts and deliveries tell different stories")
    if len({delivery.channel.institution_id for delivery in made}) != sizes.institutions:
        wrong.append("an institution was missed")
    return wrong


def _next_wave(sizes: Sizes) -> None:
    wave = sizes.institutions // sizes.waves
    waiting = Institution.objects.filter(state=InstitutionState.SUSPENDED).order_by("code").values("pk")[:wave]
    Institution.objects.filter(pk__in=waiting).update(state=InstitutionState.ACTIVE)


def _memory(process: subprocess.Popen[bytes]) -> int:
    return max((most_memory(pid) for pid in (process.pid, *children_of(process.pid))), default=0)
