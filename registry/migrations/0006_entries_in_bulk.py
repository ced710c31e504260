"""Entries belong to a staged import and a known district: judged once a statement instead of once a row."""

import django.db.models.deletion
from django.db import migrations, models

LAW = """
CREATE OR REPLACE FUNCTION registry_entry_is_staged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT list_import_id FROM come) c
        LEFT JOIN registry_listimport i ON i.id = c.list_import_id
        WHERE i.state IS DISTINCT FROM 'staged'
    ) THEN
        RAISE EXCEPTION 'entries join an import only while it is staged'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM 1 FROM registry_district WHERE id IN (SELECT DISTINCT district_id FROM come) FOR KEY SHARE;
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT district_id FROM come WHERE district_id IS NOT NULL) c
        LEFT JOIN registry_district d ON d.id = c.district_id
        WHERE d.id IS NULL
    ) THEN
        RAISE EXCEPTION 'an entry names a district that there is not' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER registry_entry_still_staged AFTER UPDATE ON registry_entry
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION registry_entry_is_staged();

CREATE FUNCTION registry_import_has_no_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM registry_entry WHERE list_import_id = OLD.id) THEN
        RAISE EXCEPTION 'an import with entries is not deleted' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER registry_listimport_keeps_entries AFTER DELETE ON registry_listimport
    FOR EACH ROW EXECUTE FUNCTION registry_import_has_no_entries();

CREATE FUNCTION registry_district_has_no_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM registry_entry WHERE district_id = OLD.id) THEN
        RAISE EXCEPTION 'a district that entries name is not deleted' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER registry_district_keeps_entries AFTER DELETE ON registry_district
    FOR EACH ROW EXECUTE FUNCTION registry_district_has_no_entries();
"""

UNDO = """
DROP TRIGGER registry_district_keeps_entries ON registry_district;
DROP TRIGGER registry_listimport_keeps_entries ON registry_listimport;
DROP TRIGGER registry_entry_still_staged ON registry_entry;
DROP FUNCTION registry_district_has_no_entries();
DROP FUNCTION registry_import_has_no_entries();
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_header_words")]
    operations = [
        migrations.AlterField(
            model_name="entry",
            name="list_import",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="entries",
                to="registry.listimport",
                verbose_name="list import",
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="district",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="registry.district",
                verbose_name="district",
            ),
        ),
        migrations.RunSQL(LAW, UNDO),
    ]
