"""The law on subsidies: rules are history, claims stay, sheets change in work alone and are approved by another."""

from django.db import migrations

LAW = """
CREATE FUNCTION financing_subsidy_rule_is_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL
        AND (to_jsonb(NEW) - 'superseded_at') = (to_jsonb(OLD) - 'superseded_at') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a rule is superseded, never changed or deleted' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER financing_subsidyrule_is_history BEFORE UPDATE OR DELETE ON financing_subsidyrule
    FOR EACH ROW EXECUTE FUNCTION financing_subsidy_rule_is_history();

CREATE FUNCTION financing_claim_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    marks CONSTANT text[] := ARRAY['withdrawn_at', 'withdrawn_by_id', 'withdrawn_reason'];
BEGIN
    IF TG_OP = 'DELETE' OR OLD.withdrawn_at IS NOT NULL OR (to_jsonb(NEW) - marks) <> (to_jsonb(OLD) - marks) THEN
        RAISE EXCEPTION 'a claim stays as it was taken in; it is withdrawn once'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER financing_subsidyclaim_stays BEFORE UPDATE OR DELETE ON financing_subsidyclaim
    FOR EACH ROW EXECUTE FUNCTION financing_claim_stays();

CREATE FUNCTION financing_sheet_goes_its_way() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    marks text[] := ARRAY['state'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'a sheet begins as a draft' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a sheet is not deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.subsidy_id, NEW.year, NEW.version, NEW.made_at, NEW.made_by_id)
        IS DISTINCT FROM (OLD.subsidy_id, OLD.year, OLD.version, OLD.made_at, OLD.made_by_id) THEN
        RAISE EXCEPTION 'what a sheet is of does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state IN ('draft', 'sent_back') THEN
        IF NEW.state NOT IN ('draft', 'sent_back', 'submitted', 'dropped') THEN
            RAISE EXCEPTION 'a sheet is submitted before it is approved' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state = 'submitted' AND NEW.state = 'approved' THEN
        marks := marks || ARRAY['approved_at', 'approved_by_id', 'approved_alone'];
        IF NEW.total <> (SELECT coalesce(sum(granted), 0) FROM financing_subsidyline WHERE sheet_id = NEW.id) THEN
            RAISE EXCEPTION 'the total is not that of the lines' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF NOT NEW.approved_alone AND EXISTS (
            SELECT FROM financing_subsidyexclusion WHERE sheet_id = NEW.id AND by_id = NEW.approved_by_id
        ) THEN
            RAISE EXCEPTION 'whoever left out a line does not approve the sheet'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF OLD.state = 'submitted' AND NEW.state = 'sent_back' THEN
        marks := marks || ARRAY['sent_back_at', 'sent_back_by_id', 'sent_back_reason'];
    ELSIF OLD.state = 'approved' AND NEW.state = 'replaced' THEN
        marks := marks || ARRAY['replaced_at'];
    ELSE
        RAISE EXCEPTION 'a sheet that is % does not become %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (to_jsonb(NEW) - marks) <> (to_jsonb(OLD) - marks) THEN
        RAISE EXCEPTION 'a sheet that was submitted does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER financing_subsidysheet_goes_its_way BEFORE INSERT OR UPDATE OR DELETE ON financing_subsidysheet
    FOR EACH ROW EXECUTE FUNCTION financing_sheet_goes_its_way();

CREATE FUNCTION financing_only_in_work() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_sheet bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.sheet_id ELSE NEW.sheet_id END;
    its_state text;
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        SELECT state INTO its_state FROM financing_subsidysheet WHERE id = of_sheet FOR SHARE;
        IF its_state IN ('draft', 'sent_back') THEN
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END IF;
    END IF;
    RAISE EXCEPTION 'lines of a sheet come and go while it is in work, and never change'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER financing_subsidyline_only_in_work BEFORE INSERT OR UPDATE OR DELETE ON financing_subsidyline
    FOR EACH ROW EXECUTE FUNCTION financing_only_in_work();
CREATE TRIGGER financing_subsidyexclusion_only_in_work BEFORE INSERT OR UPDATE OR DELETE
    ON financing_subsidyexclusion FOR EACH ROW EXECUTE FUNCTION financing_only_in_work();
"""
UNDO = """
DROP TRIGGER financing_subsidyexclusion_only_in_work ON financing_subsidyexclusion;
DROP TRIGGER financing_subsidyline_only_in_work ON financing_subsidyline;
DROP TRIGGER financing_subsidysheet_goes_its_way ON financing_subsidysheet;
DROP TRIGGER financing_subsidyclaim_stays ON financing_subsidyclaim;
DROP TRIGGER financing_subsidyrule_is_history ON financing_subsidyrule;
DROP FUNCTION financing_only_in_work();
DROP FUNCTION financing_sheet_goes_its_way();
DROP FUNCTION financing_claim_stays();
DROP FUNCTION financing_subsidy_rule_is_history();
"""


class Migration(migrations.Migration):
    dependencies = [("financing", "0004_subsidies")]
    operations = [migrations.RunSQL(LAW, UNDO)]
