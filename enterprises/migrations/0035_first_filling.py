"""While a table is filled for the first time its indexes are laid aside, and built at once when it is full.

An index that grows row by row costs as much as the row; over millions of rows, ten times as much. By the owner's right,
since the role that serves the site may not; and only of tables that are empty, so that nobody needs what is laid aside.
Nothing is committed while an index still lies aside.
"""

from django.db import migrations

_LAW = """
CREATE FUNCTION enterprises_nothing_lies_aside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_temp.enterprises_laid_aside WHERE statement = NEW.statement) THEN
        RAISE EXCEPTION 'an index was laid aside and not put back: %', NEW.statement
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION enterprises_begin_filling(relation text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    filled regclass;
    held boolean;
    laid record;
BEGIN
    IF relation NOT IN ('enterprises_enterprise', 'enterprises_matchdecision', 'enterprises_namekeys') THEN
        RAISE EXCEPTION 'not a table to be filled: %', relation USING ERRCODE = 'insufficient_privilege';
    END IF;
    filled := format('public.%I', relation)::regclass;
    BEGIN
        EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE NOWAIT', filled);
    EXCEPTION WHEN lock_not_available THEN
        RETURN false;  -- somebody reads it
    END;
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', filled) INTO held;
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
        SELECT i.indexrelid, i.indexrelid::regclass AS index, c.conname, pg_get_indexdef(i.indexrelid) AS defined,
               pg_get_constraintdef(c.oid) AS constrained
        FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'u'
        WHERE i.indrelid = filled AND NOT i.indisprimary ORDER BY i.indexrelid
    LOOP
        IF laid.conname IS NULL THEN
            INSERT INTO pg_temp.enterprises_laid_aside VALUES (relation, laid.indexrelid, laid.defined);
            EXECUTE format('DROP INDEX %s', laid.index);
        ELSE
            INSERT INTO pg_temp.enterprises_laid_aside VALUES (relation, laid.indexrelid,
                format('ALTER TABLE %s ADD CONSTRAINT %I %s', filled, laid.conname, laid.constrained));
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', filled, laid.conname);
        END IF;
    END LOOP;
    RETURN true;
END $$;

-- A table of that name that somebody else made would be statements that they want to have run.
CREATE FUNCTION enterprises_own_laid_aside() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (SELECT relowner FROM pg_class WHERE oid = to_regclass('pg_temp.enterprises_laid_aside'))
        <> (SELECT oid FROM pg_roles WHERE rolname = current_user)
    THEN
        RAISE EXCEPTION 'what lies aside is not ours' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

CREATE FUNCTION enterprises_end_filling(relation text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET maintenance_work_mem = '256MB' AS $$
DECLARE
    laid record;
BEGIN
    IF to_regclass('pg_temp.enterprises_laid_aside') IS NULL THEN
        RETURN;
    END IF;
    PERFORM public.enterprises_own_laid_aside();
    -- A table with checks to come is not altered.
    FOR laid IN
        SELECT c.conname FROM pg_constraint c
        WHERE c.conrelid = to_regclass(format('public.%I', relation)) AND c.condeferrable
          AND EXISTS (SELECT FROM pg_temp.enterprises_laid_aside a WHERE a.relation = enterprises_end_filling.relation)
    LOOP
        EXECUTE format('SET CONSTRAINTS public.%I IMMEDIATE', laid.conname);
        EXECUTE format('SET CONSTRAINTS public.%I DEFERRED', laid.conname);
    END LOOP;
    FOR laid IN
        SELECT a.statement FROM pg_temp.enterprises_laid_aside a
        WHERE a.relation = enterprises_end_filling.relation ORDER BY a.place
    LOOP
        EXECUTE laid.statement;
    END LOOP;
    DELETE FROM pg_temp.enterprises_laid_aside a WHERE a.relation = enterprises_end_filling.relation;
END $$;
"""
_UNDO = """
DROP FUNCTION enterprises_end_filling(text);
DROP FUNCTION enterprises_begin_filling(text);
DROP FUNCTION enterprises_own_laid_aside();
DROP FUNCTION enterprises_nothing_lies_aside();
"""


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0034_look_up_in_steps")]
    operations = [migrations.RunSQL(_LAW, _UNDO)]
