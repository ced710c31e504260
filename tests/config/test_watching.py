"""Watching: what health, metrics, the mail and the page say when things are well, and when they are not."""

import errno
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
import redis
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from kombu.exceptions import OperationalError as BrokerError
from pytest_django import Settings

from config.keeping.models import KeepingRun, RunKind
from config.urls import handler500 as handler500
from config.urls import urlpatterns as site
from config.watching import alerting, gauges, metrics, probes, probing, pulsing, queue, troubles, views
from config.watching.facts import Fact
from config.watching.models import Pulse, Trouble
from tests.processes import redis_url
from tests.staff import signed_in

NOW = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FAULTS = {
    "database": OperationalError("server closed the connection"),
    "line": InterfaceError("connection already closed"),
    "cache": redis.ConnectionError("refused"),
    "broker": BrokerError("refused"),
    "room": OSError(errno.ENOSPC, "No space left on device"),
    "ours": RuntimeError("a fault of ours"),
}


def fail(request: HttpRequest, what: str) -> HttpResponse:
    raise FAULTS[what]


urlpatterns = [*site, path("fail/<str:what>", fail)]


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    views._remembered.clear()


def facts(**wrong: str) -> list[Fact]:
    """Two things that are watched, of which those named are amiss."""
    return [Fact(name, name not in wrong, name, wrong.get(name, "fine")) for name in ("database", "disk")]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_health_tells_strangers_one_word_and_watchers_all(settings: Settings) -> None:
    pulsing.beat(now=datetime.now(UTC))
    stranger = Client().get("/health/ready")
    assert (stranger.status_code, stranger.json()) == (200, {"status": "ok"})
    settings.METRICS_TOKEN = "a token of the monitoring"
    watcher = Client(headers={"authorization": "Bearer a token of the monitoring"})
    told = watcher.get("/health/ready").json()["checks"]
    assert set(told) == {"database", "migrations", "cache", "queue", "storage", "pulse", "disk"}
    assert told["database"]["words"] == "数据库：响应正常"
    Pulse.objects.update(at=datetime.now(UTC) - HOUR)
    views._remembered.clear()
    late = watcher.get("/health/ready")
    assert (late.status_code, late.json()["status"]) == (503, "trouble")
    assert [name for name, one in late.json()["checks"].items() if not one["ok"]] == ["pulse"]
    assert watcher.get("/health/web").status_code == 200  # a balancer leaves the machine in
    assert Client().get("/health/live").json() == {"status": "ok"}
    numbers = watcher.get("/metrics").content.decode()
    assert 'registry_probe_ok{probe="database"} 1.0' in numbers
    assert 'registry_deliveries{state="waiting"} 0.0' in numbers
    assert 'registry_probe_ok{probe="pulse"} 0.0' in numbers


