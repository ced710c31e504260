"""Slips of look-ups: what was said does not change; old ones may go."""

from django.db import migrations, models

import enterprises.models.edition

LAW = """
CREATE FUNCTION enterprises_slip_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a slip says what was said: it does not change' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER enterprises_lookupslip_stays BEFORE UPDATE ON enterprises_lookupslip
    FOR EACH ROW EXECUTE FUNCTION enterprises_slip_stays();
"""
UNDO = """
DROP TRIGGER enterprises_lookupslip_stays ON enterprises_lookupslip;
DROP FUNCTION enterprises_slip_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0022_watches"),
    ]

    operations = [
        migrations.CreateModel(
            name="LookupSlip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=24, unique=True, verbose_name="number")),
                ("at", models.DateTimeField(verbose_name="at")),
                ("asked", models.CharField(max_length=120, verbose_name="what was asked")),
                ("said", enterprises.models.edition.CanonicalField(verbose_name="what was said")),
                ("digest", models.CharField(max_length=64, verbose_name="digest")),
                ("edition", models.CharField(blank=True, max_length=20, verbose_name="edition")),
                ("edition_digest", models.CharField(blank=True, max_length=64, verbose_name="digest of the edition")),
            ],
            options={
                "verbose_name": "slip of a look-up",
                "verbose_name_plural": "slips of look-ups",
                "default_permissions": (),
                "indexes": [models.Index(fields=["at"], name="slips_by_age")],
            },
        ),
        migrations.RunSQL(LAW, UNDO),
    ]
