"""Letters remind of feedback; members are taken by people as well, with the table that they fill in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pushes", "0019_scope_of_feedback")]

    operations = [
        migrations.AlterField(
            model_name="letter",
            name="kind",
            field=models.CharField(
                choices=[
                    ("paused", "a channel is paused"),
                    ("withdrawn", "an edition is withdrawn"),
                    ("not_taken", "an edition was not taken"),
                    ("late", "deliveries are late"),
                    ("secret", "a secret or key was touched"),
                    ("request", "an institution's request"),
                    ("feedback", "feedback is due"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="receipt",
            name="kind",
            field=models.CharField(
                choices=[
                    ("download", "download"),
                    ("acknowledge", "acknowledgement"),
                    ("lookup", "look-up"),
                    ("members", "members taken"),
                    ("changes", "changes by machine"),
                ],
                max_length=15,
                verbose_name="kind",
            ),
        ),
    ]
