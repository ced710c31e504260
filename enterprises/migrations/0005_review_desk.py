"""Fields for working the queue of doubts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0004_reopened"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="reviewitem",
            name="assigned_to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="assigned to",
            ),
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="score",
            field=models.FloatField(
                default=0.5, help_text="How likely the best candidate is the one.", verbose_name="likelihood"
            ),
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="unsure_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="put back at"),
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="unsure_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="put back by",
            ),
        ),
    ]
