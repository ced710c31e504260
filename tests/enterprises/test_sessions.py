"""Work that is done at once has sessions of its own, which end with the block; without them the caller does it."""

import pytest
from django.db import connection
from django.db.utils import ProgrammingError

from enterprises.sessions import Sessions, several
from tests.processes import until


def session() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def working_memory() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW work_mem")
        return str(cursor.fetchone()[0])


def prepare() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '17MB'")


def broken() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM no_such_table")


def alive(numbers: set[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # which else lasts as long as the transaction
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)", [list(numbers)])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_each_has_a_prepared_session_of_its_own_until_the_block_ends() -> None:
    with several(prepare) as sessions:
        answers = [sessions.do(session) for _number in range(8)]
        others = {answer() for answer in answers}
        assert others and session() not in others and len(others) <= 2
        assert sessions.do(working_memory)() == "17MB"
        assert alive(others) == len(others)
    assert working_memory() != "17MB"
    until(lambda: not alive(others), "the end of the sessions")


@pytest.mark.django_db
def test_what_goes_wrong_is_raised_where_it_is_waited_for() -> None:
    with several(prepare) as sessions:
        answer = sessions.do(broken)
        with pytest.raises(ProgrammingError, match="no_such_table"):
            answer()
        assert sessions.do(session)() != session()


@pytest.mark.django_db
def test_without_others_the_caller_does_it_at_once() -> None:
    done: list[int] = []
    answer = Sessions().do(lambda: done.append(session()))
    assert done == [session()]
    answer()
    assert done == [session()]
