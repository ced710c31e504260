"""Rows go to the database in bulk, whatever their texts hold."""

import json

import polars as pl
import pytest
from django.db import connection
from psycopg.errors import UniqueViolation

from registry.copying import Behind, as_json


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
