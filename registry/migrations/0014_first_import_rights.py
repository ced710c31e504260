"""Which department imports what, to begin with: by who recognises or publishes. The bureau confirms or changes it."""

from django.db import migrations

TO_CONFIRM = "初始设置，待主管部门确认"
FIRST = {
    "科技局": ("HNTE", "TSME", "TSME_HN", "GZ", "LEAD", "STG", "TLEAD", "UNI", "ZZTE"),
    # Small and medium enterprises are evaluated together with the department of industry since 2024.
    "工业和信息化局": ("TSME", "INNO", "SRDI", "LG", "CHAMP", "CHAMP_HN"),
    "市场监督管理局": ("IP_A", "IP_D"),
    "发展和改革委员会": ("LEAD",),
}


def give(apps, schema_editor):  # type: ignore[no-untyped-def]
    group, right = apps.get_model("auth", "Group"), apps.get_model("registry", "ImportRight")
    programmes = {one.code: one for one in apps.get_model("registry", "Programme").objects.all()}
    for name, codes in FIRST.items():
        department, _made = group.objects.get_or_create(name=name)
        right.objects.bulk_create(
            right(department=department, programme=programmes[code], note=TO_CONFIRM)
            for code in codes
            if code in programmes
        )


class Migration(migrations.Migration):
    dependencies = [("registry", "0013_import_rights"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
