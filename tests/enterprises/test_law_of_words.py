"""What a person said, and that a list was resolved, is history: the role that serves the site cannot rewrite it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from enterprises import resolving, reviewing
from enterprises.models import Judgement, ListResolution, ReviewItem
from registry import importing
from tests.conftest import NOW, Publish
from tests.runtime_role import as_runtime
from tests.staff import staff

HEAD = ["企业名称", "证书编号", "发证日期"]
A = "郑州启航科技有限公司"


@pytest.fixture
def judged(publish: Publish) -> Judgement:
    publish([HEAD, [A, "GR202441000001", "2024-12-01"]], published="2024-12-10")
    publish([HEAD, [A, "GR202441000777", "2024-12-01"]], published="2025-01-10")
    resolving.resolve(now=NOW)
    item = ReviewItem.objects.get(closed_at=None)
    reviewing.settle(item=item, enterprise=item.candidates.get(), now=NOW, by=staff())
    return Judgement.objects.get()


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ("UPDATE enterprises_judgement SET verdict = 'different'", "withdrawn once"),
        ("UPDATE enterprises_judgement SET withdrawn_at = now(), compared = '{}'", "withdrawn once"),
        ("UPDATE enterprises_judgement SET judged_at = now()", "withdrawn once"),
        ("DELETE FROM enterprises_judgement", "withdrawn once"),
        ("UPDATE enterprises_listresolution SET resolved_at = now()", "neither changed nor deleted"),
        ("UPDATE enterprises_listresolution SET list_import_id = 0", "neither changed nor deleted"),
        ("DELETE FROM enterprises_listresolution", "neither changed nor deleted"),
    ],
)
def test_it_is_not_rewritten(judged: Judgement, act: str, words: str) -> None:
    with as_runtime(), connection.cursor() as cursor, pytest.raises(IntegrityError, match=words), transaction.atomic():
        cursor.execute(act)


def test_a_word_is_withdrawn_once_and_a_list_that_turns_is_followed(judged: Judgement) -> None:
    later = NOW + timedelta(hours=1)
    reviewing.reopen(item=judged.entry.review, now=later, by=judged.judged_by)
    importing.withdraw(list_import=judged.entry.list_import, reason="x", now=later)
    resolving.resolve(now=later)
    assert set(ListResolution.objects.values_list("state_seen", flat=True)) == {"confirmed", "withdrawn"}
    for again in (None, later):
        with pytest.raises(IntegrityError, match="withdrawn once"), transaction.atomic():
            Judgement.objects.filter(pk=judged.pk).update(withdrawn_at=again)
