"""Holidays and working weekends; those of 2026."""

from typing import Any

from django.db import migrations, models

# 国务院办公厅关于2026年部分节假日安排的通知（2025年11月4日）. Weekends within a holiday are days off anyway.
OFF = {
    "元旦": ["2026-01-01", "2026-01-02"],
    "春节": ["2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-23"],
    "清明节": ["2026-04-06"],
    "劳动节": ["2026-05-01", "2026-05-04", "2026-05-05"],
    "端午节": ["2026-06-19"],
    "中秋节": ["2026-09-25"],
    "国庆节": ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"],
}
WORKED = {
    "元旦": ["2026-01-04"],
    "春节": ["2026-02-14", "2026-02-28"],
    "劳动节": ["2026-05-09"],
    "国庆节": ["2026-09-20", "2026-10-10"],
}


def fill(apps: Any, _schema: object) -> None:
    special = apps.get_model("enterprises", "SpecialDay")
    special.objects.bulk_create(
        special(day=day, works=works, note=note)
        for works, table in ((False, OFF), (True, WORKED))
        for note, days in table.items()
        for day in days
    )


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0019_member_by_code"),
    ]

    operations = [
        migrations.CreateModel(
            name="SpecialDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="day")),
                ("works", models.BooleanField(default=False, verbose_name="is worked")),
                ("note", models.CharField(blank=True, max_length=50, verbose_name="occasion")),
            ],
            options={
                "verbose_name": "holiday or working weekend",
                "verbose_name_plural": "holidays and working weekends",
                "ordering": ["day"],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
