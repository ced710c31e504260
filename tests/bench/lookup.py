"""`make bench-lookup`: look-ups against a city's pool by the site as the README runs it, beside an empty view.

Law: both answer the same clients under the same server in the same run, in turn; every answer is judged. Counting of
look-ups goes on, by limits that nobody reaches; at the end by the product's own, against guesses (`harvest`). The last
line is the result as JSON; there is no peer.
"""

import itertools
import json
import os
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from enterprises import editions, pooling
from enterprises.models import Enterprise
from tests.bench import harvest, quarter_pool
from tests.bench.measuring import database_server, seconds_of
from tests.bench.serving import HOST, FailedError, free_port, gunicorn

_LINES = 16  # connections at once, half of the server's threads
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_NO_LIMIT = {
    "LOOKUPS_PER_MINUTE": "1000000",
    "LOOKUPS_PER_DAY": "10000000",
    "LOOKUPS_TOTAL_PER_MINUTE": "10000000",
}


@dataclass(frozen=True)
class Question:
    """A request as it goes over the line, and what must stand in the answer."""

    request: bytes
    expected: bytes


@dataclass(frozen=True)
class Load:
    """What a run gave: answers in a second, and the milliseconds within which 50 and 99 of a hundred came."""

    per_second: float
    p50: float
    p99: float
    spent: Mapping[str, float]  # processor, in microseconds for each answer, by whose it was


def main() -> int:
    """Measure, print the figures and the line."""
    enterprises = int(os.environ.get("ENTERPRISES") or 25_000)
    seconds = float(os.environ.get("SECONDS") or 10)
    kept = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return _measured(enterprises, seconds)
    except FailedError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)


def _measured(enterprises: int, seconds: float) -> int:
    _say(f"a pool of {enterprises:,} enterprises")
    questions = _filled(enterprises)
    nothing = [Question(_get("/constant/"), b"constant")]
    port, folder = free_port(), Path(os.environ["BENCH_FOLDER"])
    peaks: dict[str, list[Load]] = {"constant": [], "look-up": []}
    with gunicorn(port, folder, DJANGO_SETTINGS_MODULE="tests.bench.lookup_site", **_NO_LIMIT) as site:
        servers = {"web": site.pid, "database": database_server(), "Redis": _redis()}
        for asked in (nothing, questions):
            _run(port, asked, seconds / 5, servers)
        for _turn in range(3):
            for name, asked in (("constant", nothing), ("look-up", questions)):
                _say(f"{name}, as fast as it goes")
                peaks[name].append(_run(port, asked, seconds, servers))
        constant, ours = (_middle(peaks[name]) for name in ("constant", "look-up"))
        _say("each at half its rate")
        still = _run(port, nothing, seconds, servers, rate=constant.per_second / 2)
        half = _run(port, questions, seconds, servers, rate=ours.per_second / 2)
    _say("ten thousand guesses from fifty addresses")
    gathered = harvest.guessed(folder)
    _show(
        {
            "a constant": constant,
            "look-up": ours,
            "a constant at half its rate": still,
            "look-up at half its rate": half,
        }
    )
    harvest.show(gathered)
    print(json.dumps(_summary(constant, ours, still, half, enterprises) | harvest.summary(gathered)))
    return 0


def _redis() -> int:
    return int(redis.Redis.from_url(settings.REDIS_URL).info("server")["process_id"])


def _filled(enterprises: int) -> list[Question]:
    """The pool and its sealed edition; of ten questions four by code, three by name, one by number, two in vain."""
    quarter_pool.fill(enterprises)
    now = timezone.now()
    pooling.rebuild(as_of=timezone.localdate(now), now=now)
    edition = editions.cut(quarter="2026Q3", now=now)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # guards of a made-up pool are not the point
        cursor.execute(
            "UPDATE enterprises_edition SET state = 'sealed', sealed_at = %s WHERE id = %s", [now, edition.pk]
        )
        cursor.execute("SET session_replication_role = origin")
    _give_codes()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    rows = Enterprise.objects.exclude(uscc=None).order_by("?").values_list("pk", "name", "uscc")[:4000]
    return [_question(place, pk, name, uscc or "") for place, (pk, name, uscc) in enumerate(rows)]


def _question(place: int, pk: int, name: str, uscc: str) -> Question:
    kind = place % 10
    if kind < 4:
        return Question(_get(f"/?q={uscc}"), name.encode())
    if kind < 7:
        return Question(_get(f"/?q={quote(name)}"), uscc.encode())
    if kind == 7:
        return Question(_get(f"/?q=GR202541{pk:07}"), b'id="answer"')
    unknown = quote(f"{name}分公司") if kind == 8 else with_check(f"91410100MB{pk:07}")
    return Question(_get(f"/?q={unknown}"), b'class="answer bad"')


