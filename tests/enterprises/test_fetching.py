"""The look-up's one statement, past Django's cursors: what becomes of it where the line is cut, or the key is none."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import orjson
import pytest
from django.db import DatabaseError, connection, transaction

from enterprises.fetching import Keys, fetched
from registry.models import ListImport
from registry.names import name_key
from tests.enterprises.looking import good_code, one_statement

NOTHING = {"found": None, "lines": None, "as_of": None}


def keys(name: str) -> Keys:
    return Keys(public_id=None, code=None, number=None, name=name, other_name=None, many=3)


def asked(name: str = "谁也不是") -> dict[str, object]:
    (told,) = fetched([keys(name)])
    found: dict[str, object] = orjson.loads(told)
    return found


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    return int(number)


def test_a_line_that_was_cut_is_opened_anew(db: None) -> None:
    with ThreadPoolExecutor(1) as thread:  # with a line of its own
        first = thread.submit(backend).result()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [first])
        assert thread.submit(asked).result() == NOTHING
        assert thread.submit(backend).result() != first
        thread.submit(lambda: connection.close()).result()


def test_one_whose_cut_was_found_by_another_statement_is_too(db: None) -> None:
    """As where a look-up's second try failed with its first, and it is asked for once more by itself."""

    def work() -> dict[str, object]:
        with ThreadPoolExecutor(1) as other:
            other.submit(ended, backend()).result()
        with pytest.raises(DatabaseError):
            backend()
        return asked()

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(work).result() == NOTHING
        thread.submit(lambda: connection.close()).result()


def test_within_a_transaction_it_is_not(db: None) -> None:
    """What was done before it would be lost without a word."""

    def work() -> None:
        with transaction.atomic():
            number = backend()
            with ThreadPoolExecutor(1) as other:
                other.submit(ended, number).result()
            asked()

    with ThreadPoolExecutor(1) as thread:
        with pytest.raises(DatabaseError):
            thread.submit(work).result()
        thread.submit(lambda: connection.close()).result()


def ended(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
    connection.close()


def test_several_are_answered_in_one_statement_each_as_if_alone(pool: Callable[..., ListImport]) -> None:
    pool(*([place, f"郑州第{place}号有限公司", good_code(f"91410100MA{place:07}"), "", ""] for place in range(3)))
    several = [keys(name_key(f"郑州第{place}号有限公司")) for place in (2, 7, 0, 1, 2)]
    with one_statement():
        together = fetched(several)
    assert together == [fetched([one])[0] for one in several]
    assert [told["name"] for one in together for told in orjson.loads(one)["found"] or [{"name": ""}]] == [
        "郑州第2号有限公司", "", "郑州第0号有限公司", "郑州第1号有限公司", "郑州第2号有限公司",
    ]  # fmt: skip


def test_a_key_with_a_zero_byte_is_not_cut_there(db: None) -> None:
    with pytest.raises(ValueError, match="zero byte"):
        asked("谁也\x00不是")


def test_what_the_database_refuses_is_an_error_of_djangos(db: None) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION enterprises_told_of, enterprises_look_up")
        with pytest.raises(DatabaseError, match="enterprises_look_up"):
            asked()
        transaction.set_rollback(True)
