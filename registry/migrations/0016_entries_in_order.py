"""Entries as staff see them: the newest list first, its rows in order; and the few that are not sound.

Built beside the running site, for the table is the largest.
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("registry", "0015_published_names")]
    operations = [
        AddIndexConcurrently("entry", models.Index(fields=["-list_import", "row_number"], name="entry_in_order")),
        RemoveIndexConcurrently("entry", "entry_row"),
        AddIndexConcurrently(
            "entry",
            models.Index(
                condition=models.Q(("usable", False)), fields=["-list_import", "row_number"], name="entry_unusable"
            ),
        ),
        AddIndexConcurrently(
            "entry",
            GinIndex(
                condition=models.Q(("problems", []), _negated=True),
                fields=["problems"],
                name="entry_problem",
                opclasses=["jsonb_path_ops"],
            ),
        ),
    ]
