"""How much may be looked up from one address and in all, and what is asked of whoever wants more."""

import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from unittest import mock

import pytest
import redis
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory
from pytest_django import Settings

from enterprises import fetching, metering, proving
from enterprises.admitting import Refusal, admitted
from enterprises.looking_up import keys_of
from enterprises.metering import Use
from enterprises.views import lookup
from enterprises.visitors import line_of
from registry.models import ListImport
from tests.enterprises.looking import CODE, NAME, good_code

NOON = 1_790_827_200.0  # the beginning of a minute
KEY = "for tests"


@pytest.fixture(autouse=True)
def limits(settings: Settings, surroundings: dict[str, str]) -> Iterator[None]:
    """Three in a minute, ten in a day, thirty in all; counted in a Redis of this process's own."""
    settings.LOOKUPS_PER_MINUTE, settings.LOOKUPS_PER_DAY, settings.LOOKUPS_TOTAL_PER_MINUTE = 3, 10, 30
    metering.forget()
    yield
    metering.forget()


class Clock:
    """The time, as the page asks for it."""

    now = NOON

    def time(self) -> float:
        return self.now


@pytest.fixture
def no_redis(settings: Settings) -> None:
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}


def work(challenge: proving.Challenge) -> str:
    """The proof, by trying."""
    for number in range(1 << 26):
        digest = hashlib.sha256(f"{challenge.nonce}.{number}".encode()).digest()
        if int.from_bytes(digest[:4], "big") >> (32 - challenge.bits) == 0:
            return f"{challenge.token}.{number}"
    raise AssertionError("no number does")


