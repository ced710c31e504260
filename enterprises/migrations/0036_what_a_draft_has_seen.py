"""What a draft has seen; an edition as of an early day waits for a person; words of people and resolutions are history.

A draft of before has seen nothing that is known, and is cut anew.
"""

from django.db import migrations, models

LAW = """
CREATE FUNCTION enterprises_word_is_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL
        AND (to_jsonb(NEW) - ARRAY['withdrawn_at', 'withdrawn_by_id'])
            = (to_jsonb(OLD) - ARRAY['withdrawn_at', 'withdrawn_by_id']) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a judgement is withdrawn once, never changed or deleted'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER enterprises_judgement_is_history BEFORE UPDATE OR DELETE ON enterprises_judgement
    FOR EACH ROW EXECUTE FUNCTION enterprises_word_is_history();

CREATE FUNCTION enterprises_resolution_is_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.id, NEW.list_import_id, NEW.resolved_at) = (OLD.id, OLD.list_import_id, OLD.resolved_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'that a list was resolved, and when, is neither changed nor deleted'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER enterprises_listresolution_is_history BEFORE UPDATE OR DELETE ON enterprises_listresolution
    FOR EACH ROW EXECUTE FUNCTION enterprises_resolution_is_history();
"""

UNDO = """
DROP TRIGGER enterprises_judgement_is_history ON enterprises_judgement;
DROP TRIGGER enterprises_listresolution_is_history ON enterprises_listresolution;
DROP FUNCTION enterprises_word_is_history();
DROP FUNCTION enterprises_resolution_is_history();
"""

GUARDS = [
    ("programme_shrank", "a programme vanished or shrank (per cent)"),
    ("programme_grew", "a programme grew (per cent)"),
    ("mass_removal", "members removed (per cent)"),
    ("changes_of_kind", "changes of one cause (per cent)"),
    ("unresolved_list", "lists confirmed but not resolved (number)"),
    ("waiting_list", "lists waiting for confirmation (number)"),
    ("review_queue", "doubtful matches that would change members (number)"),
    ("expected_list", "lists of the season that have not come (number)"),
    ("rule_gap", "programmes without a rule in force (number)"),
    ("clock", "steps noted later than the clock says (number)"),
    ("skipped_quarter", "quarters left out since the edition before (number)"),
    ("early_day", "days between the edition's day and the quarter's last (number)"),
]


def seed(apps, schema_editor):  # type: ignore[no-untyped-def]
    apps.get_model("enterprises", "GuardLimit").objects.create(guard="early_day", amber=0, red=0)


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0035_first_filling")]
    operations = [
        migrations.AddField(
            "edition",
            "seen",
            models.JSONField(
                default=dict, db_default=models.Value({}, models.JSONField()), verbose_name="how much was known"
            ),
        ),
        migrations.AlterField(
            "guardlimit", "guard", models.CharField(choices=GUARDS, max_length=20, verbose_name="guard")
        ),
        migrations.AlterField(
            "guardresult", "guard", models.CharField(choices=GUARDS, max_length=20, verbose_name="guard")
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
        migrations.RunSQL(LAW, UNDO),
    ]
