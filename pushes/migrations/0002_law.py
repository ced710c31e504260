"""The law on proof: receipts, attempts, packages and agreed profiles are only ever added; a delivery made stays."""

from django.db import migrations

TABLES = ("pushes_receipt", "pushes_attempt", "pushes_package", "pushes_profile")

GUARD = """
CREATE FUNCTION pushes_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are proof: they are only ever added', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION pushes_delivered_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'delivered' THEN
        RAISE EXCEPTION 'a delivery that was made stays as it was'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER pushes_delivery_delivered_stays BEFORE UPDATE OR DELETE ON pushes_delivery
    FOR EACH ROW EXECUTE FUNCTION pushes_delivered_stays();
""" + "\n".join(
    f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION pushes_only_added();"
    for table in TABLES
)

UNDO = (
    "\n".join(f"DROP TRIGGER {table}_only_added ON {table};" for table in TABLES)
    + """
DROP TRIGGER pushes_delivery_delivered_stays ON pushes_delivery;
DROP FUNCTION pushes_only_added();
DROP FUNCTION pushes_delivered_stays();
"""
)


class Migration(migrations.Migration):
    dependencies = [("pushes", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
