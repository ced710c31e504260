"""The law on receipts: numbered by the database without a gap, never changed or emptied; deleted by the rule alone.

The rule's door is `pushes_delete_receipts(before)`: it takes the oldest, none of the last three years, and writes down
what it took. A row of these tables can be deleted in no other way.
"""

from django.db import migrations

PROOF = ("pushes_receipt", "pushes_attempt", "pushes_package", "pushes_profile", "pushes_receiptsdeleted")

NO_TRUNCATE = "\n".join(
    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION pushes_never_emptied();"
    for table in PROOF
)

LAW = """
DROP TRIGGER pushes_receipt_only_added ON pushes_receipt;

CREATE TABLE pushes_receipt_count (last bigint NOT NULL);
INSERT INTO pushes_receipt_count SELECT coalesce(max(number), 0) FROM pushes_receipt;

-- Whoever adds a receipt holds the count until it is written: a number that is not kept is given to the next.
CREATE FUNCTION pushes_receipt_numbered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pushes_receipt_count SET last = last + 1 RETURNING last INTO NEW.number;
    RETURN NEW;
END $$;

CREATE FUNCTION pushes_receipt_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '3 years'
        AND current_setting('pushes.by_the_rule', true) = 'yes' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'pushes_receipt rows are proof: they are only ever added'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION pushes_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are proof: they are only ever added', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION pushes_delete_receipts(before timestamptz) RETURNS SETOF pushes_receiptsdeleted LANGUAGE plpgsql AS $$
DECLARE
    lowest bigint;
    highest bigint;
BEGIN
    IF before > now() - interval '3 years' THEN
        RAISE EXCEPTION 'receipts are kept for three years' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    SELECT min(number), max(number) INTO lowest, highest FROM pushes_receipt
    WHERE number < coalesce((SELECT min(number) FROM pushes_receipt WHERE at >= before), 9223372036854775807);
    IF lowest IS NULL THEN
        RETURN;
    END IF;
    PERFORM set_config('pushes.by_the_rule', 'yes', true);
    DELETE FROM pushes_receipt WHERE number <= highest;
    PERFORM set_config('pushes.by_the_rule', '', true);
    RETURN QUERY INSERT INTO pushes_receiptsdeleted (at, before, first, last)
        VALUES (now(), pushes_delete_receipts.before, lowest, highest) RETURNING *;
END $$;

CREATE TRIGGER pushes_receipt_numbered BEFORE INSERT ON pushes_receipt
    FOR EACH ROW EXECUTE FUNCTION pushes_receipt_numbered();
CREATE TRIGGER pushes_receipt_law BEFORE UPDATE OR DELETE ON pushes_receipt
    FOR EACH ROW EXECUTE FUNCTION pushes_receipt_law();
CREATE TRIGGER pushes_receiptsdeleted_only_added BEFORE UPDATE OR DELETE ON pushes_receiptsdeleted
    FOR EACH ROW EXECUTE FUNCTION pushes_only_added();
"""

ALWAYS = """
DO $$ DECLARE t record; BEGIN
    FOR t IN SELECT g.tgname, g.tgrelid::regclass AS of_table FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
             WHERE p.proname IN ('pushes_receipt_numbered', 'pushes_receipt_law', 'pushes_never_emptied',
                                 'pushes_only_added', 'pushes_delivered_stays') LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', t.of_table, t.tgname);
    END LOOP;
END $$;
"""

UNDO = (
    "\n".join(f"DROP TRIGGER {table}_no_truncate ON {table};" for table in PROOF)
    + """
DROP TRIGGER pushes_receiptsdeleted_only_added ON pushes_receiptsdeleted;
DROP TRIGGER pushes_receipt_law ON pushes_receipt;
DROP TRIGGER pushes_receipt_numbered ON pushes_receipt;
DROP FUNCTION pushes_delete_receipts(timestamptz);
DROP FUNCTION pushes_never_emptied();
DROP FUNCTION pushes_receipt_law();
DROP FUNCTION pushes_receipt_numbered();
DROP TABLE pushes_receipt_count;
CREATE TRIGGER pushes_receipt_only_added BEFORE UPDATE OR DELETE ON pushes_receipt
    FOR EACH ROW EXECUTE FUNCTION pushes_only_added();
"""
)


class Migration(migrations.Migration):
    dependencies = [("pushes", "0007_delivering")]
    operations = [migrations.RunSQL(LAW + NO_TRUNCATE + ALWAYS, UNDO)]
