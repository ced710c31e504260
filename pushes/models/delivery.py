"""What went out: packages, deliveries, attempts.

Law: one delivery per edition and channel, with one stable id.
"""

from pathlib import PurePath

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enterprises.models import Edition
from pushes.models.channel import Channel
from pushes.models.profile import Profile


class Package(models.Model):
    """One built artifact: an edition in one cut, with what changed since an edition told before, if any.

    Institutions whose profiles are equal, and who were told the same edition last, share it.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="packages", verbose_name=_("edition"))
    since = models.ForeignKey(
        Edition, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("changes since")
    )
    profile_digest = models.CharField(_("profile digest"), max_length=64)
    file = models.FileField(_("file"), upload_to="packages/")
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField(_("bytes"))
    members = models.PositiveIntegerField(_("members"))
    added = models.PositiveIntegerField(_("added"))
    removed = models.PositiveIntegerField(_("removed"))
    changed = models.PositiveIntegerField(_("changed"))
    built_at = models.DateTimeField(_("built at"))

    class Meta:
        verbose_name = _("package")
        verbose_name_plural = _("packages")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "since", "profile_digest"],
                name="one_package_per_edition_and_cut",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return PurePath(self.file.name or "").name


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("failed")


class Delivery(models.Model):
    """One edition to one channel. Its id is derived from both, so a repeated sweep meets the same row."""

    id = models.UUIDField(primary_key=True)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="deliveries", verbose_name=_("edition"))
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="deliveries", verbose_name=_("channel"))
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="+", verbose_name=_("profile"))
    package = models.ForeignKey(
        Package, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name=_("package")
    )
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    due_at = models.DateTimeField(_("due at"))
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-edition__quarter", "-edition__version", "channel"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "channel"], name="one_delivery_per_edition_and_channel"),
            models.CheckConstraint(
                name="delivered_with_package_and_time",
                condition=~Q(state="delivered") | Q(package__isnull=False, delivered_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="delivery_due", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.edition} → {self.channel}"


class Outcome(models.TextChoices):
    DELIVERED = "delivered", _("delivered")
    PASSING = "passing", _("failed, to be tried again")
    PERMANENT = "permanent", _("failed for good")
    REFUSED = "refused", _("not sent: the target is refused")


class Attempt(models.Model):
    """One try of a delivery: when, with which result."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="attempts", verbose_name=_("delivery"))
    at = models.DateTimeField(_("at"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    detail = models.TextField(_("detail"), blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_outcome_display()
