"""Who decided is a person that there is: judged where somebody did.

As a foreign key it would be looked at again for each of a machine's millions of decisions, which name nobody.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_LAW = """
CREATE FUNCTION enterprises_decider_is_there() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM FROM auth_user WHERE id = NEW.decided_by_id FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a decision names a person that there is not' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER enterprises_matchdecision_has_decider AFTER INSERT OR UPDATE ON enterprises_matchdecision
    FOR EACH ROW WHEN (NEW.decided_by_id IS NOT NULL) EXECUTE FUNCTION enterprises_decider_is_there();

CREATE FUNCTION enterprises_decider_has_decided() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM enterprises_matchdecision WHERE decided_by_id = OLD.id) THEN
        RAISE EXCEPTION 'who decided is not deleted' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER auth_user_has_decided AFTER DELETE ON auth_user
    FOR EACH ROW EXECUTE FUNCTION enterprises_decider_has_decided();
"""
_UNDO = """
DROP TRIGGER auth_user_has_decided ON auth_user;
DROP FUNCTION enterprises_decider_has_decided();
DROP TRIGGER enterprises_matchdecision_has_decider ON enterprises_matchdecision;
DROP FUNCTION enterprises_decider_is_there();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0041_indexes_of_first_fillings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AlterField(
            model_name="matchdecision",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.RunSQL(_LAW, _UNDO),
    ]
