"""The columns of points lists are watched."""

from django.db import migrations

from config.auditing.triggers import install


class Migration(migrations.Migration):
    dependencies = [("auditing", "0004_feedback"), ("registry", "0018_points_and_named_lists")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
