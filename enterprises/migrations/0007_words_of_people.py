"""What people decided before judgements were kept becomes judgements; misspellings are marked as such."""

from django.db import migrations

# By these rules an entry came to its enterprise although its name was not one of the enterprise's.
SLIPPED = """
    ALTER TABLE enterprises_matchdecision DISABLE TRIGGER enterprises_matchdecision_is_history;
    UPDATE enterprises_matchdecision SET slipped = true
    WHERE superseded_at IS NULL AND rule IN ('code_like', 'number_like', 'spelling');
    ALTER TABLE enterprises_matchdecision ENABLE TRIGGER enterprises_matchdecision_is_history;
"""


def keep_words(apps, schema_editor):
    """A person's decision says: the same as another entry of that enterprise; or, where there is none, alone."""
    decision, judgement = apps.get_model("enterprises", "MatchDecision"), apps.get_model("enterprises", "Judgement")
    for one in decision.objects.filter(rule="person", superseded_at=None, decided_by__isnull=False).order_by("pk"):
        others = decision.objects.filter(enterprise=one.enterprise_id, superseded_at=None).exclude(pk=one.pk)
        other = others.exclude(rule="person").order_by("pk").first() or others.order_by("pk").first()
        judgement.objects.create(
            entry_id=one.entry_id, other_id=other.entry_id if other else None, verdict="same" if other else "alone",
            compared=one.reasons, judged_at=one.decided_at, judged_by_id=one.decided_by_id,
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0006_who_is_who")]
    operations = [
        migrations.RunSQL(SLIPPED, migrations.RunSQL.noop),
        migrations.RunPython(keep_words, migrations.RunPython.noop),
    ]
