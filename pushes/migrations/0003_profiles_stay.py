"""The law on profiles: what an institution agreed to stays as it was; a new version follows it."""

from django.db import migrations

GUARD = """
CREATE TRIGGER pushes_profile_only_added BEFORE UPDATE OR DELETE ON pushes_profile
    FOR EACH ROW EXECUTE FUNCTION pushes_only_added();
"""
UNDO = "DROP TRIGGER pushes_profile_only_added ON pushes_profile;"


class Migration(migrations.Migration):
    dependencies = [("pushes", "0002_law")]
    operations = [migrations.RunSQL(GUARD, UNDO)]
