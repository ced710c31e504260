"""Institutions that report, editions that they report on."""

import secrets

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def own_counts(settings: Settings) -> None:
    """What one test asks of the machines' interface counts against no other's limits."""
    settings.CACHES = {"default": settings.CACHES["default"] | {"KEY_PREFIX": secrets.token_hex(8)}}
