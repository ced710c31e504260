"""A key may report back, where its scopes say so; no key that there is does."""

import django.contrib.postgres.fields
from django.db import migrations, models

import pushes.models.access_key


class Migration(migrations.Migration):
    dependencies = [("pushes", "0018_receipts_by_time")]

    operations = [
        migrations.RemoveConstraint(model_name="accesskey", name="key_opens_what_is_known"),
        migrations.AlterField(
            model_name="accesskey",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("fetch", "fetch packages, members and changes"),
                        ("lookup", "look enterprises up"),
                        ("acknowledge", "acknowledge editions"),
                        ("feedback", "report back on financing"),
                    ],
                    max_length=15,
                ),
                default=pushes.models.access_key.first_scopes,
                size=None,
                verbose_name="scopes",
            ),
        ),
        migrations.AddConstraint(
            model_name="accesskey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("scopes__len__gt", 0),
                    ("scopes__contained_by", ["fetch", "lookup", "acknowledge", "feedback"]),
                ),
                name="key_opens_what_is_known",
            ),
        ),
    ]
