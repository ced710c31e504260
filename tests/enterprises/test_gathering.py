"""Questions that come at once are asked in one; each gets its own answer, and one that fails harms no other."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from random import Random

import pytest

from enterprises.gathering import Gathered

PATIENCE = 30


class Asking:
    """Answers with the double, once it may; keeps what was asked together."""

    def __init__(self) -> None:
        self.together: list[list[int]] = []
        self.has_begun, self.may_go_on = threading.Semaphore(0), threading.Semaphore(0)

    def __call__(self, questions: Sequence[int]) -> list[int]:
        self.together.append(list(questions))
        self.has_begun.release()
        assert self.may_go_on.acquire(timeout=PATIENCE)
        if 13 in questions:
            raise ValueError("13 is none")
        return [2 * question for question in questions]


def crowd(threads: ThreadPoolExecutor, asking: Asking, gathered: Gathered[int, int], *own: int) -> list[Future[int]]:
    """The first is being asked, when the others come one after the other."""
    futures = [threads.submit(gathered.ask, own[0])]
    assert asking.has_begun.acquire(timeout=PATIENCE)
    for place, question in enumerate(own[1:], start=1):
        futures.append(threads.submit(gathered.ask, question))
        while len(gathered._waiting) < place:
            time.sleep(0.001)
    return futures


def test_a_lone_question_is_asked_at_once() -> None:
    asking = Asking()
    asking.may_go_on.release(2)
    gathered = Gathered(asking, most=4, patience=PATIENCE)
    assert [gathered.ask(1), gathered.ask(2)] == [2, 4]
    assert asking.together == [[1], [2]]


def test_those_who_come_meanwhile_are_asked_for_together_but_no_more_than_so_many() -> None:
    asking = Asking()
    gathered = Gathered(asking, most=3, patience=PATIENCE)
    with ThreadPoolExecutor(8) as threads:
        futures = crowd(threads, asking, gathered, 1, 2, 3, 4, 5, 6)
        asking.may_go_on.release(3)
        assert [future.result(PATIENCE) for future in futures] == [2, 4, 6, 8, 10, 12]
    assert asking.together == [[1], [2, 3, 4], [5, 6]]
    asking.may_go_on.release()
    assert gathered.ask(7) == 14  # nobody is taken to be asking still


def test_one_that_fails_does_so_for_itself_alone() -> None:
    asking = Asking()
    gathered = Gathered(asking, most=3, patience=PATIENCE)
    with ThreadPoolExecutor(8) as threads:
        futures = crowd(threads, asking, gathered, 1, 2, 13, 4, 5)
        asking.may_go_on.release(9)
        wait(futures, PATIENCE)
        assert [future.result() for future in futures if future is not futures[2]] == [2, 4, 8, 10]
        with pytest.raises(ValueError, match="13 is none"):
            futures[2].result()
    assert asking.together[:2] == [[1], [2, 13, 4]]
    assert sorted(asking.together[2:]) == [[2], [4], [5], [13]]


def test_who_fails_alone_leaves_the_place_to_the_next() -> None:
    asking = Asking()
    gathered = Gathered(asking, most=3, patience=PATIENCE)
    with ThreadPoolExecutor(8) as threads:
        futures = crowd(threads, asking, gathered, 13, 2)
        asking.may_go_on.release(2)
        assert futures[1].result(PATIENCE) == 4
        with pytest.raises(ValueError, match="13 is none"):
            futures[0].result()


def test_one_that_takes_long_holds_nobody_up() -> None:
    asking = Asking()
    gathered = Gathered(asking, most=3, patience=0.01)
    with ThreadPoolExecutor(8) as threads:
        futures = []
        for question in (1, 2, 3):
            futures.append(threads.submit(gathered.ask, question))
            assert asking.has_begun.acquire(timeout=PATIENCE)  # beside those that are still being asked
        assert asking.together == [[1], [2], [3]]
        asking.may_go_on.release(3)
        assert [future.result(PATIENCE) for future in futures] == [2, 4, 6]
    asking.may_go_on.release()
    assert gathered.ask(4) == 8 and gathered._asking == 0


def test_many_at_once_get_each_their_own() -> None:
    dice = Random(5)
    gathered = Gathered[int, str](
        lambda questions: [f"of {question}" for question in questions], most=5, patience=0.001
    )
    questions = [dice.randrange(10**9) for _question in range(4_000)]
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(gathered.ask, questions)) == [f"of {question}" for question in questions]
    assert gathered._asking == 0
