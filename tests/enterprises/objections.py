"""What tests of objections share: a form filled in, an objection filed, the cache of one test alone."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from pytest_django import Settings

from enterprises import objecting
from enterprises.models import Enterprise, Objection, ObjectionKind
from enterprises.objecting import Claim
from registry.models import Entry
from tests.conftest import NOW

CONTACT = {"contact_name": "王工", "contact_phone": "0371-67180000"}
SAYS = "证书载明的名称与公布名单不一致，以证书为准。"


@pytest.fixture
def in_memory(settings: Settings) -> Iterator[None]:
    """Tries are counted for this test alone."""
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(uuid.uuid4())}
    }
    cache.clear()
    yield
    cache.clear()


def fields(**more: Any) -> dict[str, Any]:
    """A form as a browser sends it."""
    plain = {
        "form": str(uuid.uuid4()), "about": "", "kind": "missing", "line": "", "name": "郑州启航科技有限公司",
        "code": "", "says": SAYS, "contact_name": "", "contact_phone": "", "contact_mail": "", "website": "",
    }  # fmt: skip
    return plain | more


def filed(
    kind: ObjectionKind = ObjectionKind.NAME,
    enterprise: Enterprise | None = None,
    entry: Entry | None = None,
    **more: Any,
) -> Objection:
    contact = {"contact_phone": CONTACT["contact_phone"]}
    now = more.pop("now", NOW)
    claim = Claim(
        form=uuid.uuid4(), kind=kind, name="郑州启航科技有限公司", says=SAYS, enterprise=enterprise, entry=entry,
        **{**contact, **more},
    )  # fmt: skip
    return objecting.file(claim=claim, now=now).objection
