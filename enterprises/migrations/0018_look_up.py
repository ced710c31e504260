"""All that was published of whoever bears a key, in one answer of one moment.

A function, since its plan is made once for each connection: made anew each time, it would cost four times what finding
the rows costs. Read by `enterprises.looking_up` alone.
"""

from django.db import migrations

_PUBLISHED = """
CREATE FUNCTION enterprises_published(ids bigint[], how text[]) RETURNS json LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
    SELECT json_agg(json_build_object(
        'by', f.by, 'public_id', e.public_id, 'name', e.name, 'uscc', coalesce(e.uscc, ''),
        'district', coalesce(d.name, ''), 'in_scope', e.in_scope, 'named', e.name_key <> '',
        'programmes', m.programmes,
        'editions', (
            SELECT json_agg(json_build_array(x.edition_id, x.programmes, x.name))
            FROM enterprises_editionmember x WHERE x.enterprise_id = e.id),
        'former', (
            SELECT json_agg(json_build_array(n.name, n.until) ORDER BY n.until DESC)
            FROM enterprises_formername n WHERE n.enterprise_id = e.id),
        'held', (
            SELECT json_agg(json_build_array(
                r.programme_id, r.number, r.batch, r.valid_from, r.valid_to, r.grace_to, r.state, r.counts, r.ended_on,
                CASE WHEN k.name_key <> e.name_key AND NOT EXISTS (
                    SELECT FROM enterprises_formername n
                    WHERE n.enterprise_id = e.id AND n.name_key = k.name_key) THEN k.name ELSE '' END,
                json_build_array(l.title, l.document_number, l.published_on, l.source_url),
                CASE WHEN r.ended_source <> '' THEN (
                    SELECT json_build_array(x.title, x.document_number, x.published_on, x.source_url)
                    FROM registry_listimport x
                    WHERE x.reference = split_part(r.ended_source, '#', 1) AND x.state <> 'rejected') END))
            FROM enterprises_recognition r
            JOIN registry_entry k ON k.id = r.entry_id
            JOIN registry_listimport l ON l.id = k.list_import_id
            WHERE r.enterprise_id = e.id),
        'moved', CASE WHEN NOT e.in_scope THEN (
            SELECT json_build_array(l.title, l.document_number, l.published_on, l.source_url)
            FROM enterprises_matchdecision v
            JOIN registry_entry k ON k.id = v.entry_id
            JOIN registry_listimport l
                ON l.id = k.list_import_id AND l.state = 'confirmed' AND l.notice = 'move_out'
            WHERE v.enterprise_id = e.id AND v.superseded_at IS NULL
            ORDER BY l.published_on DESC, l.id DESC LIMIT 1) END,
        -- Published lines that name it and are nobody's yet: their kind of notice, and whether a person is asked.
        'waiting', (
            SELECT json_agg(DISTINCT jsonb_build_array(l.notice, EXISTS (
                SELECT FROM enterprises_reviewitem i WHERE i.entry_id = k.id AND i.closed_at IS NULL)))
            FROM registry_entry k
            JOIN registry_listimport l ON l.id = k.list_import_id AND l.state = 'confirmed'
            WHERE (k.name_key = e.name_key OR (k.former_key <> '' AND k.former_key = e.name_key)
                   OR (k.uscc <> '' AND k.uscc = e.uscc))
              AND k.usable AND e.name_key <> ''
              AND NOT EXISTS (SELECT FROM enterprises_matchdecision v
                              WHERE v.entry_id = k.id AND v.superseded_at IS NULL))
    ) ORDER BY e.id)
    FROM unnest(ids, how) AS f (id, by)
    JOIN enterprises_enterprise e ON e.id = f.id
    LEFT JOIN registry_district d ON d.id = e.district_id
    LEFT JOIN enterprises_poolmember m ON m.enterprise_id = e.id
    -- Whom no list names any more is still spoken of where a sealed edition does.
    WHERE e.name_key <> '' OR EXISTS (
        SELECT FROM enterprises_editionmember x
        JOIN enterprises_edition y ON y.id = x.edition_id AND y.state = 'sealed'
        WHERE x.enterprise_id = e.id)
    );
END $$;
"""

