"""The look-up reads a corrected line as its correction says: not beside it, nor where its list counts no more.

Else a number that was corrected would still lead to whom it was given wrongly, and a correction whose list was
withdrawn would be told as under way for ever.
"""

from importlib import import_module

from django.db import migrations

_FIRST = import_module("enterprises.migrations.0018_look_up")
# Of a line `k` of a confirmed list: no correction stands in for it; and where it is one itself, it is the latest, and
# the line that it corrects counts.
_READ = """NOT EXISTS (
        SELECT FROM registry_linecorrection c
        JOIN registry_listimport i ON i.id = c.list_import_id AND i.state = 'confirmed'
        JOIN registry_entry r ON r.list_import_id = c.list_import_id AND r.row_number = c.row_number AND r.usable
        WHERE c.corrects_id = k.id)
    AND NOT EXISTS (
        SELECT FROM registry_linecorrection own
        JOIN registry_entry p ON p.id = own.corrects_id
        JOIN registry_listimport o ON o.id = p.list_import_id
        WHERE own.list_import_id = k.list_import_id AND own.row_number = k.row_number AND (
            o.state <> 'confirmed' OR EXISTS (
                SELECT FROM registry_linecorrection c
                JOIN registry_listimport i ON i.id = c.list_import_id AND i.state = 'confirmed'
                JOIN registry_entry r ON r.list_import_id = c.list_import_id AND r.row_number = c.row_number AND r.usable
                WHERE c.corrects_id = own.corrects_id AND c.id > own.id)))"""
# Who turned out to be another, that one to be a third: the id leads to the last.
_LED = """
        WITH RECURSIVE led (id, into_id, steps) AS (
            SELECT e.id, e.merged_into_id, 0 FROM enterprises_enterprise e WHERE e.public_id = its_id
            UNION ALL
            SELECT e.id, e.merged_into_id, led.steps + 1 FROM led
            JOIN enterprises_enterprise e ON e.id = led.into_id WHERE led.steps < 50
        )
        SELECT array_agg(led.id), array_agg(CASE WHEN led.steps = 0 THEN 'public_id' ELSE 'merged_id' END)
        INTO ids, how FROM led WHERE led.into_id IS NULL;"""
_ONE_STEP = """
        SELECT array_agg(coalesce(e.merged_into_id, e.id)),
               array_agg(CASE WHEN e.merged_into_id IS NULL THEN 'public_id' ELSE 'merged_id' END)
        INTO ids, how FROM enterprises_enterprise e WHERE e.public_id = its_id;"""
_CHANGES = (
    (_ONE_STEP, _LED),
    ("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
    ("AND k.usable AND e.name_key <> ''", f"AND k.usable AND e.name_key <> '' AND {_READ}"),
    (
        "WHERE k.number = its_number AND k.number <> '' LIMIT",
        f"WHERE k.number = its_number AND k.number <> '' AND {_READ} LIMIT",
    ),
    ("AND k.usable AND NOT EXISTS (", f"AND k.usable AND {_READ} AND NOT EXISTS ("),
    (
        "WHERE k.name_key = its_name OR k.name_key = its_other_name\n              OR (k.former_key",
        f"WHERE {_READ} AND (k.name_key = its_name OR k.name_key = its_other_name\n              OR (k.former_key",
    ),
    ("OR (k.number <> '' AND k.number = its_number);", "OR (k.number <> '' AND k.number = its_number));"),
)


def _changed(text: str) -> str:
    for old, new in _CHANGES:
        text = text.replace(old, new)
    return text


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0023_slips"), ("registry", "0012_line_corrections")]
    operations = [
        migrations.RunSQL(
            _changed(_FIRST._PUBLISHED + _FIRST._LOOK_UP),
            (_FIRST._PUBLISHED + _FIRST._LOOK_UP).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
        )
    ]
