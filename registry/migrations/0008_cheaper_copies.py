"""Indexes that are only asked for whole keys need no order, and the law of staged entries looks at them once."""

from django.contrib.postgres.indexes import HashIndex
from django.db import migrations, models

STAGED = """
CREATE OR REPLACE FUNCTION registry_entry_is_staged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lists bigint[];
    districts bigint[];
BEGIN
    SELECT array_agg(list_import_id), array_agg(district_id) INTO lists, districts
    FROM (SELECT DISTINCT list_import_id, district_id FROM come) AS c;
    IF EXISTS (
        SELECT 1 FROM unnest(lists) AS c (id)
        LEFT JOIN registry_listimport i ON i.id = c.id
        WHERE i.state IS DISTINCT FROM 'staged'
    ) THEN
        RAISE EXCEPTION 'entries join an import only while it is staged'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM 1 FROM registry_district WHERE id = ANY(districts) FOR KEY SHARE;
    IF EXISTS (
        SELECT 1 FROM unnest(districts) AS c (id)
        LEFT JOIN registry_district d ON d.id = c.id
        WHERE c.id IS NOT NULL AND d.id IS NULL
    ) THEN
        RAISE EXCEPTION 'an entry names a district that there is not' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_uploads")]

    operations = [
        migrations.RunSQL(STAGED, migrations.RunSQL.noop),
        *(migrations.RemoveIndex("entry", f"entry_{key}") for key in ("name_key", "uscc", "number")),
        migrations.AddIndex("entry", HashIndex(fields=["name_key"], name="entry_name_key")),
        *(
            migrations.AddIndex("entry", HashIndex(fields=[key], name=f"entry_{key}", condition=~models.Q(**{key: ""})))
            for key in ("uscc", "number")
        ),
    ]
