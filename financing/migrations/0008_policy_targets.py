"""The policy's targets to begin with. They are data that the bureau changes in the admin."""

from datetime import date
from decimal import Decimal

from django.db import migrations

_2025, _2027 = date(2025, 12, 31), date(2027, 12, 31)
_SOURCE = "郑政文〔2025〕66号（数字据2025年6月公开报道，以文件原文为准）"

# name, programmes, measure, value, unit, by when
TARGETS = [
    ("高新技术企业、科技型中小企业贷款余额（2025年）", ["HNTE", "TSME"], "balance", "2500", "yi", _2025),
    ("高新技术企业获贷率（2025年）", ["HNTE"], "share", "90", "percent", _2025),
    ("科技型中小企业获贷率（2025年）", ["TSME"], "share", "70", "percent", _2025),
    ("高新技术企业、科技型中小企业贷款余额（2027年）", ["HNTE", "TSME"], "balance", "3000", "yi", _2027),
]


def seed(apps, schema_editor):  # type: ignore[no-untyped-def]
    target = apps.get_model("financing", "Target")
    if target.objects.exists():
        return  # from before it was taken back: what the bureau keeps stays
    for position, (name, programmes, measure, value, unit, due) in enumerate(TARGETS, start=1):
        target.objects.create(
            name=name, programmes=programmes, measure=measure, value=Decimal(value), unit=unit, due=due,
            source=_SOURCE, position=position,
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("financing", "0007_target")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
