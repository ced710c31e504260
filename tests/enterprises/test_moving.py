"""A draft is sealed only while all that it is derived from stands as it did, whatever the clocks say."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from enterprises import editions, errors, locks, moving, pooling, resolving, reviewing
from enterprises.models import Edition, Enterprise, ReviewItem
from registry import importing
from registry.models import ListImport, ProgrammeRule
from tests.conftest import NOW, Publish
from tests.enterprises.rules import revise_rule
from tests.processes import database_url
from tests.staff import staff

pytestmark = pytest.mark.django_db
HEAD = ["企业名称", "证书编号", "发证日期"]
A, B, C = "郑州启航科技有限公司", "郑州嘉禾生物工程有限公司", "郑州归航软件有限公司"


def at(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


def cut(hours: int) -> Edition:
    resolving.resolve(now=at(hours))
    return editions.cut(quarter="2025Q1", now=at(hours))


@pytest.fixture
def doubtful(publish: Publish) -> tuple[ReviewItem, Enterprise, User]:
    """Two certificates of one name: one enterprise, or two? Who is asked, and who it might be."""
    publish([HEAD, [A, "GR202441000001", "2024-12-01"]], published="2024-12-10")
    publish([HEAD, [A, "GR202441000777", "2024-12-01"]], published="2025-01-10")
    resolving.resolve(now=NOW)
    item = ReviewItem.objects.get(closed_at=None)
    return item, item.candidates.get(), staff()


Doubtful = tuple[ReviewItem, Enterprise, User]


def refused(draft: Edition, hours: int) -> bool:
    try:
        editions.seal(edition=draft, now=at(hours))
    except errors.DraftOutdated:
        return True
    return False


def test_a_persons_word_after_the_cut_outdates_the_draft_and_so_does_taking_it_back(doubtful: Doubtful) -> None:
    item, candidate, by = doubtful
    draft = cut(1)
    assert editions.is_current(draft)
    reviewing.settle(item=item, enterprise=candidate, now=at(2), by=by)
    assert refused(draft, 3)
    draft = cut(4)
    reviewing.reopen(item=item, now=at(5), by=by)
    assert refused(draft, 6)
    assert not refused(cut(7), 7)


def test_a_word_of_the_draft_or_before_is_in_it(doubtful: Doubtful) -> None:
    """Though another is said at the very moment of the cut: what it saw is what counts, not what the clock says."""
    item, candidate, by = doubtful
    reviewing.settle(item=item, enterprise=candidate, now=at(1), by=by)
    draft = cut(1)
    assert editions.is_current(draft)
    reviewing.reopen(item=item, now=at(1), by=by)
    assert refused(draft, 2)


def test_a_rule_that_was_revised_outdates_the_draft(publish: Publish) -> None:
    publish([HEAD[:1], [A]], programme="GZ", published="2025-01-10")
    draft = cut(1)
    revise_rule("GZ", at(2), counts=False)
    assert refused(draft, 3)


def test_machines_that_come_to_the_same_again_outdate_nothing(doubtful: Doubtful) -> None:
    item, candidate, by = doubtful
    reviewing.settle(item=item, enterprise=candidate, now=at(1), by=by)
    draft = cut(2)
    resolving.resolve(now=at(3))
    resolving.resolve_again(now=at(3))
    pooling.rebuild(as_of=NOW.date(), now=at(3))
    editions.cut(quarter="2024Q4", now=at(3))
    assert editions.is_current(draft)


def test_what_is_dated_after_the_cut_is_not_taken_for_seen(publish: Publish) -> None:
    publish([HEAD[:1], [A]], programme="GZ", published="2025-01-10")
    resolving.resolve(now=at(2))
    assert not editions.is_current(editions.cut(quarter="2025Q1", now=at(1)))


def test_no_edition_is_cut_while_no_sweep_has_followed_a_withdrawal(publish: Publish) -> None:
    """The change of name had made one of two; until they are told apart again, neither may be sealed."""
    publish([HEAD[:1], [A]], programme="SRDI", published="2025-01-10")
    publish([HEAD[:1], [B]], programme="GZ", published="2025-01-10")
    rows = [["企业原名称", "企业现名称"], [A, B]]
    listed = publish(rows, programme="SRDI", kind="rename", published="2025-02-10")
    resolving.resolve(now=at(1))
    importing.withdraw(list_import=listed, reason="two firms", now=at(2))
    with pytest.raises(errors.NotResolved, match="1"):
        editions.cut(quarter="2025Q1", now=at(3))
    assert cut(4).members == 2


def test_an_overruling_does_not_outlive_what_it_saw(doubtful: Doubtful) -> None:
    item, candidate, by = doubtful
    draft = cut(1)
    draft.guards.model.objects.create(edition=draft, guard="x", level="red", measured=1, words="x", judged_at=at(1))
    editions.overrule(edition=draft, by=by, reason="as it is", now=at(2))
    reviewing.settle(item=item, enterprise=candidate, now=at(3), by=by)
    assert refused(draft, 4)


def test_it_tells_what_is_dated_until_a_moment(doubtful: Doubtful) -> None:
    item, candidate, by = doubtful
    before = moving.so_far()
    reviewing.settle(item=item, enterprise=candidate, now=at(5), by=by)
    assert moving.so_far(at(4)) == before
    assert moving.so_far(at(5)) == moving.so_far() != before


@contextmanager
def beside(act: Callable[[], object]) -> Iterator[None]:
    """Begin to do it over a session of its own, and go on; it has ended when the block is left."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.4)
    yield
    thread.join(20)


