"""The look-up asks small questions, one after the other, and the rarer ones only where there is something to ask about.

Made in one, its statements named some twenty tables each, and preparing them for a run cost three times what finding
the rows does. What is answered is the same, and of one moment: a STABLE function sees what its caller's statement sees.
"""

from importlib import import_module

from django.db import migrations

_FIRST = import_module("enterprises.migrations.0018_look_up")
_BEFORE = import_module("enterprises.migrations.0033_look_up_without_points")

# Of a line of a confirmed list: no correction stands in for it; and where it is one itself, it is the latest, and the
# line that it corrects counts. Dear, so that it is asked last.
_LINE_COUNTS = """
CREATE FUNCTION enterprises_line_counts(line bigint, its_list bigint, its_row int)
RETURNS boolean LANGUAGE plpgsql STABLE COST 100000 AS $$
BEGIN
    RETURN NOT EXISTS (
        SELECT FROM registry_linecorrection c
        JOIN registry_listimport i ON i.id = c.list_import_id AND i.state = 'confirmed'
        JOIN registry_entry r ON r.list_import_id = c.list_import_id AND r.row_number = c.row_number AND r.usable
        WHERE c.corrects_id = line)
    AND NOT EXISTS (
        SELECT FROM registry_linecorrection own
        JOIN registry_entry p ON p.id = own.corrects_id
        JOIN registry_listimport o ON o.id = p.list_import_id
        WHERE own.list_import_id = its_list AND own.row_number = its_row AND (
            o.state <> 'confirmed' OR EXISTS (
                SELECT FROM registry_linecorrection c
                JOIN registry_listimport i ON i.id = c.list_import_id AND i.state = 'confirmed'
                JOIN registry_entry r ON r.list_import_id = c.list_import_id AND r.row_number = c.row_number AND r.usable
                WHERE c.corrects_id = own.corrects_id AND c.id > own.id)));
END $$;
"""

_NOTICE = """
CREATE FUNCTION enterprises_notice_of(its_source text) RETURNS json LANGUAGE plpgsql STABLE COST 10000 AS $$
BEGIN
    RETURN (
        SELECT json_build_array(x.title, x.document_number, x.published_on, x.source_url)
        FROM registry_listimport x
        WHERE x.reference = split_part(its_source, '#', 1) AND x.state <> 'rejected');
END $$;
"""

_TOLD_OF = """
CREATE FUNCTION enterprises_told_of(its_id bigint, how text) RETURNS json LANGUAGE plpgsql STABLE AS $$
DECLARE
    its_public_id text;
    its_name text;
    its_key text;
    its_uscc text;
    its_district text;
    is_of_the_city boolean;
    programmes text[];
    editions json;
    is_sealed boolean;
    former json;
    former_keys text[];
    held json;
    moved json;
    undecided bigint[];
    waiting json;
BEGIN
    SELECT e.public_id, e.name, e.name_key, e.uscc, d.name, e.in_scope, m.programmes
    INTO its_public_id, its_name, its_key, its_uscc, its_district, is_of_the_city, programmes
    FROM enterprises_enterprise e
    LEFT JOIN registry_district d ON d.id = e.district_id
    LEFT JOIN enterprises_poolmember m ON m.enterprise_id = e.id
    WHERE e.id = its_id;

    SELECT json_agg(json_build_array(x.edition_id, x.programmes, x.name)), bool_or(y.state = 'sealed')
    INTO editions, is_sealed
    FROM enterprises_editionmember x
    JOIN enterprises_edition y ON y.id = x.edition_id
    WHERE x.enterprise_id = its_id;

    -- Whom no list names any more is still spoken of where a sealed edition does; whom points alone name, is not.
    IF is_sealed IS NOT TRUE THEN
        IF its_key = '' OR NOT EXISTS (
            SELECT FROM enterprises_matchdecision v
            JOIN registry_entry k ON k.id = v.entry_id
            JOIN registry_listimport l ON l.id = k.list_import_id AND l.state = 'confirmed'
            JOIN registry_programme q ON q.id = l.programme_id AND q.kind <> 'points'
            WHERE v.enterprise_id = its_id AND v.superseded_at IS NULL)
        AND EXISTS (
            SELECT FROM enterprises_matchdecision v WHERE v.enterprise_id = its_id AND v.superseded_at IS NULL)
        THEN
            RETURN NULL;
        END IF;
    END IF;

    SELECT json_agg(json_build_array(n.name, n.until) ORDER BY n.until DESC), array_agg(n.name_key)
    INTO former, former_keys
    FROM enterprises_formername n WHERE n.enterprise_id = its_id;

    SELECT json_agg(json_build_array(
        r.programme_id, r.number, r.batch, r.valid_from, r.valid_to, r.grace_to, r.state, r.counts, r.ended_on,
        CASE WHEN k.name_key <> its_key AND (former_keys IS NULL OR k.name_key <> ALL (former_keys))
             THEN k.name ELSE '' END,
        json_build_array(l.title, l.document_number, l.published_on, l.source_url),
        CASE WHEN r.ended_source <> '' THEN enterprises_notice_of(r.ended_source) END))
    INTO held
    FROM enterprises_recognition r
    JOIN registry_entry k ON k.id = r.entry_id
    JOIN registry_listimport l ON l.id = k.list_import_id
    WHERE r.enterprise_id = its_id;

    IF NOT is_of_the_city THEN
        SELECT json_build_array(l.title, l.document_number, l.published_on, l.source_url)
        INTO moved
        FROM enterprises_matchdecision v
        JOIN registry_entry k ON k.id = v.entry_id
        JOIN registry_listimport l ON l.id = k.list_import_id AND l.state = 'confirmed' AND l.notice = 'move_out'
        WHERE v.enterprise_id = its_id AND v.superseded_at IS NULL
        ORDER BY l.published_on DESC, l.id DESC LIMIT 1;
    END IF;

    -- Published lines that name it and are nobody's yet: their kind of notice, and whether a person is asked.
    IF its_key <> '' THEN
        SELECT array_agg(k.id)
        INTO undecided
        FROM registry_entry k
        WHERE (k.name_key = its_key OR (k.former_key <> '' AND k.former_key = its_key)
               OR (k.uscc <> '' AND k.uscc = its_uscc))
          AND k.usable
          AND NOT EXISTS (
              SELECT FROM enterprises_matchdecision v WHERE v.entry_id = k.id AND v.superseded_at IS NULL);
    END IF;
    IF undecided IS NOT NULL THEN
        SELECT json_agg(DISTINCT jsonb_build_array(l.notice, EXISTS (
            SELECT FROM enterprises_reviewitem i WHERE i.entry_id = k.id AND i.closed_at IS NULL)))
        INTO waiting
        FROM registry_entry k
        JOIN registry_listimport l ON l.id = k.list_import_id AND l.state = 'confirmed'
        WHERE k.id = ANY (undecided) AND enterprises_line_counts(k.id, k.list_import_id, k.row_number);
    END IF;

    RETURN json_build_object(
        'by', how, 'public_id', its_public_id, 'name', its_name, 'uscc', coalesce(its_uscc, ''),
        'district', coalesce(its_district, ''), 'in_scope', is_of_the_city, 'named', its_key <> '',
        'programmes', programmes, 'editions', editions, 'former', former, 'held', held, 'moved', moved,
        'waiting', waiting);
END $$;
"""

