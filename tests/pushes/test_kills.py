"""kill -9 at ten random moments of a quarter's run, of PostgreSQL and of the worker, on servers of their own.

Whatever dies, the next run completes the quarter: one edition, one delivery, and the digest of an undisturbed run.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from celery import Celery

from config.environment import broker_url
from tests.config.scratch import Checkout, placed
from tests.processes import ROOT, signing_key, until, worker
from tests.pushes.killed import QUARTERS

SEED = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))
LEASE_SECONDS = 10
SWEEP_SECONDS = 2


class Servers:
    """PostgreSQL and Redis of a scratch checkout, the surroundings of processes that use them, and a worker."""

    def __init__(self, checkout: Checkout, folder: Path) -> None:
        self.checkout, self.folder = checkout, folder
        checkout.local("up")
        # As in production: what was committed is on the disk.
        checkout.sql("ALTER DATABASE app SET synchronous_commit = on")
        sockets = checkout.state().sockets
        self.redis = f"unix://{sockets}/redis.sock?db=0"
        self.celery = Celery("asking", broker=broker_url(self.redis), set_as_current=False)
        self.workers = ExitStack()
        self.swept = time.monotonic()

    def surroundings(self, database: str = "app") -> dict[str, str]:
        host = quote(self.checkout.state().sockets, safe="")
        return os.environ | {
            "DATABASE_URL": f"postgresql://app@/{database}?host={host}",
            "REDIS_URL": self.redis,
            "SECRET_KEY": "for tests",
            "SIGNING_KEY": signing_key(),
            "HTTPS": "no",
            "CONFIRM_NEEDS_SECOND_PERSON": "no",
            "FILES_ROOT": str(self.folder / f"files-{database}"),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DELIVERY_LEASE_SECONDS": str(LEASE_SECONDS),
        }

    def run(self, *words: str, database: str = "app") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "tests.pushes.killed", *words],
            cwd=ROOT, env=self.surroundings(database), capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start_worker(self) -> None:
        log = self.folder / f"worker-{time.monotonic_ns()}.log"
        self.process = self.workers.enter_context(worker(self.surroundings(), log))

    def kill_child(self) -> None:
        """The process that does the work: the worker gives the task to another, which it starts at once."""
        main = self.process.pid
        for child in Path(f"/proc/{main}/task/{main}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)

    def kill_worker(self) -> None:
        """All of it: nobody is left who knows of the task."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.start_worker()

    def kill_postgres(self) -> None:
        os.kill(self.checkout.pid(), signal.SIGKILL)
        self.checkout.local("up")

    def ask(self, quarter: str) -> None:
        self.celery.send_task("pushes.run_quarter", kwargs={"quarter": quarter})

    def completes(self, quarter: str) -> bool:
        """Whether it is complete; if not, what is owed is asked for, as beat does: a lease of the dead runs out."""
        if self.is_complete(quarter):
            return True
        if time.monotonic() - self.swept > SWEEP_SECONDS:
            self.swept = time.monotonic()
            self.celery.send_task("pushes.push_editions")
        return False

    def is_complete(self, quarter: str) -> bool:
        sql = (
            "SELECT count(*) FROM pushes_delivery d JOIN enterprises_edition e ON e.id = d.edition_id "
            f"WHERE e.quarter = '{quarter}' AND e.state = 'sealed' AND d.state = 'delivered'"
        )
        try:
            return bool(self.checkout.sql(sql)[0])
        except psycopg.OperationalError:
            return False


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    with placed(tmp_path / "checkout") as checkout:
        made = Servers(checkout, tmp_path)
        with made.workers:
            yield made


@pytest.mark.early
def test_killed_at_ten_moments_a_quarter_comes_out_as_if_undisturbed(servers: Servers) -> None:
    chance = random.Random(SEED)
    (servers.folder / "lists").mkdir()
    servers.run("make", str(servers.folder / "lists"))
    servers.checkout.sql("CREATE DATABASE calm TEMPLATE app")
    began = time.monotonic()
    digests = json.loads(servers.run("calm", database="calm"))
    length = (time.monotonic() - began) / (len(QUARTERS) + 1)
    moments = [length * (place + chance.random()) / len(QUARTERS) for place in range(len(QUARTERS))]
    chance.shuffle(moments)

    kills = [servers.kill_postgres] * 5 + [servers.kill_child] * 3 + [servers.kill_worker] * 2
    chance.shuffle(kills)
    servers.start_worker()
    caught = 0
    for quarter, moment, kill in zip(QUARTERS, moments, kills, strict=True):
        servers.ask(quarter)
        time.sleep(moment)
        caught += not servers.is_complete(quarter)
        kill()
        servers.ask(quarter)
        until(lambda quarter=quarter: servers.completes(quarter), f"{quarter} (seed {SEED})")  # type: ignore[misc]

    with psycopg.connect(host=servers.checkout.state().sockets, user="app", dbname="app") as line:
        editions = line.execute("SELECT quarter, state, digest FROM enterprises_edition ORDER BY quarter").fetchall()
        sent = line.execute("SELECT count(*), count(DISTINCT edition_id) FROM pushes_delivery").fetchone()
    assert editions == [(quarter, "sealed", digests[quarter]) for quarter in QUARTERS], f"seed {SEED}"
    assert sent == (len(QUARTERS), len(QUARTERS))
    assert caught >= 3, f"only {caught} kills came in the middle of a run (seed {SEED})"
