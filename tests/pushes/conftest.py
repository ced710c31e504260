"""Two consecutive editions to push."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from enterprises.models import Edition
from tests.pushes import peers
from tests.pushes.making import recognition, record, sealed_edition
from tests.pushes.peers.certificates import certificate
from tests.pushes.peers.files import Files
from tests.pushes.peers.mailbox import Mailbox
from tests.pushes.peers.receiver import Receiver


@pytest.fixture(autouse=True)
def own_counts(settings: Settings) -> None:
    """What one test asks of the machines' interface counts against no other's limits."""
    settings.CACHES = {"default": settings.CACHES["default"] | {"KEY_PREFIX": secrets.token_hex(8)}}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """The folder in which packages are kept during the test."""
    return tmp_path / "files"


@pytest.fixture
def spring(db: None) -> Edition:
    """2026Q2: three members, one known by name only."""
    return sealed_edition(
        "2026Q2",
        [
            record(1),
            record(2, recognition("SRDI", "SRDI-2025-01#2")),
            record(3, recognition("HNTE", "HNTE-2025-01#3"), uscc=""),
        ],
    )


@pytest.fixture
def summer(spring: Edition) -> Edition:
    """2026Q3: 1 got SRDI too, 2 is gone, 3 got its code, 4 is new and in grace."""
    return sealed_edition(
        "2026Q3",
        [
            record(
                1,
                recognition(source="HNTE-2025-01#1"),
                recognition("SRDI", "SRDI-2026-01#1", valid_to=None),
            ),
            record(3, recognition("HNTE", "HNTE-2025-01#3")),
            record(4, recognition("HNTE", "HNTE-2023-02#4", state="grace"), name="=cmd|'/C calc'!A1"),
        ],
        previous=spring,
    )


@pytest.fixture(scope="session")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    """An institution's receiver of webhooks."""
    with peers.receiver.running(certificate(tmp_path_factory.mktemp("receiver"))) as running:
        yield running


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    """A mail server."""
    with peers.mailbox.running() as running:
        yield running


@pytest.fixture(scope="session")
def sftp_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Files]:
    """An institution's SFTP server."""
    with peers.files.running(tmp_path_factory.mktemp("sftp")) as running:
        yield running
