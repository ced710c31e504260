"""Tables that are filled for the first time: their indexes come back as they were, or nothing is committed."""

from collections.abc import Iterator

import numpy as np
import polars as pl
import psycopg
import pytest
from django.db import DatabaseError, InternalError, OperationalError, connection, transaction
from django.utils import timezone

from enterprises import filling
from enterprises.models import Enterprise, MatchDecision, NameKeys
from enterprises.public_ids import public_ids
from registry.copying import Behind

TABLES = [model._meta.db_table for model in (Enterprise, MatchDecision, NameKeys)]
_INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s
    UNION ALL
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass ORDER BY 1, 2
"""


def _laws(table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES, [table, table])
        return list(cursor.fetchall())


def _begin(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT enterprises_begin_filling(%s)", [table])
        return bool(cursor.fetchone()[0])


def _end(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT enterprises_end_filling(%s)", [table])


def _enterprises(*numbers: int) -> pl.DataFrame:
    named = pl.DataFrame({"id": numbers, "name": [f"郑州{number}号有限公司" for number in numbers]})
    return named.with_columns(
        public_id=public_ids(np.array(numbers)), name_key="name", in_scope=True,
        created_at=pl.lit(timezone.now().isoformat()),
    )  # fmt: skip


def _fill(*numbers: int, first: bool) -> None:
    with transaction.atomic(), Behind() as behind:
        rows = _enterprises(*numbers)
        filling.fill(behind, Enterprise._meta.db_table, lambda: rows, rows=len(numbers), first=first)


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(filling, "_MANY", 1)
    yield


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_all_that_is_laid_aside_is_put_back(table: str) -> None:
    before = _laws(table)
    assert _begin(table)
    aside = set(before) - set(_laws(table))
    keys = [name for name, _law in aside if name.endswith("_pkey")]
    # One that other tables refer to stays.
    assert aside and bool(keys) == (table != Enterprise._meta.db_table)
    _end(table)
    assert _laws(table) == before


@pytest.mark.django_db
@pytest.mark.usefixtures("few_are_many")
def test_a_table_is_filled_and_its_laws_are_there_again() -> None:
    before = _laws(Enterprise._meta.db_table)
    _fill(1, 2, 3, first=True)
    assert Enterprise.objects.count() == 3
    assert _laws(Enterprise._meta.db_table) == before


@pytest.mark.django_db
@pytest.mark.usefixtures("few_are_many")
def test_rows_that_break_a_law_that_was_laid_aside_are_refused() -> None:
    before = _laws(Enterprise._meta.db_table)
    same = _enterprises(4, 5).with_columns(public_id=pl.lit("EAAAAAAA"))
    with pytest.raises((DatabaseError, psycopg.errors.UniqueViolation)), transaction.atomic(), Behind() as behind:
        filling.fill(behind, Enterprise._meta.db_table, lambda: same, rows=2, first=True)
    assert not Enterprise.objects.exists()
    assert _laws(Enterprise._meta.db_table) == before


@pytest.mark.django_db
@pytest.mark.usefixtures("few_are_many")
def test_a_table_that_holds_something_keeps_its_indexes() -> None:
    _fill(1, first=True)
    before = _laws(Enterprise._meta.db_table)
    assert not _begin(Enterprise._meta.db_table)
    assert _laws(Enterprise._meta.db_table) == before
    _fill(2, first=False)
    assert Enterprise.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["auth_user", "registry_entry", "enterprises_enterprise; DROP TABLE auth_user"])
def test_no_other_table_is_filled_so(table: str) -> None:
    with pytest.raises((DatabaseError, OperationalError), match="not a table to be filled"), transaction.atomic():
        _begin(table)


@pytest.mark.django_db
def test_nothing_is_committed_while_an_index_lies_aside() -> None:
    before = _laws(Enterprise._meta.db_table)
    with pytest.raises((InternalError, DatabaseError), match="not put back"), transaction.atomic():
        assert _begin(Enterprise._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as a commit does
    assert _laws(Enterprise._meta.db_table) == before


@pytest.mark.django_db
def test_who_reads_the_table_is_not_disturbed() -> None:
    before = _laws(Enterprise._meta.db_table)
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    with psycopg.connect(**parameters) as reader, transaction.atomic():
        reader.execute("SELECT count(*) FROM enterprises_enterprise")
        assert not _begin(Enterprise._meta.db_table)
        assert _laws(Enterprise._meta.db_table) == before
