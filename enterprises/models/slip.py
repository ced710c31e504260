"""Slips of look-ups: what was said to whoever asked, and when. Law: what was said does not change (by trigger)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from enterprises.models.edition import CanonicalField


class LookupSlip(models.Model):
    """What one look-up said. The number is drawn: whoever has no slip cannot guess one.

    `said` is what the page said, `digest` SHA-256 over it in canonical form; `edition` the newest one at that moment.
    """

    number = models.CharField(_("number"), max_length=24, unique=True)
    at = models.DateTimeField(_("at"))
    asked = models.CharField(_("what was asked"), max_length=120)
    said = CanonicalField(_("what was said"))
    digest = models.CharField(_("digest"), max_length=64)
    edition = models.CharField(_("edition"), max_length=20, blank=True)
    edition_digest = models.CharField(_("digest of the edition"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("slip of a look-up")
        verbose_name_plural = _("slips of look-ups")
        default_permissions = ()
        indexes = [models.Index(fields=["at"], name="slips_by_age")]

    def __str__(self) -> str:
        return self.number
