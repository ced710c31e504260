"""Decisions by rule are looked up for rare rules alone: of those that every other decision is by, any page has enough.

An index of all is a tenth of what it costs to write a decision.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("enterprises", "0039_limits_of_names")]
    operations = [
        AddIndexConcurrently(
            "matchdecision",
            models.Index(
                condition=models.Q(("rule__in", ["new", "name", "code"]), _negated=True),
                fields=["rule", "id"],
                name="decision_by_rare_rule",
            ),
        ),
        RemoveIndexConcurrently("matchdecision", "decision_by_rule"),
    ]
