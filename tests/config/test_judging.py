"""What a migration may do while the site runs, statement by statement; and what Django's own operations come to."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models.functions import Now
from pytest_django import DjangoDbBlocker

from config.database import forthcoming
from config.database.judging import Known, judged, statements

KNOWN = Known(
    large=frozenset({"entry"}), columns={"entry": frozenset({"id", "name"}), "rule": frozenset({"id", "note"})}
)


@pytest.mark.parametrize(
    ("sql", "codes"),
    [
        # indexes
        ('CREATE INDEX "i" ON "entry" ("name")', ["index"]),
        ('CREATE UNIQUE INDEX IF NOT EXISTS i ON public.entry USING btree (name)', ["index"]),
        ('CREATE INDEX "i" ON "rule" ("note")', []),
        ('CREATE INDEX CONCURRENTLY "i" ON "entry" ("name")', ["concurrently"]),
        ("DROP INDEX CONCURRENTLY i", ["concurrently"]),
        ("DROP INDEX i", []),
        ("REINDEX TABLE entry", ["index"]),
        # columns
        ('ALTER TABLE "entry" ADD COLUMN "x" integer NULL', []),
        ('ALTER TABLE "entry" ADD COLUMN "x" integer DEFAULT 5 NOT NULL', []),
        ('ALTER TABLE "entry" ADD COLUMN "x" timestamptz DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL', []),
        ('ALTER TABLE "entry" ADD COLUMN "x" uuid DEFAULT gen_random_uuid() NOT NULL', ["rewrites"]),
        ('ALTER TABLE "rule" ADD COLUMN "x" uuid DEFAULT gen_random_uuid() NOT NULL', []),
        ('ALTER TABLE "entry" ADD COLUMN "x" integer NOT NULL', ["not_null"]),
        ('ALTER TABLE "rule" ADD COLUMN "x" integer NOT NULL', ["not_null"]),
        ('ALTER TABLE "entry" ADD COLUMN "x" integer NULL CHECK ("x" >= 0)', ["scans"]),
        ('ALTER TABLE "entry" ADD COLUMN "x" text NULL UNIQUE', ["index"]),
        ('ALTER TABLE "entry" ADD COLUMN "x" text GENERATED ALWAYS AS (lower(name)) STORED', ["rewrites"]),
        ('ALTER TABLE "entry" ADD COLUMN "x" bigint NULL CONSTRAINT "f" REFERENCES "rule"("id")', []),
        ("ALTER TABLE rule ADD COLUMN x int DEFAULT 1 NOT NULL; ALTER TABLE rule ALTER COLUMN x DROP DEFAULT",
         ["no_default"]),
        ('ALTER TABLE new ADD COLUMN x int DEFAULT 1 NOT NULL; ALTER TABLE new ALTER COLUMN x DROP DEFAULT', []),
        ("ALTER TABLE entry ALTER COLUMN name TYPE text", ["rewrites"]),
        ("ALTER TABLE rule ALTER COLUMN note TYPE text USING note::text", []),
        ("ALTER TABLE entry ALTER COLUMN name SET NOT NULL", ["scans", "not_null"]),
        ("ALTER TABLE rule ALTER COLUMN note SET NOT NULL", ["not_null"]),
        ("ALTER TABLE entry ALTER COLUMN name DROP NOT NULL, ALTER COLUMN name SET STATISTICS 500", []),
        ("ALTER TABLE rule DROP COLUMN note CASCADE", ["drops_used"]),
        ("ALTER TABLE rule DROP COLUMN forgotten", []),
        ("ALTER TABLE rule RENAME COLUMN note TO remark", ["renames_used"]),
        ("ALTER TABLE rule RENAME TO rules", ["renames_used"]),
        ("ALTER TABLE entry RENAME CONSTRAINT a TO b", []),
        ("DROP TABLE rule CASCADE", ["drops_used"]),
        ("DROP TABLE forgotten", []),
        # constraints
        ("ALTER TABLE entry ADD CONSTRAINT c CHECK (name <> '')", ["scans"]),
        ("ALTER TABLE entry ADD CONSTRAINT c CHECK (name <> '') NOT VALID", []),
        ("ALTER TABLE entry ADD CONSTRAINT c FOREIGN KEY (x) REFERENCES rule (id) DEFERRABLE", ["scans"]),
        ("ALTER TABLE entry ADD CONSTRAINT c UNIQUE (name, number)", ["index"]),
        ("ALTER TABLE entry ADD CONSTRAINT c UNIQUE USING INDEX i", []),
        ("ALTER TABLE entry ADD CONSTRAINT c EXCLUDE USING gist (name WITH =)", ["index"]),
        ("ALTER TABLE rule ADD CONSTRAINT c UNIQUE (note)", []),
        ("ALTER TABLE entry VALIDATE CONSTRAINT c", []),
        ("ALTER TABLE entry ADD CONSTRAINT c CHECK (true) NOT VALID; ALTER TABLE entry VALIDATE CONSTRAINT c",
         ["validates_under_lock"]),
        ("ALTER TABLE entry DROP CONSTRAINT c", []),
        # rows
        ("UPDATE entry SET name = ''", ["rows"]),
        ("UPDATE rule SET note = ''", []),
        ("DELETE FROM ONLY entry WHERE false", ["rows"]),
        ("LOCK TABLE entry IN EXCLUSIVE MODE", ["locks"]),
        ("TRUNCATE rule", ["empties"]),
        ("ALTER TABLE entry SET UNLOGGED", ["rewrites"]),
        ("ALTER TABLE entry DETACH PARTITION p", ["unknown"]),
        # a function's body is not run now, a DO block is; texts and comments are neither
        ("CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE entry SET name = ''; END $$", []),
        ("CREATE TRIGGER t BEFORE UPDATE ON entry FOR EACH ROW EXECUTE FUNCTION f()", []),
        ("DO $$ BEGIN UPDATE entry SET name = ''; END $$", ["rows"]),
        ("DO $$ BEGIN EXECUTE format('ALTER TABLE %s ADD CONSTRAINT c UNIQUE (x)', t); END $$", ["index"]),
        ("DO $$ BEGIN EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', t, n); END $$", []),
        ("INSERT INTO rule (note) VALUES ('; UPDATE entry SET name = 1; --')", []),
        ("-- UPDATE entry SET name = 1;\n/* LOCK TABLE entry */ SELECT 1", []),
        # what is made here is empty
        ("CREATE TABLE fresh (id int); CREATE INDEX i ON fresh (id); UPDATE fresh SET id = 1", []),
    ],
)  # fmt: skip
def test_a_statement_is_judged(sql: str, codes: list[str]) -> None:
    assert [finding.code for finding in judged(sql, KNOWN)] == codes


def test_outside_a_transaction_an_index_may_be_built_concurrently() -> None:
    assert judged('CREATE INDEX CONCURRENTLY "i" ON "entry" ("name")', KNOWN, atomic=False) == []


def test_a_table_made_in_the_same_migration_is_empty() -> None:
    known = Known(large=frozenset({"fresh"}))
    assert judged("CREATE TABLE fresh (id int); CREATE INDEX i ON fresh (id)", known) == []
    assert [one.code for one in judged("CREATE INDEX i ON fresh (id)", known)] == ["index"]


def test_statements_are_told_apart() -> None:
    text = "SELECT 'a;b' ; -- c;\nCREATE FUNCTION f() AS $x$ one; two; $x$ LANGUAGE sql;"
    assert list(statements(text)) == ["SELECT ''", "CREATE FUNCTION f() AS '' LANGUAGE sql"]


def through_all_entries(apps, schema_editor):  # type: ignore[no-untyped-def]
    apps.get_model("registry", "Entry").objects.update(name="")


def through_programmes(apps, schema_editor):  # type: ignore[no-untyped-def]
    apps.get_model("registry", "Programme").objects.update(name="")


NAMED = models.CheckConstraint(condition=~models.Q(name=""), name="x")
ID = models.BigAutoField(primary_key=True)
OPERATIONS: list[tuple[Operation, bool, Sequence[str]]] = [
    (migrations.AddIndex("entry", models.Index(fields=["name"], name="x")), True, ["index"]),
    (AddIndexConcurrently("entry", models.Index(fields=["name"], name="x")), False, []),
    (migrations.AddIndex("programme", models.Index(fields=["name"], name="x")), True, []),
    (migrations.AddField("entry", "x", models.TextField(null=True)), True, []),
    (migrations.AddField("entry", "x", models.TextField(default="")), True, ["no_default"]),
    (migrations.AddField("programme", "x", models.TextField(default="")), True, ["no_default"]),
    (migrations.AddField("entry", "x", models.TextField(db_default="")), True, []),
    (migrations.AddField("entry", "x", models.DateTimeField(db_default=Now())), True, []),
    (migrations.AddField("entry", "x", models.TextField(null=True, unique=True)), True, ["index", "index"]),
    (migrations.AddField("entry", "x", models.TextField(null=True, db_index=True)), True, ["index", "index"]),
    (migrations.AddField("entry", "x", models.PositiveIntegerField(null=True)), True, ["scans"]),
    (migrations.AlterField("entry", "number", models.CharField(max_length=5000)), True, []),
    (migrations.AlterField("entry", "number", models.TextField()), True, []),
    (migrations.AlterField("entry", "number", models.CharField(max_length=1)), True, ["rewrites"]),
    (migrations.AlterField("entry", "row_number", models.BigIntegerField()), True, ["rewrites"]),
    (migrations.AlterField("entry", "name", models.CharField(max_length=500, verbose_name="another word")), True, []),
    (migrations.RemoveField("entry", "name"), True, ["drops_used"]),
    (migrations.RenameField("programme", "name", "title"), True, ["renames_used"]),
    (migrations.DeleteModel("headerword"), True, ["drops_used"]),
    (migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("entry", "name")]), True, []),
    (migrations.AddConstraint("entry", NAMED), True, ["scans"]),
    (AddConstraintNotValid("entry", NAMED), True, []),
    (ValidateConstraint("entry", "x"), False, []),
    (migrations.AddConstraint("entry", models.UniqueConstraint(fields=["name"], name="x")), True, ["index"]),
    (migrations.CreateModel("Fresh", [("id", ID), ("n", models.PositiveIntegerField())]), True, []),
    (migrations.RunPython(through_all_entries), True, ["code"]),
    (migrations.RunPython(through_programmes), True, []),
    (migrations.RunSQL("UPDATE registry_entry SET name = ''"), True, ["rows"]),
]  # fmt: skip


@pytest.mark.early
def test_what_djangos_operations_come_to(django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each as if it came next: the SQL that Django makes of it is what is judged."""
    with django_db_blocker.unblock():
        state = MigrationLoader(None).project_state()
        columns = forthcoming._columns(state)
        told = {}
        for operation, atomic, _codes in OPERATIONS:
            made = type("Migration", (migrations.Migration,), {"operations": [operation], "atomic": atomic})
            migration = made("x", "registry")
            told[str(operation.describe())] = [
                finding.code for finding in forthcoming._of_migration(migration, state.clone(), columns)
            ]
        connection.close()
    assert told == {str(operation.describe()): list(codes) for operation, _atomic, codes in OPERATIONS}


@pytest.mark.early
def test_the_migrations_to_come_may_run_while_the_site_does(django_db_blocker: DjangoDbBlocker) -> None:
    """`manage.py check_migrations` says it more amply. At a release `--record` counts all as shipped."""
    with django_db_blocker.unblock():
        found = forthcoming.judge()
        connection.close()
    assert [one for one in found if not one.allowed] == []
    assert all(len(one.allowed) > 20 for one in found)
    known = {path.stem for path in Path().glob("*/migrations/0*.py")} | {
        path.stem for path in Path("config").glob("*/migrations/0*.py")
    }
    assert set(forthcoming.released().values()) <= known, "a migration was renumbered: check_migrations --record"
