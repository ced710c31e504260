"""The table of what is watched has the rights of departments to import: its triggers are made anew."""

from django.db import migrations

from config.auditing.triggers import install


class Migration(migrations.Migration):
    dependencies = [("auditing", "0002_watch"), ("registry", "0013_import_rights")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
