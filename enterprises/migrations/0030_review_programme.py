"""The programme stands with each doubtful match, so that the queue of one is found without reading all entries."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_BATCH = 10_000
_FILL = """
    UPDATE enterprises_reviewitem r SET programme_id = i.programme_id
    FROM registry_entry e JOIN registry_listimport i ON i.id = e.list_import_id
    WHERE e.id = r.entry_id AND r.programme_id IS NULL AND r.id > %s AND r.id <= %s
"""


def fill(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM enterprises_reviewitem")
        for after in range(0, cursor.fetchone()[0], _BATCH):
            cursor.execute(_FILL, [after, after + _BATCH])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enterprises", "0029_desk_indexes"), ("registry", "0017_exports")]
    operations = [
        migrations.AddField(
            "reviewitem",
            "programme",
            models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                to="registry.programme", verbose_name="programme",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        AddIndexConcurrently(
            "reviewitem",
            models.Index(
                condition=models.Q(("closed_at", None)), fields=["programme"], name="open_review_by_programme"
            ),
        ),
    ]  # fmt: skip
