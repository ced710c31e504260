"""One number of two enterprises is told to staff; whom a full list left out is called so."""

from django.db import migrations, models

STATES = [
    ("valid", "valid"),
    ("grace", "expired, renewal awaited"),
    ("upcoming", "not yet in force"),
    ("expired", "expired"),
    ("revoked", "revoked"),
    ("delisted", "left out by a full list"),
    ("disputed", "revocation being checked"),
    ("provisional", "publicity only"),
]
FINDINGS = [
    ("ladder", "holds it, but never held what usually comes before"),
    ("recheck_alone", "passed a re-check, but what it extends is not known"),
    ("revoked_nothing", "revoked, but what was revoked is not known"),
    ("renamed_unknown", "changed its name, but no recognition of this programme is known"),
    ("left_unknown", "moved away, but no recognition of this programme is known"),
    ("listed_again", "listed again although it was revoked"),
    ("two_numbers", "two recognitions hold at once under different numbers"),
    ("shared_number", "another enterprise holds the same number of this programme"),
    ("no_end", "holds without end, although its notice should state one"),
    ("disputed", "does not count until a person has said whom a revocation means"),
]


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0037_superseded_until")]
    operations = [
        migrations.AlterField(
            "finding", "kind", models.CharField(choices=FINDINGS, max_length=20, verbose_name="finding")
        ),
        migrations.AlterField(
            "recognition", "state", models.CharField(choices=STATES, max_length=12, verbose_name="state")
        ),
    ]
