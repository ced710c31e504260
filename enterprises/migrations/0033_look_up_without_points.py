"""The look-up, which is open to everybody, speaks of nobody whom points alone name: points are not public."""

from importlib import import_module

from django.db import migrations

_FIRST = import_module("enterprises.migrations.0018_look_up")
_AS_READ = import_module("enterprises.migrations.0024_look_up_as_lines_read")
_PUBLIC = "JOIN registry_programme q ON q.id = l.programme_id AND q.kind <> 'points'"
_CHANGES = (
    (
        "WHERE e.name_key <> '' OR EXISTS (",
        f"""WHERE e.name_key <> '' AND (EXISTS (
        SELECT FROM enterprises_matchdecision v
        JOIN registry_entry k ON k.id = v.entry_id
        JOIN registry_listimport l ON l.id = k.list_import_id AND l.state = 'confirmed'
        {_PUBLIC}
        WHERE v.enterprise_id = e.id AND v.superseded_at IS NULL)
        OR NOT EXISTS (
            SELECT FROM enterprises_matchdecision v WHERE v.enterprise_id = e.id AND v.superseded_at IS NULL))
    OR EXISTS (""",  # noqa: S608 - its parts are constants
    ),
    (
        """        INTO lines
        FROM registry_entry k
        JOIN registry_listimport l ON l.id = k.list_import_id AND l.state = 'confirmed'
""",
        f"""        INTO lines
        FROM registry_entry k
        JOIN registry_listimport l ON l.id = k.list_import_id AND l.state = 'confirmed'
        {_PUBLIC}
""",
    ),
)


def _changed(text: str) -> str:
    for old, new in _CHANGES:
        if text.count(old) != 1:
            raise ValueError(f"not in the function, or twice: {old}")
        text = text.replace(old, new)
    return text


_BEFORE = _AS_READ._changed(_FIRST._PUBLISHED + _FIRST._LOOK_UP)


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0032_law_of_annex"), ("registry", "0019_law_of_kinds")]
    operations = [migrations.RunSQL(_changed(_BEFORE), _BEFORE)]
