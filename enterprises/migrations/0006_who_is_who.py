"""Judgements of people, the keys of names, and what the ladder says of its decisions."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0005_review_desk"),
        ("registry", "0010_number_groups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Judgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("same", "one enterprise"),
                            ("different", "two enterprises"),
                            ("alone", "an enterprise of its own"),
                        ],
                        max_length=10,
                        verbose_name="verdict",
                    ),
                ),
                ("compared", models.JSONField(default=dict, verbose_name="what was compared")),
                ("judged_at", models.DateTimeField(verbose_name="judged at")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back at")),
            ],
            options={
                "verbose_name": "judgement",
                "verbose_name_plural": "judgements",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="NameKeys",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "name_key", "place", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("place", models.CharField(blank=True, db_collation="C", max_length=50, verbose_name="city")),
                ("name_key", models.CharField(db_collation="C", max_length=200, verbose_name="name key")),
                ("core", models.BigIntegerField(db_index=True, verbose_name="hash of the core")),
                (
                    "sounds",
                    models.BigIntegerField(
                        db_index=True, help_text="Equal where the spelling is.", verbose_name="sum of the sounds"
                    ),
                ),
            ],
            options={
                "verbose_name": "keys of a name",
                "verbose_name_plural": "keys of names",
            },
        ),
        migrations.RemoveField(
            model_name="likename",
            name="enterprise",
        ),
        migrations.AddField(
            model_name="listresolution",
            name="state_seen",
            field=models.CharField(
                choices=[
                    ("staged", "waiting for confirmation"),
                    ("confirmed", "confirmed"),
                    ("withdrawn", "withdrawn"),
                    ("rejected", "rejected"),
                ],
                db_default="confirmed",
                help_text="The list's state that the last sweep took account of.",
                max_length=10,
                verbose_name="state followed",
            ),
        ),
        migrations.AddField(
            model_name="matchdecision",
            name="beside",
            field=models.BigIntegerField(
                blank=True,
                help_text="The entry whose enterprise it was found to be of.",
                null=True,
                verbose_name="compared with",
            ),
        ),
        migrations.AddField(
            model_name="matchdecision",
            name="slipped",
            field=models.BooleanField(
                db_default=False,
                help_text="The entry's name is only a slip of the enterprise's.",
                verbose_name="miswritten",
            ),
        ),
        migrations.AlterField(
            model_name="matchdecision",
            name="reasons",
            field=models.JSONField(
                db_default=models.Value({}, models.JSONField()), default=dict, verbose_name="reasons"
            ),
        ),
        migrations.AddIndex(
            model_name="enterprise",
            index=models.Index(
                django.db.models.functions.text.Substr("uscc", 9, 9),
                condition=models.Q(("uscc__isnull", False)),
                name="enterprise_organisation",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewitem",
            index=models.Index(condition=models.Q(("closed_at", None)), fields=["cause"], name="open_review_item"),
        ),
        migrations.AddField(
            model_name="judgement",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="judgements",
                to="registry.entry",
                verbose_name="entry",
            ),
        ),
        migrations.AddField(
            model_name="judgement",
            name="judged_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="judged by",
            ),
        ),
        migrations.AddField(
            model_name="judgement",
            name="other",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.entry",
                verbose_name="compared with",
            ),
        ),
        migrations.AddField(
            model_name="judgement",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="taken back by",
            ),
        ),
        migrations.DeleteModel(
            name="LikeName",
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("other", None), ("verdict", "alone")),
                    models.Q(models.Q(("verdict", "alone"), _negated=True), models.Q(("other", None), _negated=True)),
                    _connector="OR",
                ),
                name="alone_or_compared",
            ),
        ),
    ]
