"""A step beside another has a database session of its own, and neither's fault is lost."""

from contextvars import ContextVar

import pytest
from django.db import connection, transaction

from enterprises.beside import beside

_whom: ContextVar[str] = ContextVar("whom", default="nobody")


def session() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    return int(number)


def broken() -> None:
    raise ValueError("the work")


@pytest.mark.django_db(transaction=True)
def test_over_a_session_of_its_own() -> None:
    seen: list[tuple[int, str]] = []
    _whom.set("the clerk")
    with beside(lambda: seen.append((session(), _whom.get()))):
        own = session()
    ((other, whom),) = seen
    assert (other == own, whom) == (False, "the clerk")
    done: list[str] = []
    with pytest.raises(ValueError, match="the work"), beside(broken):
        done.append("the block")
    assert done == ["the block"]
    with pytest.raises(KeyError, match="the block"), beside(broken):
        raise KeyError("the block")


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_is_asked_beside_a_transaction_too() -> None:
    seen: list[int] = []
    with transaction.atomic(), beside(lambda: seen.append(session()), committed=True):
        own = session()
    assert seen != [own]


@pytest.mark.django_db
def test_within_a_transaction_it_is_done_before() -> None:
    order: list[str] = []
    with beside(lambda: order.append(f"work {session()}")):
        order.append(f"block {session()}")
    assert order == [f"work {session()}", f"block {session()}"]
    with pytest.raises(ValueError, match="the work"), beside(broken):
        raise AssertionError("the block is not begun")
