"""Public holidays, and weekends worked for them. Law: data, as the State Council publishes it each year."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SpecialDay(models.Model):
    """A day that is not what its place in the week says: a holiday on a weekday, a weekend day that is worked."""

    day = models.DateField(_("day"), unique=True)
    works = models.BooleanField(_("is worked"), default=False)
    note = models.CharField(_("occasion"), max_length=50, blank=True)

    class Meta:
        verbose_name = _("holiday or working weekend")
        verbose_name_plural = _("holidays and working weekends")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
