"""Tests as the role that serves a site, which may read and write rows and nothing else.

`make test ARGS="-p tests.runtime_role …"` puts every test of one transaction under it; see config/database/granting.py.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from config.database import granting

ROLE = f"runtime_of_{os.getpid()}"


@contextmanager
def as_runtime() -> Iterator[None]:
    """Within a test's transaction: the role, its rights and our being it are gone with it."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        granting.grant(role=ROLE)
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        try:
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute("RESET ROLE")


@pytest.fixture(autouse=True)
def _every_test_as_runtime(request: pytest.FixtureRequest) -> Iterator[None]:
    marker = request.node.get_closest_marker("django_db")
    if (marker is None and "db" not in request.fixturenames) or (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("db")
    if not connection.in_atomic_block:
        yield
        return
    with as_runtime():
        yield
