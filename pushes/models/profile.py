"""The cut that an institution agreed to. Law: a profile is never edited, a new version follows it."""

import hashlib
import json

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from pushes.models.institution import Institution


class Profile(models.Model):
    """The cut that an institution agreed to: programmes, and whether members known by name only are in it."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="profiles", verbose_name=_("institution"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    programmes = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("programmes"),
        default=list,
        blank=True,
        help_text=_("Programme codes; empty means all."),
    )
    include_name_only = models.BooleanField(_("with members known by name only"), default=True)
    agreed_at = models.DateTimeField(_("agreed at"))

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        ordering = ["institution", "-version"]
        get_latest_by = "version"
        constraints = [models.UniqueConstraint(fields=["institution", "version"], name="one_profile_per_version")]

    def __str__(self) -> str:
        return f"{self.institution} v{self.version}"

    @property
    def digest(self) -> str:
        """Equal cuts have equal digests, whoever agreed to them: they share one package."""
        cut = {"programmes": sorted(set(self.programmes)), "include_name_only": self.include_name_only}
        return hashlib.sha256(json.dumps(cut, sort_keys=True).encode()).hexdigest()
