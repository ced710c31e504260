"""A real Celery worker does the quarter's run, and when it is killed in the middle, the next one goes on."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings
from django.db import connection, transaction

from config.local.stack import addresses
from enterprises.models import Edition
from pushes.models import Attempt, Delivery, Package
from tests.conftest import Publish
from tests.pushes.making import institution

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds, for a machine that is busy


def database_url() -> str:
    """The test database, for other processes."""
    given = os.environ.get("DATABASE_URL") or addresses()["DATABASE_URL"]
    return urlsplit(given)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def redis_url() -> str:
    """A database of the Redis for this test process alone: another's worker would take our tasks."""
    number = 15 - int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 12
    bare = settings.REDIS_URL.partition("?")[0]
    return f"{bare}?db={number}" if bare.startswith("unix:") else f"{bare.rpartition('/')[0]}/{number}"


@pytest.fixture
def surroundings(tmp_path: Path) -> Iterator[dict[str, str]]:
    """What other processes must know to work on this test's data."""
    broker = redis.Redis.from_url(redis_url())
    broker.flushdb()
    yield os.environ | {
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url(),
        "SECRET_KEY": "for tests",
        "HTTPS": "no",
        "FILES_ROOT": str(tmp_path / "files"),
    }
    broker.flushdb()
    broker.close()


@contextmanager
def worker(surroundings: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker with one child; both are killed at the end, if they were not before."""
    words = ["-m", "celery", "-A", "config", "worker", "--concurrency", "1", "--loglevel", "INFO"]
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=surroundings,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill -9 for the worker and its child."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def command(surroundings: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def until(condition: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < ends, f"waited in vain for {what}"
        time.sleep(0.05)


def somebody_waits_for_packages() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'pushes_package'::regclass "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_killed_in_the_middle_is_followed_by_another(
    publish: Publish, surroundings: dict[str, str], tmp_path: Path
) -> None:
    rows = [[f"郑州示范{number}号科技有限公司", f"GR2025410{number:05d}"] for number in range(50)]
    publish([["企业名称", "证书编号"], *rows], now=datetime(2025, 2, 1, tzinfo=UTC))
    institution("bank-a")
    words = ["run_quarter", "2025Q1", "--queue", "--minutes", "1", "--json"]

    with worker(surroundings, tmp_path / "first.log") as first, transaction.atomic():
        with connection.cursor() as cursor:  # nobody may write the row of a package that was built
            cursor.execute("LOCK TABLE pushes_package IN SHARE ROW EXCLUSIVE MODE")
        asked = command(surroundings, *words)
        until(somebody_waits_for_packages, "the worker to have built the package")
        planned = Delivery.objects.get()
        kill(first)
        asked.kill()
        asked.communicate()
    assert len(list((tmp_path / "files").glob("packages/*/*.zip"))) == 1  # of no row: it counts for nothing
    assert not Package.objects.exists() and not Attempt.objects.exists()
    assert Delivery.objects.get().state == "waiting"

    with worker(surroundings, tmp_path / "second.log"):
        out, err = command(surroundings, *words).communicate(timeout=PATIENCE + 30)
    assert out, err + (tmp_path / "second.log").read_text()
    said = json.loads(out)
    assert (said["edition"], said["members"]) == ("ZZKJ-2025Q1-v1", 50)
    assert (said["delivered"], said["waiting"], said["failed"]) == (1, 0, 0)
    made = Delivery.objects.get()
    assert (made.pk, made.state) == (planned.pk, "delivered")
    assert (Edition.objects.count(), Package.objects.count(), Attempt.objects.count()) == (1, 1, 1)
    assert len(list((tmp_path / "files").glob("packages/*/*.zip"))) == 1
