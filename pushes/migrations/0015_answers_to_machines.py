"""Receipts of what machines were answered beside packages: look-ups, members, changes, and how many."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pushes", "0014_scopes")]

    operations = [
        migrations.AddField(
            model_name="receipt",
            name="rows",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="rows"),
        ),
        migrations.AlterField(
            model_name="receipt",
            name="kind",
            field=models.CharField(
                choices=[
                    ("download", "download"),
                    ("acknowledge", "acknowledgement"),
                    ("lookup", "look-up"),
                    ("members", "members by machine"),
                    ("changes", "changes by machine"),
                ],
                max_length=15,
                verbose_name="kind",
            ),
        ),
    ]
