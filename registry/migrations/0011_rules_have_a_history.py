"""Rules are superseded, never changed; each says whether its programme counts; which programme presumes which."""

from datetime import UTC, datetime

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import migrations, models
from django.db.models import Deferrable, F, Func, Q, Value

FROM_THE_BEGINNING = datetime(2008, 1, 1, tzinfo=UTC)  # the first catalogue was known all along

# Who holds the first has usually held the second.
PRESUMED = {"SRDI": "INNO", "LG": "SRDI", "IP_D": "IP_A", "GZ": "HNTE", "LEAD": "HNTE"}
LADDER_OF_2026 = "2026年1月《优质中小企业梯度培育管理办法》（替代2022年暂行办法，期限条款待主管部门核实）"
NO_END = "有效期以名单所载为准；未载明的视为未定止期，请在导入时填写。"
END_NEEDED = "有效期以名单所载为准；未载明止期的名单不予确认，请按通知填写，或改用写明年限的规则。"

LAW = """
CREATE FUNCTION registry_rule_is_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL
        AND (to_jsonb(NEW) - 'superseded_at') = (to_jsonb(OLD) - 'superseded_at') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a rule is superseded, never changed or deleted' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER registry_programmerule_is_history BEFORE UPDATE OR DELETE ON registry_programmerule
    FOR EACH ROW EXECUTE FUNCTION registry_rule_is_history();

CREATE FUNCTION registry_code_is_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM registry_listimport WHERE programme_id = OLD.id) THEN
        RAISE EXCEPTION 'lists and editions name the programme by its code: it does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER registry_programme_code_is_published BEFORE UPDATE OF code ON registry_programme
    FOR EACH ROW WHEN (OLD.code <> NEW.code) EXECUTE FUNCTION registry_code_is_published();

CREATE FUNCTION registry_district_is_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM registry_entry WHERE district_id = OLD.id) THEN
        RAISE EXCEPTION 'published lines name the district: it keeps its code and name, its successor is another'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER registry_district_is_published BEFORE UPDATE OF code, name ON registry_district
    FOR EACH ROW WHEN ((OLD.code, OLD.name) IS DISTINCT FROM (NEW.code, NEW.name))
    EXECUTE FUNCTION registry_district_is_published();
"""

UNDO = """
DROP TRIGGER registry_programmerule_is_history ON registry_programmerule;
DROP TRIGGER registry_programme_code_is_published ON registry_programme;
DROP TRIGGER registry_district_is_published ON registry_district;
DROP FUNCTION registry_rule_is_history();
DROP FUNCTION registry_code_is_published();
DROP FUNCTION registry_district_is_published();
"""


def fill(apps, schema_editor):  # type: ignore[no-untyped-def]
    programme, rule = apps.get_model("registry", "Programme"), apps.get_model("registry", "ProgrammeRule")
    rule.objects.filter(programme__counts=False).update(counts=False)
    rule.objects.filter(programme__code="LG", note=NO_END).update(note=END_NEEDED)
    for code, before in PRESUMED.items():
        programme.objects.filter(code=code).update(presumes=programme.objects.filter(code=before).first())
    for made in programme.objects.filter(code__in=("INNO", "SRDI", "LG")):
        made.basis = f"{made.basis}；{LADDER_OF_2026}"
        made.save()
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come cannot be altered


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0010_number_groups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            "programme",
            "presumes",
            models.ForeignKey(
                blank=True,
                help_text="Whoever holds this one without ever having held that one is shown to staff; "
                "nothing else follows.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.programme",
                verbose_name="usually held before",
            ),
        ),
        migrations.AddField(
            "programmerule",
            "grace_months",
            models.PositiveSmallIntegerField(
                blank=True,
                help_text="Or a day of the next year, beside. Empty: no grace.",
                null=True,
                verbose_name="months of grace",
            ),
        ),
        migrations.AlterField(
            "programmerule",
            "grace_month",
            models.PositiveSmallIntegerField(
                blank=True,
                help_text="Any grace ends sooner where the enterprise's next recognition begins.",
                null=True,
                verbose_name="grace until month of the next year",
            ),
        ),
        migrations.AddField(
            "programmerule",
            "counts",
            models.BooleanField(
                default=True,
                help_text="On the days on which this rule is in force. Where no rule is, the programme does not count.",
                verbose_name="counts for the pool",
            ),
        ),
        migrations.AddField(
            "programmerule",
            "recorded_at",
            models.DateTimeField(default=FROM_THE_BEGINNING, verbose_name="recorded at"),
            preserve_default=False,
        ),
        migrations.AddField(
            "programmerule",
            "recorded_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="recorded by",
            ),
        ),
        migrations.AddField(
            "programmerule",
            "superseded_at",
            models.DateTimeField(blank=True, null=True, verbose_name="superseded at"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveField("programme", "counts"),
        migrations.RemoveConstraint("programmerule", "one_rule_of_a_programme_at_a_time"),
        migrations.AddConstraint(
            "programmerule",
            ExclusionConstraint(
                name="one_rule_of_a_programme_at_a_time",
                deferrable=Deferrable.DEFERRED,
                expressions=[
                    ("programme", "="),
                    (Func(F("effective_from"), F("effective_to"), Value("[)"), function="daterange"), "&&"),
                ],
                condition=Q(superseded_at__isnull=True),
            ),
        ),
        migrations.AddConstraint(
            "programmerule",
            models.CheckConstraint(
                name="grace_of_one_kind",
                condition=Q(grace_months__isnull=True) | Q(grace_months__range=(1, 60), grace_month__isnull=True),
            ),
        ),
        migrations.RunSQL(LAW, UNDO),
    ]
