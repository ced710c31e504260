"""Sides of decisions and districts of enterprises are judged once a statement, in counts: the quickest that holds."""

import django.db.models.deletion
from django.db import migrations, models

# Ids are unique, so that a join drops a row only where a side is missing.
_SIDES = """
CREATE OR REPLACE FUNCTION enterprises_decision_has_sides() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decisions bigint := (SELECT count(*) FROM come);
BEGIN
    IF decisions <> (SELECT count(*) FROM come c JOIN registry_entry e ON e.id = c.entry_id)
        OR decisions <> (SELECT count(*) FROM come c JOIN enterprises_enterprise n ON n.id = c.enterprise_id)
    THEN
        RAISE EXCEPTION 'a decision names an entry or an enterprise that there is not'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
"""
_DISTRICTS = """
CREATE FUNCTION enterprises_district_is_there() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT district_id FROM come WHERE district_id IS NOT NULL EXCEPT SELECT id FROM registry_district)
    THEN
        RAISE EXCEPTION 'an enterprise names a district that there is not' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER enterprises_enterprise_has_district AFTER INSERT ON enterprises_enterprise
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION enterprises_district_is_there();
CREATE TRIGGER enterprises_enterprise_keeps_district AFTER UPDATE ON enterprises_enterprise
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION enterprises_district_is_there();

CREATE FUNCTION enterprises_district_is_used() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM gone g JOIN enterprises_enterprise n ON n.district_id = g.id) THEN
        RAISE EXCEPTION 'what enterprises name is not deleted' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER registry_district_is_used AFTER DELETE ON registry_district
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION enterprises_district_is_used();
"""
_UNDO = """
DROP TRIGGER registry_district_is_used ON registry_district;
DROP FUNCTION enterprises_district_is_used();
DROP TRIGGER enterprises_enterprise_keeps_district ON enterprises_enterprise;
DROP TRIGGER enterprises_enterprise_has_district ON enterprises_enterprise;
DROP FUNCTION enterprises_district_is_there();
"""


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0010_fewer_indexes")]
    operations = [
        migrations.RunSQL(_SIDES, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="enterprise",
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
        migrations.RunSQL(_DISTRICTS, _UNDO),
    ]
