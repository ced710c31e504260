"""How far what editions are derived from has come. Law: told by what there is: no late or wrong clock hides anything.

What is only ever added to, or ended once, has moved where its number is another. Machines that come to the same again
write nothing, and so move nothing.
"""

from datetime import datetime

from django.db import connection

# Ids are no measure of what several write at once, for the greater may be there first; decisions have one writer.
_SO_FAR = """
    WITH moment AS (SELECT %s::timestamptz AS by)
    SELECT json_build_object(
        'lists', (SELECT count(*) FROM registry_importevent
                  WHERE state IN ('confirmed', 'withdrawn') AND at <= moment.by),
        'rules', (SELECT count(*) FILTER (WHERE recorded_at <= moment.by)
                         + count(*) FILTER (WHERE superseded_at <= moment.by) FROM registry_programmerule),
        'resolved', (SELECT count(*) FROM enterprises_listresolution WHERE resolved_at <= moment.by),
        'decisions', (SELECT id FROM enterprises_matchdecision
                      WHERE decided_at <= moment.by ORDER BY id DESC LIMIT 1),
        'superseded', (SELECT count(*) FROM enterprises_matchdecision WHERE superseded_at <= moment.by),
        'words', (SELECT count(*) FILTER (WHERE judged_at <= moment.by)
                         + count(*) FILTER (WHERE withdrawn_at <= moment.by) FROM enterprises_judgement),
        'disputes', (SELECT count(*) FILTER (WHERE since <= moment.by)
                            + count(*) FILTER (WHERE until <= moment.by) FROM enterprises_dispute))
    FROM moment
"""


def so_far(known_by: datetime | None = None) -> dict[str, int | None]:
    """Of each kind, how much there is now; with `known_by`, of what is dated until then."""
    with connection.cursor() as cursor:
        cursor.execute(_SO_FAR, [known_by or "infinity"])
        found: dict[str, int | None] = cursor.fetchone()[0]
    return found
