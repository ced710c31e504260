"""The limits and the calendar to begin with. All of it is data that the bureau changes in the admin."""

from django.db import migrations

# guard, cause, amber above, red above, judged from so many
LIMITS = [
    ("programme_shrank", "", 10, 30, 10),
    ("programme_grew", "", 100, None, 10),
    ("mass_removal", "", 5, 15, 20),
    ("changes_of_kind", "", 50, None, 20),
    ("changes_of_kind", "revoked", 5, 20, 10),
    ("changes_of_kind", "disputed", 5, 20, 10),
    ("changes_of_kind", "delisted", 5, 20, 10),
    ("changes_of_kind", "list_withdrawn", 5, 20, 10),
    ("changes_of_kind", "left_city", 2, 10, 10),
    ("changes_of_kind", "merged", 2, 10, 10),
    ("changes_of_kind", "split", 2, 10, 10),
    ("changes_of_kind", "code_changed", 1, 5, 10),
    ("changes_of_kind", "renamed", 10, 30, 10),
    ("changes_of_kind", "corrected", 10, 40, 10),
    ("changes_of_kind", "rule_changed", 1, 20, 10),
    ("unresolved_list", "", 0, 0, 0),
    ("waiting_list", "", 0, None, 0),
    ("review_queue", "", 20, 1000, 0),
    ("rule_gap", "", 0, 0, 0),
    ("clock", "", 0, 0, 0),
    ("skipped_quarter", "", 0, None, 0),
]

# programme, kind of notice, from month, until month, note
EXPECTED = [
    ("HNTE", "recognition", 1, 1, "河南第二批备案公告通常在次年1月"),
    ("LEAD", "recognition", 1, 2, "2024年度名单于2025年1月公布"),
    ("HNTE", "supplement", 2, 4, "补充备案公告通常在2月至4月"),
    ("CHAMP", "recognition", 3, 6, "第八批2024年3月公示；待核实"),
    ("INNO", "recognition", 3, 6, "2022年度于次年3月，2025年度于5月公布"),
    ("SRDI", "recognition", 5, 6, "第一批通常在5月公布"),
    ("GZ", "recognition", 6, 7, "2023年6月公示，7月公布"),
    ("TSME", "recognition", 7, 9, "7月至9月约每15天一批"),
    ("LG", "recognition", 7, 10, "7月至9月公示；待核实"),
    ("IP_A", "recognition", 8, 10, "8月至10月"),
    ("IP_D", "recognition", 8, 10, "8月至10月"),
    ("TSME", "recognition", 10, 12, "10月31日前全部公示完毕"),
    ("HNTE", "recognition", 11, 12, "河南第一批备案公告通常在11月至12月"),
]


def seed(apps, schema_editor):  # type: ignore[no-untyped-def]
    limit, expected = apps.get_model("enterprises", "GuardLimit"), apps.get_model("enterprises", "ExpectedList")
    programmes = {one.code: one for one in apps.get_model("registry", "Programme").objects.all()}
    for guard, cause, amber, red, least in LIMITS:
        limit.objects.create(guard=guard, cause=cause, amber=amber, red=red, least=least)
    for code, notice, first, last, note in EXPECTED:
        if code in programmes:
            expected.objects.create(
                programme=programmes[code], notice=notice, first_month=first, last_month=last, note=note
            )


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0014_law_of_sealing"), ("registry", "0010_number_groups")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
