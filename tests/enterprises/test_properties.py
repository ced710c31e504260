"""What holds of every history: of random ones, the pool and its editions are what an oracle in plain Python says."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enterprises import canonical, delta, derivation, editions, pooling, resolving
from enterprises.canonical import Record
from enterprises.delta import Difference
from enterprises.models import Edition, EditionChange, PoolMember, Recognition
from enterprises.queries import edition_changes, edition_records
from registry import importing
from tests.enterprises import oracle
from tests.enterprises.histories import LATE, NAMES, Listed, histories, publish, undone

pytestmark = pytest.mark.django_db

SOON = LATE + timedelta(hours=1)
ASKED = [date(year, month, day) for year in range(2021, 2027) for month, day in ((1, 1), (3, 31), (5, 6), (12, 31))]
ASKED.remove(date(2026, 12, 31))
some = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
few = settings(some, max_examples=8)

STATES = """
    SELECT i.name, l.reference, r.state FROM derived_recognition r
    JOIN derived_identity i USING (enterprise_id) JOIN registry_entry e ON e.id = r.entry_id
    JOIN registry_listimport l ON l.id = e.list_import_id
"""


def cut(quarter: str = "2026Q4") -> Edition:
    resolving.resolve(now=SOON)
    return editions.cut(quarter=quarter, now=SOON)


def said(records: Sequence[Record]) -> list[Record]:
    """The records without the ids, which are given in the order of resolving."""
    return sorted(({**record, "id": ""} for record in records), key=lambda record: record["name"])


@some
@given(histories(most=12), st.sets(st.sampled_from(ASKED), min_size=6, max_size=6))
def test_no_member_without_a_counting_recognition_and_none_missing(history: list[Listed], days: set[date]) -> None:
    with undone():
        publish(history, now=LATE)
        resolving.resolve(now=SOON)
        for as_of in sorted(days):
            pooling.derive(as_of=as_of, known_by=SOON)
            with connection.cursor() as cursor:
                cursor.execute(STATES)
                found = sorted((NAMES.index(name), reference, state) for name, reference, state in cursor)
                cursor.execute(derivation.MEMBER_ROWS)
                inside = {NAMES.index(row[3]): set(row[6]) for row in cursor.fetchall()}
            expected = sorted(
                (who, grant.listed.reference, grant.state)
                for who in range(len(NAMES))
                for grant in oracle.states(history, who, as_of)
            )
            assert (found, inside) == (expected, oracle.members(history, as_of))


@few
@given(st.data(), histories(most=6))
def test_the_order_of_imports_never_changes_an_edition(data: st.DataObject, history: list[Listed]) -> None:
    shuffled = data.draw(st.permutations(history))
    with undone():
        publish(history, now=LATE)
        first = cut()
        digest, records = first.digest, list(edition_records(first))
    with undone():
        publish(shuffled, now=LATE)
        assert cut().digest == digest
    with undone():
        for one in shuffled:
            publish([one], now=LATE)
            resolving.resolve(now=LATE)
        assert said(list(edition_records(cut()))) == said(records)


@few
@given(histories(), st.sampled_from(ASKED))
def test_rebuilding_is_idempotent(history: list[Listed], day: date) -> None:
    with undone():
        publish(history, now=LATE)
        resolving.resolve(now=SOON)
        pools = []
        for _time in range(2):
            pooling.rebuild(as_of=day, now=SOON)
            recognitions = Recognition.objects.order_by("entry").values_list("entry", "state", "valid_from", "valid_to")
            pools.append((list(recognitions), list(PoolMember.objects.order_by("pk").values_list("pk", "programmes"))))
        assert pools[0] == pools[1]
        assert cut().digest == cut().digest


@few
@given(st.data(), histories(most=6))
def test_withdrawing_a_list_and_confirming_it_again_restores_the_digest(
    data: st.DataObject, history: list[Listed]
) -> None:
    with undone(), override_settings(GONE_LIMIT_PERCENT=100):
        published = publish(history, now=LATE)
        digest = cut().digest
        withdrawn = data.draw(st.sampled_from(published))
        importing.withdraw(list_import=withdrawn, reason="wrong list", now=LATE + timedelta(minutes=2))
        without = list(edition_records(cut()))
        importing.confirm(list_import=withdrawn, now=LATE + timedelta(minutes=4))
        assert cut().digest == digest
    with undone():
        publish([one for one in history if one.reference != withdrawn.reference], now=LATE)
        assert said(list(edition_records(cut()))) == said(without)


@few
@given(histories(), st.integers(0, 8))
def test_the_old_edition_with_the_changes_is_the_new_one(history: list[Listed], known: int) -> None:
    with undone():
        publish(history[:known], now=LATE)
        old = editions.seal(edition=cut("2026Q1"), now=SOON)
        publish(history[known:], now=SOON)
        new = cut("2026Q4")
        changes = [Difference(change.before, change.after) for change in edition_changes(new)]
        rebuilt = list(delta.apply(edition_records(old), changes))
        assert rebuilt == list(edition_records(new))
        assert canonical.digest(rebuilt) == new.digest
        assert not EditionChange.objects.filter(edition=new, causes=[]).exists()
