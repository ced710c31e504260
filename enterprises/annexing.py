"""Step 5 of the path: what an edition says of its members beside their records: named lists, and the latest points.

Law: one statement writes it while the edition is a draft; records, their digest and their delta know nothing of it.
Asks of what was derived last in this transaction.
"""

from django.db import connection

from enterprises import lines, planning
from enterprises.models import Edition, EditionAnnex

_ANY = "SELECT EXISTS (SELECT FROM known_list WHERE kind <> 'recognition')"
# Entries are the JSON that stands in canonical lines: keys in order, no spaces. Of a named list each is told once, as
# recognitions are; of points the latest year alone.
_WRITE = """
    INSERT INTO enterprises_editionannex (edition_id, enterprise_id, public_id, kind, programme, payload)
    WITH listed AS (
        SELECT DISTINCT ON (r.enterprise_id, r.code COLLATE "C", r.valid_from, r.number COLLATE "C", r.valid_to,
                            r.state)
               r.enterprise_id, r.code, r.number, r.batch, r.valid_from, r.valid_to, r.state, r.source
        FROM registry_programme p
        JOIN derived_recognition r ON r.programme_id = p.id
        JOIN derived_member m ON m.enterprise_id = r.enterprise_id
        WHERE p.kind = 'named_list' AND r.state IN ('valid', 'grace')
        ORDER BY r.enterprise_id, r.code COLLATE "C", r.valid_from, r.number COLLATE "C", r.valid_to, r.state,
                 r.published_on, r.source COLLATE "C"
    ), said AS (
        -- They come sorted: an aggregate takes its rows as they come.
        SELECT enterprise_id, 'named_list' AS kind, code AS programme, '[' || string_agg(
               '{"batch":' || to_json(batch) || ',"number":' || to_json(number) || ',"source":' || to_json(source)
               || ',"state":"' || state || '","valid_from":' || to_json(valid_from)
               || ',"valid_to":' || coalesce(to_json(valid_to)::text, 'null') || '}', ',') || ']' AS payload
        FROM listed GROUP BY enterprise_id, code
        UNION ALL
        SELECT l.enterprise_id, 'points', l.code,
               '[{"grade":' || to_json(l.grade) || ',"source":' || to_json(l.source)
               || ',"total":' || coalesce(to_json(l.total)::text, 'null') || ',"values":' || v.told
               || ',"year":' || l.year || '}]'
        FROM (
            SELECT DISTINCT ON (s.enterprise_id, s.programme_id) s.*
            FROM derived_score s JOIN derived_member m ON m.enterprise_id = s.enterprise_id
            ORDER BY s.enterprise_id, s.programme_id, s.year DESC) l
        CROSS JOIN LATERAL (
            -- Codes and numbers hold no sign that JSON would write otherwise.
            SELECT '{' || coalesce(
                string_agg('"' || key || '":"' || value || '"', ',' ORDER BY key COLLATE "C"), '') || '}' AS told
            FROM jsonb_each_text(l.values)) v
    )
    SELECT %(edition)s, s.enterprise_id, e.public_id, s.kind, s.programme, s.payload::json
    FROM said s JOIN enterprises_enterprise e ON e.id = s.enterprise_id
    ORDER BY e.public_id, s.programme
"""


def write(edition: Edition) -> None:
    """The annex of a draft whose members were derived in this transaction; nothing where no list could be in it."""
    with connection.cursor() as cursor:
        cursor.execute(_ANY)
        (known,) = cursor.fetchone()
        if known:
            cursor.execute(_WRITE, {"edition": edition.pk})
    if known:
        close(edition)


def close(edition: Edition) -> None:
    """Once its rows are written: the draft is told their digest."""
    edition.annex_digest = lines.annex_digest(edition)
    if edition.annex_digest:
        with connection.cursor() as cursor:
            planning.count_anew(cursor, EditionAnnex._meta.db_table, "edition_id", "public_id")
