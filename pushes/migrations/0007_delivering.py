"""Deliveries that give up and say so: pauses, letters, sendings by hand; receipts of machines, with numbers."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# Receipts of before get their numbers in the order in which they were written.
NUMBERED = """
ALTER TABLE pushes_receipt DISABLE TRIGGER pushes_receipt_only_added;
UPDATE pushes_receipt r SET number = n.number
FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM pushes_receipt) n WHERE n.id = r.id;
ALTER TABLE pushes_receipt ENABLE TRIGGER pushes_receipt_only_added;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pushes", "0006_ways"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about", models.CharField(max_length=200, unique=True, verbose_name="about")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("paused", "a channel is paused"),
                            ("withdrawn", "an edition is withdrawn"),
                            ("not_taken", "an edition was not taken"),
                            ("late", "deliveries are late"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("words", models.TextField(verbose_name="words")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("sent", "sent"), ("dropped", "dropped")],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("due_at", models.DateTimeField(verbose_name="due at")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("addresses", models.TextField(blank=True, verbose_name="to")),
                ("failure", models.CharField(blank=True, max_length=300, verbose_name="what kept it from being sent")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
            ],
            options={
                "verbose_name": "letter",
                "verbose_name_plural": "letters",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ReceiptsDeleted",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="at")),
                ("before", models.DateTimeField(verbose_name="older than")),
                ("first", models.BigIntegerField(verbose_name="first number")),
                ("last", models.BigIntegerField(verbose_name="last number")),
            ],
            options={
                "verbose_name": "deletion of receipts",
                "verbose_name_plural": "deletions of receipts",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Sending",
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
                ("asked_at", models.DateTimeField(verbose_name="asked for at")),
                ("at", models.DateTimeField(blank=True, null=True, verbose_name="at")),
            ],
            options={
                "verbose_name": "sending by hand",
                "verbose_name_plural": "sendings by hand",
                "ordering": ["-id"],
            },
        ),
        migrations.AlterModelOptions(
            name="channel",
            options={
                "permissions": [
                    ("pause_channel", "Can pause channels and end their pause"),
                    ("try_channel", "Can send trials to channels"),
                ],
                "verbose_name": "channel",
                "verbose_name_plural": "channels",
            },
        ),
        migrations.AlterModelOptions(
            name="delivery",
            options={
                "ordering": ["-edition__quarter", "-edition__version", "channel"],
                "permissions": [("resend_delivery", "Can have deliveries sent again")],
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
            },
        ),
        migrations.AlterModelOptions(
            name="receipt",
            options={"ordering": ["-number"], "verbose_name": "receipt", "verbose_name_plural": "receipts"},
        ),
        migrations.AlterField(
            model_name="attempt",
            name="outcome",
            field=models.CharField(
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
        migrations.AddField(
            model_name="attempt",
            name="code",
            field=models.CharField(blank=True, max_length=300, verbose_name="the other side's code"),
        ),
        migrations.AddField(
            model_name="attempt",
            name="next_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="next try"),
        ),
        migrations.AddField(
            model_name="attempt",
            name="sha256",
            field=models.CharField(blank=True, max_length=64, verbose_name="SHA-256"),
        ),
        migrations.AddField(
            model_name="attempt",
            name="to",
            field=models.CharField(blank=True, max_length=300, verbose_name="to"),
        ),
        migrations.AddField(
            model_name="attempt",
            name="took_ms",
            field=models.PositiveIntegerField(default=0, verbose_name="took (ms)"),
        ),
        migrations.AddField(
            model_name="channel",
            name="paused_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="paused since"),
        ),
        migrations.AddField(
            model_name="channel",
            name="paused_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="paused by",
            ),
        ),
        migrations.AddField(
            model_name="channel",
            name="paused_why",
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name="why it is paused"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="since",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="tried since"),
        ),
        migrations.AddField(
            model_name="receipt",
            name="key",
            field=models.CharField(blank=True, max_length=20, verbose_name="machine's key"),
        ),
        migrations.AddField(
            model_name="receipt",
            name="number",
            field=models.BigIntegerField(db_default=0, editable=False, verbose_name="number"),
        ),
        migrations.RunSQL(NUMBERED, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="receipt",
            name="number",
            field=models.BigIntegerField(db_default=0, editable=False, unique=True, verbose_name="number"),
        ),
        migrations.AlterField(
            model_name="receipt",
            name="delivery",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receipts",
                to="pushes.delivery",
                verbose_name="delivery",
            ),
        ),
        migrations.AlterField(
            model_name="receipt",
            name="kind",
            field=models.CharField(
                choices=[("download", "download"), ("acknowledge", "acknowledgement"), ("lookup", "look-up")],
                max_length=15,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="receipt",
            name="sha256",
            field=models.CharField(blank=True, max_length=64, verbose_name="SHA-256"),
        ),
        migrations.AlterField(
            model_name="receipt",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="user",
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(("user__isnull", True), ("key", ""), _connector="XOR"),
                name="receipt_of_a_person_or_a_machine",
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "lookup"),
                    models.Q(("delivery__isnull", False), models.Q(("sha256", ""), _negated=True)),
                    _connector="OR",
                ),
                name="receipt_of_a_delivery",
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "acknowledge")),
                fields=("delivery", "user", "key"),
                name="one_acknowledgement_of_each",
                nulls_distinct=False,
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="institution",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="letters",
                to="pushes.institution",
                verbose_name="institution",
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="asked for by",
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="channel",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sendings",
                to="pushes.channel",
                verbose_name="channel",
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="delivery",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sendings",
                to="pushes.delivery",
                verbose_name="delivery",
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(condition=models.Q(("state", "waiting")), fields=["due_at"], name="letter_due"),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "sent"), ("sent_at__isnull", True), _connector="XOR"),
                name="letter_sent_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="sending",
            constraint=models.UniqueConstraint(
                condition=models.Q(("at", None)),
                fields=("channel", "delivery"),
                name="one_sending_waits_per_channel_and_delivery",
                nulls_distinct=False,
            ),
        ),
        migrations.CreateModel(
            name="Laggard",
            fields=[],
            options={
                "verbose_name": "edition that was not taken",
                "verbose_name_plural": "editions that were not taken",
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("pushes.delivery",),
        ),
    ]
