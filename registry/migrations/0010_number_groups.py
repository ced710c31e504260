"""What numbers say is named: their year and county of registration; columns of codes from before 2015 are their own."""

from django.db import migrations

NAMED = {
    "HNTE": (r"^G[RFS]20\d{2}\d{2}\d{6}$", r"^G[RFS](?P<year>20\d{2})\d{2}\d{6}$"),
    "TSME": (r"^20\d{2}\d{6}[0-9A-Z]\d{7}$", r"^(?P<year>20\d{2})(?P<county>\d{6})[0-9A-Z]\d{7}$"),
}


OLD_CODES = {
    "org_code": ("组织机构代码", "组织机构代码证号", "机构代码", "组织机构代码证"),
    "reg_no": ("注册号", "工商注册号", "营业执照注册号", "企业注册号"),
}


def name_old_codes(apps, schema_editor):
    word = apps.get_model("registry", "HeaderWord")
    for field, texts in OLD_CODES.items():
        for text in texts:
            word.objects.update_or_create(text=text, defaults={"field": field})


def as_before(apps, schema_editor):
    words = [text for texts in OLD_CODES.values() for text in texts]
    apps.get_model("registry", "HeaderWord").objects.filter(text__in=words).update(field="uscc")


def _change(apps, old, new):
    """A shape that staff changed is theirs."""
    programme = apps.get_model("registry", "Programme")
    for code, shapes in NAMED.items():
        programme.objects.filter(code=code, number_pattern=shapes[old]).update(number_pattern=shapes[new])


class Migration(migrations.Migration):
    dependencies = [("registry", "0009_old_codes")]
    operations = [
        migrations.RunPython(lambda apps, _: _change(apps, 0, 1), lambda apps, _: _change(apps, 1, 0)),
        migrations.RunPython(name_old_codes, as_before),
    ]
