"""What a rebuild of the pool counts, kept with it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0027_planner_is_told")]
    operations = [
        migrations.AddField(
            "poolrebuild",
            "figures",
            models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict, verbose_name="figures"),
        ),
    ]
