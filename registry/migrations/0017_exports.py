"""Exports of the admin's lists, which a worker writes (see registry/exporting.py)."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0016_entries_in_order"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "desk",
                    models.CharField(
                        help_text="Application and model, such as registry.entry.", max_length=100, verbose_name="list"
                    ),
                ),
                ("query", models.TextField(blank=True, verbose_name="search and filters")),
                (
                    "chosen",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="rows chosen",
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[("xlsx", "Excel workbook (xlsx)"), ("csv", "csv")], max_length=4, verbose_name="format"
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked for at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "being written"),
                            ("ready", "ready"),
                            ("refused", "not written"),
                            ("failed", "broke off"),
                            ("ended", "deleted"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("message", models.CharField(blank=True, max_length=300, verbose_name="what is wrong")),
                ("file", models.FileField(blank=True, upload_to="exports/", verbose_name="file")),
                ("rows", models.PositiveIntegerField(blank=True, null=True, verbose_name="rows")),
                ("size", models.PositiveBigIntegerField(blank=True, null=True, verbose_name="bytes")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="SHA-256")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="kept until")),
                ("told_at", models.DateTimeField(blank=True, null=True, verbose_name="told at")),
                ("fetched_at", models.DateTimeField(blank=True, null=True, verbose_name="last fetched at")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked for by",
                    ),
                ),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "ordering": ["-asked_at"],
                "default_permissions": ("view",),
                "indexes": [models.Index(fields=["asked_by", "-asked_at"], name="exports_of_a_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ready"), _negated=True),
                            models.Q(
                                models.Q(("file", ""), _negated=True),
                                models.Q(("sha256", ""), _negated=True),
                                ("rows__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="export_ready_with_its_file",
                    )
                ],
            },
        ),
    ]
