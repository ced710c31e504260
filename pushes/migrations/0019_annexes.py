"""An institution may agree on named lists and points beside its cut; none had any before."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pushes", "0018_receipts_by_time"),
    ]

    operations = [
        migrations.AddField(
            model_name="profile",
            name="annexes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20),
                blank=True,
                db_default=models.Value(
                    [], django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None)
                ),
                default=list,
                help_text="What stands beside the pool and is told with it; empty means none.",
                size=None,
                verbose_name="named lists and points",
            ),
        ),
    ]
