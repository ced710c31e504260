"""Acts on secrets and keys are on record, and the record is only added to."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pushes", "0012_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SecretEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("signing_made", "made a new signing secret"),
                            ("pair_made", "made a new key pair"),
                            ("password_kept", "set the server's password"),
                            ("former_ended", "ended the former secrets"),
                            ("key_made", "made an access key"),
                            ("key_rotated", "replaced an access key"),
                            ("key_revoked", "revoked an access key"),
                        ],
                        max_length=15,
                        verbose_name="act",
                    ),
                ),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="secret_events",
                        to="pushes.institution",
                        verbose_name="institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "act on secrets",
                "verbose_name_plural": "acts on secrets",
                "ordering": ["-id"],
            },
        ),
        migrations.RunSQL(
            "CREATE TRIGGER pushes_secretevent_only_added BEFORE UPDATE OR DELETE ON pushes_secretevent "
            "FOR EACH ROW EXECUTE FUNCTION pushes_only_added();"
            "ALTER TABLE pushes_secretevent ENABLE ALWAYS TRIGGER pushes_secretevent_only_added;",
            "DROP TRIGGER pushes_secretevent_only_added ON pushes_secretevent;",
        ),
    ]
