"""The annex of an edition is under the law of its members: sealed with it, never moved, never emptied, both sides there.

It holds for every role, its table's owner too, and in every mode of replication.
"""

from django.db import migrations

TABLE = "enterprises_editionannex"
_OF_SEALED = {"no_insert": ("INSERT", "NEW"), "no_update": ("UPDATE", "OLD"), "no_delete": ("DELETE", "OLD"),
              "no_move": ("UPDATE", "NEW")}  # fmt: skip
_SIDES = {"sides_insert": "INSERT", "sides_update": "UPDATE"}

# As before, and the annex with them.
_HAS_ROWS = """
CREATE OR REPLACE FUNCTION enterprises_side_has_rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    used boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM gone g JOIN enterprises_editionmember r ON r.%1$I = g.id)
                        OR EXISTS (SELECT FROM gone g JOIN enterprises_editionchange r ON r.%1$I = g.id){annex}',
                   TG_ARGV[0])
        INTO used;
    IF used THEN
        RAISE EXCEPTION 'what rows of editions name is not deleted' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
"""
_ANNEX = f"""
                        OR EXISTS (SELECT FROM gone g JOIN {TABLE} r ON r.%1$I = g.id)"""

LAW = "\n".join(
    [
        *(
            f"CREATE TRIGGER {TABLE}_{name} AFTER {act} ON {TABLE} REFERENCING {image} TABLE AS touched "
            "FOR EACH STATEMENT EXECUTE FUNCTION enterprises_rows_of_sealed();"
            for name, (act, image) in _OF_SEALED.items()
        ),
        f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION enterprises_sealed_stays();",
        *(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {TABLE}_{name};" for name in (*_OF_SEALED, "no_truncate")),
        *(
            f"CREATE TRIGGER {TABLE}_{name} AFTER {act} ON {TABLE} REFERENCING NEW TABLE AS come "
            "FOR EACH STATEMENT EXECUTE FUNCTION enterprises_row_has_sides();"
            for name, act in _SIDES.items()
        ),
        _HAS_ROWS.format(annex=_ANNEX),
    ]
)
UNDO = "\n".join(
    [
        *(f"DROP TRIGGER {TABLE}_{name} ON {TABLE};" for name in (*_OF_SEALED, "no_truncate", *_SIDES)),
        _HAS_ROWS.format(annex=""),
    ]
)


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0031_annex")]
    operations = [migrations.RunSQL(LAW, UNDO)]
