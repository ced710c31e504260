"""Receipts by time, kind and institution, the latest first. Built beside the running site."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("pushes", "0017_doors_of_receipts")]
    operations = [
        AddIndexConcurrently("receipt", models.Index(fields=["at"], name="receipt_by_time")),
        AddIndexConcurrently("receipt", models.Index(fields=["kind", "-number"], name="receipt_by_kind")),
        AddIndexConcurrently("receipt", models.Index(fields=["institution", "-number"], name="receipt_by_institution")),
    ]
