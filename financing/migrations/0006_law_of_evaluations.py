"""The law on evaluations: one that was made, and its papers, never change; a new version follows, the old stays."""

from django.db import migrations

LAW = """
CREATE FUNCTION financing_evaluation_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    made CONSTANT text[] := ARRAY['made_at', 'document', 'digest'];
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.made_at IS NOT NULL
        OR (to_jsonb(NEW) - made) <> (to_jsonb(OLD) - made) THEN
        RAISE EXCEPTION 'an evaluation does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER financing_evaluation_stays BEFORE UPDATE OR DELETE ON financing_evaluation
    FOR EACH ROW EXECUTE FUNCTION financing_evaluation_stays();
CREATE TRIGGER financing_evaluation_no_truncate BEFORE TRUNCATE ON financing_evaluation
    FOR EACH STATEMENT EXECUTE FUNCTION financing_evaluation_stays();

CREATE FUNCTION financing_paper_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT'
        OR EXISTS (SELECT FROM financing_evaluation WHERE id = NEW.evaluation_id AND made_at IS NOT NULL) THEN
        RAISE EXCEPTION 'papers of an evaluation are written with it, and never after'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER financing_evaluationpaper_stays BEFORE INSERT OR UPDATE OR DELETE ON financing_evaluationpaper
    FOR EACH ROW EXECUTE FUNCTION financing_paper_stays();
CREATE TRIGGER financing_evaluationpaper_no_truncate BEFORE TRUNCATE ON financing_evaluationpaper
    FOR EACH STATEMENT EXECUTE FUNCTION financing_paper_stays();
ALTER TABLE financing_evaluation ENABLE ALWAYS TRIGGER financing_evaluation_stays;
ALTER TABLE financing_evaluation ENABLE ALWAYS TRIGGER financing_evaluation_no_truncate;
ALTER TABLE financing_evaluationpaper ENABLE ALWAYS TRIGGER financing_evaluationpaper_stays;
ALTER TABLE financing_evaluationpaper ENABLE ALWAYS TRIGGER financing_evaluationpaper_no_truncate;
"""
UNDO = """
DROP TRIGGER financing_evaluationpaper_no_truncate ON financing_evaluationpaper;
DROP TRIGGER financing_evaluationpaper_stays ON financing_evaluationpaper;
DROP TRIGGER financing_evaluation_no_truncate ON financing_evaluation;
DROP TRIGGER financing_evaluation_stays ON financing_evaluation;
DROP FUNCTION financing_paper_stays();
DROP FUNCTION financing_evaluation_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("financing", "0005_evaluation")]
    operations = [migrations.RunSQL(LAW, UNDO)]
