"""The cut that an institution agreed to. Law: a profile is never edited, a new version follows it."""

import hashlib
import json

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pushes.formats.offered import CSV, XLSX
from pushes.models.institution import Institution


def usual_formats() -> list[str]:
    """What a clerk opens, and what a machine loads."""
    return [XLSX, CSV]


class Profile(models.Model):
    """The cut that an institution agreed to: which enterprises it learns of, and how it is told.

    No programmes, districts or columns mean all of them; no annexes (named lists and points, by their programmes'
    codes) mean none. Columns are those beside the ones that every table has.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="profiles", verbose_name=_("institution"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    programmes = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("programmes"),
        default=list,
        blank=True,
        help_text=_("Programme codes; empty means all."),
    )
    districts = ArrayField(
        models.CharField(max_length=6),
        verbose_name=_("districts"),
        default=list,
        blank=True,
        help_text=_("District codes; empty means all, and enterprises of no known district too."),
    )
    include_name_only = models.BooleanField(_("with members known by name only"), default=True)
    columns = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("columns of the tables"),
        default=list,
        blank=True,
        help_text=_("Columns beside the obligatory ones; empty means all."),
    )
    annexes = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("named lists and points"),
        default=list,
        db_default=models.Value([], ArrayField(models.CharField(max_length=20))),
        blank=True,
        help_text=_("What stands beside the pool and is told with it; empty means none."),
    )
    formats = ArrayField(models.CharField(max_length=20), verbose_name=_("file formats"), default=usual_formats)
    agreed_at = models.DateTimeField(_("agreed at"))

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        ordering = ["institution", "-version"]
        get_latest_by = "version"
        constraints = [
            models.UniqueConstraint(fields=["institution", "version"], name="one_profile_per_version"),
            models.CheckConstraint(name="profile_with_a_format", condition=Q(formats__len__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.institution} v{self.version}"

    @property
    def digest(self) -> str:
        """Equal cuts have equal digests, whoever agreed to them in whichever version: they share one package.

        Annexes are told where there are any, so that cuts without one have the digests that they always had.
        """
        cut = {
            "programmes": sorted(set(self.programmes)),
            "districts": sorted(set(self.districts)),
            "include_name_only": self.include_name_only,
            "columns": sorted(set(self.columns)),
            "formats": sorted(set(self.formats)),
            **({"annexes": sorted(set(self.annexes))} if self.annexes else {}),
        }
        return hashlib.sha256(json.dumps(cut, sort_keys=True).encode()).hexdigest()
