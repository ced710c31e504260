"""What institutions report back, targets, evaluations, subsidies and indicators are watched."""

from django.db import migrations

from config.auditing.triggers import install


class Migration(migrations.Migration):
    dependencies = [
        ("auditing", "0003_import_rights"),
        ("financing", "0011_statistic_desk"),
        ("registry", "0018_points_and_named_lists"),
    ]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
