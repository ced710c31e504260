"""Names that lists state otherwise are judged as changes of name are: they were told as such."""

from django.db import migrations


def seed(apps, schema_editor):  # type: ignore[no-untyped-def]
    limits = apps.get_model("enterprises", "GuardLimit").objects
    for one in limits.filter(guard="changes_of_kind", cause="renamed"):
        limits.get_or_create(
            guard=one.guard,
            programme_id=one.programme_id,
            cause="respelled",
            defaults={"amber": one.amber, "red": one.red, "least": one.least},
        )


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0038_shared_numbers")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
