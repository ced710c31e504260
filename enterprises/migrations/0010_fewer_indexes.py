"""What decisions and enterprises were found by, but nobody looked for, is kept no more: each index costs at every row."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0009_bulk_review"),
        ("registry", "0010_number_groups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="enterprise",
            name="district",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="registry.district",
                verbose_name="district",
            ),
        ),
        migrations.AlterField(
            model_name="enterprise",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="enterprises.enterprise",
                verbose_name="turned out to be",
            ),
        ),
        migrations.AlterField(
            model_name="enterprise",
            name="public_id",
            field=models.CharField(db_collation="C", max_length=12, verbose_name="public id"),
        ),
        migrations.AlterField(
            model_name="enterprise",
            name="uscc",
            field=models.CharField(blank=True, max_length=18, null=True, verbose_name="unified social credit code"),
        ),
        migrations.AlterField(
            model_name="matchdecision",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        # To drop a field's index drops the conditional unique one on the same column with it.
        migrations.RemoveConstraint(model_name="matchdecision", name="one_decision_per_entry"),
        migrations.AlterField(
            model_name="matchdecision",
            name="entry",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="registry.entry",
                verbose_name="entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="matchdecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("superseded_at__isnull", True)), fields=("entry",), name="one_decision_per_entry"
            ),
        ),
        migrations.AddIndex(
            model_name="enterprise",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="enterprise_tombstone"
            ),
        ),
        migrations.AddIndex(
            model_name="matchdecision",
            index=models.Index(
                condition=models.Q(("superseded_at__isnull", False)), fields=["entry"], name="decision_history"
            ),
        ),
        migrations.AddIndex(
            model_name="matchdecision",
            index=models.Index(
                condition=models.Q(("decided_by__isnull", False)), fields=["decided_by"], name="decision_by_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="enterprise",
            constraint=models.UniqueConstraint(fields=("public_id",), name="one_enterprise_per_public_id"),
        ),
        migrations.AddConstraint(
            model_name="enterprise",
            constraint=models.UniqueConstraint(fields=("uscc",), name="one_enterprise_per_code"),
        ),
    ]
