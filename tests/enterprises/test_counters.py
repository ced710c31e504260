"""A script in Redis, over a line that each thread keeps: what becomes of it where line or script are gone."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import redis
from pytest_django import Settings

from enterprises import counters
from enterprises.counters import Script

COUNT = Script("return redis.call('INCRBY', KEYS[1], ARGV[1]) .. ' for ' .. KEYS[1]")


@pytest.fixture
def url(settings: Settings, surroundings: dict[str, str]) -> str:
    return str(settings.CACHES["default"]["LOCATION"])


@pytest.fixture
def key(url: str) -> Iterator[str]:
    name = f"counted:{uuid4().hex}"
    yield name
    redis.Redis.from_url(url).delete(name)


def asked(url: str, key: str, patience: float = 1) -> bytes:
    (told,) = COUNT.ask(url, patience, ([key], [1]))
    return told


def test_it_counts_whether_redis_knows_the_script_or_not(url: str, key: str) -> None:
    client = redis.Redis.from_url(url)
    for count in (1, 2, 3):
        client.script_flush() if count != 3 else None
        assert asked(url, key) == f"{count} for {key}".encode()


@pytest.mark.parametrize("is_known", [True, False])
def test_several_questions_go_there_together_and_keep_their_order(url: str, key: str, is_known: bool) -> None:
    redis.Redis.from_url(url).script_flush()
    if is_known:
        asked(url, key)
    first = 1 + is_known
    told = COUNT.ask(url, 1, ([key], [1]), ([key], [10]), ([key], [100]))
    assert told == [f"{count} for {key}".encode() for count in (first, first + 10, first + 110)]


def test_one_that_is_refused_takes_no_answer_away_from_the_next(url: str, key: str) -> None:
    redis.Redis.from_url(url).set(key, "no number")
    with pytest.raises(redis.ResponseError, match="not an integer"):
        COUNT.ask(url, 1, ([key], [1]), ([f"{key}:other"], [1]))
    assert asked(url, f"{key}:other") == f"2 for {key}:other".encode()
    redis.Redis.from_url(url).delete(f"{key}:other")


def test_a_line_that_was_cut_while_nobody_used_it_is_opened_anew(url: str, key: str) -> None:
    asked(url, key)
    line = counters._line(url, 1)
    redis.Redis.from_url(url).client_kill_filter(_id=_number(line))
    line.used_at -= 2 * counters._IDLE
    assert asked(url, key).startswith(b"2 ")


def test_one_that_is_cut_in_use_says_so_and_nothing_is_asked_twice(url: str, key: str) -> None:
    asked(url, key)
    redis.Redis.from_url(url).client_kill_filter(_id=_number(counters._line(url, 1)))
    with pytest.raises(redis.ConnectionError):
        asked(url, key)
    assert asked(url, key).startswith(b"2 ")


def test_an_answer_that_came_too_late_is_not_the_next_ones(url: str, key: str) -> None:
    slow = Script("local ends = 50000000 while ends > 0 do ends = ends - 1 end return KEYS[1]")
    with pytest.raises(redis.TimeoutError):
        slow.ask(url, 0.01, (["late"], []))
    until = time.monotonic() + 20
    while True:
        try:
            answer = asked(url, key, 0.01)
            break
        except redis.RedisError:  # it is still busy
            assert time.monotonic() < until
    assert answer.endswith(f" for {key}".encode())


def test_threads_do_not_get_each_others_answers(url: str) -> None:
    names = [f"counted:{uuid4().hex}" for _thread in range(8)]

    def many(name: str) -> set[bytes]:
        return {asked(url, name, 5).partition(b" for ")[2] for _time in range(100)}

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(many, names)) == [{name.encode()} for name in names]
    redis.Redis.from_url(url).delete(*names)


def _number(line: counters._Line) -> str:
    """As Redis counts its lines."""
    line.connection.send_command("CLIENT", "ID")
    return str(line.connection.read_response())
