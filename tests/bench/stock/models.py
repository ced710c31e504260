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


class Holding(models.Model):
    """A row of the table of recognitions, as it stands in a package: fifteen columns."""

    public_id = models.CharField(max_length=12)
    uscc = models.CharField(max_length=18)
    holder = models.CharField(max_length=200)
    programme = models.CharField(max_length=50)
    programme_code = models.CharField(max_length=20)
    number = models.CharField(max_length=50)
    batch = models.CharField(max_length=50)
    valid_from = models.DateField()
    valid_to = models.DateField()
    standing = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    document_number = models.CharField(max_length=50)
    published_on = models.DateField()
    url = models.CharField(max_length=200)
    source = models.CharField(max_length=50)

    class Meta:
        app_label = "stock"

    def __str__(self) -> str:
        return self.number
