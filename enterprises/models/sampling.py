"""Samples of doubtful matches: what a person judged before many of one cause are accepted at once.

Law: what was drawn stays drawn. Which items a sample speaks for is fixed with it.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReviewSample(models.Model):
    """Items of one cause, drawn at random from all of it that have one candidate, and what came of it."""

    cause = models.CharField(_("cause"), max_length=30)
    population = ArrayField(models.BigIntegerField(), verbose_name=_("items that it speaks for"))
    items = ArrayField(models.BigIntegerField(), verbose_name=_("items drawn"))
    drawn_at = models.DateTimeField(_("drawn at"))
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("drawn by"))
    accepted = models.PositiveIntegerField(_("accepted at once"), default=0)
    failures = models.JSONField(_("left open"), default=dict)  # item → why, in words
    accepted_at = models.DateTimeField(_("last accepted at"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("accepted by")
    )

    class Meta:
        verbose_name = _("sample of doubtful matches")
        verbose_name_plural = _("samples of doubtful matches")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.cause} {self.drawn_at:%Y-%m-%d}"
