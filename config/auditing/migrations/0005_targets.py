"""Policy targets are watched."""

from django.db import migrations

from config.auditing.triggers import install


class Migration(migrations.Migration):
    dependencies = [("auditing", "0004_feedback"), ("financing", "0003_target")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
