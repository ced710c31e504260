"""Codes from before 2015, and what entries are found by."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0008_cheaper_copies"),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="old_code",
            field=models.CharField(
                blank=True, db_default="", max_length=15, verbose_name="organisation code or registration number"
            ),
        ),
        migrations.AlterField(
            model_name="headerword",
            name="field",
            field=models.CharField(
                choices=[
                    ("seq", "running number"),
                    ("name", "enterprise name"),
                    ("new_name", "new name"),
                    ("former_name", "former name"),
                    ("uscc", "unified social credit code"),
                    ("org_code", "organisation code"),
                    ("reg_no", "registration number"),
                    ("number", "number"),
                    ("district", "district"),
                    ("city", "city"),
                    ("batch", "batch"),
                    ("year", "year"),
                    ("issued_on", "date of issue"),
                    ("valid_from", "valid from"),
                    ("valid_to", "valid to (inclusive)"),
                    ("period", "period"),
                    ("revoked_from_year", "revoked from year"),
                    ("result", "result"),
                    ("person", "persons (not kept)"),
                    ("other", "kept, but not read"),
                ],
                max_length=20,
                verbose_name="meaning",
            ),
        ),
        migrations.AlterField(
            model_name="rememberedcolumn",
            name="field",
            field=models.CharField(
                choices=[
                    ("seq", "running number"),
                    ("name", "enterprise name"),
                    ("new_name", "new name"),
                    ("former_name", "former name"),
                    ("uscc", "unified social credit code"),
                    ("org_code", "organisation code"),
                    ("reg_no", "registration number"),
                    ("number", "number"),
                    ("district", "district"),
                    ("city", "city"),
                    ("batch", "batch"),
                    ("year", "year"),
                    ("issued_on", "date of issue"),
                    ("valid_from", "valid from"),
                    ("valid_to", "valid to (inclusive)"),
                    ("period", "period"),
                    ("revoked_from_year", "revoked from year"),
                    ("result", "result"),
                    ("person", "persons (not kept)"),
                    ("other", "kept, but not read"),
                ],
                max_length=20,
                verbose_name="meaning",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=django.contrib.postgres.indexes.HashIndex(
                condition=models.Q(("former_key", ""), _negated=True), fields=["former_key"], name="entry_former_key"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=django.contrib.postgres.indexes.HashIndex(
                condition=models.Q(("old_code", ""), _negated=True), fields=["old_code"], name="entry_old_code"
            ),
        ),
    ]
