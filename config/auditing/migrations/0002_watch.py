"""What each watched table tells the log: one function for all, and the triggers that the table of them says."""

from django.conf import settings
from django.db import migrations

from config.auditing.triggers import install, uninstall

FUNCTION = r"""
CREATE FUNCTION auditing_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    spec CONSTANT jsonb := TG_ARGV[0];
    ignored CONSTANT text[] := ARRAY(SELECT jsonb_array_elements_text(spec->'ignored'));
    masked CONSTANT jsonb := spec->'masked';
    said CONSTANT text := nullif(current_setting('auditing.context', true), '');
    context jsonb := '{}';
    was jsonb;
    is_now jsonb;
    line jsonb;
    changes jsonb;
    hidden jsonb;
    state text;
    act text;
    who bigint;
    who_name text;
    named text;
    model text;
    key text;
    label text;
    column_name text;
BEGIN
    IF TG_OP <> 'INSERT' THEN was := to_jsonb(OLD); END IF;
    IF TG_OP <> 'DELETE' THEN is_now := to_jsonb(NEW); END IF;
    line := coalesce(is_now, was);
    SELECT jsonb_object_agg(c.key, jsonb_build_array(was->c.key, is_now->c.key)) FILTER (WHERE NOT masked ? c.key),
           jsonb_agg(c.key ORDER BY c.key) FILTER (WHERE masked ? c.key)
    INTO changes, hidden
    FROM jsonb_each(line - ignored) c
    WHERE coalesce(was->c.key, 'null') <> coalesce(is_now->c.key, 'null');

    state := spec->>'state';
    IF TG_OP = 'DELETE' THEN
        act := spec->>'gone';
    ELSIF state <> '' AND (TG_OP = 'INSERT' OR was->state <> is_now->state) THEN
        act := is_now->>state;
    ELSIF TG_OP = 'INSERT' THEN
        act := spec->>'added';
    ELSE
        SELECT a.value INTO act FROM jsonb_each_text(spec->'acts') a
        WHERE was->a.key IS DISTINCT FROM is_now->a.key ORDER BY a.key LIMIT 1;
        IF act IS NULL AND changes IS NULL AND hidden IS NULL THEN
            RETURN NULL;  -- nothing that is told has changed
        END IF;
        act := coalesce(act, 'changed');
    END IF;

    IF said IS NOT NULL THEN
        context := convert_from(decode(said, 'base64'), 'UTF8')::jsonb;
    END IF;
    who := (context->>'user')::bigint;
    who_name := context->>'name';
    IF who IS NULL THEN
        column_name := coalesce(spec->'by'->>act, spec->'by'->>'*');
        IF column_name IS NOT NULL AND line->>column_name IS NOT NULL THEN
            who := (line->>column_name)::bigint;
            SELECT username INTO named FROM auth_user WHERE id = who;
            who_name := named;
        ELSIF said IS NULL THEN
            who_name := session_user;  -- somebody at the database itself
        END IF;
    END IF;

    model := spec->>'model';
    IF TG_TABLE_NAME = 'django_admin_log' THEN  -- about whatever it says
        SELECT t.app_label || '.' || t.model INTO model FROM django_content_type t
        WHERE t.id = (line->>'content_type_id')::int;
    END IF;
    EXECUTE 'SELECT (' || (spec->>'key') || ')::text, (' || (spec->>'label') || ')::text' INTO key, label USING line;
    INSERT INTO auditing_event (area, act, user_id, user_name, address, model, key, label, page, request, details)
    VALUES (
        spec->>'area', left(act, 20), who, left(coalesce(who_name, ''), 150), (context->>'address')::inet,
        coalesce(model, ''),
        left(coalesce(key, ''), 64), left(coalesce(label, ''), 200),
        coalesce(context->>'page', CASE WHEN said IS NULL THEN 'database' ELSE '' END),
        coalesce(context->>'request', ''),
        jsonb_build_object('table', TG_TABLE_NAME)
            || CASE WHEN line ? 'id' THEN jsonb_build_object('row', line->'id') ELSE '{}' END
            || CASE WHEN changes IS NOT NULL THEN jsonb_build_object('changes', changes) ELSE '{}' END
            || CASE WHEN hidden IS NOT NULL THEN jsonb_build_object('masked', hidden) ELSE '{}' END
    );
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("auditing", "0001_log"),
        ("registry", "0012_line_corrections"),
        ("enterprises", "0024_look_up_as_lines_read"),
        ("pushes", "0015_answers_to_machines"),
        ("accounts", "0002_passwords_so_far"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION auditing_row();"),
        migrations.RunPython(install, uninstall),
    ]
