"""Tombstones of enterprises that turned out to be others, and what names that are only like theirs are found by."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0002_law"),
    ]

    operations = [
        migrations.AddField(
            model_name="enterprise",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="enterprises.enterprise",
                verbose_name="turned out to be",
            ),
        ),
        migrations.CreateModel(
            name="LikeName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("core", models.CharField(max_length=200, verbose_name="core of a name")),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="enterprises.enterprise",
                        verbose_name="enterprise",
                    ),
                ),
            ],
            options={
                "verbose_name": "core of a name",
                "verbose_name_plural": "cores of names",
                "indexes": [django.contrib.postgres.indexes.HashIndex(fields=["core"], name="like_name_core")],
                "constraints": [models.UniqueConstraint(fields=("enterprise", "core"), name="one_row_per_core")],
            },
        ),
    ]
