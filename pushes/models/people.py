"""How people come to an institution and leave it: invitations, and the record of who did what.

Law: an invitation is good once, of its token only a digest is kept, and the record is only ever added to.
"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pushes.models.institution import Institution, Role


class InvitationState(models.TextChoices):
    OPEN = "open", pgettext_lazy("invitation", "open")
    EXPIRED = "expired", pgettext_lazy("invitation", "expired")
    ACCEPTED = "accepted", pgettext_lazy("invitation", "accepted")
    WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "withdrawn")


class Invitation(models.Model):
    """Somebody is asked to open an account. The worker that mails it makes the token: `due_at` says when."""

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="invitations", verbose_name=_("institution")
    )
    email = models.EmailField(_("e-mail address"), max_length=150)
    name = models.CharField(_("person's name"), max_length=50)
    role = models.CharField(_("role"), max_length=15, choices=Role, default=Role.READER)
    digest = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001 - none before the mail
    invited_at = models.DateTimeField(_("invited at"))
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("invited by")
    )
    expires_at = models.DateTimeField(_("expires at"))
    due_at = models.DateTimeField(_("mail due at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    failure = models.CharField(_("what kept it from being sent"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("invitation accepted by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "email"],
                name="one_open_invitation",
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="invitation_accepted_or_withdrawn",
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="invitation_accepted_by_somebody",
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="invitation_due", condition=Q(due_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    def state(self, now: datetime) -> InvitationState:
        """How it stands at that moment."""
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.withdrawn_at:
            return InvitationState.WITHDRAWN
        return InvitationState.OPEN if now < self.expires_at else InvitationState.EXPIRED


class PeopleEventKind(models.TextChoices):
    INVITED = "invited", _("invited")
    INVITED_AGAIN = "invited_again", _("invitation sent again")
    WITHDRAWN = "withdrawn", _("invitation withdrawn")
    JOINED = "joined", _("account opened")
    ROLE_CHANGED = "role_changed", _("role changed")
    REMOVED = "removed", _("account closed")


class PeopleEvent(models.Model):
    """What happened to an institution's people, by whom. `who` stays readable whatever becomes of the account."""

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="people_events", verbose_name=_("institution")
    )
    at = models.DateTimeField(_("time"))
    kind = models.CharField(_("what happened"), max_length=15, choices=PeopleEventKind)
    who = models.CharField(_("whom it concerns"), max_length=254)
    detail = models.CharField(_("detail"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("event among people")
        verbose_name_plural = _("events among people")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.get_kind_display()} {self.who}"
