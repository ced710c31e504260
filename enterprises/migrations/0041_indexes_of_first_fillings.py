"""What is laid aside while a table is filled for the first time: indexes of nearly all its rows, the primary key too.

An index in which few of the rows stand that come first costs nothing while they come, and a look through all of them
afterwards. A key that others refer to cannot be laid aside. That a row refers to one of its own table is looked at for
each row as it comes, or at once for all.
"""

from django.db import migrations

_BEGIN = """
CREATE OR REPLACE FUNCTION enterprises_begin_filling(relation text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    filled regclass;
    held boolean;
    laid record;
BEGIN
    IF relation NOT IN ('enterprises_enterprise', 'enterprises_matchdecision', 'enterprises_namekeys') THEN
        RAISE EXCEPTION 'not a table to be filled: %%', relation USING ERRCODE = 'insufficient_privilege';
    END IF;
    filled := format('public.%%I', relation)::regclass;
    BEGIN
        EXECUTE format('LOCK TABLE %%s IN ACCESS EXCLUSIVE MODE NOWAIT', filled);
    EXCEPTION WHEN lock_not_available THEN
        RETURN false;  -- somebody reads it
    END;
    EXECUTE format('SELECT EXISTS (SELECT FROM %%s)', filled) INTO held;
    IF held THEN
        RETURN false;
    END IF;
    IF to_regclass('pg_temp.enterprises_laid_aside') IS NULL THEN
        CREATE TEMPORARY TABLE enterprises_laid_aside (relation text, place oid, statement text) ON COMMIT DROP;
        CREATE CONSTRAINT TRIGGER enterprises_nothing_lies_aside AFTER INSERT ON pg_temp.enterprises_laid_aside
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.enterprises_nothing_lies_aside();
    END IF;
    PERFORM public.enterprises_own_laid_aside();
    FOR laid IN
        SELECT i.indexrelid AS place, i.indexrelid::regclass AS index, c.conname,
               pg_get_indexdef(i.indexrelid) AS defined, pg_get_constraintdef(c.oid) AS constrained
        FROM pg_index i
        JOIN pg_class n ON n.oid = i.indexrelid
        LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('u', 'p')
        WHERE i.indrelid = filled %(which)s
    LOOP
        IF laid.conname IS NULL THEN
            INSERT INTO pg_temp.enterprises_laid_aside VALUES (relation, laid.place, laid.defined);
            EXECUTE format('DROP INDEX %%s', laid.index);
        ELSE
            INSERT INTO pg_temp.enterprises_laid_aside VALUES (relation, laid.place,
                format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', filled, laid.conname, laid.constrained));
            EXECUTE format('ALTER TABLE %%s DROP CONSTRAINT %%I', filled, laid.conname);
        END IF;
    END LOOP;
    RETURN true;
END $$;
"""
_NOW = """
          AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = i.indexrelid)
          AND n.relname <> ALL ('{decision_by_person,decision_by_rare_rule,decision_ended,decision_history,decision_past,
                                  enterprise_tombstone}'::name[])
        UNION ALL
        SELECT c.oid, NULL, c.conname, NULL, pg_get_constraintdef(c.oid) FROM pg_constraint c
        WHERE c.contype = 'f' AND c.conrelid = filled AND c.confrelid = filled
        ORDER BY 1
"""


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0040_decisions_by_rare_rules")]
    operations = [
        migrations.RunSQL(_BEGIN % {"which": _NOW}, _BEGIN % {"which": "AND NOT i.indisprimary ORDER BY 1"}),
    ]
