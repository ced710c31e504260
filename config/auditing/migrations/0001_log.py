"""The log and its law: rows are only added; the oldest go by the rule of retention alone, which leaves a row."""

from django.db import migrations, models

NUMBERS = """
CREATE SEQUENCE auditing_event_number;
CREATE FUNCTION auditing_number() RETURNS bigint LANGUAGE sql AS $$ SELECT nextval('auditing_event_number') $$;
"""

LAW = """
CREATE FUNCTION auditing_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'auditing_event' AND OLD.at < now() - interval '180 days'
        AND current_setting('auditing.by_the_rule', true) = 'yes' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% rows are the audit log: they are only ever added', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION auditing_delete(before timestamptz) RETURNS SETOF auditing_deletion LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ -- by its owner's right: nobody else has it
DECLARE
    highest bigint;
    gone integer;
BEGIN
    IF before > now() - interval '180 days' THEN
        RAISE EXCEPTION 'the audit log is kept for 180 days' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    -- Whole seals alone: what was sealed before that time is older than it.
    SELECT max(last) INTO highest FROM auditing_seal WHERE at < before;
    IF highest IS NULL OR NOT EXISTS (SELECT FROM auditing_event WHERE number <= highest) THEN
        RETURN;
    END IF;
    PERFORM set_config('auditing.by_the_rule', 'yes', true);
    DELETE FROM auditing_event WHERE number <= highest;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('auditing.by_the_rule', '', true);
    RETURN QUERY INSERT INTO auditing_deletion (at, before, last, events)
        VALUES (now(), auditing_delete.before, highest, gone) RETURNING *;
END $$;
"""
TABLES = ("auditing_event", "auditing_seal", "auditing_deletion")
TRIGGERS = "\n".join(
    f"""
CREATE TRIGGER {table}_law BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION auditing_law();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION auditing_law();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_law;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate;
"""
    for table in TABLES
)
UNDO = (
    "\n".join(f"DROP TRIGGER {table}_no_truncate ON {table}; DROP TRIGGER {table}_law ON {table};" for table in TABLES)
    + "DROP FUNCTION auditing_delete(timestamptz); DROP FUNCTION auditing_law();"
)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(NUMBERS, "DROP FUNCTION auditing_number(); DROP SEQUENCE auditing_event_number;"),
        migrations.CreateModel(
            name="Copied",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last", models.BigIntegerField(default=0, verbose_name="last number")),
            ],
            options={
                "verbose_name": "place of the copy",
                "verbose_name_plural": "places of the copy",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Deletion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="time")),
                ("before", models.DateTimeField(verbose_name="older than")),
                ("last", models.BigIntegerField(verbose_name="last number")),
                ("events", models.PositiveIntegerField(verbose_name="events")),
            ],
            options={
                "verbose_name": "deletion of old events",
                "verbose_name_plural": "deletions of old events",
                "ordering": ["-last"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.BigIntegerField(verbose_name="first number")),
                ("last", models.BigIntegerField(unique=True, verbose_name="last number")),
                ("events", models.PositiveIntegerField(verbose_name="events")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                ("at", models.DateTimeField(db_default=models.Func(function="clock_timestamp"), verbose_name="time")),
            ],
            options={
                "verbose_name": "seal of the log",
                "verbose_name_plural": "seals of the log",
                "ordering": ["-last"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        db_default=models.Func(function="auditing_number"),
                        primary_key=True,
                        serialize=False,
                        verbose_name="number",
                    ),
                ),
                ("at", models.DateTimeField(db_default=models.Func(function="clock_timestamp"), verbose_name="time")),
                ("area", models.CharField(max_length=20, verbose_name="area")),
                ("act", models.CharField(max_length=20, verbose_name="act")),
                ("success", models.BooleanField(db_default=True, verbose_name="success")),
                ("user_id", models.BigIntegerField(null=True, verbose_name="account's number")),
                ("user_name", models.CharField(blank=True, db_default="", max_length=150, verbose_name="who")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="network address")),
                ("model", models.CharField(blank=True, db_default="", max_length=60, verbose_name="kind of object")),
                ("key", models.CharField(blank=True, db_default="", max_length=64, verbose_name="object's number")),
                ("label", models.CharField(blank=True, db_default="", max_length=200, verbose_name="object")),
                (
                    "page",
                    models.CharField(blank=True, db_default="", max_length=200, verbose_name="page, task or command"),
                ),
                ("request", models.CharField(blank=True, db_default="", max_length=64, verbose_name="request")),
                ("details", models.JSONField(db_default=models.Value({}, models.JSONField()), verbose_name="details")),
            ],
            options={
                "verbose_name": "event of the log",
                "verbose_name_plural": "audit log",
                "ordering": ["-at", "-number"],
                "permissions": [("export_event", "Can export the audit log")],
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["at", "number"], name="event_time"),
                    models.Index(fields=["area", "at", "number"], name="event_area"),
                    models.Index(fields=["user_name", "at", "number"], name="event_person"),
                    models.Index(fields=["model", "key", "number"], name="event_object"),
                    models.Index(
                        condition=models.Q(("label", ""), _negated=True),
                        fields=["label", "at", "number"],
                        name="event_label",
                    ),
                    models.Index(
                        condition=models.Q(("address__isnull", False)),
                        fields=["address", "at", "number"],
                        name="event_address",
                    ),
                    models.Index(condition=models.Q(("success", False)), fields=["at", "number"], name="event_failed"),
                ],
            },
        ),
        migrations.RunSQL(LAW + TRIGGERS, UNDO),
    ]
