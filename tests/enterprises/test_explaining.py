"""What the causes of changes are asked by goes to the database quickly, and as it stands."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from enterprises import derivation
from enterprises.explaining import as_array

TEXTS = st.lists(st.text(st.sampled_from("甲a\"\\{},' \n\t\x01\x1f\x7f𠮷"), max_size=5), max_size=4)


@pytest.mark.django_db
@given(TEXTS)
def test_texts_come_as_they_are(texts: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]", [as_array(texts)])
        (come,) = cursor.fetchone()
    assert come == texts
    assert as_array(["甲#1", "NULL"]) == '{"甲#1","NULL"}'


@pytest.mark.django_db
def test_which_line_a_source_names_is_worked_out_before_entries_are_asked() -> None:
    """Where the planner took all entries for none, it was worked out anew for each pair of them: for eight minutes."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (VERBOSE) {derivation.WITHDRAWN_SOURCES}", {"sources": ["HNTE-2024#1"]})
        plan = [line for (line,) in cursor.fetchall()]
    (asked,) = [at for at, line in enumerate(plan) if "CTE Scan on line" in line]
    worked_out = [at for at, line in enumerate(plan) if "split_part" in line]
    assert worked_out and max(worked_out) < asked, "\n".join(plan)
