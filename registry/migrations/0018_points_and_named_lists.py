"""A programme is a recognition, a named list or points; the columns of points lists; what their lines say."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0017_exports"),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="points",
            field=models.JSONField(blank=True, null=True, verbose_name="points"),
        ),
        migrations.AddField(
            model_name="programme",
            name="kind",
            field=models.CharField(
                choices=[("recognition", "recognition"), ("named_list", "named list"), ("points", "innovation points")],
                db_default="recognition",
                default="recognition",
                help_text="A recognition may keep an enterprise in the pool. A named list and innovation points are shown beside it and never count; they go to those institutions alone that agreed on them. Not to be changed later.",
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.CreateModel(
            name="Indicator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        max_length=12,
                        validators=[django.core.validators.RegexValidator("^[A-Z][A-Z0-9_]*$")],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        help_text="As lists call it beside its name, separated by commas; what stands in brackets does not matter.",
                        size=None,
                        verbose_name="header texts",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("indicator", "indicator"), ("total", "total"), ("grade", "grade")],
                        default="indicator",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "group",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("innovation", "technological innovation"),
                            ("growth", "growth and business"),
                            ("support", "supporting indicators"),
                        ],
                        max_length=12,
                        verbose_name="group of indicators",
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="unit")),
                (
                    "highest",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        help_text="Whatever is above it is a fault of the row. Empty: no limit.",
                        max_digits=16,
                        null=True,
                        verbose_name="highest value",
                    ),
                ),
                (
                    "grades",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        default=list,
                        help_text="Of a grade: those that there are, separated by commas. Empty: any.",
                        size=None,
                        verbose_name="grades",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="position")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="source and note")),
                (
                    "programme",
                    models.ForeignKey(
                        limit_choices_to={"kind": "points"},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="indicators",
                        to="registry.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "indicator of points",
                "verbose_name_plural": "indicators of points",
                "ordering": ["programme", "position", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "code"), name="one_indicator_per_code"),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "indicator"), _negated=True),
                        fields=("programme", "kind"),
                        name="one_total_and_one_grade",
                        violation_error_message="This programme has a total, or a grade, already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("highest__isnull", True), ("kind", "grade")),
                            models.Q(models.Q(("kind", "grade"), _negated=True), ("grades", [])),
                            _connector="OR",
                        ),
                        name="grades_of_a_grade_alone",
                        violation_error_message="A grade has grades and no highest value; all others have no grades.",
                    ),
                ],
            },
        ),
    ]
