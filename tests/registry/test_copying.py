"""Rows go to the database in bulk, whatever their texts hold."""

import json

import polars as pl
import pytest
from django.db import connection, transaction
from psycopg.errors import DivisionByZero, UniqueViolation

from registry import copying
from registry.copying import Behind, as_json, as_texts, rows_of


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("郑州", "郑州"),
        ("a\x00b\x00\x00", "ab"),
        ("\\u0000", "\\u0000"),  # six characters, none of them NUL
        ("\\\x00", "\\"),
        ('"\x00\\\\u0000\n', '"\\\\u0000\n'),
    ],
)
def test_json_loses_nul_and_nothing_else(text: str, kept: str) -> None:
    assert json.loads(as_json({"a": text})) == {"a": kept}


@pytest.mark.django_db
def test_texts_come_as_an_array_as_they_are() -> None:
    texts = ["", "郑州", 'a"b', "\\", '\\"', "{a,b}", "NULL", " a ", "a\nb", "it's", "%s", "$1"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(%s::text[])", [as_texts(texts)])
        assert [text for (text,) in cursor.fetchall()] == texts
        cursor.execute("SELECT %s::text[]", [as_texts([])])
        assert cursor.fetchone() == ([],)


@pytest.mark.django_db
def test_frames_are_copied_in_turn_while_the_caller_goes_on() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE come (id bigint PRIMARY KEY, name text)")
        with Behind() as behind:
            behind.copy("come", lambda: pl.DataFrame({"id": [1, 2], "name": ['a"b,\n', None]}))
            behind.copy("come", lambda: pl.DataFrame({"id": [3], "name": ["郑州"]}))
        cursor.execute("SELECT id, name FROM come ORDER BY id")
        assert cursor.fetchall() == [(1, 'a"b,\n'), (2, None), (3, "郑州")]


@pytest.mark.django_db
def test_what_goes_wrong_behind_is_raised() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE come (id bigint PRIMARY KEY)")
        with pytest.raises(UniqueViolation), Behind() as behind:
            behind.copy("come", lambda: pl.DataFrame({"id": [1, 1]}))


@pytest.mark.django_db
def test_rows_come_in_pieces_of_whole_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    query = "SELECT n, '郑州, ' || n FROM generate_series(1, 5000) AS n"
    whole = b"".join(rows_of(query))
    assert whole.decode().splitlines()[:2] == ['1,"郑州, 1"', '2,"郑州, 2"'] and whole.count(b"\n") == 5_000
    monkeypatch.setattr(copying, "_PIECE", 100)
    pieces = list(rows_of(query))
    assert len(pieces) > 100 and b"".join(pieces) == whole
    assert all(piece.endswith(b"\n") for piece in pieces)
    assert list(rows_of("SELECT 1 WHERE false")) == []


@pytest.mark.django_db
def test_what_goes_wrong_among_the_rows_is_raised() -> None:
    with pytest.raises(DivisionByZero), transaction.atomic():
        list(rows_of("SELECT 1 / (n - 3000) FROM generate_series(1, 5000) AS n"))
    assert list(rows_of("SELECT 1")) == [b"1\n"]  # the connection goes on


@pytest.mark.django_db
def test_who_stops_reading_can_go_on_with_something_else() -> None:
    with pytest.raises(KeyError), transaction.atomic():
        for _piece in rows_of("SELECT n FROM generate_series(1, 5000) AS n"):
            raise KeyError
    assert list(rows_of("SELECT 1")) == [b"1\n"]
