"""Settings refuse what makes no sense, by name; and the schedule calls what there is."""

from collections.abc import Callable
from datetime import time
from pathlib import Path

import pytest
from celery import current_app
from celery.schedules import crontab
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config import environment
from config.environment import file_store


@pytest.mark.parametrize(
    ("value", "read", "expected"),
    [
        ("7", lambda: environment.whole_number("X", 5, lowest=1, highest=9), 7),
        (None, lambda: environment.whole_number("X", 5, lowest=1, highest=9), 5),
        ("Yes", lambda: environment.switch("X", False), True),
        ("0", lambda: environment.switch("X", True), False),
        (None, lambda: environment.switch("X", True), True),
        ("07:45", lambda: environment.time_of_day("X", "06:30"), time(7, 45)),
        ("redis://r/0", lambda: environment.address("X", None, ("redis",), ""), "redis://r/0"),
        (None, lambda: environment.address("X", "unix:///s", ("unix",), ""), "unix:///s"),
        ("/_files/", lambda: environment.inner_path("X"), "/_files/"),
        (None, lambda: environment.inner_path("X"), ""),
        (None, lambda: environment.groups("X", ["staff"]), ["staff"]),
        ("none", lambda: environment.groups("X", ["staff"]), []),
        ("staff, 复核", lambda: environment.groups("X", []), ["staff", "复核"]),
        (None, lambda: environment.links("X", [("甲", "https://a")]), [("甲", "https://a")]),
        (
            "甲 = https://a/?q={name}|乙=http://b/{code}",
            lambda: environment.links("X", []),
            [("甲", "https://a/?q={name}"), ("乙", "http://b/{code}")],
        ),
    ],
)
def test_what_makes_sense_is_read(
    monkeypatch: pytest.MonkeyPatch, value: str | None, read: Callable[[], object], expected: object
) -> None:
    if value is not None:
        monkeypatch.setenv("X", value)
    assert read() == expected


@pytest.mark.parametrize(
    ("value", "read", "said"),
    [
        ("ten", lambda: environment.whole_number("X", 5, lowest=1, highest=9), "from 1 to 9"),
        ("10", lambda: environment.whole_number("X", 5, lowest=1, highest=9), "from 1 to 9"),
        ("maybe", lambda: environment.switch("X", False), "yes or no"),
        ("files", lambda: environment.inner_path("X"), "such as /_files/"),
        ("/a/../", lambda: environment.inner_path("X"), "such as /_files/"),
        ("25:00", lambda: environment.time_of_day("X", "06:30"), "such as 06:30"),
        ("mysql://db", lambda: environment.address("X", None, ("postgres", "postgresql"), ""), "postgres://"),
        ("blue", lambda: environment.one_of("X", "green", ("green", "amber")), "green, amber"),
        (None, lambda: environment.address("X", None, ("postgres",), "Run `make up`."), "make up"),
    ],
)
def test_what_makes_none_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, value: str | None, read: Callable[[], object], said: str
) -> None:
    if value is not None:
        monkeypatch.setenv("X", value)
    with pytest.raises(ImproperlyConfigured, match="X") as caught:
        read()
    assert said in str(caught.value)


def test_the_schedule_calls_tasks_that_exist() -> None:
    current_app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(current_app.tasks)


def test_the_quarter_runs_on_its_first_day_in_zhengzhous_time() -> None:
    schedule = settings.CELERY_BEAT_SCHEDULE["run-quarter"]["schedule"]
    assert isinstance(schedule, crontab)
    assert (schedule.month_of_year, schedule.day_of_month) == ({1, 4, 7, 10}, {1})
    assert (schedule.hour, schedule.minute) == ({settings.QUARTER_TIME.hour}, {settings.QUARTER_TIME.minute})
    assert str(current_app.conf.timezone) == "Asia/Shanghai"


def test_no_task_is_handed_out_again_while_it_runs() -> None:
    conf = current_app.conf
    assert conf.task_acks_late and conf.task_reject_on_worker_lost and conf.worker_prefetch_multiplier == 1
    assert conf.broker_transport_options["visibility_timeout"] > conf.task_time_limit


@pytest.mark.parametrize(
    ("given", "options"),
    [
        ("s3://files", {"bucket_name": "files", "location": "", "endpoint_url": None, "region_name": None}),
        (
            "s3://files/a/b/?endpoint=http://10.0.0.8:9000&region=zz-1",
            {
                "bucket_name": "files",
                "location": "a/b",
                "endpoint_url": "http://10.0.0.8:9000",
                "region_name": "zz-1",
            },
        ),
    ],
)
def test_a_store(given: str, options: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORE", given)
    assert file_store("STORE", Path("/srv")) == {"BACKEND": "config.store.S3Store", "OPTIONS": options}


def test_no_store_is_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    assert file_store("STORE", Path("/srv"))["OPTIONS"] == {"location": Path("/srv")}


@pytest.mark.parametrize(
    "given", ["/srv", "https://files", "s3://", "s3://key:secret@files", "s3://files?secret=x", "s3://files?endpoint=x"]
)
def test_a_store_that_makes_no_sense(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORE", given)
    with pytest.raises(ImproperlyConfigured, match="AWS_ACCESS_KEY_ID") as refused:
        file_store("STORE", Path("/srv"))
    assert "secret@" not in str(refused.value)
