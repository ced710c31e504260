"""A list beside the one before it: new, same, changed, gone; and how many may go."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from registry import comparing, errors, importing
from registry.models import ImportState
from registry.wording import FATE_WORDS
from tests.conftest import NOW, Cells, Publish

pytestmark = pytest.mark.django_db
HEADER = ["序号", "企业名称", "统一社会信用代码", "证书编号", "区县"]
BEFORE: Cells = [
    HEADER,
    [1, "郑州甲有限公司", "91330100MA27YTKRXE", "", "金水区"],
    [2, "郑州乙有限公司", "", "GR202441000001", "金水区"],
    [3, "郑州丙有限公司", "", "GR202441000002", "金水区"],
    [4, "郑州丁有限公司", "", "", "金水区"],
]
AFTER: Cells = [
    HEADER,
    [1, "郑州甲（新）有限公司", "91330100MA27YTKRXE", "", "金水区"],  # the same code: another name
    [2, "郑州乙有限公司", "", "GR202441000001", "金水区"],
    [3, "郑州丙有限公司", "", "GR202441000002", "二七区"],  # moved
    [4, "郑州戊有限公司", "", "", "金水区"],
]


def test_each_row_is_new_the_same_changed_or_gone(publish: Publish) -> None:
    before = publish(BEFORE, published="2024-01-10")
    listed = publish(AFTER, confirmed=False)
    counts = {name: listed.comparison[name] for name in ("against", "new", "same", "changed", "gone", "of")}
    assert counts == {"against": before.pk, "new": 1, "same": 1, "changed": 2, "gone": 1, "of": 4}
    names = {fate: sorted(comparing.rows(listed, fate).values_list("name", flat=True)) for fate in FATE_WORDS}
    assert names == {
        "new": ["郑州戊有限公司"],
        "same": ["郑州乙有限公司"],
        "changed": ["郑州丙有限公司", "郑州甲（新）有限公司"],
        "gone": ["郑州丁有限公司"],
    }


def test_a_first_list_has_nothing_but_new_rows(publish: Publish) -> None:
    listed = publish(BEFORE, confirmed=False)
    assert listed.comparison == {"against": None, "new": 4, "same": 0, "changed": 0, "gone": 0}


def test_a_list_is_compared_with_its_own_programme_and_past(publish: Publish) -> None:
    publish(BEFORE, programme="TSME", published="2024-01-10")
    publish(BEFORE, published="2025-06-01")
    publish(BEFORE, kind="publicity", published="2024-02-01")
    assert publish(AFTER, confirmed=False).comparison["against"] is None


def test_kinds_that_grant_nothing_are_not_compared(publish: Publish) -> None:
    publish(BEFORE, published="2024-01-10")
    assert publish(AFTER, kind="revocation", confirmed=False).comparison == {}


def test_a_full_list_that_ends_too_much_needs_a_second_person(publish: Publish, settings: Settings) -> None:
    settings.GONE_LIMIT_PERCENT = 24
    maker, second = User.objects.create_user("maker"), User.objects.create_user("second")
    publish(BEFORE, published="2024-01-10")
    listed = publish(AFTER, confirmed=False, is_full=True)
    listed.staged_by = maker
    listed.save()
    for alone in (maker, None):
        with pytest.raises(errors.TooManyGone, match=r"\b4\b"):
            importing.confirm(list_import=listed, now=NOW, by=alone)
    importing.confirm(list_import=listed, now=NOW, by=second)
    assert listed.state == ImportState.CONFIRMED


@pytest.mark.parametrize(("limit", "full"), [(25, True), (0, False)])
def test_below_the_limit_or_in_an_addition_nobody_else_is_asked(
    publish: Publish, settings: Settings, limit: int, full: bool
) -> None:
    settings.GONE_LIMIT_PERCENT = limit
    publish(BEFORE, published="2024-01-10")
    assert publish(AFTER, is_full=full).state == ImportState.CONFIRMED


def test_the_limit_is_judged_against_the_list_that_stands_at_the_confirming(publish: Publish) -> None:
    """Between staging and confirming another list may have come."""
    listed = publish(AFTER, confirmed=False, is_full=True)
    publish(BEFORE, published="2024-01-10", now=NOW + timedelta(minutes=1))
    with pytest.raises(errors.TooManyGone):
        importing.confirm(list_import=listed, now=NOW)
