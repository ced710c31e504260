"""One step of a run beside another: in a thread, over a database session of its own.

Law: what it raises is raised here, once the other has ended well. Within a transaction nothing can stand beside it, but
for what was committed before: there the one is done before the other.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context

from django.db import connection


@contextmanager
def beside(work: Callable[[], object], *, committed: bool = False) -> Iterator[None]:
    """Do `work` while the block runs, on behalf of whom the block works for; leave when both have ended.

    Whoever says that all it asks of is `committed` has it done beside a transaction as well.
    """
    if connection.in_atomic_block and not committed:
        work()
        yield
        return
    with ThreadPoolExecutor(max_workers=1) as threads:
        done = threads.submit(copy_context().run, _over_its_own_session, work)
        yield
        done.result()


def _over_its_own_session(work: Callable[[], object]) -> None:
    try:
        work()
    finally:
        connection.close()
