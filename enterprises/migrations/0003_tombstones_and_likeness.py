"""Tombstones of enterprises that turned out to be others, and what names that are only like theirs are found by."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from enterprises.matching.likeness import core


def remember_names(apps, schema_editor):
    """Enterprises that were there before are found by their names too."""
    named = apps.get_model("enterprises", "Enterprise").objects.exclude(name_key="")
    like_name = apps.get_model("enterprises", "LikeName")
    rows = ((core(key), pk) for key, pk in named.values_list("name_key", "pk").iterator(5_000))
    hints = (like_name(core=text, enterprise_id=pk) for text, pk in rows if text)
    like_name.objects.bulk_create(hints, batch_size=5_000)


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
        migrations.RunPython(remember_names, migrations.RunPython.noop),
    ]