@pytest.fixture
def listed(publish: Publish) -> ListImport:
    now = timezone.now()
    found = publish([HEAD[:1], [A]], programme="GZ", published="2025-01-10", now=now)
    resolving.resolve(now=now)
    return found


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_withdrawal_that_waited_while_the_edition_was_cut_is_seen(listed: ListImport) -> None:
    with psycopg.connect(database_url()) as other:  # whoever writes a row that names the list
        other.execute("SELECT 1 FROM registry_listimport WHERE id = %s FOR KEY SHARE", [listed.pk])
        with beside(lambda: importing.withdraw(list_import=listed, reason="wrong", now=timezone.now())):
            draft = editions.cut(quarter="2025Q1", now=timezone.now())
            assert editions.is_current(draft)
            other.rollback()
    with pytest.raises(errors.DraftOutdated):
        editions.seal(edition=draft, now=timezone.now())


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("name", [locks.FACTS, locks.IDENTITIES])
def test_the_seal_waits_for_whoever_is_writing(listed: ListImport, name: str) -> None:
    """They took their moment before the cut, and write once it is proved: the seal sees it all the same."""
    draft = editions.cut(quarter="2025Q1", now=timezone.now())

    def write() -> None:
        with transaction.atomic():
            locks.hold(name)
            time.sleep(1)
            ProgrammeRule.objects.filter(programme__code="GZ").update(superseded_at=draft.known_by)

    with beside(write), pytest.raises(errors.DraftOutdated):
        editions.seal(edition=draft, now=timezone.now())


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_answer_that_waited_is_of_the_moment_after(publish: Publish) -> None:
    """Else what the edition was derived from could not be derived again."""
    now = timezone.now()
    rows = [[A, "GR202441000001", "2024-12-01"], [A, "GR202441000777", "2024-12-01"]]
    publish([HEAD, *rows], published="2024-12-10", now=now)
    resolving.resolve(now=now)
    item, by = ReviewItem.objects.get(closed_at=None), staff()
    candidate = item.candidates.first()
    asked = timezone.now()
    with transaction.atomic():
        locks.hold(locks.IDENTITIES)
        answer = beside(lambda: reviewing.settle(item=item, enterprise=candidate, now=asked, by=by))
        answer.__enter__()
        sealed = editions.seal(edition=editions.cut(quarter="2025Q1", now=timezone.now()), now=timezone.now())
    answer.__exit__(None, None, None)
    item.refresh_from_db()
    assert item.closed_at is not None and item.closed_at > sealed.known_by > asked
    with transaction.atomic(), connection.cursor() as cursor:
        pooling.derive(as_of=sealed.as_of, known_by=sealed.known_by)
        cursor.execute("SELECT count(*) FROM derived_member")
        assert cursor.fetchone()[0] == sealed.members == 2


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_withdrawal_that_waited_for_a_seal_is_of_the_moment_after(listed: ListImport) -> None:
    asked = timezone.now()
    with transaction.atomic():
        locks.hold(locks.FACTS)
        withdrawal = beside(lambda: importing.withdraw(list_import=listed, reason="wrong", now=asked))
        withdrawal.__enter__()
        sealed = editions.seal(edition=editions.cut(quarter="2025Q1", now=timezone.now()), now=timezone.now())
    withdrawal.__exit__(None, None, None)
    assert sealed.members == 1
    event = listed.events.latest("pk")
    assert (event.state, event.at > sealed.known_by) == ("withdrawn", True)
