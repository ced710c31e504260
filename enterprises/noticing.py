"""What of the pool does not add up is put before staff. Law: it says, and changes nothing: not the pool, not a match.

Asked of what was derived last in this transaction.
"""

from datetime import date

from django.db import connection

from enterprises.models import FindingKind

# Each gives enterprise, programme and entry.
_FOUND = {
    FindingKind.LADDER: """
        SELECT r.enterprise_id, r.programme_id, min(r.entry_id) AS entry_id
        FROM derived_recognition r
        JOIN registry_programme p ON p.id = r.programme_id AND p.presumes_id IS NOT NULL
        JOIN derived_member m ON m.enterprise_id = r.enterprise_id
        WHERE r.state IN ('valid', 'grace') AND NOT EXISTS (
            SELECT 1 FROM derived_recognition b WHERE b.enterprise_id = r.enterprise_id
            AND b.programme_id = p.presumes_id AND b.state <> 'provisional')
        GROUP BY r.enterprise_id, r.programme_id
    """,
    FindingKind.RECHECK_ALONE: """
        SELECT enterprise_id, programme_id, entry_id FROM derived_recognition WHERE notice = 'recheck' AND extends = ''
    """,
    FindingKind.REVOKED_NOTHING: """
        SELECT k.enterprise_id, k.programme_id, k.id
        FROM known_change k
        WHERE k.notice = 'revocation' AND k.published_on <= %(as_of)s AND NOT EXISTS (
            SELECT 1 FROM derived_recognition r WHERE r.enterprise_id = k.enterprise_id
            AND r.programme_id = k.programme_id AND r.state = 'revoked'
            AND (k.number = '' OR r.number IN ('', k.number) OR k.by_person))
    """,
    FindingKind.RENAMED_UNKNOWN: """
        SELECT k.enterprise_id, k.programme_id, k.id
        FROM known_change k
        WHERE k.notice = 'rename' AND k.published_on <= %(as_of)s AND NOT EXISTS (
            SELECT 1 FROM derived_recognition r
            WHERE r.enterprise_id = k.enterprise_id AND r.programme_id = k.programme_id)
    """,
    FindingKind.LEFT_UNKNOWN: """
        SELECT k.enterprise_id, k.programme_id, k.id
        FROM known_change k
        WHERE k.notice = 'move_out' AND k.published_on <= %(as_of)s AND NOT EXISTS (
            SELECT 1 FROM derived_recognition r
            WHERE r.enterprise_id = k.enterprise_id AND r.programme_id = k.programme_id)
    """,
    # By the number that was revoked, or by a re-check of what was.
    FindingKind.LISTED_AGAIN: """
        SELECT DISTINCT r.enterprise_id, r.programme_id, r.entry_id
        FROM derived_recognition r
        JOIN derived_recognition gone ON gone.enterprise_id = r.enterprise_id AND gone.programme_id = r.programme_id
             AND gone.state = 'revoked'
        JOIN known_change k ON k.source = gone.ended_source AND k.enterprise_id = gone.enterprise_id
        WHERE r.published_on > k.published_on
          AND ((r.number <> '' AND r.number = gone.number) OR (r.notice = 'recheck' AND r.extends = gone.source))
    """,
    FindingKind.TWO_NUMBERS: """
        SELECT DISTINCT r.enterprise_id, r.programme_id, r.entry_id
        FROM derived_recognition r
        JOIN derived_recognition other ON other.enterprise_id = r.enterprise_id
             AND other.programme_id = r.programme_id AND other.state = 'valid'
             AND other.number <> '' AND other.number < r.number
        WHERE r.state = 'valid' AND r.number <> ''
    """,
    # A number that identifies, of two enterprises, where it counts for either: each line of it.
    FindingKind.SHARED_NUMBER: """
        WITH shared AS MATERIALIZED (
            SELECT programme_id, number FROM derived_recognition
            -- In these programmes only what has the number's shape was taken for one.
            WHERE number <> '' AND state <> 'provisional'
              AND programme_id IN (SELECT id FROM registry_programme WHERE number_pattern <> '')
            GROUP BY programme_id, number
            HAVING min(enterprise_id) <> max(enterprise_id) AND bool_or(counts AND state IN ('valid', 'grace'))
        )
        SELECT r.enterprise_id, r.programme_id, r.entry_id
        FROM shared s
        JOIN derived_recognition r ON r.programme_id = s.programme_id AND r.number = s.number
        WHERE r.state <> 'provisional'
    """,
    FindingKind.NO_END: """
        SELECT enterprise_id, programme_id, entry_id FROM derived_recognition
        WHERE period = 'notice' AND valid_to IS NULL AND state = 'valid'
    """,
    FindingKind.DISPUTED: """
        SELECT enterprise_id, programme_id, entry_id FROM derived_recognition WHERE state = 'disputed'
    """,
}

_KINDS = [f"SELECT '{kind.value}' AS kind, found.* FROM ({query}) AS found" for kind, query in _FOUND.items()]  # noqa: S608
_ROW = "kind, enterprise_id, programme_id, entry_id"
# What stays as it was is not written again.
_REPLACE = (
    f"CREATE TEMPORARY TABLE noticed ON COMMIT DROP AS {' UNION '.join(_KINDS)}",
    """
    DELETE FROM enterprises_finding f WHERE NOT EXISTS (
        SELECT FROM noticed n WHERE (n.kind, n.enterprise_id, n.programme_id, n.entry_id)
                                  = (f.kind, f.enterprise_id, f.programme_id, f.entry_id))
    """,
    f"""
    INSERT INTO enterprises_finding ({_ROW})
    SELECT {_ROW} FROM noticed EXCEPT SELECT {_ROW} FROM enterprises_finding
    """,  # noqa: S608 - its parts are constants
    "DROP TABLE noticed",
)


def note(*, as_of: date) -> None:
    """Replace the findings by those of what was derived as of that day."""
    with connection.cursor() as cursor:
        for statement in _REPLACE:
            cursor.execute(statement, {"as_of": as_of})
