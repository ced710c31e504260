"""The log's law: only added to, sealed so that a change shows, kept for its time, copied to a second place."""

import csv
import json
import socket
import threading
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from config.auditing import copying, exporting, retiring, sealing, verifying
from config.auditing.attending import Attendance, attended
from config.auditing.models import Event, Seal
from config.auditing.recording import note
from config.auditing.triggers import told
from config.auditing.watched import SECRET, WATCHED
from config.auditing.wording import ACTS, AREAS
from registry.models import District

_TRIGGERS = """
    SELECT g.tgrelid::regclass::text, g.tgargs FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
    WHERE p.proname = 'auditing_row' AND g.tgenabled = 'A'
"""
OLD = timedelta(days=200)


def _choices(field: Any) -> list[tuple[str, str]]:
    return list(field.flatchoices)


@pytest.fixture
def empty_log(transactional_db: None) -> None:
    """What migrations brought is brought back row by row, and told."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE auditing_event, auditing_seal, auditing_deletion")


@pytest.mark.django_db
def test_the_triggers_are_those_of_the_table() -> None:
    """Whoever changes what is watched needs a migration that installs it anew."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIGGERS)
        found = {(table, json.dumps(json.loads(bytes(said).rstrip(b"\0")))) for table, said in cursor.fetchall()}
        cursor.execute("SELECT count(*) FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid "
                       "WHERE p.proname = 'auditing_row'")  # fmt: skip
        assert cursor.fetchone()[0] == sum(len(one.when) for one in WATCHED)
    assert found == {(one.table, json.dumps(told(one), sort_keys=True)) for one in WATCHED}


def test_the_table_knows_its_columns_and_hides_what_is_secret() -> None:
    models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    for one in WATCHED:
        columns = {field.column for field in models[one.table]._meta.concrete_fields}
        assert {*one.ignored, *one.masked, *one.acts, *one.by.values()} - {""} <= columns, one.table
        hidden = {*one.ignored, *one.masked}
        open_ = {column for column in columns - hidden if any(part in str(column) for part in SECRET)}
        assert open_ <= {"digest", "annex_digest", "edition_digest"} and (not open_ or one.area == "edition"), (
            one.table,
            open_,
        )
        assert {one.added, one.gone, *one.acts.values()} <= set(ACTS) | {"created", "deleted"}, one.table
        assert one.area in dict(AREAS)
        if one.state:
            states = {code for code, _words in _choices(models[one.table]._meta.get_field(one.state))}
            assert states <= set(ACTS), (one.table, states - set(ACTS))


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["event", "seal", "deletion"])
@pytest.mark.parametrize("statement", ["UPDATE auditing_{0} SET {1} = {1}", "DELETE FROM auditing_{0}",
                                       "TRUNCATE auditing_{0}"])  # fmt: skip
def test_no_row_is_changed_or_deleted(table: str, statement: str) -> None:
    note("desk", "noted")
    moment = timezone.now()
    Seal.objects.create(first=1, last=2, events=2, digest="-")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO auditing_deletion (at, before, last, events) VALUES (%s, %s, 1, 1)", [moment, moment]
        )
        cursor.execute(f"ALTER TABLE auditing_{table} ENABLE ALWAYS TRIGGER auditing_{table}_no_truncate")
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # which silences other triggers
        cursor.execute(statement.format(table, "at"))
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE auditing_{table} DISABLE TRIGGER auditing_{table}_no_truncate")


@pytest.mark.django_db
def test_a_note_outlives_its_transaction_and_a_change_does_not() -> None:
    with attended(Attendance(page="POST /", request="r")), pytest.raises(ValueError), transaction.atomic():
        note("refusal", "refused", success=False, said=["不"])
        District.objects.update(note="x")
        raise ValueError
    assert list(Event.objects.values_list("act", "request", "success")) == [("refused", "r", False)]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("empty_log")
