"""The dictionary of published names, by whose pairs of signs a part of a name is found (see registry/searching.py)."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import registry.grams

# Said by one loop over the signs: three times as quick as a query over them.
GRAMS = """
CREATE FUNCTION name_grams(said text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    signs text[] := string_to_array(said, NULL);
    pairs text[] := '{}';
BEGIN
    FOR i IN 1 .. cardinality(signs) - 1 LOOP
        pairs := pairs || (signs[i] || signs[i + 1]);
    END LOOP;
    RETURN pairs;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0014_first_import_rights")]
    operations = [
        migrations.RunSQL(GRAMS, "DROP FUNCTION name_grams(text)"),
        migrations.CreateModel(
            name="PublishedName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_key", models.CharField(db_collation="C", max_length=200, verbose_name="name key")),
            ],
            options={
                "verbose_name": "published name",
                "verbose_name_plural": "published names",
                "default_permissions": (),
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        registry.grams.Grams("name_key"), name="published_name_grams"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=["name_key"], name="one_row_per_published_name")],
            },
        ),
        migrations.CreateModel(
            name="NamesNoted",
            fields=[
                (
                    "list_import",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="registry.listimport",
                        verbose_name="list import",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "list whose names are noted",
                "verbose_name_plural": "lists whose names are noted",
                "default_permissions": (),
            },
        ),
    ]
