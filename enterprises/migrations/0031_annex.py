"""The annex of editions, and innovation points as they hold today."""

import django.db.models.deletion
from django.db import migrations, models

import enterprises.models.edition


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0030_review_programme"),
        ("registry", "0020_points_and_lists_to_begin_with"),
    ]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="annex_digest",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=64, verbose_name="digest of the annex"
            ),
        ),
        migrations.CreateModel(
            name="EditionAnnex",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.CharField(db_collation="C", max_length=12, verbose_name="public id")),
                (
                    "kind",
                    models.CharField(
                        choices=[("named_list", "named lists"), ("points", "innovation points")],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("programme", models.CharField(db_collation="C", max_length=20, verbose_name="programme")),
                ("payload", enterprises.models.edition.CanonicalField(verbose_name="what is said")),
                (
                    "edition",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="annex",
                        to="enterprises.edition",
                        verbose_name="edition",
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="enterprises.enterprise",
                        verbose_name="enterprise",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of an annex",
                "verbose_name_plural": "annex",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("edition", "public_id", "programme"), name="one_annex_row_per_programme"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InnovationScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "total",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True, verbose_name="total"),
                ),
                ("grade", models.CharField(blank=True, max_length=20, verbose_name="grade")),
                ("values", models.JSONField(default=dict, verbose_name="indicators")),
                ("source", models.CharField(max_length=80, verbose_name="source")),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
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
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "innovation points",
                "verbose_name_plural": "innovation points",
                "ordering": ["enterprise", "programme", "-year"],
                "constraints": [
                    models.UniqueConstraint(fields=("enterprise", "programme", "year"), name="one_score_of_a_year")
                ],
            },
        ),
    ]
