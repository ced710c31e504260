from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pushes", "0010_customer_matches")]

    operations = [
        migrations.AlterField(
            model_name="letter",
            name="kind",
            field=models.CharField(
                choices=[
                    ("paused", "a channel is paused"),
                    ("withdrawn", "an edition is withdrawn"),
                    ("not_taken", "an edition was not taken"),
                    ("late", "deliveries are late"),
                    ("secret", "a secret or key was touched"),
                    ("request", "an institution's request"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
    ]
