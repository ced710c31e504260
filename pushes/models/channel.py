"""The ways to an institution."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pushes.models.institution import Institution


class ChannelKind(models.TextChoices):
    PORTAL = "portal", _("portal")


class Channel(models.Model):
    """A way to reach an institution. One that is paused says since when and why; `paused_by` is empty where it was
    paused by failures.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="channels", verbose_name=_("institution"))
    kind = models.CharField(_("kind"), max_length=10, choices=ChannelKind, default=ChannelKind.PORTAL)
    paused = models.BooleanField(_("paused"), default=False)
    paused_at = models.DateTimeField(_("paused since"), null=True, blank=True, editable=False)
    paused_why = models.CharField(_("why it is paused"), max_length=300, blank=True, editable=False)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("paused by"),
    )

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        permissions = [
            ("pause_channel", _("Can pause channels and end their pause")),
            ("try_channel", _("Can send trials to channels")),
        ]
        constraints = [models.UniqueConstraint(fields=["institution", "kind"], name="one_channel_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.institution}: {self.get_kind_display()}"
