"""Watches, and mails to enterprises."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0021_objections"),
    ]

    operations = [
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("address", models.EmailField(max_length=120, verbose_name="e-mail")),
                ("asked_at", models.DateTimeField(db_index=True, verbose_name="asked at")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmed at")),
                (
                    "enterprise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="watches",
                        to="enterprises.enterprise",
                        verbose_name="enterprise",
                    ),
                ),
            ],
            options={
                "verbose_name": "watch",
                "verbose_name_plural": "watches",
            },
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about", models.CharField(max_length=200, unique=True, verbose_name="about")),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("words", models.TextField(verbose_name="words")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("due_at", models.DateTimeField(db_index=True, verbose_name="due at")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("failure", models.CharField(blank=True, max_length=300, verbose_name="what kept it from being sent")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                (
                    "objection",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mails",
                        to="enterprises.objection",
                        verbose_name="objection",
                    ),
                ),
                (
                    "watch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mails",
                        to="enterprises.watch",
                        verbose_name="watch",
                    ),
                ),
            ],
            options={
                "verbose_name": "mail to an enterprise",
                "verbose_name_plural": "mails to enterprises",
                "ordering": ["-id"],
            },
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("state__in", ("upheld", "partly", "rejected", "withdrawn"))),
                    models.Q(
                        models.Q(("state__in", ("upheld", "partly", "rejected", "withdrawn")), _negated=True),
                        ("ended_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="objection_ended_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contact_mail", ""), ("contact_phone", ""), _negated=True),
                    ("cleared_at__isnull", False),
                    _connector="OR",
                ),
                name="objection_can_be_answered",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cleared_at__isnull", True),
                    models.Q(
                        ("contact_mail", ""), ("contact_name", ""), ("contact_phone", ""), ("ended_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="objection_is_cleared_after_its_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.UniqueConstraint(fields=("address", "enterprise"), name="one_watch_per_address"),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(("objection__isnull", True), ("watch__isnull", True), _connector="XOR"),
                name="mail_is_of_one_thing",
            ),
        ),
    ]
