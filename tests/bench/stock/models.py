"""A list's columns as a plain model."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
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


class Report(models.Model):
    """What an institution says of a member, as a plain model that looks after its own rows."""

    member = models.PositiveBigIntegerField(unique=True)
    contacted = models.BooleanField(null=True)
    contacted_on = models.DateField(null=True, blank=True)
    answer = models.CharField(max_length=15, blank=True, choices=[(one, one) for one in ("授信", "放款", "无需求")])
    credit_line = models.DecimalField(
        max_digits=18, decimal_places=6, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    lent = models.DecimalField(
        max_digits=18, decimal_places=6, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    balance = models.DecimalField(
        max_digits=18, decimal_places=6, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    first_loan = models.BooleanField(null=True)
    renewal = models.BooleanField(null=True)
    credit_loan = models.BooleanField(null=True)
    rate = models.DecimalField(
        max_digits=8, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(Decimal("0.1"))]
    )
    period_end = models.DateField(null=True, blank=True)

    class Meta:
        app_label = "stock"

    def __str__(self) -> str:
        return str(self.pk)

    def clean(self) -> None:
        """What the cells of a row say together."""
        end = date(2026, 9, 30)
        if self.contacted_on and self.contacted_on > end:
            raise ValidationError({"contacted_on": "too late"})
        if self.period_end and self.period_end != end:
            raise ValidationError({"period_end": "another quarter"})
        if self.answer == "放款" and not (self.lent or self.balance):
            raise ValidationError({"answer": "no amount"})
        if self.first_loan and self.renewal:
            raise ValidationError({"renewal": "both"})
