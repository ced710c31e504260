"""A list's columns as a plain model."""

from django.db import models


class Certificate(models.Model):
    """One row of the workbook."""

    seq = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    uscc = models.CharField(max_length=18, unique=True)
    number = models.CharField(max_length=50)
    district = models.CharField(max_length=100)
    issued_on = models.DateField(null=True)

    class Meta:
        app_label = "stock"

    def __str__(self) -> str:
        return self.name


class BulkCertificate(Certificate):
    """The same rows, imported with the library's bulk mode."""

    class Meta:
        app_label = "stock"
        proxy = True
