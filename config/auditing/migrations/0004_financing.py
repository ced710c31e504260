"""What institutions report back is watched."""

from django.db import migrations

from config.auditing.triggers import install


class Migration(migrations.Migration):
    dependencies = [("auditing", "0003_import_rights"), ("financing", "0001_initial")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
