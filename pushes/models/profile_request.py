"""What an institution asks the bureau to change in what was agreed.

Law: asking changes nothing; the bureau answers once, and each kind waits once at a time.
"""

from typing import NotRequired, TypedDict

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pushes.models.channel import Channel
from pushes.models.institution import Institution
from pushes.models.profile import Profile


class Terms(TypedDict):
    """A wanted cut, in the words of `Profile`. Annexes are named where any are wanted."""

    programmes: list[str]
    districts: list[str]
    include_name_only: bool
    columns: list[str]
    formats: list[str]
    annexes: NotRequired[list[str]]


class RequestKind(models.TextChoices):
    PROFILE = "profile", _("another cut")
    CHANNEL = "channel", _("another target of a channel")


class RequestState(models.TextChoices):
    OPEN = "open", _("waits for an answer")
    AGREED = "agreed", _("agreed to")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("taken back")


class ProfileRequest(models.Model):
    """A wish with its reason, and the bureau's answer. `wanted` holds the terms of a cut, `channel` is whose target
    is to change, `profile` is the version that came of it.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="requests", verbose_name=_("institution"))
    kind = models.CharField(_("kind"), max_length=10, choices=RequestKind, default=RequestKind.PROFILE)
    wanted = models.JSONField(_("wanted"), null=True, blank=True)
    channel = models.ForeignKey(
        Channel, models.PROTECT, null=True, blank=True, related_name="requests", verbose_name=_("channel")
    )
    reason = models.TextField(_("reason"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked for by"))
    at = models.DateTimeField(_("asked for at"))
    state = models.CharField(_("state"), max_length=10, choices=RequestState, default=RequestState.OPEN)
    answer = models.TextField(_("answer"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    profile = models.ForeignKey(
        Profile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("profile")
    )

    class Meta:
        verbose_name = _("institution's request")
        verbose_name_plural = _("institutions' requests")
        ordering = ["-id"]
        permissions = [("answer_profilerequest", _("Can answer institutions' requests"))]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "kind"], condition=Q(state="open"), name="one_open_request_of_a_kind"
            ),
            models.CheckConstraint(
                name="request_is_of_a_cut_or_a_channel",
                condition=Q(kind="profile", wanted__isnull=False, channel__isnull=True)
                | Q(kind="channel", wanted__isnull=True, channel__isnull=False),
            ),
            models.CheckConstraint(
                name="request_answered_by_somebody_at_a_time",
                condition=Q(state="open", answered_at__isnull=True, answered_by__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution}: {self.get_kind_display()}"
