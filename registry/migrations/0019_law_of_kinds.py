"""What a programme's lists say stays what it was; and only a recognition counts for the pool, whoever writes the rule."""

from django.db import migrations

LAW = """
CREATE FUNCTION registry_kind_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a programme stays of its kind: another kind is another programme'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER registry_programme_kind_stays BEFORE UPDATE OF kind ON registry_programme
    FOR EACH ROW WHEN (OLD.kind <> NEW.kind) EXECUTE FUNCTION registry_kind_stays();

CREATE FUNCTION registry_only_recognitions_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM registry_programme WHERE id = NEW.programme_id AND kind <> 'recognition') THEN
        RAISE EXCEPTION 'a named list and points never count for the pool'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER registry_programmerule_counts BEFORE INSERT ON registry_programmerule
    FOR EACH ROW WHEN (NEW.counts) EXECUTE FUNCTION registry_only_recognitions_count();
"""
# Where 0020 was taken back, its programmes stayed, and came back without their kind.
AGAIN = """
UPDATE registry_programme p SET kind = own.kind
FROM (VALUES ('INNO_POINTS', 'points'), ('LISTING', 'named_list'), ('ZKD_RISK', 'named_list'), ('ZHR', 'named_list')) AS own (code, kind)
WHERE p.code = own.code AND p.kind <> own.kind AND (
    SELECT bool_and(r.recorded_at = '2008-01-01 00:00+00' AND NOT r.counts AND r.period = 'open')
    FROM registry_programmerule r WHERE r.programme_id = p.id);
"""
UNDO = """
DROP TRIGGER registry_programme_kind_stays ON registry_programme;
DROP TRIGGER registry_programmerule_counts ON registry_programmerule;
DROP FUNCTION registry_kind_stays();
DROP FUNCTION registry_only_recognitions_count();
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0018_points_and_named_lists")]
    operations = [migrations.RunSQL(AGAIN, migrations.RunSQL.noop), migrations.RunSQL(LAW, UNDO)]
