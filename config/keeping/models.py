"""What is remembered of backups and drills. Law: a run that was killed has no end, and counts as none."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RunKind(models.TextChoices):
    BACKUP = "backup", _("backup")
    DRILL = "drill", _("restore drill")


class KeepingRun(models.Model):
    """One backup or one drill: when, of what, and how it went."""

    kind = models.CharField(_("kind"), max_length=10, choices=RunKind)
    began_at = models.DateTimeField(_("began at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ok = models.BooleanField(_("went well"), default=False)
    name = models.CharField(_("backup"), max_length=40, blank=True)
    size = models.PositiveBigIntegerField(_("bytes written"), default=0)
    missing = models.PositiveIntegerField(_("files that the store had lost"), default=0)
    words = models.TextField(_("outcome"), blank=True)

    class Meta:
        verbose_name = _("backup or drill")
        verbose_name_plural = _("backups and drills")
        ordering = ["-id"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["kind", "-ended_at"], name="newest_keeping_run", condition=Q(ok=True))]
        constraints = [
            models.CheckConstraint(
                name="keeping_run_well_when_ended", condition=Q(ok=False) | Q(ended_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"
