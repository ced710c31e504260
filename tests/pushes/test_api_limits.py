"""How much a machine may ask: by key, by institution, by code and day; guesses by address; and Redis that is away."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from enterprises.models import Edition
from pushes import delivering, keying
from pushes.limiting import Limit, count
from pushes.models import AccessKey, Institution, Receipt
from tests.pushes.asking import Machine, key_of, problem
from tests.pushes.making import institution, person


@pytest.fixture
def officer(db: None) -> User:
    return person("officer", None, staff=True)


@pytest.fixture
def bank(summer: Edition) -> Institution:
    made = institution("bank-a")
    delivering.sweep(clock=timezone.now)
    return made


def test_a_key_has_its_share_of_a_minute(bank: Institution, officer: User, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    machine, other = Machine(key_of(bank, officer)), Machine(key_of(bank, officer))
    for left in (2, 1, 0):
        response = machine.get("/editions")
        assert response.status_code == 200
        assert response["RateLimit-Policy"] == '"requests";q=3;w=60, "institution";q=600;w=60'
        assert response["RateLimit"].startswith(f'"requests";r={left};t=')
    response = machine.get("/editions")
    problem(response, 429, "too-many-requests")
    assert 1 <= int(response["Retry-After"]) <= 60 and '"requests";r=0;t=' in response["RateLimit"]
    assert other.get("/editions").status_code == 200


def test_an_institution_has_its_share_with_all_its_keys(bank: Institution, officer: User, settings: Settings) -> None:
    settings.API_INSTITUTION_REQUESTS_PER_MINUTE = 2
    one, other = Machine(key_of(bank, officer)), Machine(key_of(bank, officer))
    elsewhere = Machine(key_of(institution("bank-b"), officer))
    assert [machine.get("/whoami").status_code for machine in (one, other, one, elsewhere)] == [200, 200, 429, 200]


def test_downloads_count_and_changes_count_for_ten(bank: Institution, officer: User, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 12
    machine = Machine(key_of(bank, officer))
    label = "ZZKJ-2026Q3-v1"
    assert machine.get(f"/editions/{label}/package").status_code == 200
    assert machine.get(f"/editions/{label}/changes?since=ZZKJ-2026Q2-v1").status_code == 200
    problem(machine.get(f"/editions/{label}/changes?since=ZZKJ-2026Q2-v1"), 429, "too-many-requests")
    assert machine.get(f"/editions/{label}/package").status_code == 200
    problem(machine.get(f"/editions/{label}/package"), 429, "too-many-requests")
    assert Receipt.objects.count() == 3


def test_codes_count_by_the_day(bank: Institution, officer: User, settings: Settings) -> None:
    settings.API_CODES_PER_DAY = 5
    machine, other = Machine(key_of(bank, officer)), Machine(key_of(bank, officer))
    assert machine.look_up(["a"] * 3).status_code == 200
    problem(other.look_up(["a"] * 3), 429, "too-many-requests")  # refused as a whole, and not counted
    response = other.look_up(["a"] * 2)
    assert response.status_code == 200 and '"codes";q=5;w=86400' in response["RateLimit-Policy"]
    assert '"codes";r=0;t=' in response["RateLimit"]
    problem(machine.get("/enterprises/91410100MA4448F87R"), 429, "too-many-requests")
    assert machine.get("/editions").status_code == 200 and Receipt.objects.count() == 2


def test_guesses_are_slowed_down_by_address(bank: Institution, officer: User, settings: Settings) -> None:
    settings.API_GUESSES_PER_MINUTE = 2
    good, guesser = Machine(key_of(bank, officer)), Machine("zzkj_00000000_guess")
    for _guess in range(2):
        problem(guesser.get("/whoami"), 401, "key-refused")
    response = guesser.get("/whoami")
    problem(response, 429, "too-many-requests")
    assert int(response["Retry-After"]) > 0
    problem(good.get("/whoami"), 429, "too-many-requests")  # whoever guesses right does not learn it
    good.client.defaults["REMOTE_ADDR"] = "198.51.100.8"
    assert good.get("/whoami").status_code == 200


def test_a_key_that_ended_is_no_guess(bank: Institution, officer: User, settings: Settings) -> None:
    settings.API_GUESSES_PER_MINUTE = 2
    good, old = Machine(key_of(bank, officer)), Machine(key_of(bank, officer))
    keying.revoke(key=AccessKey.objects.get(prefix=old.key[:13]), now=timezone.now())
    for _try in range(5):
        problem(old.get("/whoami"), 401, "key-refused")
    assert good.get("/whoami").status_code == 200


def test_without_the_counter_everybody_is_answered(bank: Institution, officer: User, settings: Settings) -> None:
    away = settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}
    machine = Machine(key_of(bank, officer))
    settings.CACHES = {"default": away}
    settings.API_REQUESTS_PER_MINUTE = 1
    for _time in range(3):
        response = machine.get("/whoami")
        assert response.status_code == 200 and "RateLimit" not in response and response.json()["limits"] == []


def test_many_at_once_take_no_more_than_there_is() -> None:
    limits = [Limit("one", "x", 10, 60), Limit("other", "x", 100, 60)]
    with ThreadPoolExecutor(8) as pool:
        allowed = [found.allowed for found in pool.map(lambda _number: count(limits), range(40))]
    assert allowed.count(True) == 10
    assert [one.left for one in count([one._replace(cost=0) for one in limits]).standings] == [0, 90]
