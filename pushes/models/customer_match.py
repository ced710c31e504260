"""Lists of customers that institutions compare with their edition, while they are kept and as they are remembered.

Law: what a list holds lies enclosed in the store and nowhere else; whatever ends takes its key along. One list of an
institution is in work at a time.
"""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pushes.models.delivery import Delivery
from pushes.models.institution import Institution


class MatchState(models.TextChoices):
    WAITING = "waiting", _("waits its turn")
    CHOOSING = "choosing", _("columns to be chosen")
    READING = "reading", _("being read")
    MATCHING = "matching", _("being compared")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")
    ENDED = "ended", _("deleted")


WORKING = (MatchState.READING, MatchState.MATCHING)


class CustomerMatch(models.Model):
    """One list of a person's, compared with the edition of `delivery` in its cut.

    `key` opens its files, and is enclosed itself; so is `said`: the list's name, what was seen of its columns, what the
    person said of them, and why it failed. Once it has ended, the row tells who compared how many rows, and with which
    edition.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("institution"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("user"))
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="+", verbose_name=_("delivery"))
    state = models.CharField(_("state"), max_length=10, choices=MatchState, default=MatchState.WAITING)
    key = models.TextField(_("key, enclosed"), blank=True)
    said = models.TextField(_("what was said of it, enclosed"), blank=True)
    has_workbook = models.BooleanField(_("has a workbook"), default=False)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    counts = models.JSONField(_("rows by outcome"), default=dict)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    breaks = models.PositiveSmallIntegerField(_("times it broke off"), default=0)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    made_at = models.DateTimeField(_("made at"))
    ready_at = models.DateTimeField(_("ready at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"))

    class Meta:
        verbose_name = _("comparison of customers")
        verbose_name_plural = _("comparisons of customers")
        default_permissions = ()
        indexes = [
            models.Index(fields=["user", "-made_at"], name="customer_match_of_a_person"),
            models.Index(fields=["expires_at"], name="customer_match_kept", condition=~Q(state="ended")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["institution"],
                condition=Q(state__in=["reading", "matching"]),
                name="one_customer_match_in_work",
            ),
            models.CheckConstraint(
                name="ended_customer_match_is_empty",
                condition=Q(state="ended", key="", said="") | (~Q(state="ended") & ~Q(key="") & ~Q(said="")),
            ),
            models.CheckConstraint(
                name="customer_match_in_work_is_leased",
                condition=~Q(state__in=["reading", "matching"]) | Q(leased_until__isnull=False),
            ),
            models.CheckConstraint(
                name="customer_match_ready_at", condition=~Q(state="ready") | Q(ready_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_working(self) -> bool:
        """Whether it is in work or waits for a worker."""
        return self.state in (MatchState.WAITING, *WORKING)

    @property
    def percent(self) -> int | None:
        """How far the comparing is; None while it is not known."""
        return min(99, 100 * self.done // self.rows) if self.state == MatchState.MATCHING and self.rows else None

    def stored(self, kind: str, attempt: int | None = None) -> str:
        """The name in the store of a file of its: `upload`, or a result of an attempt. Made of the number alone."""
        part = kind if kind == "upload" else f"{kind}-{self.attempts if attempt is None else attempt}"
        return f"matches/{self.pk.hex}.{part}"

    def every_stored(self) -> list[str]:
        """The names of all files that it may have."""
        kinds: list[Any] = [self.stored(kind, attempt) for attempt in range(self.attempts + 1) for kind in RESULTS]
        return [self.stored("upload"), *kinds]


RESULTS = ("xlsx", "csv", "rows")