# Each key is tried where the one before found nobody. A key that is none of its kind is NULL.
_LOOK_UP = """
CREATE FUNCTION enterprises_look_up(its_id text, its_code text, its_number text, its_name text, its_other_name text, many int)
RETURNS json LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    ids bigint[];
    how text[];
    told json;
    lines json;
BEGIN
    IF its_id IS NOT NULL THEN
        SELECT array_agg(coalesce(e.merged_into_id, e.id)),
               array_agg(CASE WHEN e.merged_into_id IS NULL THEN 'public_id' ELSE 'merged_id' END)
        INTO ids, how FROM enterprises_enterprise e WHERE e.public_id = its_id;
    END IF;
    IF ids IS NULL AND its_code IS NOT NULL THEN
        SELECT array_agg(e.id), array_agg('uscc'::text) INTO ids, how FROM enterprises_enterprise e WHERE e.uscc = its_code;
    END IF;
    IF ids IS NULL AND its_number IS NOT NULL THEN
        SELECT array_agg(s.id), array_agg('number'::text) INTO ids, how FROM (
            SELECT DISTINCT v.enterprise_id AS id
            FROM registry_entry k
            JOIN registry_listimport l ON l.id = k.list_import_id AND l.state = 'confirmed'
            JOIN enterprises_matchdecision v ON v.entry_id = k.id AND v.superseded_at IS NULL
            WHERE k.number = its_number AND k.number <> '' LIMIT many + 1) s;
    END IF;
    IF ids IS NULL THEN
        SELECT array_agg(s.id), array_agg(s.by) INTO ids, how FROM (
            SELECT DISTINCT ON (t.id) t.id, t.by FROM (
                SELECT e.id, 'name' AS by, 1 AS place FROM enterprises_enterprise e
                WHERE (e.name_key = its_name OR e.name_key = its_other_name) AND e.name_key <> ''
                UNION ALL
                SELECT f.enterprise_id, 'former_name', 2 FROM enterprises_formername f
                WHERE f.name_key = its_name OR f.name_key = its_other_name) t
            ORDER BY t.id, t.place LIMIT many + 1) s;
    END IF;
    IF ids IS NULL AND NOT EXISTS (
        SELECT FROM registry_entry k
        JOIN registry_listimport l ON l.id = k.list_import_id AND l.state = 'confirmed'
        WHERE (k.name_key = its_name OR k.name_key = its_other_name) AND k.usable AND NOT EXISTS (
            SELECT FROM enterprises_matchdecision v WHERE v.entry_id = k.id AND v.superseded_at IS NULL))
    THEN
        -- A list's own spelling, where nobody bears it, and no line that bears it is in question.
        SELECT array_agg(s.id), array_agg('listed_name'::text) INTO ids, how FROM (
            SELECT DISTINCT v.enterprise_id AS id
            FROM registry_entry k
            JOIN registry_listimport l ON l.id = k.list_import_id AND l.state = 'confirmed'
            JOIN enterprises_matchdecision v ON v.entry_id = k.id AND v.superseded_at IS NULL
            WHERE (k.name_key = its_name OR k.name_key = its_other_name) AND NOT EXISTS (
                SELECT FROM enterprises_reviewitem i WHERE i.entry_id = k.id AND i.closed_at IS NULL)
            LIMIT many + 1) s;
    END IF;
    IF ids IS NULL THEN
        -- Whom only withdrawn lists named, and a sealed edition with them.
        SELECT array_agg(s.id), array_agg('withdrawn'::text) INTO ids, how FROM (
            SELECT DISTINCT v.enterprise_id AS id
            FROM registry_entry k
            JOIN registry_listimport l ON l.id = k.list_import_id AND l.state = 'withdrawn'
            JOIN LATERAL (
                SELECT enterprise_id, id FROM enterprises_matchdecision
                WHERE entry_id = k.id AND superseded_at IS NULL
                UNION ALL
                SELECT enterprise_id, id FROM enterprises_matchdecision
                WHERE entry_id = k.id AND superseded_at IS NOT NULL
                ORDER BY id DESC LIMIT 1) v ON true
            JOIN enterprises_enterprise e ON e.id = v.enterprise_id AND e.name_key = '' AND e.merged_into_id IS NULL
            WHERE k.name_key = its_name OR k.name_key = its_other_name
                  OR (k.uscc <> '' AND k.uscc = its_code) OR (k.number <> '' AND k.number = its_number)
            LIMIT many + 1) s;
    END IF;
    IF cardinality(ids) > many THEN
        RETURN json_build_object('many', true);
    END IF;
    IF ids IS NOT NULL THEN
        told := enterprises_published(ids, how);
    END IF;
    IF told IS NULL THEN
        SELECT json_agg(DISTINCT jsonb_build_array(l.notice, k.usable, EXISTS (
            SELECT FROM enterprises_reviewitem i WHERE i.entry_id = k.id AND i.closed_at IS NULL)))
        INTO lines
        FROM registry_entry k
        JOIN registry_listimport l ON l.id = k.list_import_id AND l.state = 'confirmed'
        WHERE k.name_key = its_name OR k.name_key = its_other_name
              OR (k.former_key <> '' AND k.former_key = its_name)
              OR (k.former_key <> '' AND k.former_key = its_other_name)
              OR (k.uscc <> '' AND k.uscc = its_code) OR (k.number <> '' AND k.number = its_number);
    END IF;
    RETURN json_build_object('found', told, 'lines', lines, 'as_of', (
        SELECT as_of FROM enterprises_poolrebuild ORDER BY id DESC LIMIT 1));
END $$;
"""

_FORGET = """
DROP FUNCTION enterprises_look_up(text, text, text, text, text, int);
DROP FUNCTION enterprises_published(bigint[], text[]);
"""


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0017_renewals")]
    operations = [migrations.RunSQL(_PUBLISHED + _LOOK_UP, _FORGET)]
