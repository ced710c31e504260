"""Policy targets and half-yearly evaluations are watched."""

from django.db import migrations

from config.auditing.triggers import install


class Migration(migrations.Migration):
    dependencies = [("auditing", "0004_feedback"), ("financing", "0005_evaluation")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