# Each key is tried where the one before found nobody. A key that is none of its kind is NULL.
_LOOK_UP = """
CREATE FUNCTION enterprises_look_up(
    its_id text, its_code text, its_number text, its_name text, its_other_name text, many int)
RETURNS json LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    one bigint;
    its_heir bigint;
    steps int := 0;
    ids bigint[];
    how text[];
    bearing bigint[];
    told json[];
    about json;
    lines json;
    pool_as_of date;
BEGIN
    IF its_id IS NOT NULL THEN
        SELECT e.id, e.merged_into_id INTO one, its_heir FROM enterprises_enterprise e WHERE e.public_id = its_id;
        -- Who turned out to be another, that one to be a third: the id leads to the last.
        WHILE its_heir IS NOT NULL AND steps < 50 LOOP
            SELECT e.id, e.merged_into_id INTO one, its_heir FROM enterprises_enterprise e WHERE e.id = its_heir;
            steps := steps + 1;
        END LOOP;
        IF one IS NOT NULL AND its_heir IS NULL THEN
            ids := ARRAY[one];
            how := ARRAY[CASE WHEN steps = 0 THEN 'public_id' ELSE 'merged_id' END];
        END IF;
    END IF;
    IF ids IS NULL AND its_code IS NOT NULL THEN
        SELECT e.id INTO one FROM enterprises_enterprise e WHERE e.uscc = its_code;
        IF FOUND THEN
            ids := ARRAY[one];
            how := ARRAY['uscc'];
        END IF;
    END IF;
    IF ids IS NULL AND its_number IS NOT NULL THEN
        SELECT array_agg(s.id ORDER BY s.id), array_agg('number'::text) INTO ids, how FROM (
            SELECT DISTINCT v.enterprise_id AS id
            FROM registry_entry k
            JOIN registry_listimport l ON l.id = k.list_import_id AND l.state = 'confirmed'
            JOIN enterprises_matchdecision v ON v.entry_id = k.id AND v.superseded_at IS NULL
            WHERE k.number = its_number AND k.number <> ''
              AND enterprises_line_counts(k.id, k.list_import_id, k.row_number)
            LIMIT many + 1) s;
    END IF;
    IF ids IS NULL THEN
        SELECT array_agg(s.id ORDER BY s.id), array_agg(s.by ORDER BY s.id) INTO ids, how FROM (
            SELECT DISTINCT ON (t.id) t.id, t.by FROM (
                SELECT e.id, 'name' AS by, 1 AS place FROM enterprises_enterprise e
                WHERE (e.name_key = its_name OR e.name_key = its_other_name) AND e.name_key <> ''
                UNION ALL
                SELECT f.enterprise_id, 'former_name', 2 FROM enterprises_formername f
                WHERE f.name_key = its_name OR f.name_key = its_other_name) t
            ORDER BY t.id, t.place LIMIT many + 1) s;
    END IF;
    IF ids IS NULL THEN
        -- All lines that bear one of the keys, of whatever list: from here on nothing else is looked at.
        SELECT array_agg(k.id) INTO bearing FROM registry_entry k
        WHERE k.name_key = its_name OR k.name_key = its_other_name
              OR (k.former_key <> '' AND k.former_key = its_name)
              OR (k.former_key <> '' AND k.former_key = its_other_name)
              OR (k.uscc <> '' AND k.uscc = its_code) OR (k.number <> '' AND k.number = its_number);
    END IF;
    IF bearing IS NOT NULL AND NOT EXISTS (
        SELECT FROM registry_entry k
        JOIN registry_listimport l ON l.id = k.list_import_id AND l.state = 'confirmed'
        WHERE k.id = ANY (bearing) AND (k.name_key = its_name OR k.name_key = its_other_name) AND k.usable
          AND NOT EXISTS (SELECT FROM enterprises_matchdecision v WHERE v.entry_id = k.id AND v.superseded_at IS NULL)
          AND enterprises_line_counts(k.id, k.list_import_id, k.row_number))
    THEN
        -- A list's own spelling, where nobody bears it, and no line that bears it is in question.
        SELECT array_agg(s.id ORDER BY s.id), array_agg('listed_name'::text) INTO ids, how FROM (
            SELECT DISTINCT v.enterprise_id AS id
            FROM registry_entry k
            JOIN registry_listimport l ON l.id = k.list_import_id AND l.state = 'confirmed'
            JOIN enterprises_matchdecision v ON v.entry_id = k.id AND v.superseded_at IS NULL
            WHERE k.id = ANY (bearing) AND (k.name_key = its_name OR k.name_key = its_other_name)
              AND NOT EXISTS (
                  SELECT FROM enterprises_reviewitem i WHERE i.entry_id = k.id AND i.closed_at IS NULL)
            LIMIT many + 1) s;
    END IF;
    IF bearing IS NOT NULL AND ids IS NULL THEN
        -- Whom only withdrawn lists named, and a sealed edition with them.
        SELECT array_agg(s.id ORDER BY s.id), array_agg('withdrawn'::text) INTO ids, how FROM (
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
            WHERE k.id = ANY (bearing)
              AND (k.name_key = its_name OR k.name_key = its_other_name
                   OR (k.uscc <> '' AND k.uscc = its_code) OR (k.number <> '' AND k.number = its_number))
            LIMIT many + 1) s;
    END IF;
    IF cardinality(ids) > many THEN
        RETURN json_build_object('many', true);
    END IF;
    FOR place IN 1 .. coalesce(cardinality(ids), 0) LOOP
        about := enterprises_told_of(ids[place], how[place]);
        IF about IS NOT NULL THEN
            told := told || about;
        END IF;
    END LOOP;
    IF told IS NULL AND ids IS NOT NULL THEN
        -- It was found by a key that its lines bear as well, and is not to be spoken of.
        SELECT array_agg(k.id) INTO bearing FROM registry_entry k
        WHERE k.name_key = its_name OR k.name_key = its_other_name
              OR (k.former_key <> '' AND k.former_key = its_name)
              OR (k.former_key <> '' AND k.former_key = its_other_name)
              OR (k.uscc <> '' AND k.uscc = its_code) OR (k.number <> '' AND k.number = its_number);
    END IF;
    IF told IS NULL AND bearing IS NOT NULL THEN
        SELECT json_agg(DISTINCT jsonb_build_array(l.notice, k.usable, EXISTS (
            SELECT FROM enterprises_reviewitem i WHERE i.entry_id = k.id AND i.closed_at IS NULL)))
        INTO lines
        FROM registry_entry k
        JOIN registry_listimport l ON l.id = k.list_import_id AND l.state = 'confirmed'
        JOIN registry_programme q ON q.id = l.programme_id AND q.kind <> 'points'
        WHERE k.id = ANY (bearing) AND enterprises_line_counts(k.id, k.list_import_id, k.row_number);
    END IF;
    SELECT as_of INTO pool_as_of FROM enterprises_poolrebuild ORDER BY id DESC LIMIT 1;
    RETURN json_build_object('found', told, 'lines', lines, 'as_of', pool_as_of);
END $$;
"""
_DROPPED = """
DROP FUNCTION enterprises_look_up(text, text, text, text, text, int);
DROP FUNCTION IF EXISTS enterprises_told_of(bigint, text);
DROP FUNCTION IF EXISTS enterprises_notice_of(text);
DROP FUNCTION IF EXISTS enterprises_line_counts(bigint, bigint, int);
"""


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0033_look_up_without_points")]
    operations = [
        migrations.RunSQL(
            _FIRST._FORGET + _LINE_COUNTS + _NOTICE + _TOLD_OF + _LOOK_UP,
            _DROPPED + _BEFORE._changed(_BEFORE._BEFORE).replace("CREATE OR REPLACE FUNCTION", "CREATE FUNCTION"),
        )
    ]
