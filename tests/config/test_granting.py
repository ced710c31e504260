"""The role that serves the site: it does the whole work, and nothing that only its tables' owner may do."""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from config.database import granting, owning
from config.database.errors import NoSuchRole, RoleTooStrong
from config.database.management.commands.migrate import _LOCK
from config.environment import owner_database
from pushes import receipts
from tests.conftest import let_be_emptied
from tests.runtime_role import ROLE, as_runtime

OWNER = {"USER": "app_owner", "PASSWORD": "", "HOST": "", "PORT": ""}


def refused(statement: str) -> bool:
    """Whether the database says that we may not; nothing comes of it either way."""
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(statement)
                transaction.set_rollback(True)
        except DatabaseError as error:
            return isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege)
    return False


@pytest.mark.django_db
def test_rows_and_nothing_else() -> None:
    may = [
        "INSERT INTO registry_district (code, name, kind) SELECT code, name, kind FROM registry_district WHERE false",
        "UPDATE enterprises_matchdecision SET superseded_at = now() WHERE false",
        "DELETE FROM enterprises_editionmember WHERE false",
        "SELECT 1 FROM enterprises_matchdecision FOR UPDATE",
        "SELECT enterprises_count_anew('enterprises_editionmember', 'edition_id')",
        "SELECT FROM auditing_delete(now() - interval '999 days')",
        "CREATE TEMPORARY TABLE mine (id int) ON COMMIT DROP",
        "SELECT * FROM django_migrations",
    ]
    may_not = [
        "CREATE TABLE mine (id int)",
        "ALTER TABLE registry_entry ADD COLUMN mine int",
        "ALTER TABLE enterprises_edition DISABLE TRIGGER ALL",
        "DROP TRIGGER enterprises_edition_is_sealed ON enterprises_edition",
        "CREATE OR REPLACE FUNCTION pushes_only_added() RETURNS trigger LANGUAGE sql AS $$ SELECT NULL $$",
        "SET session_replication_role = replica",
        "TRUNCATE enterprises_edition CASCADE",
        "UPDATE enterprises_editionmember SET name = 'x' WHERE false",
        "UPDATE enterprises_matchdecision SET enterprise_id = 1 WHERE false",
        "DELETE FROM enterprises_matchdecision WHERE false",
        "UPDATE auditing_event SET success = true WHERE false",
        "DELETE FROM auditing_event WHERE false",
        "DELETE FROM auditing_seal WHERE false",
        "UPDATE pushes_receipt SET at = now() WHERE false",
        "UPDATE pushes_receipt_count SET last = 0",
        "DELETE FROM pushes_attempt WHERE false",
        "INSERT INTO pushes_receiptsdeleted (at, before, first, last) VALUES (now(), now(), 1, 1)",
        "DELETE FROM registry_importevent WHERE false",
        "DELETE FROM django_migrations WHERE false",
        f"GRANT {connection.settings_dict['USER'] or 'app'} TO {ROLE}",
    ]
    assert [one for one in may_not if refused(one)] == []  # whoever owns the tables may
    with as_runtime():
        assert [one for one in may if refused(one)] == []
        assert [one for one in may_not if not refused(one)] == []
        assert refused("SELECT enterprises_count_anew('pg_class', 'oid')")
        # set by hand, the sign of the rule opens nothing: only the rule's own door does
        assert refused("SELECT set_config('pushes.by_the_rule', 'yes', true); DELETE FROM pushes_receipt")
        assert receipts.delete_old(years=3, now=datetime(2026, 10, 1, tzinfo=UTC)) is None


