"""A pool of one line or a few, for the tests of who is in it and why."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from enterprises import pooling, resolving
from registry.models import ListImport
from tests.conftest import NOW, Publish
from tests.enterprises.looking import CODE, HEADER, NAME, NUMBER, TODAY


@pytest.fixture
def pool(publish: Publish) -> Callable[..., ListImport]:
    """Publish a list and bring the pool up to date as of a day."""

    def act(*rows: list[object], header: list[str] = HEADER, as_of: date = TODAY, **notice: Any) -> ListImport:
        listed = publish([header, *rows], **notice)
        resolving.resolve(now=NOW)
        pooling.rebuild(as_of=as_of, now=NOW)
        return listed

    return act


@pytest.fixture
def known(pool: Callable[..., ListImport]) -> None:
    """One enterprise with a code, a number and a former name, in the pool."""
    pool(
        [1, NAME, CODE, NUMBER, "金水区"],
        valid_from=date(2024, 12, 1),
        valid_to=date(2027, 11, 30),
        title="关于公布名单的通知",
        document_number="豫科〔2025〕1号",
        source_url="https://example.org/notice",
    )
