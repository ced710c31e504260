"""Innovation points as they hold today: one row of an enterprise, programme and year. Law: derived, as the pool is."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models.identity import Enterprise
from registry.models import Entry, Programme


class InnovationScore(models.Model):
    """The points of an enterprise in a year, by the newest line that tells them. They never count for the pool."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="scores", verbose_name=_("enterprise"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    year = models.PositiveSmallIntegerField(_("year"))
    total = models.DecimalField(
        pgettext_lazy("of points", "total"), max_digits=16, decimal_places=4, null=True, blank=True
    )
    grade = models.CharField(pgettext_lazy("of points", "grade"), max_length=20, blank=True)
    values = models.JSONField(_("indicators"), default=dict)  # code → number as text
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", verbose_name=_("published line"))
    source = models.CharField(_("source"), max_length=80)

    class Meta:
        verbose_name = _("innovation points")
        verbose_name_plural = _("innovation points")
        ordering = ["enterprise", "programme", "-year"]
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "programme", "year"], name="one_score_of_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise}: {self.programme} {self.year}"
