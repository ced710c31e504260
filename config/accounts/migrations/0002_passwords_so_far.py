"""Accounts that exist are taken to have set their password today: nobody is shut out by the rule's arrival."""

from django.db import migrations

SEED = """
INSERT INTO accounts_passwordset (user_id, at, encoded)
SELECT id, now(), password FROM auth_user WHERE password <> '' AND password NOT LIKE '!%';
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(SEED, migrations.RunSQL.noop)]
