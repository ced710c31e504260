"""The proof of who fetched what. Law: receipts are only added (triggers hold it)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pushes.models.delivery import Delivery
from pushes.models.institution import Institution


class ReceiptKind(models.TextChoices):
    DOWNLOAD = "download", _("download")


class Receipt(models.Model):
    """Who of which institution fetched what, when, and from where: kept as proof."""

    kind = models.CharField(_("kind"), max_length=15, choices=ReceiptKind)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="receipts", verbose_name=_("institution"))
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="receipts", verbose_name=_("delivery"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("user")
    )
    key = models.CharField(_("machine's key"), max_length=20, blank=True)
    at = models.DateTimeField(_("at"))
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.institution} {self.get_kind_display()} {self.delivery.edition}"
