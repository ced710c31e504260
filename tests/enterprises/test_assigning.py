"""Who works on which doubtful match: taken, assigned, given back, put back, taken back; and in which order."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from enterprises import assigning, errors, queueing, resolving, reviewing
from enterprises.models import Enterprise, ReviewItem
from enterprises.progressing import progress
from enterprises.queueing import Scope
from tests.conftest import NOW, Publish
from tests.enterprises.cities import KNOWN, STRANGE
from tests.enterprises.looking import CODE
from tests.staff import staff

SETTLE = assigning.SETTLE
HEADER = ["企业名称", "统一社会信用代码"]
ALL = Scope()


@pytest.fixture
def items(publish: Publish) -> list[ReviewItem]:
    """Four doubtful lines of two programmes, the likeliest last."""
    publish([HEADER, [KNOWN, CODE]])
    publish([HEADER, *([name, CODE] for name in STRANGE[:2])], published="2025-06-01")
    publish([HEADER, *([name, CODE] for name in STRANGE[2:4])], programme="SRDI", published="2025-07-01")
    resolving.resolve(now=NOW)
    found = list(ReviewItem.objects.order_by("pk"))
    assert len(found) == 4
    for place, item in enumerate(found):
        item.score = place / 10
        item.save()
    return found


@pytest.fixture
def wang(db: None) -> User:
    return staff(SETTLE, name="wang")


@pytest.fixture
def zhao(db: None) -> User:
    return staff(SETTLE, name="zhao")


def seen_by(user: User, scope: Scope = ALL) -> list[int]:
    return [item.pk for item in queueing.queue(user, scope)]


def test_ones_own_come_first_then_the_likeliest_and_others_not_at_all(
    items: list[ReviewItem], wang: User, zhao: User
) -> None:
    first, second, third, fourth = (item.pk for item in items)
    assert seen_by(wang) == [fourth, third, second, first]
    assigning.assign(items=[first], to=wang, now=NOW, by=zhao)
    assigning.assign(items=[fourth], to=zhao, now=NOW, by=zhao)
    assert seen_by(wang) == [first, third, second]
    assert seen_by(wang, Scope(whose="others")) == [fourth]
    assert seen_by(wang, Scope(whose="unassigned")) == [third, second]


def test_what_follows_and_precedes_goes_round(items: list[ReviewItem], wang: User) -> None:
    waiting = queueing.queue(wang, ALL)
    order = list(waiting)
    for place, item in enumerate(order):
        assert queueing.following(item, waiting, wang) == order[(place + 1) % 4]
        assert queueing.preceding(item, waiting, wang) == order[place - 1]
    ReviewItem.objects.exclude(pk=order[0].pk).update(closed_at=NOW)
    assert queueing.following(order[0], queueing.queue(wang, ALL), wang) is None


def test_somebody_takes_the_next_of_his_part_of_the_queue(items: list[ReviewItem], wang: User, zhao: User) -> None:
    programme = str(items[0].entry.list_import.programme_id)
    assert assigning.take_next(count=1, scope=ALL, now=NOW, by=wang) == [items[3].pk]
    assert assigning.take_next(count=5, scope=Scope(programme=programme), now=NOW, by=zhao) == [
        items[1].pk,
        items[0].pk,
    ]
    assert assigning.take_next(count=5, scope=Scope(cause="none of these"), now=NOW, by=zhao) == []
    assert assigning.take_next(count=5, scope=ALL, now=NOW, by=wang) == [items[2].pk]


def test_work_is_given_to_those_alone_who_may_do_it(items: list[ReviewItem], wang: User) -> None:
    with pytest.raises(errors.MayNotSettle):
        assigning.assign(items=[items[0].pk], to=staff(name="li"), now=NOW, by=wang)
    assert not ReviewItem.objects.exclude(assigned_to=None).exists()


def test_what_is_settled_is_neither_assigned_nor_given_back(items: list[ReviewItem], wang: User) -> None:
    every = [item.pk for item in items]
    ReviewItem.objects.filter(pk=every[0]).update(closed_at=NOW, assigned_to=wang)
    assert assigning.assign(items=every[:2], to=wang, now=NOW, by=wang) == 1
    assert assigning.give_back(items=every, now=NOW, by=wang) == 1
    assert ReviewItem.objects.get(pk=every[0]).assigned_to == wang


def test_what_is_put_back_goes_to_the_end_and_is_anybodys(items: list[ReviewItem], wang: User, zhao: User) -> None:
    best = items[3]
    assigning.assign(items=[best.pk], to=wang, now=NOW, by=wang)
    put = assigning.put_back(item=best, now=NOW, by=wang)
    assert (put.unsure_at, put.unsure_by, put.assigned_to) == (NOW, wang, None)
    assert seen_by(wang)[-1] == seen_by(zhao)[-1] == best.pk
    assert seen_by(wang, Scope(state="unsure")) == [best.pk]
    ReviewItem.objects.filter(pk=best.pk).update(closed_at=NOW)
    with pytest.raises(errors.AlreadySettled):
        assigning.put_back(item=best, now=NOW, by=wang)


def test_putting_back_anothers_leaves_it_his(items: list[ReviewItem], wang: User, zhao: User) -> None:
    assigning.assign(items=[items[0].pk], to=zhao, now=NOW, by=zhao)
    assert assigning.put_back(item=items[0], now=NOW, by=wang).assigned_to == zhao


def test_ones_own_last_decision_is_taken_back_for_a_while(items: list[ReviewItem], wang: User, zhao: User) -> None:
    known = Enterprise.objects.get(uscc=CODE)
    half_an_hour = timedelta(minutes=30)
    reviewing.settle(item=items[0], enterprise=known, now=NOW, by=wang)
    reviewing.settle(item=items[1], enterprise=known, now=NOW + timedelta(minutes=1), by=wang)
    reviewing.settle(item=items[2], enterprise=known, now=NOW + timedelta(minutes=2), by=zhao)
    later = NOW + timedelta(minutes=10)
    assert assigning.take_back_last(within=half_an_hour, now=later, by=wang).pk == items[1].pk
    assert assigning.take_back_last(within=half_an_hour, now=later, by=wang).pk == items[0].pk
    with pytest.raises(errors.NothingToTakeBack):
        assigning.take_back_last(within=half_an_hour, now=later, by=wang)
    with pytest.raises(errors.NothingToTakeBack):
        assigning.take_back_last(within=half_an_hour, now=NOW + timedelta(hours=1), by=zhao)


def test_progress_counts_by_person_cause_and_time(items: list[ReviewItem], wang: User, zhao: User) -> None:
    known = Enterprise.objects.get(uscc=CODE)
    reviewing.settle(item=items[0], enterprise=known, now=NOW - timedelta(days=2), by=wang)
    reviewing.settle(item=items[1], enterprise=known, now=NOW - timedelta(days=30), by=wang)
    reviewing.settle(item=items[2], enterprise=known, now=NOW, by=zhao)
    reviewing.reopen(item=items[2], now=NOW, by=zhao)
    assigning.assign(items=[items[2].pk], to=zhao, now=NOW, by=wang)
    assigning.put_back(item=items[3], now=NOW, by=wang)
    seen = progress(now=NOW)  # a Thursday
    assert (seen.open, seen.unsure, seen.unassigned, seen.by_rule) == (2, 1, 1, 0)
    assert (seen.today, seen.week, seen.undone) == (0, 1, 1)
    people = {one.name: one for one in seen.people}
    assert (people["wang"].week, people["wang"].all, people["wang"].assigned) == (1, 2, 0)
    assert (people["zhao"].all, people["zhao"].undone, people["zhao"].assigned) == (0, 1, 1)
    assert sum(one.settled for one in seen.causes) == 2
    ReviewItem.objects.filter(pk=items[3].pk).update(closed_at=NOW)
    assert progress(now=NOW).by_rule == 1


def test_a_strange_sample_or_programme_is_an_empty_or_a_whole_queue(items: list[ReviewItem], wang: User) -> None:
    assert seen_by(wang, Scope(sample="x")) == seen_by(wang, Scope(sample="99")) == []
    assert len(seen_by(wang, Scope(programme="x"))) == 4
