"""The law on sealed editions, made whole: no emptying of their tables, no row moved or slipped in, no red guard unheard.

It holds for every role, its tables' owner too, and in every mode of replication. What a draft's guards found is not
changed either: a new judgement takes a new draft.
"""

from django.db import migrations

TABLES = (
    "enterprises_editionmember",
    "enterprises_editionchange",
    "enterprises_guardresult",
    "enterprises_overruling",
)
NEW = TABLES[2:]
ACTS = {"insert": "NEW", "update": "OLD", "delete": "OLD"}

# FOR SHARE: whoever writes a draft's rows and whoever seals it wait for each other, so that nothing slips in between.
ROWS = """
CREATE OR REPLACE FUNCTION enterprises_rows_of_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM enterprises_edition e
    WHERE e.id IN (SELECT DISTINCT edition_id FROM touched) FOR SHARE;
    IF EXISTS (
        SELECT 1 FROM enterprises_edition e
        WHERE e.id IN (SELECT DISTINCT edition_id FROM touched) AND e.state <> 'draft'
    ) THEN
        RAISE EXCEPTION 'a sealed edition does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION enterprises_sealed_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM enterprises_edition WHERE state <> 'draft') THEN
        RAISE EXCEPTION 'a sealed edition cannot be deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION enterprises_result_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what a guard found, and who overruled it, does not change'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION enterprises_red_is_heard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM enterprises_guardresult WHERE edition_id = NEW.id AND level = 'red')
        AND NOT EXISTS (SELECT 1 FROM enterprises_overruling WHERE edition_id = NEW.id) THEN
        RAISE EXCEPTION 'red guards are overruled before an edition is sealed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION enterprises_maker_is_not_checker() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT NEW.alone AND EXISTS (
        SELECT 1 FROM enterprises_edition WHERE id = NEW.edition_id AND cut_by_id = NEW.by_id) THEN
        RAISE EXCEPTION 'whoever cut an edition does not overrule its guards unless the record says so'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER enterprises_red_is_heard BEFORE UPDATE OF state ON enterprises_edition
    FOR EACH ROW WHEN (OLD.state = 'draft' AND NEW.state = 'sealed')
    EXECUTE FUNCTION enterprises_red_is_heard();
CREATE TRIGGER enterprises_maker_is_not_checker BEFORE INSERT ON enterprises_overruling
    FOR EACH ROW EXECUTE FUNCTION enterprises_maker_is_not_checker();
"""


def _trigger(table: str, name: str, act: str, image: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{name} AFTER {act} ON {table} REFERENCING {image} TABLE AS touched "
        "FOR EACH STATEMENT EXECUTE FUNCTION enterprises_rows_of_sealed();"
    )


TRIGGERS = "\n".join(
    [
        *(_trigger(table, f"no_{act}", act.upper(), image) for table in NEW for act, image in ACTS.items()),
        *(_trigger(table, "no_move", "UPDATE", "NEW") for table in TABLES),
        *(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION enterprises_result_stays();"
            for table in NEW
        ),
        *(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION enterprises_sealed_stays();"
            for table in ("enterprises_edition", *TABLES)
        ),
    ]
)

ALWAYS = """
DO $$ DECLARE t record; BEGIN
    FOR t IN SELECT g.tgname, g.tgrelid::regclass AS of_table FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
             WHERE p.proname IN ('enterprises_rows_of_sealed', 'enterprises_edition_is_sealed',
                                 'enterprises_sealed_stays', 'enterprises_result_stays', 'enterprises_red_is_heard',
                                 'enterprises_maker_is_not_checker') LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', t.of_table, t.tgname);
    END LOOP;
END $$;
"""

UNDO = "\n".join(
    [f"DROP TRIGGER {table}_no_{act} ON {table};" for table in NEW for act in ACTS]
    + [f"DROP TRIGGER {table}_no_move ON {table};" for table in TABLES]
    + [f"DROP TRIGGER {table}_stays ON {table};" for table in NEW]
    + [f"DROP TRIGGER {table}_no_truncate ON {table};" for table in ("enterprises_edition", *TABLES)]
    + [
        "DROP TRIGGER enterprises_red_is_heard ON enterprises_edition;",
        "DROP TRIGGER enterprises_maker_is_not_checker ON enterprises_overruling;",
        "DROP FUNCTION enterprises_sealed_stays();",
        "DROP FUNCTION enterprises_result_stays();",
        "DROP FUNCTION enterprises_red_is_heard();",
        "DROP FUNCTION enterprises_maker_is_not_checker();",
    ]
)


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0013_guards")]
    operations = [migrations.RunSQL(ROWS + TRIGGERS + ALWAYS, UNDO)]