def test_what_is_sealed_cannot_change_unseen(tmp_path: Path, settings: Settings) -> None:
    copy = tmp_path / "copy.jsonl"
    settings.AUDIT_COPY = str(copy)
    for number in range(3):
        note("desk", "noted", label=f"=第{number}条", said=["一", None, {"b": 1, "a": 2.5}])
    first = sealing.seal()
    assert first is not None and first.events == 3
    assert sealing.seal() is None
    assert copying.copy() == 3 and copying.copy() == 0
    lines = [json.loads(line) for line in copy.read_text().splitlines()]
    assert [line.get("label") for line in lines] == ["=第0条", "=第1条", "=第2条", None]
    assert lines[-1] == {"seal": [first.first, first.last], "events": 3, "digest": first.digest}

    began, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            note("desk", "noted", label="late")
            began.set()
            go_on.wait(30)
        connection.close()

    writer = threading.Thread(target=slow)
    writer.start()
    began.wait(30)
    note("desk", "noted", label="quick")
    assert sealing.seal(patience=0.1) is None  # a smaller number may still come
    go_on.set()
    writer.join()
    second = sealing.seal()
    assert second is not None and second.events == 2
    assert verifying.verify().faults == []

    exported = list(exporting.lines(Event.objects.all(), "jsonl"))
    rows = list(csv.reader(StringIO("".join(exporting.lines(Event.objects.all(), "csv")))))
    assert [row[10] for row in rows[1:4]] == ["'=第0条", "'=第1条", "'=第2条"]
    assert rows[-1][-2:] == ["5", json.loads(exported[-1])["digest"]]
    one = "".join(exporting.lines(Event.objects.filter(number__lte=first.last), "jsonl"))
    assert json.loads(one.splitlines()[-1])["digest"] == first.digest  # an export is held to the seals
    call_command("audit_log", "export", "--to", str(tmp_path / "log.csv"))
    assert (tmp_path / "log.csv").read_text().count("\n") == 8

    for statement, words in (
        ("UPDATE auditing_event SET user_name = 'nobody' WHERE number = %s", "不一致"),
        ("DELETE FROM auditing_event WHERE number = %s", "现有 2 条"),
    ):
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE auditing_event DISABLE TRIGGER auditing_event_law")
                cursor.execute(statement, [first.first])
                cursor.execute("ALTER TABLE auditing_event ENABLE ALWAYS TRIGGER auditing_event_law")
            (fault,) = verifying.verify().faults
            assert str(first.first) in fault and words in fault
            with pytest.raises(CommandError, match=str(first.first)):
                call_command("audit_log", "verify")
            transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.usefixtures("empty_log")
def test_the_oldest_go_by_the_rule_alone(settings: Settings) -> None:
    settings.AUDIT_KEPT_DAYS = 190
    note("desk", "noted", label="old")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE auditing_event DISABLE TRIGGER auditing_event_law")
        Event.objects.update(at=timezone.now() - OLD)
        cursor.execute("ALTER TABLE auditing_event ENABLE ALWAYS TRIGGER auditing_event_law")
    assert retiring.retire(now=timezone.now()) is None  # not sealed yet
    assert sealing.seal() is not None
    assert retiring.retire(now=timezone.now()) is None  # sealed today
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE auditing_seal DISABLE TRIGGER auditing_seal_law")
        Seal.objects.update(at=timezone.now() - OLD)
        cursor.execute("ALTER TABLE auditing_seal ENABLE ALWAYS TRIGGER auditing_seal_law")
    note("desk", "noted", label="new")
    deletion = retiring.retire(now=timezone.now())
    assert deletion is not None and deletion.events == 1
    assert sorted(Event.objects.values_list("act", "label")) == [("noted", "new"), ("retired", "")]
    assert sealing.seal() is not None
    verdict = verifying.verify()
    assert (verdict.faults, verdict.deleted, verdict.events) == ([], 1, 2)
    with pytest.raises(IntegrityError, match="180 days"), connection.cursor() as cursor:
        cursor.execute("SELECT auditing_delete(now() - interval '30 days')")


def test_a_system_log_gets_a_line_for_each_and_its_silence_is_loud(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with copying._place(f"syslog://127.0.0.1:{port}") as write:
            for text in ("甲", "乙"):
                write(text)
        heard = server.accept()[0]
        assert [line.partition("registry-audit: ")[2] for line in heard.makefile(encoding="utf-8")] == ["甲\n", "乙\n"]
        heard.close()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as own:
        own.bind(str(tmp_path / "log"))
        with copying._place(f"syslog://{tmp_path}/log") as write:
            write("丙")
        assert own.recv(1000).decode().endswith("registry-audit: 丙")
    for gone in (f"syslog://127.0.0.1:{port}", f"syslog://{tmp_path}/nowhere", str(tmp_path / "no" / "file")):
        with pytest.raises(OSError), copying._place(gone) as write:
            write("丁")
