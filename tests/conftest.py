"""What every test may use: files in a folder of its own, and a way to publish a list in one line."""

import csv
import fcntl
import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any, Protocol
from uuid import uuid4

import pytest
import redis
import xlsxwriter
from django.contrib.admin import AdminSite
from django.db import connection
from django.http import HttpRequest
from pytest_django import DjangoDbBlocker, Settings
from whitenoise.middleware import WhiteNoiseMiddleware

from config.accounts import sessions
from config.celery import app as celery
from config.environment import broker_url
from registry.importing import confirm, stage
from registry.models import ListImport, NoticeKind
from registry.reading import Limits, read
from registry.staging import Notice
from tests import putting_back
from tests.processes import database_url, redis_url, signing_key
from tests.walking import Remembering

NOW = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)  # nine in the morning in Zhengzhou

SEALED_TABLES = (
    "enterprises_edition", "enterprises_editionmember", "enterprises_editionchange", "enterprises_guardresult",
    "enterprises_overruling", "enterprises_editionannex",
)  # fmt: skip
PROOF_TABLES = ("pushes_receipt", "pushes_attempt", "pushes_package", "pushes_profile", "pushes_receiptsdeleted",
                "pushes_peopleevent", "financing_evaluation", "financing_evaluationpaper")  # fmt: skip

LOG_TABLES = ("auditing_event", "auditing_seal", "auditing_deletion")

Cells = Sequence[Sequence[object]]

# Hashing that is slow on purpose has no place where nothing is guarded.
QUICK_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


gc.disable()  # until all tests are collected: half of that time would go into looking for garbage


def pytest_collection_finish() -> None:
    gc.freeze()  # what was collected stays
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest begins first, so that at the end no process waits for another's last test.

    Only tests without the test database may be moved: of the others those that empty its tables come last.
    """
    items.sort(key=lambda item: item.get_closest_marker("early") is None)


@pytest.fixture(scope="session")
def made_once(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[Callable[[], None]]:
    """Of the processes that test at once, the first makes the database by all migrations, and the others copy it.

    What is yielded is to be called once the database is there.
    """
    if not hasattr(request.config, "workerinput") or request.config.getvalue("reuse_db"):
        yield lambda: None
        return
    shared = tmp_path_factory.getbasetemp().parent  # of this run's processes
    with (shared / "database.lock").open("w") as lock, ExitStack() as after:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = shared / "database"
        if made.exists():
            connection.settings_dict["TEST"]["TEMPLATE"] = made.read_text()

        def done() -> None:
            if not made.exists():
                with django_db_blocker.unblock():
                    made.write_text(_copied(connection.settings_dict["NAME"]))
                after.callback(_drop, made, lock, django_db_blocker)
            fcntl.flock(lock, fcntl.LOCK_UN)

        yield done


def _copied(name: str) -> str:
    connection.close()  # what is copied is nobody's meanwhile
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}_made"')
        cursor.execute(f'CREATE DATABASE "{name}_made" TEMPLATE "{name}"')
    return f"{name}_made"


def _drop(made: Path, lock: IO[str], blocker: DjangoDbBlocker) -> None:
    fcntl.flock(lock, fcntl.LOCK_EX)
    with blocker.unblock(), connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{made.read_text()}"')
    made.unlink()


@pytest.fixture(scope="session")
def django_db_setup(made_once: Callable[[], None], django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Between tests that commit the tables are emptied, which the law on seals and proof forbids everywhere else."""
    made_once()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in SEALED_TABLES + PROOF_TABLES + LOG_TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")
        cursor.execute(f"TRUNCATE {', '.join(LOG_TABLES)}")  # what the migrations' own grants were told as
        if putting_back.possible(cursor):
            vars(connection.creation)["deserialize_db_from_string"] = putting_back.Kept(cursor).put_back


