"""Corrections of published lines, and their law: only added to, while their list is staged; of published lines alone."""

import django.db.models.deletion
from django.db import migrations, models

LAW = """
CREATE FUNCTION registry_correction_is_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'a correction is only ever added' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT FROM registry_listimport
                   WHERE id = OLD.list_import_id AND state IN ('confirmed', 'withdrawn')) THEN
            RAISE EXCEPTION 'a confirmed correction is evidence: withdraw its list, it cannot be deleted'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF NOT EXISTS (SELECT FROM registry_listimport WHERE id = NEW.list_import_id AND state = 'staged') THEN
        RAISE EXCEPTION 'a list becomes a correction only while it is staged'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT FROM registry_entry e JOIN registry_linecorrection c
               ON c.list_import_id = e.list_import_id AND c.row_number = e.row_number AND c.corrects_id IS NOT NULL
               WHERE e.id = NEW.corrects_id) THEN
        RAISE EXCEPTION 'a correction is of a published line, not of another correction'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER registry_linecorrection_is_evidence BEFORE INSERT OR UPDATE OR DELETE ON registry_linecorrection
    FOR EACH ROW EXECUTE FUNCTION registry_correction_is_evidence();
"""
UNDO = """
DROP TRIGGER registry_linecorrection_is_evidence ON registry_linecorrection;
DROP FUNCTION registry_correction_is_evidence();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0011_rules_have_a_history"),
    ]

    operations = [
        migrations.CreateModel(
            name="LineCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row_number", models.PositiveIntegerField(verbose_name="row")),
                (
                    "ground",
                    models.CharField(db_index=True, max_length=40, verbose_name="receipt number of the objection"),
                ),
                ("why", models.TextField(verbose_name="why")),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="line_corrections",
                        to="registry.entry",
                        verbose_name="corrects",
                    ),
                ),
                (
                    "list_import",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="registry.listimport",
                        verbose_name="list import",
                    ),
                ),
            ],
            options={
                "verbose_name": "correction of a line",
                "verbose_name_plural": "corrections of lines",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("list_import", "row_number"), name="one_correction_per_row")
                ],
            },
        ),
        migrations.RunSQL(LAW, UNDO),
    ]