def _give_codes() -> None:
    """Those of the made-up pool pass no check."""
    ids = list(Enterprise.objects.exclude(uscc=None).values_list("pk", flat=True))
    codes = [with_check(f"91410100MA{pk:07}") for pk in ids]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE enterprises_enterprise SET uscc = NULL WHERE uscc IS NOT NULL")
        cursor.execute(
            "UPDATE enterprises_enterprise e SET uscc = c.code "
            "FROM unnest(%s::bigint[], %s::text[]) AS c (id, code) WHERE c.id = e.id",
            [ids, codes],
        )


def with_check(stem: str) -> str:
    total = sum(_ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(stem))
    return stem + _ALPHABET[-total % 31]


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()


def _run(port: int, questions: Sequence[Question], seconds: float, servers: Mapping[str, int], rate: float = 0) -> Load:
    """All lines at once; at a rate, each answer's time counts from when it was due, not from when it was asked."""
    spent_before = _spent(servers)
    began = time.perf_counter() + 0.2
    turns, lock = itertools.count(), threading.Lock()
    took: list[float] = []
    faults: list[str] = []

    def due() -> tuple[int, float]:
        with lock:
            turn = next(turns)
        return turn, began + turn / rate if rate else max(began, time.perf_counter())

    def work() -> None:
        own: list[float] = []
        try:
            _ask(port, questions, due, began + seconds, own)
        except (OSError, FailedError) as error:
            faults.append(repr(error))
        with lock:
            took.extend(own)

    clients = [threading.Thread(target=work) for _line in range(_LINES)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if faults:
        raise FailedError(f"{len(faults)} of {_LINES} lines failed, the first: {faults[0]}")
    in_order = sorted(took)
    spent = {name: 1e6 * (after - spent_before[name]) / len(took) for name, after in _spent(servers).items()}
    return Load(
        len(took) / seconds, 1000 * in_order[len(in_order) // 2], 1000 * in_order[int(len(in_order) * 0.99)], spent
    )


def _spent(servers: Mapping[str, int]) -> dict[str, float]:
    """Seconds of processor so far: the servers', and ours, who ask."""
    return {"client": time.process_time()} | {name: seconds_of(pid) for name, pid in servers.items()}


def _ask(
    port: int, questions: Sequence[Question], due: Callable[[], tuple[int, float]], ends: float, took: list[float]
) -> None:
    """One line: ask, read, judge, until the time is up. The server may close it; then it is opened anew."""
    line = socket.create_connection((HOST, port), timeout=60)
    while True:
        turn, at = due()
        if at >= ends:
            line.close()
            return
        time.sleep(max(0.0, at - time.perf_counter()))
        question = questions[turn % len(questions)]
        answer = _answer(line, question.request)
        if not answer:
            line.close()
            line = socket.create_connection((HOST, port), timeout=60)
            answer = _answer(line, question.request)
        took.append(time.perf_counter() - at)
        if not answer.startswith(b"HTTP/1.1 200") or question.expected not in answer:
            raise FailedError(f"{question.request!r}: {answer[:400]!r}")


def _answer(line: socket.socket, request: bytes) -> bytes:
    """The whole answer; nothing where the line was closed before it."""
    try:
        line.sendall(request)
        got = line.recv(65_536)
    except ConnectionError:
        return b""
    while got and b"\r\n\r\n" not in got:
        got += line.recv(65_536)
    head, _blank, body = got.partition(b"\r\n\r\n")
    if not head:
        return b""
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += line.recv(65_536)
    return head + b"\r\n\r\n" + body


def _middle(loads: Sequence[Load]) -> Load:
    wanted = statistics.median(one.per_second for one in loads)
    return next(one for one in loads if one.per_second == wanted)


def _show(loads: Mapping[str, Load]) -> None:
    print(f"{'':28}{'requests/s':>12}{'p50 ms':>10}{'p99 ms':>10}")
    for name, one in loads.items():
        print(f"{name:28}{one.per_second:12.0f}{one.p50:10.1f}{one.p99:10.1f}")
    servers = next(iter(loads.values())).spent
    print(f"\n{'processor, µs a request':28}{'in all':>10}" + "".join(f"{name:>10}" for name in servers))
    for name, one in loads.items():
        told = (sum(one.spent.values()), *one.spent.values())
        print(f"{name:28}" + "".join(f"{spent:10.0f}" for spent in told))


def _summary(constant: Load, ours: Load, still: Load, half: Load, enterprises: int) -> dict[str, object]:
    return {
        "ratio_to_peer": 0,
        "ratio_to_floor": round(constant.per_second / ours.per_second, 3),
        "requests_per_second": round(ours.per_second, 1),
        "p99_ms": round(ours.p99, 1),
        "p99_ms_at_half": round(half.p99, 1),
        "constant_p99_ms_at_half": round(still.p99, 1),
        "processor_us": round(sum(ours.spent.values())),
        "constant_processor_us": round(sum(constant.spent.values())),
        "constant_per_second": round(constant.per_second, 1),
        "enterprises": enterprises,
    }


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)