@pytest.fixture(autouse=True)
def own_files(settings: Settings, tmp_path: Path) -> None:
    """Uploaded lists and packages go to a folder that is thrown away; rules on accounts are for tests that set them."""
    storages: dict[str, Any] = dict(settings.STORAGES)
    storages["default"] = storages["default"] | {"OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = storages
    settings.SECURE_SSL_REDIRECT = False
    settings.PASSWORD_HASHERS = QUICK_HASHERS
    settings.MFA_REQUIRED, settings.PASSWORD_DAYS = [], 0
    settings.CONFIRM_NEEDS_SECOND_PERSON = False
    settings.STAFF_SESSIONS = settings.INSTITUTION_SESSIONS = 0
    settings.LOOKUP_SHARED_SECONDS = 0  # what a test changes is seen at once
    # Of the processes that test at once none counts another's look-ups.
    settings.LOOKUPS_PER_MINUTE = settings.LOOKUPS_PER_DAY = settings.LOOKUPS_TOTAL_PER_MINUTE = 0


@pytest.fixture(scope="session", autouse=True)
def static_files_sought_once() -> Iterator[None]:
    """Every test client begins as a site does, which seeks all static files; they are the same for all of them."""
    seek = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[tuple[object, ...], dict[str, Any]] = {}

    def once(site: WhiteNoiseMiddleware) -> None:
        served_as = (site.static_prefix, site.static_root, site.max_age, site.allow_all_origins)
        if served_as not in found:
            seek(site)
            found[served_as] = site.files
        site.files = {**site.files, **found[served_as]}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield


@pytest.fixture
def own_tries(settings: Settings, request: pytest.FixtureRequest) -> None:
    """Failed sign-ins are counted in the cache, where those of a run before would still count.

    With `surroundings` it is empty already, and other processes know no prefix.
    """
    if "surroundings" not in request.fixturenames:
        settings.CACHES = {"default": settings.CACHES["default"] | {"KEY_PREFIX": uuid4().hex}}


def write_workbook(path: Path, rows: Cells, sheet: str = "Sheet1") -> Path:
    """The same rows give the same bytes, in whatever second they are written."""
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    book.set_properties({"created": NOW})
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return path


def write_text(path: Path, rows: Cells) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def rows_of(path: Path, name: str = "", *, sheet: str = "") -> list[tuple[int, list[str]]]:
    """Every row of a list file, as the product reads it."""
    with read(path, name or path.name, sheet=sheet, limits=Limits(64 << 20)) as found:
        return list(found.rows)


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[[Cells], Path]:
    def write(rows: Cells) -> Path:
        return write_workbook(tmp_path / f"list-{len(list(tmp_path.iterdir()))}.xlsx", rows)

    return write


class Publish(Protocol):
    def __call__(
        self,
        rows: Cells,
        *,
        programme: str = ...,
        kind: str = ...,
        published: str = ...,
        confirmed: bool = ...,
        now: datetime = ...,
        **notice: Any,
    ) -> ListImport: ...


@pytest.fixture
def publish(tmp_path: Path, db: None) -> Publish:
    """Stage a list of these rows (a header first) as one of a programme, and confirm it.

    As text: a workbook would start a process to be parsed, for each of some thousand lists.
    """

    def act(
        rows: Cells,
        *,
        programme: str = "HNTE",
        kind: str = NoticeKind.RECOGNITION,
        published: str = "2025-01-10",
        confirmed: bool = True,
        now: datetime = NOW,
        **notice: Any,
    ) -> ListImport:
        path = write_text(tmp_path / f"list-{len(list(tmp_path.iterdir()))}.csv", rows)
        facts = Notice(
            programme=programme,
            kind=kind,
            title=notice.pop("title", f"{programme} {kind} {published}"),
            published_on=date.fromisoformat(published),
            **notice,
        )
        listed = stage(path=path, file_name=path.name, notice=facts, now=now)
        if confirmed:
            confirm(list_import=listed, now=now, accept_sound=True)
        return listed

    return act


@pytest.fixture
def surroundings(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """What other processes must know to work on this test's data; this process speaks to the same broker and cache."""
    url = redis_url()
    broker = redis.Redis.from_url(url)
    broker.flushdb()
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": url}}
    monkeypatch.setattr(celery.conf, "broker_url", broker_url(url))
    for owner, pool in ((celery, "_pool"), (celery.amqp, "_producer_pool")):  # made for the broker of before
        monkeypatch.setattr(owner, pool, None)
    yield os.environ | {
        "DATABASE_URL": database_url(),
        "REDIS_URL": url,
        "SECRET_KEY": "for tests",
        "SIGNING_KEY": signing_key(),
        "HTTPS": "no",
        "FILES_ROOT": str(tmp_path / "files"),
    }
    broker.flushdb()
    broker.close()


@pytest.fixture
def light_sessions(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """For walks of thousands of pages: no session is a row, nobody is looked up twice, no context is kept.

    And what the admin has for somebody, which each of its pages gathers anew, is gathered once.
    """
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    # A sign-in is noted under its session's key, of which there is none.
    monkeypatch.setattr(sessions, "begin", lambda *, request, **_more: request.session.update({sessions.KEY: "light"}))
    monkeypatch.setattr(sessions, "follow", lambda _request: None)
    settings.AUTHENTICATION_BACKENDS = ["tests.walking.Remembering"]
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *_args, **_more: None)
    Remembering.known.clear()
    gather, gathered = AdminSite.get_app_list, {}

    def app_list(site: AdminSite, request: HttpRequest, app_label: str | None = None) -> Any:
        whose = request.user.pk, app_label
        if whose not in gathered:
            gathered[whose] = gather(site, request, app_label)
        return gathered[whose]

    monkeypatch.setattr(AdminSite, "get_app_list", app_list)
    yield
    Remembering.known.clear()