@pytest.mark.parametrize(
    ("networks", "token", "headers", "behind_proxy", "allowed"),
    [
        ([], "", {}, False, False),
        (["127.0.0.0/8"], "", {}, False, True),
        (["10.0.0.0/8"], "", {}, False, False),
        (["127.0.0.0/8"], "", {"x-forwarded-for": "127.0.0.1"}, False, False),  # a proxy that nobody told us of
        (["127.0.0.0/8"], "", {"x-forwarded-for": "127.0.0.1, 8.8.8.8"}, True, False),
        (["10.0.0.0/8"], "", {"x-forwarded-for": "8.8.8.8, 10.1.2.3"}, True, True),
        ([], "right", {"authorization": "Bearer right"}, False, True),
        ([], "right", {"authorization": "Bearer wrong"}, False, False),
        ([], "", {"authorization": "Bearer "}, False, False),
    ],
)
def test_who_may_read_metrics(
    networks: list[str], token: str, headers: dict[str, str], behind_proxy: bool, allowed: bool,
    settings: Settings, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(metrics, "text", lambda now: b"numbers")
    settings.METRICS_NETWORKS = [ip_network(one) for one in networks]
    settings.METRICS_TOKEN, settings.BEHIND_PROXY = token, behind_proxy
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = int(behind_proxy)
    assert Client(headers=headers).get("/metrics").status_code == (200 if allowed else 403)


def test_a_balancer_does_not_wait_for_what_hangs_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    release, begun = threading.Event(), threading.Event()

    def look(wanted: tuple[probing.Probe, ...]) -> list[Fact]:
        if wanted == probing.ALL:
            begun.set()
            release.wait(20)
        return facts()

    monkeypatch.setattr(probing, "look", look)
    asking = threading.Thread(target=Client().get, args=("/health/ready",), daemon=True)
    asking.start()
    try:
        assert begun.wait(10)
        answered: list[int] = []
        balancer = threading.Thread(
            target=lambda: answered.append(Client().get("/health/web").status_code), daemon=True
        )
        balancer.start()
        balancer.join(10)
        assert answered == [200]
    finally:
        release.set()
        asking.join(10)


@pytest.mark.parametrize("name", ["celery", "long"])
def test_what_waits_is_seen_in_each_queue(name: str, settings: Settings) -> None:
    """A quarter waits in the long one."""
    settings.REDIS_URL = redis_url()
    line = redis.Redis.from_url(settings.REDIS_URL)
    line.delete("celery", "long")
    try:
        line.lpush(name, json.dumps({"headers": {queue.SENT_AT: time.time() - 3600}}))
        waits = queue.waiting()
        assert waits.tasks == 1
        assert waits.oldest_seconds > 3500
    finally:
        line.delete("celery", "long")


def test_whoever_asks_is_answered_whatever_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    release, begun = threading.Event(), []

    def hanging() -> Fact:
        begun.append(1)
        release.wait(5)
        return Fact("hanging", True, "hanging", "at last")

    def failing() -> Fact:
        raise OperationalError("at 10.1.2.3, user registry")

    try:
        for _turn in range(3):
            slow, broken = probing.look((hanging, failing), seconds=0.05)
            assert (slow.ok, slow.words) == (False, "未在限定时间内响应")
            assert (broken.ok, broken.words) == (False, "没有响应")
        assert begun == [1]  # one thread waits, however often it is asked
    finally:
        release.set()


@pytest.mark.parametrize("what", FAULTS)
def test_a_server_that_is_away_is_told_as_that(what: str, settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    answer = Client(raise_request_exception=False).get(f"/fail/{what}")
    page = answer.content.decode()
    passing = what != "ours"
    assert answer.status_code == (503 if passing else 500)
    assert ("服务暂时不可用" in page) == passing
    assert answer["X-Request-ID"] in page
    assert answer.headers.get("Retry-After") == ("30" if passing else None)


def test_a_trouble_is_mailed_once_then_daily_and_its_end_once(db: None, settings: Settings) -> None:
    settings.OPERATIONS_MAIL = ["ops@example.org"]

    def turn(hours: float, **wrong: str) -> list[str]:
        before = len(mail.outbox)
        assert alerting.note(facts=facts(**wrong), now=NOW + hours * HOUR)
        return [f"{one.subject}\n{one.body}" for one in mail.outbox[before:]]

    assert turn(0) == []
    (begun,) = turn(1, disk="full")
    assert "有 1 项异常" in begun
    assert "disk：full（自 2026-10-01 10:00 起）" in begun
    assert turn(2, disk="fuller") == []
    (again,) = turn(25.1, disk="fuller still")
    assert "fuller still" in again
    assert turn(26) == []
    assert turn(26.1, disk="fuller still") == turn(26.2) == []  # what comes and goes is one trouble
    (over,) = turn(26.8)
    assert "已全部恢复正常" in over
    assert "已经恢复" in over
    assert turn(27) == []
    assert Trouble.objects.get().words == "disk：fuller still"
    (_twice,) = turn(28, disk="full", database="slow")
    assert Trouble.objects.filter(ended_at=None).count() == 2
    alerting.note(facts=facts(), now=NOW + timedelta(days=500))
    alerting.note(facts=facts(), now=NOW + timedelta(days=1000))
    assert not Trouble.objects.exists()


def test_a_mail_that_did_not_go_is_told_by_the_next_turn(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OPERATIONS_MAIL = ["ops@example.org"]

    def refused(*_words: object) -> None:
        raise ConnectionRefusedError("no server")

    with monkeypatch.context() as dead:
        dead.setattr(alerting, "send_mail", refused)
        alerting.note(facts=facts(disk="full"), now=NOW)
    assert Trouble.objects.get().told_at is None
    alerting.note(facts=facts(disk="full"), now=NOW + HOUR)
    assert len(mail.outbox) == 1


def test_what_the_database_knows_of_late_work(db: None, settings: Settings) -> None:
    settings.BACKUP_DIR = "/srv/backup"
    settings.DRILL_DAYS = 90
    run = {"began_at": NOW - 3 * HOUR, "ended_at": NOW - 2 * HOUR, "ok": True}
    assert {fact.about for fact in troubles.work(NOW) if not fact.ok} == {"backup", "drill"}
    KeepingRun.objects.create(kind=RunKind.BACKUP, **run)
    KeepingRun.objects.create(kind=RunKind.DRILL, **run)
    assert [fact for fact in troubles.work(NOW) if not fact.ok] == []
    KeepingRun.objects.create(kind=RunKind.BACKUP, began_at=NOW, words="磁盘已满")
    (late,) = [fact for fact in troubles.work(NOW + 30 * HOUR) if not fact.ok]
    assert (late.about, "磁盘已满" in late.words) == ("backup", True)
    KeepingRun.objects.create(kind=RunKind.BACKUP, **run | {"ended_at": NOW, "missing": 3})
    (lost,) = [fact for fact in troubles.work(NOW) if not fact.ok]
    assert "3 个文件" in lost.words
    told = {name for name, _labels, _value in gauges.gauges(NOW)}
    assert told | {"registry_beat_pulse_seconds"} <= set(gauges.MEANINGS)


def test_a_clock_that_was_wrong_is_told(db: None) -> None:
    pulsing.beat(now=datetime.now(UTC) + 2 * HOUR)
    assert (probes.pulse().ok, "时钟不准" in probes.pulse().words) == (False, True)
    pulsing.beat(now=datetime.now(UTC))
    assert probes.pulse().ok


def test_the_page_is_for_whoever_looks_after_the_system(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(troubles, "everything", lambda now: facts(disk="full"))
    Trouble.objects.create(about="disk", words="磁盘空间：已满", since=NOW, seen_at=NOW)
    client = signed_in("watching.see_system")
    page = client.get("/admin/watching/trouble/").content.decode()
    assert "磁盘空间：已满" in page
    assert "系统有 1 项异常" in client.get("/admin/").content.decode()
    other = signed_in("registry.view_listimport", name="other")
    assert other.get("/admin/watching/trouble/").status_code == 403
    assert "项异常" not in other.get("/admin/").content.decode()


def test_the_command_looks_without_worker_or_broker(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.OPERATIONS_MAIL = ["ops@example.org"]
    monkeypatch.setattr(troubles, "everything", lambda now: facts())
    call_command("watch")
    assert "✓ disk：fine" in capsys.readouterr().out
    monkeypatch.setattr(troubles, "everything", lambda now: facts(database="away"))
    monkeypatch.setattr(alerting, "note", lambda **_words: (_ for _ in ()).throw(OperationalError("away")))
    for _turn in range(2):
        with pytest.raises(CommandError, match="1 项异常"):
            call_command("watch", "--state", str(tmp_path / "told"))
    assert [one.subject for one in mail.outbox] == ["科技型企业培育库系统：数据库没有响应"]  # told once
