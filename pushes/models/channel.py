"""The ways to an institution."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pushes.models.institution import Institution


class ChannelKind(models.TextChoices):
    PORTAL = "portal", _("portal")


class Channel(models.Model):
    """A way to reach an institution."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="channels", verbose_name=_("institution"))
    kind = models.CharField(_("kind"), max_length=10, choices=ChannelKind, default=ChannelKind.PORTAL)
    paused = models.BooleanField(_("paused"), default=False)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [models.UniqueConstraint(fields=["institution", "kind"], name="one_channel_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.institution}: {self.get_kind_display()}"
