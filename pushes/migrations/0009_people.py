"""How people come to institutions and leave them; the record of it is only ever added to."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LAW = """
CREATE FUNCTION pushes_peopleevent_law() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'pushes_peopleevent rows are a record: they are only ever added'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER pushes_peopleevent_only_added BEFORE UPDATE OR DELETE ON pushes_peopleevent
    FOR EACH ROW EXECUTE FUNCTION pushes_peopleevent_law();
CREATE TRIGGER pushes_peopleevent_no_truncate BEFORE TRUNCATE ON pushes_peopleevent
    FOR EACH STATEMENT EXECUTE FUNCTION pushes_never_emptied();
"""

NO_LAW = """
DROP TRIGGER pushes_peopleevent_no_truncate ON pushes_peopleevent;
DROP TRIGGER pushes_peopleevent_only_added ON pushes_peopleevent;
DROP FUNCTION pushes_peopleevent_law();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pushes", "0008_law_of_receipts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PeopleEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="time")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invited", "invited"),
                            ("invited_again", "invitation sent again"),
                            ("withdrawn", "invitation withdrawn"),
                            ("joined", "account opened"),
                            ("role_changed", "role changed"),
                            ("removed", "account closed"),
                        ],
                        max_length=15,
                        verbose_name="what happened",
                    ),
                ),
                ("who", models.CharField(max_length=254, verbose_name="whom it concerns")),
                ("detail", models.CharField(blank=True, max_length=200, verbose_name="detail")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people_events",
                        to="pushes.institution",
                        verbose_name="institution",
                    ),
                ),
            ],
            options={
                "verbose_name": "event among people",
                "verbose_name_plural": "events among people",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=150, verbose_name="e-mail address")),
                ("name", models.CharField(max_length=50, verbose_name="person's name")),
                (
                    "role",
                    models.CharField(
                        choices=[("reader", "reader"), ("operator", "operator"), ("administrator", "administrator")],
                        default="reader",
                        max_length=15,
                        verbose_name="role",
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ("invited_at", models.DateTimeField(verbose_name="invited at")),
                ("expires_at", models.DateTimeField(verbose_name="expires at")),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="mail due at")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("failure", models.CharField(blank=True, max_length=300, verbose_name="what kept it from being sent")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted at")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="invitation accepted by",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="pushes.institution",
                        verbose_name="institution",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="invited by",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ["-invited_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="invitation_due"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("accepted_at__isnull", True), ("withdrawn_at__isnull", True)),
                        fields=("institution", "email"),
                        name="one_open_invitation",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_at__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"
                        ),
                        name="invitation_accepted_or_withdrawn",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                            models.Q(("accepted_at__isnull", False), ("accepted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="invitation_accepted_by_somebody",
                    ),
                ],
            },
        ),
        migrations.RunSQL(LAW, NO_LAW),
    ]
