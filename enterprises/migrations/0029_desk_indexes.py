"""Indexes for each filter that the desks offer. Built beside the running site, for their tables are large."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enterprises", "0028_pool_figures")]
    operations = [
        AddIndexConcurrently("enterprise", models.Index(fields=["district", "id"], name="enterprise_of_district")),
        AddIndexConcurrently(
            "enterprise",
            models.Index(condition=models.Q(("in_scope", False)), fields=["id"], name="enterprise_elsewhere"),
        ),
        AddIndexConcurrently("matchdecision", models.Index(fields=["rule", "id"], name="decision_by_rule")),
        AddIndexConcurrently(
            "matchdecision",
            models.Index(condition=models.Q(("superseded_at__isnull", False)), fields=["id"], name="decision_past"),
        ),
        AddIndexConcurrently("finding", models.Index(fields=["kind", "id"], name="finding_by_kind")),
        AddIndexConcurrently("finding", models.Index(fields=["programme", "kind", "id"], name="finding_by_programme")),
        AddIndexConcurrently("poolmember", GinIndex(fields=["programmes"], name="member_by_programme")),
        AddIndexConcurrently(
            "recognition",
            models.Index(
                condition=models.Q(("counts", True), ("state", "valid")),
                fields=["valid_to", "enterprise"],
                name="recognition_ends",
            ),
        ),
    ]
