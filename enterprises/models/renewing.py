"""What holders do before a recognition ends. Law: windows and advice are the bureau's data, never code."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.models import Programme


class Confidence(models.TextChoices):
    """How sure the advice is. Where it was not read in a notice, the page says that the authority's notice decides."""

    OFFICIAL = "official", _("read in an official notice")
    REPORTED = "reported", _("from press or a copy of a notice")
    UNVERIFIED = "unverified", _("not verified")


class Renewal(models.Model):
    """How a recognition of a programme is renewed, and in which months of the year applications are usually taken."""

    programme = models.OneToOneField(Programme, models.CASCADE, related_name="renewal", verbose_name=_("programme"))
    what = models.CharField(_("what it is called"), max_length=40, help_text=_("Such as 复核 or 重新认定."))
    first_month = models.PositiveSmallIntegerField(
        _("applications from month"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text=_("Empty where no notice states a usual time."),
    )  # fmt: skip
    last_month = models.PositiveSmallIntegerField(
        _("applications until month"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    advice = models.CharField(_("what enterprises are told"), max_length=300)
    confidence = models.CharField(_("how sure it is"), max_length=10, choices=Confidence, default=Confidence.UNVERIFIED)
    note = models.CharField(_("source and note"), max_length=200, blank=True, help_text=_("For staff alone."))

    class Meta:
        verbose_name = _("way of renewal")
        verbose_name_plural = _("ways of renewal")
        ordering = ["programme"]
        constraints = [
            models.CheckConstraint(
                name="renewal_months_of_one_year",
                condition=Q(first_month=None, last_month=None)
                | Q(first_month__gte=1, last_month__lte=12, first_month__lte=F("last_month")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.what}"

    @property
    def is_sure(self) -> bool:
        return self.confidence == Confidence.OFFICIAL
