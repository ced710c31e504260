"""Properties of who is who, on small cities full of errors: order, undoing, codes, people's words."""

import itertools
import random
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from django.contrib.auth.models import User
from django.db import transaction

from enterprises import resolving, reviewing
from enterprises.errors import EnterprisesError
from enterprises.models import Enterprise, Judgement, MatchDecision, ReviewItem
from registry import importing
from registry.models import Entry, ListImport
from tests.conftest import NOW
from tests.enterprises import cities

pytestmark = pytest.mark.django_db


def resolved(parts: list[Path], *, step_by_step: bool) -> cities.State:
    """Publish the parts in their order and resolve, after each or once, in a transaction that is rolled back."""
    with transaction.atomic():
        rows = []
        for hours, part in enumerate(parts):
            rows.append(cities.publish(part))
            if step_by_step:
                resolving.resolve(now=NOW + timedelta(hours=hours))
        resolving.resolve(now=NOW + timedelta(hours=len(parts)))
        found = cities.state(pl.concat(rows))
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_imports_changes_neither_clusters_nor_questions(tmp_path: Path, seed: int) -> None:
    parts = cities.make(tmp_path, seed=seed)
    clusters, questions = resolved(parts, step_by_step=False)
    assert len(questions) > 3
    shuffled = random.Random(seed).sample(parts, len(parts))
    again, asked = resolved(shuffled, step_by_step=True)
    assert again == clusters
    assert asked == questions


@pytest.fixture
def city(tmp_path: Path) -> list[pl.DataFrame]:
    rows = [cities.publish(part) for part in cities.make(tmp_path, enterprises=250, seed=5)]
    resolving.resolve(now=NOW)
    return rows


def test_no_enterprise_has_two_codes(city: list[pl.DataFrame]) -> None:
    codes = defaultdict(set)
    coded = MatchDecision.objects.filter(superseded_at=None).exclude(entry__uscc="")
    for enterprise, code in coded.values_list("enterprise", "entry__uscc"):
        codes[enterprise].add(code[8:17])
    assert len(codes) > 50
    assert {len(found) for found in codes.values()} == {1}


def test_what_is_said_and_taken_back_leaves_all_as_it_was(city: list[pl.DataFrame]) -> None:
    by = User.objects.create_user("zhao")
    items = list(ReviewItem.objects.filter(closed_at=None).order_by("pk"))
    before = cities.snapshot()
    merged = 0
    for number, (item, same) in enumerate(itertools.product(items, (True, False)), start=1):
        candidate = item.candidates.first() if same else None
        try:
            reviewing.settle(item=item, enterprise=candidate, now=NOW + timedelta(hours=number), by=by)
        except EnterprisesError:
            continue
        merged += Enterprise.objects.filter(merged_into__isnull=False).count()
        reviewing.reopen(item=item, now=NOW + timedelta(hours=number, minutes=1), by=by)
        founded = cities.snapshot()
        known = {row[0] for row in before[0]}  # type: ignore[attr-defined]
        assert founded[1:] == before[1:]
        assert [row for row in founded[0] if row[0] in known] == before[0]  # type: ignore[attr-defined]
    assert merged > 5


def test_a_persons_word_survives_every_rerun(city: list[pl.DataFrame]) -> None:
    by = User.objects.create_user("zhao")
    said: list[tuple[int, int]] = []
    for number, item in enumerate(ReviewItem.objects.filter(closed_at=None).order_by("pk")):
        candidate = item.candidates.first() if number % 2 else None
        try:
            reviewing.settle(item=item, enterprise=candidate, now=NOW + timedelta(hours=1), by=by)
        except EnterprisesError:
            continue
        if candidate is not None:
            said.append((item.entry_id, Judgement.objects.get(entry=item.entry_id, withdrawn_at=None).other_id or 0))
    assert len(said) > 5
    after = cities.snapshot()
    assert resolving.resolve_again(now=NOW + timedelta(hours=2)) == []
    assert cities.snapshot() == after
    enterprise_of = dict(MatchDecision.objects.filter(superseded_at=None).values_list("entry", "enterprise"))
    for entry, other in said:
        assert enterprise_of[entry] == enterprise_of[other]


def test_a_list_withdrawn_and_confirmed_again_leaves_all_as_it_was(city: list[pl.DataFrame]) -> None:
    before = cities.snapshot()
    for listed in ListImport.objects.filter(notice="recognition").order_by("pk")[:6]:
        importing.withdraw(list_import=listed, reason="x", now=NOW + timedelta(hours=1))
        resolving.resolve(now=NOW + timedelta(hours=1))
        importing.confirm(list_import=listed, now=NOW + timedelta(hours=2), accept_sound=True)
        resolving.resolve(now=NOW + timedelta(hours=2))
        assert cities.snapshot() == before
    assert Entry.objects.count() > 300
