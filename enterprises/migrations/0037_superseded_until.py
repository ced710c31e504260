"""An index for how many decisions were superseded until a moment. Built beside the running site, for it is large."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enterprises", "0036_what_a_draft_has_seen")]
    operations = [
        AddIndexConcurrently(
            "matchdecision",
            models.Index(
                condition=models.Q(("superseded_at__isnull", False)), fields=["superseded_at"], name="decision_ended"
            ),
        ),
    ]
