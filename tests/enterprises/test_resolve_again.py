"""After a change of rules all entries are judged anew: first shown, then applied; a person's word binds as before."""

import json
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from pytest_django import Settings

from enterprises import resolving, reviewing
from enterprises.models import Enterprise, ReviewItem
from tests.conftest import NOW, Publish

pytestmark = pytest.mark.django_db
HEADER = ["企业名称", "统一社会信用代码", "区县"]
CODE = "91330100MA27YTKRXE"
LONG, SHORT = "郑州市启航智能科技有限公司", "郑州启航智能科技有限公司"


def again(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("resolve_entries", "--again", "--json", *arguments, stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


@pytest.fixture
def asked(publish: Publish, settings: Settings) -> None:
    """Two names of one district that would be tied at the line as it is; at a stricter line they are asked of."""
    settings.MATCH_LINE = 1.0 + 1e-9
    publish([HEADER, [LONG, CODE, "金水区"]], published="2024-01-01")
    publish([HEADER, [SHORT, "", "金水区"]], programme="SRDI", published="2025-01-01")
    resolving.resolve(now=NOW)
    assert [item.cause for item in ReviewItem.objects.filter(closed_at=None)] == ["suffix_here"]
    settings.MATCH_LINE = 0.9999


def test_what_would_change_is_shown_and_not_done(asked: None) -> None:
    told = again()
    assert (told["moved"], told["applied"]) == (1, False)
    assert told["examples"][0][0] == SHORT
    assert not Enterprise.objects.filter(merged_into__isnull=False).exists()


def test_it_is_done_when_asked_for(asked: None) -> None:
    assert again("--apply")["moved"] == 1
    gone = Enterprise.objects.get(merged_into__isnull=False)
    assert gone.merged_into is not None
    assert gone.merged_into.uscc == CODE
    assert not ReviewItem.objects.filter(closed_at=None).exists()
    assert again()["moved"] == 0


def test_who_was_said_to_be_another_stays_another(asked: None) -> None:
    by = User.objects.create_user("zhao")
    reviewing.settle(item=ReviewItem.objects.get(), enterprise=None, now=NOW, by=by)
    assert again("--apply")["moved"] == 0
    assert Enterprise.objects.filter(merged_into=None).count() == 2
