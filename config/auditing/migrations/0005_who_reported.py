"""The log names whom a reported mistake is about, and no longer who reported it."""

from django.db import migrations

from config.auditing.triggers import install


class Migration(migrations.Migration):
    dependencies = [("auditing", "0004_financing")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
