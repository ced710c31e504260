"""What a rebuild counts of the pool, for the bureau's front page. Law: counted once, when the pool is derived.

Kept with the rebuild: members by programme (code) and by district (id, "" where none is known), and how many
recognitions that count end within some days, by programme.
"""

from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from enterprises.models import Recognition, RecognitionState

SOON = (30, 90)  # days

_BY_PROGRAMME = "SELECT p, count(*) FROM enterprises_poolmember m, unnest(m.programmes) AS p GROUP BY p ORDER BY p"
_BY_DISTRICT = """
    SELECT coalesce(e.district_id::text, ''), count(*)
    FROM enterprises_poolmember m JOIN enterprises_enterprise e ON e.id = m.enterprise_id GROUP BY e.district_id
"""


def count_pool(as_of: date) -> dict[str, Any]:
    """The figures of the pool as it stands, of that day."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_PROGRAMME)
        programmes = dict(cursor.fetchall())
        cursor.execute(_BY_DISTRICT)
        districts = dict(cursor.fetchall())
    return {
        "programmes": programmes,
        "districts": districts,
        "ending": {str(days): _ending_by_programme(as_of, as_of + timedelta(days=days)) for days in SOON},
        "ending_enterprises": {str(days): _enterprises(as_of, as_of + timedelta(days=days)) for days in SOON},
    }


def ending(first: date, last: date) -> Q:
    """The condition that a recognition counts, and that its last day lies between the two."""
    return Q(state=RecognitionState.VALID, counts=True, valid_to__range=(first, last))


def _ending_by_programme(first: date, last: date) -> dict[str, int]:
    rows = Recognition.objects.filter(ending(first, last)).order_by().values_list("programme__code")
    return dict(rows.annotate(Count("enterprise", distinct=True)))


def _enterprises(first: date, last: date) -> int:
    return Recognition.objects.filter(ending(first, last)).values("enterprise").distinct().count()
