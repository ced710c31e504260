"""The database writes a record's line, and finds what differs, as the pure code does."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enterprises import canonical, delta, lines
from enterprises.canonical import Record
from enterprises.models import Edition, EditionChange, EditionMember, Enterprise
from enterprises.public_ids import number_of, public_id

pytestmark = pytest.mark.django_db

Fields = dict[str, Any]  # of a record, but for its id

# All that JSON writes in a way of its own, and what a database might order otherwise than Python.
TEXT = st.text(st.sampled_from('甲乙a"\\/\n\r\t\b\f\x01\x1f\x7f\u2028é𠮷{}[],:'), max_size=6)
RECOGNITION = st.fixed_dictionaries(
    {
        "programme": st.sampled_from(["HNTE", "LG"]), "number": TEXT, "batch": TEXT,
        "valid_from": st.just("2024-01-01"),
        "valid_to": st.sampled_from([None, "2026-12-31"]), "state": st.sampled_from(["valid", "grace"]), "source": TEXT,
    }
)  # fmt: skip
FIELDS = st.fixed_dictionaries(
    {
        "uscc": st.sampled_from(["", "91410100MA00000001"]), "name": TEXT, "former_names": st.lists(TEXT, max_size=2),
        "district": TEXT, "recognitions": st.lists(RECOGNITION, max_size=2),
    }
)  # fmt: skip
MEMBERS = st.dictionaries(st.integers(1, 6), FIELDS, max_size=5)
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def enterprises() -> None:
    for number in range(1, 7):
        Enterprise.objects.create(id=number, public_id=public_id(number), name="甲", created_at=timezone.now())


@FEW
@given(MEMBERS, MEMBERS)
def test_lines_and_differences_are_those_of_the_pure_code(
    enterprises: None, old: dict[int, Fields], new: dict[int, Fields]
) -> None:
    with transaction.atomic():
        _compare(old, new)
        transaction.set_rollback(True)


def _compare(old: dict[int, Fields], new: dict[int, Fields]) -> None:
    before, olds = _edition("2026Q1", old)
    after, news = _edition("2026Q2", new, before)
    assert lines.digest(after) == canonical.digest(news)
    differences = list(lines.differences(before, after))
    assert differences == list(delta.differences(olds, news))
    for one in differences:
        EditionChange.objects.create(
            edition=after, enterprise_id=number_of(one.id), public_id=one.id, kind=one.kind, before=one.before,
            after=one.after, causes=[{}],
        )  # fmt: skip
    assert (
        lines.digest_of_old_and_delta(after) == canonical.digest(delta.apply(olds, differences)) == lines.digest(after)
    )


def test_a_first_edition_has_all_its_members_added(enterprises: None) -> None:
    member = {"uscc": "", "name": "甲", "former_names": [], "district": "", "recognitions": []}
    edition, (record,) = _edition("2026Q1", {3: member})
    assert list(lines.differences(None, edition)) == [delta.Difference(None, record)]


def _edition(
    quarter: str, members: dict[int, Fields], previous: Edition | None = None
) -> tuple[Edition, Sequence[Record]]:
    day = timezone.localdate()
    edition = Edition.objects.create(
        quarter=quarter, as_of=day, known_by=timezone.now(), previous=previous, members=0, added=0, removed=0,
        changed=0, cut_at=timezone.now(),
    )  # fmt: skip
    for number, fields in members.items():
        EditionMember.objects.create(
            edition=edition, enterprise_id=number, public_id=public_id(number), programmes=[], **fields
        )
    records: list[Record] = [{"id": public_id(number), **fields} for number, fields in members.items()]  # type: ignore[typeddict-item]
    return edition, sorted(records, key=lambda record: record["id"])
