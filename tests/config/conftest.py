"""Folders and checkouts for the tests of the local stack."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.scratch import Checkout, placed


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder that every account may enter, as /home or /srv would be."""
    with tempfile.TemporaryDirectory(prefix="stack-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder).resolve()


@pytest.fixture
def checkout(scratch: Path) -> Iterator[Checkout]:
    with placed(scratch / "checkout") as one:
        yield one
