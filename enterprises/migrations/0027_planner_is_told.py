"""Tables are counted anew by their owner's right: the role that serves the site may not, before PostgreSQL 17.

A table that is not the house's own is refused, and the columns are names: a caller can do no more than have it counted.
"""

from django.db import migrations

_COUNT = """
CREATE FUNCTION enterprises_count_anew(relation text, VARIADIC columns text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF relation !~ '^enterprises_[a-z]+$' THEN
        RAISE EXCEPTION 'not a table to be counted: %', relation USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE format('ANALYZE public.%I (%s)', relation,
                   (SELECT string_agg(quote_ident(one), ', ') FROM unnest(columns) AS one));
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0026_second_word")]
    operations = [migrations.RunSQL(_COUNT, "DROP FUNCTION enterprises_count_anew(text, text[]);")]
