"""Many of one cause are accepted at once, but only after a sample of them was judged the same, one by one."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError

from enterprises import assigning, bulk_reviewing, errors, resolving, reviewing
from enterprises.models import Enterprise, MatchDecision, ReviewItem, ReviewSample
from tests.conftest import NOW, Publish
from tests.enterprises.looking import OTHER_CODE, good_code
from tests.staff import staff

CAUSE = "suffix_bare"
HEADER = ["企业名称", "统一社会信用代码"]
TOMORROW = NOW + timedelta(days=1)
TRADES = ["天明", "地利", "人和", "日新", "月异", "山高", "水长", "云飞", "雷鸣", "电掣"]
LATER = "沧海"


def known(name: str) -> str:
    return f"郑州市{name}智能科技有限公司"


def variant(name: str) -> str:
    return known(name).replace("市", "")


@pytest.fixture
def wang(db: None) -> User:
    return staff(assigning.SETTLE, "enterprises.bulk_settle_reviewitem", name="wang")


@pytest.fixture
def items(publish: Publish) -> list[ReviewItem]:
    """Eight with one candidate, one with two, one with none: names a 市 short of one that two lists know."""
    firms = [[known(name), good_code(f"91410100MA{number:07d}")] for number, name in enumerate([*TRADES, LATER])]
    publish([HEADER, *firms], published="2024-01-10")
    publish([HEADER, *firms], programme="SRDI", published="2024-06-01")
    publish([HEADER, *([variant(name), ""] for name in TRADES)])
    resolving.resolve(now=NOW)
    found = list(ReviewItem.objects.filter(cause=CAUSE, closed_at=None).order_by("entry"))
    assert [item.entry.name for item in found] == [variant(name) for name in TRADES]
    found[8].candidates.add(Enterprise.objects.get(name=known(LATER)))
    found[9].candidates.clear()
    return found


def judge(sample: ReviewSample, by: User, *, different: int = 0) -> None:
    """Judge all of the sample to be the same, but for some of them."""
    for number, pk in enumerate(sample.items):
        item = ReviewItem.objects.get(pk=pk)
        reviewing.settle(item=item, enterprise=None if number < different else item.candidates.get(), now=NOW, by=by)


def draw(by: User, size: int = 3, now: object = NOW) -> ReviewSample:
    return bulk_reviewing.draw(cause=CAUSE, size=size, now=now, by=by)  # type: ignore[arg-type]


def test_a_sample_is_drawn_of_those_with_one_candidate_and_stays(items: list[ReviewItem], wang: User) -> None:
    sample = draw(wang)
    assert sorted(sample.population) == [item.pk for item in items[:8]]
    assert len(set(sample.items)) == 3
    assert set(sample.items) <= set(sample.population)
    assert draw(wang) == sample
    assert bulk_reviewing.standing(sample).judged == 0


def test_a_small_cause_is_drawn_whole(items: list[ReviewItem], wang: User) -> None:
    sample = draw(wang, size=20)
    assert sorted(sample.items) == sample.population
    judge(sample, wang)
    stands = bulk_reviewing.standing(sample)
    assert (stands.passed, stands.remaining) == (True, 0)
    with pytest.raises(errors.NothingToSample):
        draw(wang)


def test_after_a_good_sample_the_others_are_accepted(items: list[ReviewItem], wang: User) -> None:
    sample = draw(wang)
    judge(sample, wang)
    done = bulk_reviewing.accept(sample=sample, now=NOW, by=wang)
    assert (done.accepted, done.failures, done.accepted_by) == (5, {}, wang)
    assert ReviewItem.objects.filter(closed_at=None).count() == 2  # with two candidates, and with none
    for item in items[:8]:
        decision = MatchDecision.objects.get(entry=item.entry, superseded_at=None)
        assert (decision.enterprise, decision.rule, decision.decided_by) == (item.candidates.get(), "person", wang)


@pytest.mark.parametrize("different", [1, 3])
def test_a_sample_that_is_not_all_the_same_accepts_nothing(items: list[ReviewItem], wang: User, different: int) -> None:
    sample = draw(wang)
    judge(sample, wang, different=different)
    with pytest.raises(errors.SampleNotPassed):
        bulk_reviewing.accept(sample=sample, now=NOW, by=wang)
    with pytest.raises(errors.SampleFailed):
        draw(wang)
    with pytest.raises(errors.SampleFailed):
        draw(staff(name="zhao"))
    assert draw(wang, now=TOMORROW) != sample
    assert ReviewItem.objects.filter(closed_at=None).count() == 7


def test_a_sample_that_is_not_judged_whole_accepts_nothing(items: list[ReviewItem], wang: User) -> None:
    sample = draw(wang)
    judge(sample, wang)
    reviewing.reopen(item=ReviewItem.objects.get(pk=sample.items[0]), now=NOW, by=wang)
    with pytest.raises(errors.SampleNotPassed):
        bulk_reviewing.accept(sample=sample, now=NOW, by=wang)


def test_anothers_sample_accepts_nothing(items: list[ReviewItem], wang: User) -> None:
    sample = draw(wang)
    judge(sample, wang)
    with pytest.raises(errors.SampleNotPassed):
        bulk_reviewing.accept(sample=sample, now=NOW, by=staff(name="zhao"))


def test_a_sample_that_a_colleague_settled_says_nothing(items: list[ReviewItem], wang: User) -> None:
    sample = draw(wang)
    judge(sample, staff(name="zhao"))
    assert bulk_reviewing.standing(sample).spoilt
    with pytest.raises(errors.SampleNotPassed):
        bulk_reviewing.accept(sample=sample, now=NOW, by=wang)
    assert draw(wang) != sample


def test_one_that_cannot_be_settled_stays_open_and_harms_no_other(items: list[ReviewItem], wang: User) -> None:
    sample = draw(wang)
    judge(sample, wang)
    stubborn = next(item for item in items[:8] if item.pk not in sample.items)
    Enterprise.objects.filter(decisions__entry=stubborn.entry).update(uscc=OTHER_CODE)
    done = bulk_reviewing.accept(sample=sample, now=NOW, by=wang)
    assert done.accepted == 4
    assert list(done.failures) == [str(stubborn.pk)]
    assert OTHER_CODE in done.failures[str(stubborn.pk)]
    stubborn.refresh_from_db()
    assert stubborn.closed_at is None
    assert bulk_reviewing.standing(done).remaining == 0


def test_only_what_the_sample_speaks_for_is_accepted(items: list[ReviewItem], wang: User, publish: Publish) -> None:
    sample = draw(wang)
    judge(sample, wang)
    rest = [item for item in items[:8] if item.pk not in sample.items]
    assigning.put_back(item=rest[0], now=NOW, by=wang)
    rest[1].candidates.add(Enterprise.objects.get(name=known(LATER)))
    publish([HEADER, [variant(LATER), ""]], published="2025-09-01")
    resolving.resolve(now=NOW)
    later = ReviewItem.objects.get(entry__name=variant(LATER))
    assert later.cause == CAUSE
    assert bulk_reviewing.accept(sample=sample, now=NOW, by=wang).accepted == 3
    left = set(ReviewItem.objects.filter(closed_at=None).values_list("pk", flat=True))
    assert left == {rest[0].pk, rest[1].pk, later.pk, items[8].pk, items[9].pk}


def test_many_are_accepted_some_at_a_time(items: list[ReviewItem], wang: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_reviewing, "AT_ONCE", 2)
    sample = draw(wang)
    judge(sample, wang)
    accepted = []
    while bulk_reviewing.standing(sample).remaining:
        sample = bulk_reviewing.accept(sample=sample, now=NOW, by=wang)
        accepted.append(sample.accepted)
    assert accepted == [2, 4, 5]


def test_what_the_database_refuses_stays_open_with_words_for_people(
    items: list[ReviewItem], wang: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = draw(wang)
    judge(sample, wang)
    quicker = next(item for item in items[:8] if item.pk not in sample.items)

    def refuse(*, item: ReviewItem, **_rest: object) -> None:
        raise errors.AlreadySettled if item == quicker else IntegrityError("duplicate key value")

    monkeypatch.setattr(reviewing, "settle", refuse)
    done = bulk_reviewing.accept(sample=sample, now=NOW, by=wang)
    assert (done.accepted, len(done.failures)) == (0, 4)
    assert set(done.failures.values()) == {str(errors.CouldNotSettle())}
