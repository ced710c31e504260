"""What the causes of changes are asked by goes to the database quickly, and as it stands."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

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
