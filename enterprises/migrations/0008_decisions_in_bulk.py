"""Decisions name an entry and an enterprise that there are: judged once a statement instead of once a row."""

import django.db.models.deletion
from django.db import migrations, models

LAW = """
CREATE FUNCTION enterprises_decision_has_sides() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM come c LEFT JOIN registry_entry e ON e.id = c.entry_id WHERE e.id IS NULL)
        OR EXISTS (
            SELECT 1 FROM (SELECT DISTINCT enterprise_id FROM come) c
            LEFT JOIN enterprises_enterprise n ON n.id = c.enterprise_id WHERE n.id IS NULL
        )
    THEN
        RAISE EXCEPTION 'a decision names an entry or an enterprise that there is not'
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER enterprises_matchdecision_has_sides AFTER INSERT ON enterprises_matchdecision
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION enterprises_decision_has_sides();

CREATE FUNCTION enterprises_side_is_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'registry_entry' AND EXISTS (
            SELECT 1 FROM gone g JOIN enterprises_matchdecision d ON d.entry_id = g.id)
        OR TG_TABLE_NAME = 'enterprises_enterprise' AND EXISTS (
            SELECT 1 FROM gone g JOIN enterprises_matchdecision d ON d.enterprise_id = g.id)
    THEN
        RAISE EXCEPTION 'what decisions name is not deleted' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER registry_entry_is_decided AFTER DELETE ON registry_entry
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION enterprises_side_is_decided();
CREATE TRIGGER enterprises_enterprise_is_decided AFTER DELETE ON enterprises_enterprise
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION enterprises_side_is_decided();
"""
UNDO = """
DROP TRIGGER enterprises_enterprise_is_decided ON enterprises_enterprise;
DROP TRIGGER registry_entry_is_decided ON registry_entry;
DROP FUNCTION enterprises_side_is_decided();
DROP TRIGGER enterprises_matchdecision_has_sides ON enterprises_matchdecision;
DROP FUNCTION enterprises_decision_has_sides();
"""


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0007_words_of_people")]
    operations = [
        migrations.AlterField(
            model_name="matchdecision",
            name="entry",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="registry.entry",
                verbose_name="entry",
            ),
        ),
        migrations.AlterField(
            model_name="matchdecision",
            name="enterprise",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="enterprises.enterprise",
                verbose_name="enterprise",
            ),
        ),
        migrations.RunSQL(LAW, UNDO),
    ]
