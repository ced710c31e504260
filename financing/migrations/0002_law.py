"""The law on feedback: what was in force, and its lines, never change; it can only be replaced as a whole."""

from django.db import migrations

LAW = """
CREATE FUNCTION financing_feedback_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    marks CONSTANT text[] := ARRAY['state', 'replaced_at', 'key'];
BEGIN
    IF OLD.in_force_at IS NULL THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - marks) <> (to_jsonb(OLD) - marks)
        OR OLD.state = 'replaced' AND (NEW.state, NEW.replaced_at) IS DISTINCT FROM (OLD.state, OLD.replaced_at)
        OR OLD.state = 'in_force' AND NEW.state NOT IN ('in_force', 'replaced') THEN
        RAISE EXCEPTION 'feedback that was in force does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER financing_feedback_stays BEFORE UPDATE OR DELETE ON financing_feedback
    FOR EACH ROW EXECUTE FUNCTION financing_feedback_stays();

CREATE FUNCTION financing_lines_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'a line of feedback does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT feedback_id FROM touched) t JOIN financing_feedback f ON f.id = t.feedback_id
        WHERE f.in_force_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'feedback that was in force does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER financing_feedbackline_no_insert AFTER INSERT ON financing_feedbackline
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION financing_lines_stay();
CREATE TRIGGER financing_feedbackline_no_delete AFTER DELETE ON financing_feedbackline
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION financing_lines_stay();
CREATE TRIGGER financing_feedbackline_no_update BEFORE UPDATE ON financing_feedbackline
    FOR EACH STATEMENT EXECUTE FUNCTION financing_lines_stay();

CREATE FUNCTION financing_mistake_is_settled_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    marks CONSTANT text[] := ARRAY['outcome', 'words', 'settled_at', 'settled_by_id'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a reported mistake is not deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (to_jsonb(NEW) - marks) <> (to_jsonb(OLD) - marks) OR OLD.outcome <> 'open' THEN
        RAISE EXCEPTION 'a mistake is settled once, and stays as it was reported'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER financing_mistake_is_settled_once BEFORE UPDATE OR DELETE ON financing_listmistake
    FOR EACH ROW EXECUTE FUNCTION financing_mistake_is_settled_once();
"""
UNDO = """
DROP TRIGGER financing_mistake_is_settled_once ON financing_listmistake;
DROP TRIGGER financing_feedbackline_no_update ON financing_feedbackline;
DROP TRIGGER financing_feedbackline_no_delete ON financing_feedbackline;
DROP TRIGGER financing_feedbackline_no_insert ON financing_feedbackline;
DROP TRIGGER financing_feedback_stays ON financing_feedback;
DROP FUNCTION financing_mistake_is_settled_once();
DROP FUNCTION financing_lines_stay();
DROP FUNCTION financing_feedback_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("financing", "0001_initial")]
    operations = [migrations.RunSQL(LAW, UNDO)]
