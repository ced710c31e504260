"""Questions asked at once, each over a database session of its own. Law: of what is committed, nothing is missed.

What the caller's transaction has written is not seen there: whoever asks of it asks over his own session.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import DEFAULT_DB_ALIAS

T = TypeVar("T")
Answer = Callable[[], T]

_AT_ONCE = 2  # sessions: the database works on each with one processor


class Sessions:
    """Work is done by whichever thread is free; where there are none, by the caller, at once."""

    def __init__(self, threads: ThreadPoolExecutor | None = None) -> None:
        self._threads = threads

    def do(self, work: Callable[..., T], *about: object) -> Answer[T]:
        """Begin the work. What is returned waits for it, and raises what it raised."""
        if self._threads is not None:
            return self._threads.submit(work, *about).result
        done = work(*about)
        return lambda: done


@contextmanager
def several(prepare: Callable[[], None]) -> Iterator[Sessions]:
    """Sessions beside the caller's own, each prepared before its first work; closed when the block ends."""
    opened: list[BaseDatabaseWrapper] = []

    def open_own() -> None:
        own = connections[DEFAULT_DB_ALIAS]
        own.inc_thread_sharing()  # its thread ends before it is closed
        opened.append(own)
        prepare()

    threads = ThreadPoolExecutor(max_workers=_AT_ONCE, initializer=open_own)
    try:
        yield Sessions(threads)
    finally:
        threads.shutdown(cancel_futures=True)
        for own in opened:
            own.close()
