"""What went out: packages, deliveries, attempts; and what a person had sent beside them.

Law: one delivery per edition and channel, with one stable id. Every sending is on record, with its answer.
"""

from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
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
    """One edition to one channel. Its id is derived from both, so a repeated sweep meets the same row.

    `since` is when its tries began: when it was planned, or taken up again by a person.
    """

    id = models.UUIDField(primary_key=True)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="deliveries", verbose_name=_("edition"))
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="deliveries", verbose_name=_("channel"))
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="+", verbose_name=_("profile"))
    package = models.ForeignKey(
        Package, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name=_("package")
    )
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    due_at = models.DateTimeField(_("due at"))
    since = models.DateTimeField(_("tried since"), default=timezone.now)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-edition__quarter", "-edition__version", "channel"]
        permissions = [("resend_delivery", _("Can have deliveries sent again"))]
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


class Laggard(Delivery):
    """A delivery that nobody of its institution took for days."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("edition that was not taken")
        verbose_name_plural = _("editions that were not taken")


class Outcome(models.TextChoices):
    DELIVERED = "delivered", _("delivered")
    PASSING = "passing", _("failed, to be tried again")
    PERMANENT = "permanent", _("failed for good")
    REFUSED = "refused", _("not sent: the target is refused")


class Try(models.Model):
    """One sending: when and of which bytes, to where, with which result and whose word, and how long it took."""

    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    detail = models.TextField(_("detail"), blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    to = models.CharField(_("to"), max_length=300, blank=True)
    code = models.CharField(_("the other side's code"), max_length=300, blank=True)
    took_ms = models.PositiveIntegerField(_("took (ms)"), default=0)

    class Meta:
        abstract = True


class Attempt(Try):
    """One try of a delivery, and when the next one is due where it failed."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="attempts", verbose_name=_("delivery"))
    at = models.DateTimeField(_("at"))
    next_at = models.DateTimeField(_("next try"), null=True, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.get_outcome_display()


class Sending(Try):
    """What a person asked for beside the sweep: a trial to a channel, or once more what was delivered.

    It waits until `at` is set. A trial has no delivery.
    """

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="sendings", verbose_name=_("channel"))
    delivery = models.ForeignKey(
        Delivery, models.PROTECT, null=True, blank=True, related_name="sendings", verbose_name=_("delivery")
    )
    asked_at = models.DateTimeField(_("asked for at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    at = models.DateTimeField(_("at"), null=True, blank=True)

    class Meta:
        verbose_name = _("sending by hand")
        verbose_name_plural = _("sendings by hand")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "delivery"],
                condition=Q(at=None),
                nulls_distinct=False,
                name="one_sending_waits_per_channel_and_delivery",
            )
        ]

    def __str__(self) -> str:
        return f"{self.delivery or self.channel}"
