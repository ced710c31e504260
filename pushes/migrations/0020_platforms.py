"""Platforms: what their channels need, and whether they know what was withdrawn."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pushes", "0019_annexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WithdrawalNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("delivered", "delivered"),
                            ("passing", "failed, to be tried again"),
                            ("permanent", "failed for good"),
                            ("refused", "not sent: the target is refused"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("detail", models.TextField(blank=True, verbose_name="detail")),
                ("sha256", models.CharField(blank=True, max_length=64, verbose_name="SHA-256")),
                ("to", models.CharField(blank=True, max_length=300, verbose_name="to")),
                ("code", models.CharField(blank=True, max_length=300, verbose_name="the other side's code")),
                ("took_ms", models.PositiveIntegerField(default=0, verbose_name="took (ms)")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                ("due_at", models.DateTimeField(verbose_name="due at")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("told_at", models.DateTimeField(blank=True, null=True, verbose_name="told at")),
            ],
            options={
                "verbose_name": "notice of a withdrawal",
                "verbose_name_plural": "notices of withdrawals",
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="channel",
            name="batches_path",
            field=models.CharField(
                db_default="/batches",
                default="/batches",
                max_length=200,
                validators=[
                    django.core.validators.RegexValidator(
                        "^(/[A-Za-z0-9._~-]*[A-Za-z0-9_~-])+$",
                        "A path such as /v1/batches: plain letters, no slash at its end.",
                    )
                ],
                verbose_name="path of batches",
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="client_id",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="With client credentials only.",
                max_length=200,
                verbose_name="client id",
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="compressed",
            field=models.BooleanField(db_default=True, default=True, verbose_name="pages are compressed (gzip)"),
        ),
        migrations.AddField(
            model_name="channel",
            name="grant_url",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="With client credentials only. Begins with https://.",
                max_length=500,
                validators=[django.core.validators.URLValidator(schemes=["https"])],
                verbose_name="address of tokens",
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="known_by",
            field=models.CharField(
                choices=[
                    ("token", "fixed token"),
                    ("grant", "token by client credentials"),
                    ("signature", "signature by a shared secret"),
                ],
                db_default="token",
                default="token",
                max_length=10,
                verbose_name="we are known by",
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="page_size",
            field=models.PositiveIntegerField(
                db_default=1000,
                default=1000,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(5000),
                ],
                verbose_name="rows a page",
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="state_path",
            field=models.CharField(
                db_default="/state",
                default="/state",
                max_length=200,
                validators=[
                    django.core.validators.RegexValidator(
                        "^(/[A-Za-z0-9._~-]*[A-Za-z0-9_~-])+$",
                        "A path such as /v1/batches: plain letters, no slash at its end.",
                    )
                ],
                verbose_name="path of the state",
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="withdrawals_path",
            field=models.CharField(
                db_default="/withdrawals",
                default="/withdrawals",
                max_length=200,
                validators=[
                    django.core.validators.RegexValidator(
                        "^(/[A-Za-z0-9._~-]*[A-Za-z0-9_~-])+$",
                        "A path such as /v1/batches: plain letters, no slash at its end.",
                    )
                ],
                verbose_name="path of withdrawals",
            ),
        ),
        migrations.AlterField(
            model_name="channel",
            name="kind",
            field=models.CharField(
                choices=[
                    ("portal", "portal"),
                    ("email", "e-mail"),
                    ("webhook", "webhook"),
                    ("sftp", "SFTP"),
                    ("platform", "platform interface"),
                ],
                default="portal",
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="channelsecret",
            name="kind",
            field=models.CharField(
                choices=[
                    ("signing", "signing secret"),
                    ("password", "password"),
                    ("private_key", "key pair"),
                    ("token", "token or client secret"),
                ],
                max_length=15,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="channel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "platform"), _negated=True),
                    models.Q(("page_size__gte", 1), ("url__startswith", "https://")),
                    _connector="OR",
                ),
                name="platform_channel_has_https",
            ),
        ),
        migrations.AddConstraint(
            model_name="channel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "platform"), ("known_by", "grant"), _negated=True),
                    models.Q(("grant_url__startswith", "https://"), models.Q(("client_id", ""), _negated=True)),
                    _connector="OR",
                ),
                name="platform_channel_has_its_grant",
            ),
        ),
        migrations.AddField(
            model_name="withdrawalnotice",
            name="delivery",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="withdrawal_notice",
                to="pushes.delivery",
                verbose_name="delivery",
            ),
        ),
        migrations.AddIndex(
            model_name="withdrawalnotice",
            index=models.Index(condition=models.Q(("told_at", None)), fields=["due_at"], name="withdrawal_notice_due"),
        ),
    ]
