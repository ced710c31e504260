"""Objections, and their law: a history that is only added to, an end that stays."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LAW = """
CREATE FUNCTION enterprises_objection_is_on_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the history of an objection is only ever added to'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION enterprises_objection_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an objection is not deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state IN ('upheld', 'partly', 'rejected', 'withdrawn')
        AND (NEW.state, NEW.ended_at) IS DISTINCT FROM (OLD.state, OLD.ended_at) THEN
        RAISE EXCEPTION 'an objection that ended stays ended' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.number, NEW.secret_digest, NEW.kind, NEW.name, NEW.code, NEW.says, NEW.received_at)
        IS DISTINCT FROM (OLD.number, OLD.secret_digest, OLD.kind, OLD.name, OLD.code, OLD.says, OLD.received_at) THEN
        RAISE EXCEPTION 'what was objected does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER enterprises_objection_ends_once BEFORE UPDATE OR DELETE ON enterprises_objection
    FOR EACH ROW EXECUTE FUNCTION enterprises_objection_ends_once();
CREATE TRIGGER enterprises_objectionevent_is_history BEFORE UPDATE OR DELETE ON enterprises_objectionevent
    FOR EACH ROW EXECUTE FUNCTION enterprises_objection_is_on_record();
CREATE TRIGGER enterprises_parting_is_history BEFORE UPDATE OR DELETE ON enterprises_parting
    FOR EACH ROW EXECUTE FUNCTION enterprises_objection_is_on_record();
"""
UNDO = """
DROP TRIGGER enterprises_objection_ends_once ON enterprises_objection;
DROP TRIGGER enterprises_objectionevent_is_history ON enterprises_objectionevent;
DROP TRIGGER enterprises_parting_is_history ON enterprises_parting;
DROP FUNCTION enterprises_objection_ends_once();
DROP FUNCTION enterprises_objection_is_on_record();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0020_special_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("registry", "0012_line_corrections"),
    ]

    operations = [
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="receipt number")),
                ("secret_digest", models.CharField(editable=False, max_length=64)),
                ("form", models.UUIDField(editable=False, help_text="One form is filed once.", unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("name", "the name, code or district is wrong"),
                            ("missing", "we are missing, or a recognition of ours is"),
                            ("period", "the period or the number is wrong"),
                            ("not_us", "a recognition shown as ours is another's"),
                            ("merged", "we are shown as one with another enterprise"),
                        ],
                        max_length=10,
                        verbose_name="kind of objection",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="enterprise that objects")),
                ("code", models.CharField(blank=True, max_length=18, verbose_name="unified social credit code")),
                ("says", models.TextField(verbose_name="what is wrong, and what is right")),
                ("contact_name", models.CharField(blank=True, max_length=50, verbose_name="contact")),
                ("contact_phone", models.CharField(blank=True, max_length=30, verbose_name="telephone")),
                ("contact_mail", models.EmailField(blank=True, max_length=120, verbose_name="e-mail")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "objection received"),
                            ("in_work", "being checked"),
                            ("asked", "information asked for"),
                            ("answered", "information given"),
                            ("proposed", "waits for a second person"),
                            ("upheld", "upheld"),
                            ("partly", "partly upheld"),
                            ("rejected", "not upheld"),
                            ("withdrawn", "withdrawn by the enterprise"),
                        ],
                        db_index=True,
                        default="received",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                ("due_on", models.DateField(verbose_name="to be decided by")),
                ("proposal", models.JSONField(blank=True, default=dict, verbose_name="proposal")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                (
                    "cleared_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="contact and files deleted at"),
                ),
                (
                    "assigned_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="assigned to",
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="enterprises.enterprise",
                        verbose_name="enterprise",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.entry",
                        verbose_name="published line",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "objection",
                "verbose_name_plural": "objections",
                "ordering": ["due_on", "id"],
                "permissions": [("settle_objection", "Can work on objections and decide them")],
            },
        ),
        migrations.CreateModel(
            name="ObjectionAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="answer to a question")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="enterprises.objection",
                        verbose_name="objection",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer to a question",
                "verbose_name_plural": "answers",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ObjectionEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "objection received"),
                            ("in_work", "being checked"),
                            ("asked", "information asked for"),
                            ("answered", "information given"),
                            ("proposed", "waits for a second person"),
                            ("upheld", "upheld"),
                            ("partly", "partly upheld"),
                            ("rejected", "not upheld"),
                            ("withdrawn", "withdrawn by the enterprise"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="enterprises.objection",
                        verbose_name="objection",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of an objection",
                "verbose_name_plural": "steps of objections",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ObjectionFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stored", models.CharField(max_length=100, unique=True, verbose_name="stored as")),
                ("name", models.CharField(max_length=100, verbose_name="file name")),
                ("kind", models.CharField(max_length=4, verbose_name="kind of file")),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("scanned", models.BooleanField(default=False, verbose_name="scanned for viruses")),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="enterprises.objection",
                        verbose_name="objection",
                    ),
                ),
            ],
            options={
                "verbose_name": "file of an objection",
                "verbose_name_plural": "files of objections",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Parting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True, verbose_name="at")),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="enterprises.enterprise",
                        verbose_name="enterprise",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.entry",
                        verbose_name="published line",
                    ),
                ),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="partings",
                        to="enterprises.objection",
                        verbose_name="objection",
                    ),
                ),
            ],
            options={
                "verbose_name": "line taken from an enterprise",
                "verbose_name_plural": "lines taken from enterprises",
            },
        ),
        migrations.CreateModel(
            name="ObjectionReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="day")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("addresses", models.TextField(blank=True, verbose_name="to")),
                ("failure", models.CharField(blank=True, max_length=300, verbose_name="what kept it from being sent")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
            ],
            options={
                "verbose_name": "reminder of objections",
                "verbose_name_plural": "reminders of objections",
                "ordering": ["-day"],
            },
        ),
        migrations.RunSQL(LAW, UNDO),
    ]