@pytest.mark.django_db
def test_what_was_given_too_much_is_taken_back_and_a_strong_role_is_refused() -> None:
    with pytest.raises(NoSuchRole, match="nobody_here"):
        granting.grant(role="nobody_here")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()
        with pytest.raises(RoleTooStrong, match=owner):
            granting.grant(role=owner)
        cursor.execute(f"CREATE ROLE {ROLE}")
        cursor.execute(f"GRANT ALL ON pushes_receipt TO {ROLE}; GRANT UPDATE (at) ON pushes_receipt TO {ROLE}")
        assert granting.grant(role=ROLE) == granting.grant(role=ROLE) > 50
        cursor.execute("SELECT has_any_column_privilege(%s, 'pushes_receipt', 'UPDATE')", [ROLE])
        assert cursor.fetchone() == (False,)
        cursor.execute(f"GRANT {owner} TO {ROLE}")
        with pytest.raises(RoleTooStrong):
            granting.grant(role=ROLE)


@pytest.mark.django_db
def test_the_rights_name_tables_that_there_are() -> None:
    """A table that was renamed would silently be open to all four."""
    tables = set(connection.introspection.table_names())
    assert set(granting.rights()) - tables == set()


@pytest.fixture
def as_if_owner(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """An owner is named; who the connection is stands in the list, and its closing is left out within a test's."""
    seen: list[str] = []
    settings.OWNER_DATABASE = OWNER
    monkeypatch.setattr(connection, "close", lambda: seen.append(str(connection.settings_dict["USER"])))
    yield seen


def test_the_connection_is_the_owners_for_as_long_as_tables_change(as_if_owner: list[str]) -> None:
    site, name = connection.settings_dict["USER"], connection.settings_dict["NAME"]
    with owning.as_owner():
        assert (connection.settings_dict["USER"], owning.runtime_role()) == ("app_owner", site)
        assert connection.settings_dict["NAME"] == name
    assert (as_if_owner, connection.settings_dict["USER"]) == ([site, "app_owner"], site)


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("", True),
        ("postgresql://owner:x@db/registry", True),
        ("postgresql://registry:x@db/registry", False),
        ("postgresql://owner:x@db/other", False),
        ("mysql://owner:x@db/registry", False),
    ],
)
def test_the_owner_is_another_of_the_same_database(url: str, right: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", url)
    served = {"NAME": "registry", "USER": "registry"}
    if right:
        assert owner_database("X", served).get("USER", "") == ("owner" if url else "")
    else:
        with pytest.raises(ImproperlyConfigured, match=r"^X m"):
            owner_database("X", served)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_one_changes_tables_at_a_time_and_keeps_nobody_waiting(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MIGRATE_LOCK_SECONDS = 1
    line = psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor})
    with line, line.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        with pytest.raises(CommandError):
            call_command("migrate", verbosity=0)
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        cursor.execute("LOCK TABLE pushes_receipt IN ACCESS SHARE MODE")
        call_command("migrate", verbosity=0)  # nothing to do, nothing to wait for
        with pytest.raises(CommandError, match="pg_stat_activity"):
            call_command("migrate", "pushes", "0013", verbosity=0)
        line.rollback()
    # with an owner named, what was made is the site's to use
    settings.OWNER_DATABASE = {key: connection.settings_dict[key] for key in OWNER}
    monkeypatch.setattr("config.database.management.commands.migrate.runtime_role", lambda: ROLE)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        try:
            call_command("migrate", verbosity=0)
            cursor = connection.cursor()  # the line was the owner's, and is ours again
            cursor.execute("SELECT has_table_privilege(%s, 'registry_entry', 'INSERT')", [ROLE])
            assert cursor.fetchone() == (True,)
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("0",)
        finally:
            cursor = connection.cursor()
            cursor.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")
            let_be_emptied(cursor)


@pytest.mark.django_db
def test_the_check_warns_of_a_site_that_runs_as_owner(settings: Settings) -> None:
    def found() -> list[str]:
        return [
            str(one.id) for one in run_checks(tags=[Tags.database], databases=["default"]) if "database." in str(one.id)
        ]

    assert found() == []  # a checkout
    settings.LOCAL = {}
    assert found() == ["database.W001"]
    with as_runtime():
        assert found() == []
