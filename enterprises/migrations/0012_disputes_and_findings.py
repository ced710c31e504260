"""Whom an unsettled line might have meant, from when to when; what a re-check extends; what does not add up."""

import django.db.models.deletion
from django.db import migrations, models

KINDS = [
    ("ladder", "holds it, but never held what usually comes before"),
    ("recheck_alone", "passed a re-check, but what it extends is not known"),
    ("revoked_nothing", "revoked, but what was revoked is not known"),
    ("renamed_unknown", "changed its name, but no recognition of this programme is known"),
    ("left_unknown", "moved away, but no recognition of this programme is known"),
    ("listed_again", "listed again although it was revoked"),
    ("two_numbers", "two recognitions hold at once under different numbers"),
    ("no_end", "holds without end, although its notice should state one"),
    ("disputed", "does not count until a person has said whom a revocation means"),
]

OPEN_NOW = """
INSERT INTO enterprises_dispute (entry_id, enterprise_id, since)
SELECT DISTINCT r.entry_id, c.enterprise_id, r.opened_at
FROM enterprises_reviewitem r
JOIN registry_entry e ON e.id = r.entry_id
JOIN registry_listimport l ON l.id = e.list_import_id AND (l.notice IN ('revocation', 'move_out') OR l.is_full)
JOIN enterprises_reviewitem_candidates c ON c.reviewitem_id = r.id
WHERE r.closed_at IS NULL;
"""

LAW = """
CREATE FUNCTION enterprises_dispute_is_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.until IS NULL AND (to_jsonb(NEW) - 'until') = (to_jsonb(OLD) - 'until') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a dispute is ended, never changed or deleted' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER enterprises_dispute_is_history BEFORE UPDATE OR DELETE ON enterprises_dispute
    FOR EACH ROW EXECUTE FUNCTION enterprises_dispute_is_history();
"""

UNDO = """
DROP TRIGGER enterprises_dispute_is_history ON enterprises_dispute;
DROP FUNCTION enterprises_dispute_is_history();
"""


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0011_laws_by_statement"), ("registry", "0011_rules_have_a_history")]
    operations = [
        migrations.AddField(
            "recognition", "counts", models.BooleanField(db_default=True, verbose_name="counts for the pool")
        ),
        migrations.AddField(
            "recognition",
            "extends",
            models.CharField(
                blank=True,
                default="",
                help_text="What the re-check behind it extends.",
                max_length=80,
                verbose_name="extends",
            ),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(verbose_name="since")),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="until")),
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
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.entry",
                        verbose_name="entry",
                    ),
                ),
            ],
            options={"verbose_name": "dispute", "verbose_name_plural": "disputes"},
        ),
        migrations.AddConstraint(
            "dispute",
            models.UniqueConstraint(
                fields=["entry", "enterprise"], condition=models.Q(until__isnull=True), name="one_open_dispute"
            ),
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=KINDS, max_length=20, verbose_name="finding")),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="enterprises.enterprise",
                        verbose_name="enterprise",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.programme",
                        verbose_name="programme",
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
            ],
            options={
                "verbose_name": "finding",
                "verbose_name_plural": "findings",
                "ordering": ["kind", "programme", "enterprise"],
            },
        ),
        migrations.RunSQL(OPEN_NOW, migrations.RunSQL.noop),
        migrations.RunSQL(LAW, UNDO),
    ]
