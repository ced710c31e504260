"""What watching remembers: the last pulse of beat, and which troubles are open. Law: a trouble is open once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Pulse(models.Model):
    """When a worker last did what beat had told it: broker, worker and beat live. One row."""

    name = models.CharField(primary_key=True, max_length=20)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("pulse")
        verbose_name_plural = _("pulses")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"


class Trouble(models.Model):
    """Something that is not as it should be, from when it was seen until it was over, and what was mailed of it."""

    about = models.CharField(_("about"), max_length=40)
    words = models.TextField(_("words"))
    since = models.DateTimeField(_("since"))
    seen_at = models.DateTimeField(_("last seen at"))
    told_at = models.DateTimeField(_("last mailed at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("over at"), null=True, blank=True)
    end_told_at = models.DateTimeField(_("all-clear mailed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("trouble")
        verbose_name_plural = _("troubles")
        ordering = ["-id"]
        default_permissions = ()
        permissions = [("see_system", _("Can see the state of the system"))]
        constraints = [
            models.UniqueConstraint(fields=["about"], condition=Q(ended_at=None), name="one_open_trouble_about"),
        ]

    def __str__(self) -> str:
        return self.about
