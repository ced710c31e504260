"""The law on editions: what was sealed never changes; a sealed edition can only be marked as withdrawn."""

from django.db import migrations

ROWS = """
CREATE FUNCTION enterprises_rows_of_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT edition_id FROM touched) t
        JOIN enterprises_edition e ON e.id = t.edition_id
        WHERE e.state <> 'draft'
    ) THEN
        RAISE EXCEPTION 'a sealed edition does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""

TABLES = ("enterprises_editionmember", "enterprises_editionchange")
ACTS = {"insert": "NEW", "update": "OLD", "delete": "OLD"}
TRIGGERS = "\n".join(
    f"CREATE TRIGGER {table}_no_{act} AFTER {act.upper()} ON {table} REFERENCING {image} TABLE AS touched "
    "FOR EACH STATEMENT EXECUTE FUNCTION enterprises_rows_of_sealed();"
    for table in TABLES
    for act, image in ACTS.items()
)

REST = """
CREATE FUNCTION enterprises_edition_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    marks CONSTANT text[] := ARRAY['state', 'withdrawn_at', 'withdrawn_by_id', 'withdrawn_reason'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'a sealed edition cannot be deleted' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state = 'withdrawn' OR OLD.state = 'sealed'
        AND (NEW.state <> 'withdrawn' OR (to_jsonb(NEW) - marks) <> (to_jsonb(OLD) - marks)) THEN
        RAISE EXCEPTION 'a sealed edition does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER enterprises_edition_is_sealed BEFORE UPDATE OR DELETE ON enterprises_edition
    FOR EACH ROW EXECUTE FUNCTION enterprises_edition_is_sealed();

CREATE FUNCTION enterprises_decision_is_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL
        AND (to_jsonb(NEW) - 'superseded_at') = (to_jsonb(OLD) - 'superseded_at') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a decision is superseded, never changed or deleted'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER enterprises_matchdecision_is_history BEFORE UPDATE OR DELETE ON enterprises_matchdecision
    FOR EACH ROW EXECUTE FUNCTION enterprises_decision_is_history();
"""

UNDO = "\n".join(
    [f"DROP TRIGGER {table}_no_{act} ON {table};" for table in TABLES for act in ACTS]
    + [
        "DROP TRIGGER enterprises_edition_is_sealed ON enterprises_edition;",
        "DROP TRIGGER enterprises_matchdecision_is_history ON enterprises_matchdecision;",
        "DROP FUNCTION enterprises_rows_of_sealed();",
        "DROP FUNCTION enterprises_edition_is_sealed();",
        "DROP FUNCTION enterprises_decision_is_history();",
    ]
)


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0001_initial")]
    operations = [migrations.RunSQL(ROWS + TRIGGERS + REST, UNDO)]
