"""Lists of customers that are compared: held for hours, and for their person alone."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pushes", "0009_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomerMatch",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("address", models.GenericIPAddressField(blank=True, null=True, verbose_name="network address")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits its turn"),
                            ("choosing", "columns to be chosen"),
                            ("reading", "being read"),
                            ("matching", "being compared"),
                            ("ready", "ready"),
                            ("failed", "failed"),
                            ("ended", "deleted"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("key", models.TextField(blank=True, verbose_name="key, enclosed")),
                ("said", models.TextField(blank=True, verbose_name="what was said of it, enclosed")),
                ("has_workbook", models.BooleanField(default=False, verbose_name="has a workbook")),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="rows done")),
                ("counts", models.JSONField(default=dict, verbose_name="rows by outcome")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("breaks", models.PositiveSmallIntegerField(default=0, verbose_name="times it broke off")),
                ("leased_until", models.DateTimeField(blank=True, null=True, verbose_name="leased until")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("ready_at", models.DateTimeField(blank=True, null=True, verbose_name="ready at")),
                ("expires_at", models.DateTimeField(verbose_name="kept until")),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pushes.delivery",
                        verbose_name="delivery",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pushes.institution",
                        verbose_name="institution",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "comparison of customers",
                "verbose_name_plural": "comparisons of customers",
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["user", "-made_at"], name="customer_match_of_a_person"),
                    models.Index(
                        condition=models.Q(("state", "ended"), _negated=True),
                        fields=["expires_at"],
                        name="customer_match_kept",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["reading", "matching"])),
                        fields=("institution",),
                        name="one_customer_match_in_work",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("key", ""), ("said", ""), ("state", "ended")),
                            models.Q(
                                models.Q(("state", "ended"), _negated=True),
                                models.Q(("key", ""), _negated=True),
                                models.Q(("said", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="ended_customer_match_is_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["reading", "matching"]), _negated=True),
                            ("leased_until__isnull", False),
                            _connector="OR",
                        ),
                        name="customer_match_in_work_is_leased",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ready"), _negated=True), ("ready_at__isnull", False), _connector="OR"
                        ),
                        name="customer_match_ready_at",
                    ),
                ],
            },
        ),
    ]