@pytest.fixture
def easy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that a test can do in no time."""
    monkeypatch.setattr(proving, "bits_for", lambda excess: 4)


def uses(line: str, count: int, *, now: float = NOON) -> list[int]:
    return [use.excess for _time in range(count) for use in metering.take(line, now=now)]


def test_beyond_the_limit_of_a_minute_the_excess_grows_until_the_minute_ends() -> None:
    assert uses("a", 5) == [0, 0, 0, 1, 2]
    assert metering.take("a", now=NOON + 20) == [Use(excess=3, wait=40)]
    assert uses("b", 1) == [0]
    assert uses("a", 1, now=NOON + 60) == [0]


def test_the_day_has_a_limit_too_and_ends_at_midnight_in_zhengzhou() -> None:
    for minute in range(5):
        uses("a", 2, now=NOON + 60 * minute)
    (use,) = metering.take("a", now=NOON + 600)
    assert use.excess == 1
    assert (NOON + 600 + use.wait + 8 * 3600) % 86_400 == 0


def test_all_together_have_a_limit() -> None:
    assert sum(excess for line in range(15) for excess in uses(f"line {line}", 2)) == 0
    assert metering.take("one more", now=NOON) == [Use(excess=1, wait=60)]


@pytest.mark.parametrize("redis_is", ["up", "down"])
def test_who_is_beyond_his_own_limit_uses_up_nothing_of_the_others(
    request: pytest.FixtureRequest, redis_is: str
) -> None:
    if redis_is == "down":
        request.getfixturevalue("no_redis")
    uses("a", 100)
    assert uses("b", 1) == [0]


@pytest.mark.parametrize("redis_is", ["up", "down"])
def test_those_counted_together_are_counted_one_by_one(request: pytest.FixtureRequest, redis_is: str) -> None:
    if redis_is == "down":
        request.getfixturevalue("no_redis")
        request.getfixturevalue("settings").LOOKUPS_PER_MINUTE = 12  # of which a process alone lets in a quarter
    told = metering.take("a", "b", "a", "a", "a", "b", now=NOON)
    assert [use.excess for use in told] == [0, 0, 0, 0, 1, 0]


def test_a_limit_of_nothing_is_none(settings: Settings) -> None:
    settings.LOOKUPS_PER_MINUTE = settings.LOOKUPS_PER_DAY = settings.LOOKUPS_TOTAL_PER_MINUTE = 0
    assert uses("a", 50) == [0] * 50


def test_two_at_once_are_both_counted() -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.extend(uses("a", 5))) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [0, 0, 0, *range(1, 18)]


def test_no_address_is_kept(settings: Settings) -> None:
    metering.take("192.0.2.7", now=NOON)
    kept = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"], decode_responses=True)
    keys = [str(key) for key in kept.keys("lookup:*")]
    assert len(keys) == 3
    assert not any("192.0.2.7" in key for key in keys)
    assert all(0 < kept.ttl(key) <= 86_460 for key in keys)


def test_with_redis_down_it_still_answers_by_a_tighter_limit(no_redis: None, settings: Settings) -> None:
    settings.LOOKUPS_PER_MINUTE = 8
    assert uses("a", 4) == [0, 0, 1, 2]
    assert uses("a", 1, now=NOON + 60) == [0]
    nonce = "00" * 8
    assert metering.spend(nonce, now=NOON, seconds=60)
    assert not metering.spend(nonce, now=NOON + 1, seconds=60)


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        (None, "unknown"),
    ],
)
def test_a_visitor_is_an_address_or_a_64th_of_ipv6(address: str | None, line: str) -> None:
    assert line_of(address) == line


class TestProof:
    def test_it_is_hard_in_proportion_to_the_excess(self) -> None:
        assert [proving.bits_for(excess) for excess in (1, 2, 3, 4, 8, 100, 10**9)] == [15, 16, 16, 17, 18, 21, 23]

    def test_work_that_was_done_is_taken(self, easy: None) -> None:
        one = proving.challenge("a", 1, key=KEY, now=NOON)
        assert proving.solved(work(one), "a", key=KEY, now=NOON + 299) == one.nonce

    @pytest.mark.parametrize(
        "spoilt",
        [
            lambda proof: "",
            lambda proof: proof.replace("4.", "0.", 1),  # made easier
            lambda proof: proof[:-1] + chr(ord(proof[-1]) ^ 1),  # another number
            lambda proof: proof.rpartition(".")[0],
            lambda proof: proof + "." + proof,
            lambda proof: "x" * 5000,
            lambda proof: "四.五.六.七.八",
        ],
    )
    def test_nothing_else_is(self, easy: None, spoilt: Callable[[str], str]) -> None:
        proofs = (work(proving.challenge("a", 1, key=KEY, now=NOON)) for _try in range(8))
        # A wrong number may do by chance, of sixteen one.
        assert "" in {proving.solved(spoilt(proof), "a", key=KEY, now=NOON) for proof in proofs}

    def test_it_is_the_visitors_own_of_the_site_and_of_a_few_minutes(self, easy: None) -> None:
        proof = work(proving.challenge("a", 1, key=KEY, now=NOON))
        assert proving.solved(proof, "b", key=KEY, now=NOON) == ""
        assert proving.solved(proof, "a", key="another", now=NOON) == ""
        assert proving.solved(proof, "a", key=KEY, now=NOON + 301) == ""

    def test_it_lets_in_once(self, easy: None) -> None:
        uses("a", 3)
        refused = admitted("a", None, proof="", now=NOON)
        assert isinstance(refused, Refusal)
        proof = work(refused.challenge)
        assert admitted("a", None, proof=proof, now=NOON) == b""
        again = admitted("a", None, proof=proof, now=NOON)
        assert isinstance(again, Refusal)
        assert again.tried


def test_whoever_is_beyond_the_limit_is_not_even_looked_for(known: None) -> None:
    uses("a", 3)
    with mock.patch.object(fetching, "_asked") as asked:
        assert isinstance(admitted("a", keys_of(CODE), proof="", now=NOON), Refusal)
    asked.assert_not_called()


def test_a_look_up_that_the_database_refuses_is_counted_once(db: None) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION enterprises_told_of, enterprises_look_up")
        with pytest.raises(DatabaseError):
            admitted("a", keys_of(CODE), proof="", now=NOON)
        transaction.set_rollback(True)
    assert uses("a", 3) == [0, 0, 1]


@pytest.mark.usefixtures("known", "easy")
class TestPage:
    def test_it_says_when_to_come_again_and_keeps_what_was_typed(self, client: Client) -> None:
        for _time in range(3):
            assert client.get("/", {"q": CODE}).status_code == 200
        refused = client.get("/", {"q": CODE})
        page = refused.content.decode()
        assert refused.status_code == 429
        assert 1 <= int(refused["Retry-After"]) <= 60
        assert "查询过于频繁" in page
        assert f'value="{CODE}"' in page
        assert NAME not in page
        assert refused["X-Robots-Tag"].startswith("noindex")
        assert client.get("/").status_code == 200

    def test_the_cookie_of_a_proof_opens_once(self, client: Client) -> None:
        for _time in range(3):
            client.get("/", {"q": CODE})
        page = client.get("/", {"q": CODE}).content.decode()
        facts = dict(re.findall(r'data-(token|nonce|bits)="([^"]*)"', page))
        proof = work(proving.Challenge(facts["token"], facts["nonce"], int(facts["bits"])))
        client.cookies["lookup_proof"] = proof
        opened = client.get("/", {"q": CODE})
        assert (opened.status_code, NAME in opened.content.decode()) == (200, True)
        assert opened.cookies["lookup_proof"].value == ""
        client.cookies["lookup_proof"] = proof
        refused = client.get("/", {"q": CODE})
        assert refused.status_code == 429
        assert 'data-again="yes"' in refused.content.decode()

    def test_another_header_does_not_make_another_visitor(self, client: Client, settings: Settings) -> None:
        for place in range(3):
            client.get("/", {"q": CODE}, headers={"x-forwarded-for": f"192.0.2.{place}"})
        assert client.get("/", {"q": CODE}, headers={"x-forwarded-for": "192.0.2.99"}).status_code == 429
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        assert client.get("/", {"q": CODE}, headers={"x-forwarded-for": "6.6.6.6, 192.0.2.99"}).status_code == 200

    def test_an_empty_question_is_not_counted(self, client: Client) -> None:
        for _time in range(9):
            assert client.get("/", {"q": " "}).status_code == 200


def test_whoever_tries_codes_one_after_the_other_learns_next_to_nothing(
    pool: Callable[..., ListImport], settings: Settings, rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neighbouring codes, a thousand a minute, from fifty addresses, by the page itself; nobody does the work.

    `make bench-lookup` tries ten thousand keys of every kind over HTTP.
    """
    settings.LOOKUPS_PER_MINUTE, settings.LOOKUPS_PER_DAY, settings.LOOKUPS_TOTAL_PER_MINUTE = 20, 60, 300
    settings.LOOKUP_SHARED_SECONDS = 60
    codes = [good_code(f"91410100MA{place:07}") for place in range(3_000)]
    known = {code: f"郑州第{place}号有限公司" for place, code in enumerate(codes[::50])}
    pool(*([place, name, code, "", ""] for place, (code, name) in enumerate(known.items())))
    whose = {text: code for code, name in known.items() for text in (code, name)}
    clock = Clock()
    monkeypatch.setattr("enterprises.views.time", clock)
    guesses, refusals, hashes = iter(codes), 0, 0
    answered, learned = set[str](), set[str]()
    for minute in range(3):
        clock.now = NOON + 60 * minute
        for address in (f"192.0.2.{number}" for number in range(50) for _guess in range(20)):
            guess = next(guesses)
            answer = lookup(rf.get("/", {"q": guess}, REMOTE_ADDR=address))
            page = answer.content.decode()
            told = {whose[text] for text in re.findall(r"[0-9A-Z]{18}|郑州第\d+号有限公司", page) if text in whose}
            assert told <= {guess}  # of nobody else a word
            if answer.status_code == 429:
                refusals, hashes = refusals + 1, hashes + (1 << int(re.findall(r'data-bits="(\d+)"', page)[0]))
                assert "郑州第" not in page
                continue
            answered.add(guess)
            learned |= told if known.get(guess, "-") in page else set()
    assert len(answered) == 3 * 300  # all together, however many addresses there are
    assert learned == answered & known.keys()  # nothing but exact hits, and each of them
    assert refusals == 2_100
    assert hashes / refusals > 1 << 20  # on average, for each one more: seconds of a browser
