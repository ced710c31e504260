"""Rows of editions hold the JSON of their canonical lines, and their sides are judged once a statement."""

import django.db.models.deletion
from django.db import migrations, models

import enterprises.models.edition

_CANONICAL = """
CREATE FUNCTION enterprises_canonical(value jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN CASE jsonb_typeof(value)
        WHEN 'object' THEN '{' || coalesce((
            SELECT string_agg(to_json(key) || ':' || enterprises_canonical(held), ',' ORDER BY key COLLATE "C")
            FROM jsonb_each(value) AS o (key, held)), '') || '}'
        WHEN 'array' THEN '[' || coalesce((
            SELECT string_agg(enterprises_canonical(held), ',' ORDER BY place)
            FROM jsonb_array_elements(value) WITH ORDINALITY AS o (held, place)), '') || ']'
        ELSE value::text END;
END $$;
ALTER TABLE enterprises_editionmember
    ALTER COLUMN recognitions TYPE json USING enterprises_canonical(recognitions)::json;
ALTER TABLE enterprises_editionchange
    ALTER COLUMN before TYPE json USING enterprises_canonical(before)::json,
    ALTER COLUMN after TYPE json USING enterprises_canonical(after)::json;
DROP FUNCTION enterprises_canonical(jsonb);
"""
_NOT_CANONICAL = """
ALTER TABLE enterprises_editionmember ALTER COLUMN recognitions TYPE jsonb USING recognitions::jsonb;
ALTER TABLE enterprises_editionchange
    ALTER COLUMN before TYPE jsonb USING before::jsonb, ALTER COLUMN after TYPE jsonb USING after::jsonb;
"""

_TABLES = ("enterprises_editionmember", "enterprises_editionchange")
_FUNCTIONS = """
CREATE FUNCTION enterprises_row_has_sides() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT edition_id FROM come EXCEPT SELECT id FROM enterprises_edition)
        OR (SELECT count(*) FROM come) <> (
            SELECT count(*) FROM come c JOIN enterprises_enterprise n ON n.id = c.enterprise_id)
    THEN
        RAISE EXCEPTION 'a row of an edition names an edition or an enterprise that there is not'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION enterprises_side_has_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    used boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM gone g JOIN enterprises_editionmember r ON r.%1$I = g.id)
                        OR EXISTS (SELECT FROM gone g JOIN enterprises_editionchange r ON r.%1$I = g.id)', TG_ARGV[0])
        INTO used;
    IF used THEN
        RAISE EXCEPTION 'what rows of editions name is not deleted' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
"""
_SIDES = {"enterprises_edition": "edition_id", "enterprises_enterprise": "enterprise_id"}
_TRIGGERS = "\n".join(
    [
        f"CREATE TRIGGER {table}_sides_{act.lower()} AFTER {act} ON {table} REFERENCING NEW TABLE AS come "
        "FOR EACH STATEMENT EXECUTE FUNCTION enterprises_row_has_sides();"
        for table in _TABLES
        for act in ("INSERT", "UPDATE")
    ]
    + [
        f"CREATE TRIGGER {side}_has_rows AFTER DELETE ON {side} REFERENCING OLD TABLE AS gone "
        f"FOR EACH STATEMENT EXECUTE FUNCTION enterprises_side_has_rows('{column}');"
        for side, column in _SIDES.items()
    ]
)
_UNDO = "\n".join(
    [f"DROP TRIGGER {table}_sides_{act} ON {table};" for table in _TABLES for act in ("insert", "update")]
    + [f"DROP TRIGGER {side}_has_rows ON {side};" for side in _SIDES]
    + ["DROP FUNCTION enterprises_row_has_sides();", "DROP FUNCTION enterprises_side_has_rows();"]
)


def _side(of: str, deletion: object, **more: object) -> models.ForeignKey:
    return models.ForeignKey(db_constraint=False, on_delete=deletion, to=f"enterprises.{of}", verbose_name=of, **more)


def _canonical(model: str, name: str, **more: object) -> migrations.AlterField:
    field = enterprises.models.edition.CanonicalField(verbose_name=name, **more)
    return migrations.AlterField(model_name=model, name=name, field=field)


_CASCADE, _PROTECT = django.db.models.deletion.CASCADE, django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0015_first_limits")]
    operations = [
        migrations.RunSQL(
            _CANONICAL,
            _NOT_CANONICAL,
            state_operations=[
                _canonical("editionmember", "recognitions"),
                _canonical("editionchange", "before", null=True),
                _canonical("editionchange", "after", null=True),
            ],
        ),
        migrations.AlterField(
            "editionmember", "edition", _side("edition", _CASCADE, db_index=False, related_name="rows")
        ),
        migrations.AlterField("editionmember", "enterprise", _side("enterprise", _PROTECT, related_name="editions")),
        migrations.AlterField(
            "editionchange", "edition", _side("edition", _CASCADE, db_index=False, related_name="changes")
        ),
        migrations.AlterField("editionchange", "enterprise", _side("enterprise", _PROTECT, related_name="+")),
        # Nobody asks for a programme's members across all editions.
        migrations.RemoveIndex(model_name="editionmember", name="edition_member_programmes"),
        migrations.RunSQL(_FUNCTIONS + _TRIGGERS, _UNDO),
    ]
