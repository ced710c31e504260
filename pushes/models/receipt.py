"""The proof of who fetched what. Law: receipts are numbered without a gap and only added (triggers hold it).

What the rule of retention deletes are the oldest, and a row says so.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pushes.models.delivery import Delivery
from pushes.models.institution import Institution


class ReceiptKind(models.TextChoices):
    DOWNLOAD = "download", _("download")
    ACKNOWLEDGEMENT = "acknowledge", _("acknowledgement")
    LOOKUP = "lookup", _("look-up")
    MEMBERS = "members", _("members taken")
    CHANGES = "changes", _("changes by machine")


class Receipt(models.Model):
    """Who of which institution fetched or acknowledged what, when, and from where: a person, or a machine by its key.

    `key` is the beginning of the machine's key, which names it and opens nothing. The database gives the number.
    `sha256` is of what was handed out, `rows` how many codes were asked or rows given where it was no package.
    """

    number = models.BigIntegerField(_("number"), unique=True, editable=False, db_default=0)
    kind = models.CharField(_("kind"), max_length=15, choices=ReceiptKind)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="receipts", verbose_name=_("institution"))
    delivery = models.ForeignKey(
        Delivery, models.PROTECT, null=True, blank=True, related_name="receipts", verbose_name=_("delivery")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("user")
    )
    key = models.CharField(_("machine's key"), max_length=20, blank=True)
    at = models.DateTimeField(_("at"))
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    rows = models.PositiveIntegerField(_("rows"), null=True, blank=True)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-number"]
        indexes = [
            models.Index(fields=["at"], name="receipt_by_time"),
            models.Index(fields=["kind", "-number"], name="receipt_by_kind"),
            models.Index(fields=["institution", "-number"], name="receipt_by_institution"),
        ]
        constraints = [
            models.CheckConstraint(name="receipt_of_a_person_or_a_machine", condition=Q(user__isnull=True) ^ Q(key="")),
            models.CheckConstraint(
                name="receipt_of_a_delivery",
                condition=Q(kind="lookup") | (Q(delivery__isnull=False) & ~Q(sha256="")),
            ),
            models.UniqueConstraint(
                fields=["delivery", "user", "key"],
                condition=Q(kind="acknowledge"),
                nulls_distinct=False,
                name="one_acknowledgement_of_each",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.get_kind_display()} {self.delivery.edition if self.delivery else ''}".strip()


class ReceiptsDeleted(models.Model):
    """What the rule of retention deleted: receipts from one number to another, all older than `before`."""

    at = models.DateTimeField(_("at"))
    before = models.DateTimeField(_("older than"))
    first = models.BigIntegerField(_("first number"))
    last = models.BigIntegerField(_("last number"))

    class Meta:
        verbose_name = _("deletion of receipts")
        verbose_name_plural = _("deletions of receipts")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"
