"""Of two beats one is at work; when it leaves or falls silent the other goes on, and sends nothing of before."""

import ast
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from celery.beat import ScheduleEntry
from pytest_django import Settings

from config.beat import KEY, SILENCE_SECONDS, OneBeat
from config.celery import app
from config.scheduling import Scheduler
from tests.processes import ROOT, redis_url


@pytest.fixture
def line(settings: Settings) -> Iterator[redis.Redis]:
    settings.REDIS_URL = redis_url()
    line = redis.Redis.from_url(settings.REDIS_URL)
    line.delete(KEY)
    yield line
    line.delete(KEY)
    line.close()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What goes to the broker, in whose name."""
    told: list[str] = []

    def send(self: OneBeat, entry: ScheduleEntry, *_words: Any, **_more: Any) -> None:
        told.append(Path(self.schedule_filename).name)

    monkeypatch.setattr(OneBeat, "apply_async", send)
    return told


def beat(folder: Path, name: str) -> OneBeat:
    return OneBeat(app=app, schedule_filename=str(folder / name))


def sweep(*beats: OneBeat) -> None:
    """The minute comes for each of them, and each schedule moves on."""
    for one in beats:
        entry = one.schedule["tell"]
        before = entry.total_run_count
        one.apply_entry(one.reserve(entry))
        assert one.schedule["tell"].total_run_count == before + 1


def test_one_works_and_the_other_takes_over(line: redis.Redis, sent: list[str], tmp_path: Path) -> None:
    first, second = beat(tmp_path, "first"), beat(tmp_path, "second")
    sweep(first, second, first, second)
    assert sent == ["first", "first"]
    assert 0 < line.ttl(KEY) <= SILENCE_SECONDS

    first.close()  # it leaves, and the other need not wait
    sweep(second)
    assert sent[2:] == ["second"]

    third = beat(tmp_path, "third")
    sweep(third)
    assert sent[3:] == []
    line.delete(KEY)  # silent for so long that the key ran out
    sweep(third, second)
    assert sent[3:] == ["third"]
    second.close()
    sweep(third)
    assert sent[4:] == ["third"]  # whoever only stood by takes nothing away
    third.close()


def test_the_settings_name_this_one(tmp_path: Path) -> None:
    """Were it another, systemd would hear nothing and kill it every other minute, and two would send all twice."""
    assert app.conf.beat_scheduler == "config.beat.OneBeat"
    assert issubclass(OneBeat, Scheduler)  # a clock that went back silences it no more than the other


def test_no_setting_is_set_twice() -> None:
    """Of two places that set the same, one has no effect, and nobody says so."""
    body = ast.parse((ROOT / "config/settings.py").read_text()).body
    targets = [target for one in body if isinstance(one, ast.Assign) for target in one.targets]
    targets += [one.target for one in body if isinstance(one, ast.AnnAssign)]
    names = Counter(one.id for one in targets if isinstance(one, ast.Name))
    assert [name for name, times in names.items() if times > 1] == []


def test_without_redis_it_is_celerys_to_say(settings: Settings, sent: list[str], tmp_path: Path) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    alone = beat(tmp_path, "alone")
    sweep(alone)
    assert sent == ["alone"]
    alone.close()


def test_systemd_hears_that_it_lives(
    line: redis.Redis, sent: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    ear.bind(str(tmp_path / "notify"))
    ear.settimeout(5)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    one = beat(tmp_path, "one")
    assert one.tick() <= 60  # with sweeps every minute it never sleeps for long
    assert ear.recv(100) == b"READY=1\nWATCHDOG=1"
    one.close()
    ear.close()
