"""What a channel signs or signs in with. Law: secrets lie enclosed, and no page shows them a second time."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pushes.models.channel import Channel


class SecretKind(models.TextChoices):
    SIGNING = "signing", _("signing secret")
    PASSWORD = "password", _("password")
    PRIVATE_KEY = "private_key", _("key pair")
    TOKEN = "token", _("token or client secret")


class ChannelSecret(models.Model):
    """One secret of a channel, enclosed: the current one has no end, former ones count until theirs."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="secrets", verbose_name=_("channel"))
    kind = models.CharField(_("kind"), max_length=15, choices=SecretKind)
    enclosed = models.TextField()
    public = models.TextField(_("public key"), blank=True)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("valid until"), null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))

    class Meta:
        verbose_name = _("channel's secret")
        verbose_name_plural = _("channels' secrets")
        ordering = ["channel", "-since", "-id"]
        permissions = [("keep_secrets", _("Can make and end the secrets of channels"))]
        constraints = [
            models.UniqueConstraint(
                fields=["channel"], name="one_current_secret_per_channel", condition=Q(until__isnull=True)
            ),
            models.CheckConstraint(
                name="secret_ends_after_it_begins", condition=Q(until__isnull=True) | Q(until__gte=models.F("since"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.get_kind_display()}"
