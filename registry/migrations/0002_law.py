"""Extensions, and the law on evidence: entries of a list that counts or counted are neither changed nor deleted."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

GUARD = """
CREATE FUNCTION registry_entry_is_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT list_import_id FROM gone) g
        JOIN registry_listimport i ON i.id = g.list_import_id
        WHERE i.state IN ('confirmed', 'withdrawn')
    ) THEN
        RAISE EXCEPTION 'entries of a confirmed import are evidence: they can be neither changed nor deleted'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER registry_entry_no_update AFTER UPDATE ON registry_entry
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION registry_entry_is_evidence();
CREATE TRIGGER registry_entry_no_delete AFTER DELETE ON registry_entry
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION registry_entry_is_evidence();

CREATE FUNCTION registry_entry_is_staged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT list_import_id FROM come) c
        JOIN registry_listimport i ON i.id = c.list_import_id
        WHERE i.state <> 'staged'
    ) THEN
        RAISE EXCEPTION 'entries join an import only while it is staged'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER registry_entry_only_staged AFTER INSERT ON registry_entry
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION registry_entry_is_staged();

CREATE FUNCTION registry_import_is_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state IN ('confirmed', 'withdrawn') THEN
            RAISE EXCEPTION 'a confirmed import is evidence: withdraw it, it cannot be deleted'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state IN ('confirmed', 'withdrawn')
        AND ((to_jsonb(NEW) - 'state') <> (to_jsonb(OLD) - 'state') OR NEW.state NOT IN ('confirmed', 'withdrawn')) THEN
        RAISE EXCEPTION 'a confirmed import is evidence: what its notice says cannot be changed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER registry_listimport_is_evidence BEFORE UPDATE OR DELETE ON registry_listimport
    FOR EACH ROW EXECUTE FUNCTION registry_import_is_evidence();

CREATE FUNCTION registry_event_is_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of an import is only ever added to'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER registry_importevent_is_history BEFORE UPDATE OR DELETE ON registry_importevent
    FOR EACH ROW EXECUTE FUNCTION registry_event_is_history();
"""

UNDO = """
DROP TRIGGER registry_entry_no_update ON registry_entry;
DROP TRIGGER registry_entry_no_delete ON registry_entry;
DROP TRIGGER registry_entry_only_staged ON registry_entry;
DROP TRIGGER registry_listimport_is_evidence ON registry_listimport;
DROP TRIGGER registry_importevent_is_history ON registry_importevent;
DROP FUNCTION registry_entry_is_evidence();
DROP FUNCTION registry_entry_is_staged();
DROP FUNCTION registry_import_is_evidence();
DROP FUNCTION registry_event_is_history();
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [TrigramExtension(), migrations.RunSQL(GUARD, UNDO)]
