"""Of feedback, who decided about its faulty lines is told with the decision."""

from django.db import migrations

from config.auditing.triggers import install


class Migration(migrations.Migration):
    dependencies = [("auditing", "0004_feedback"), ("financing", "0003_what_lines_say_of_the_list")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
