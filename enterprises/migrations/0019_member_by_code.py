"""Members of editions are found by their code: institutions' machines ask by it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0018_look_up")]

    operations = [
        migrations.AddIndex(
            model_name="editionmember",
            index=models.Index(
                condition=models.Q(("uscc", ""), _negated=True), fields=["uscc", "edition"], name="member_by_code"
            ),
        ),
    ]
