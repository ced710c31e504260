"""What people are told by mail. Law: each thing is told to each side once, and a mail that did not go is a row."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pushes.models.institution import Institution


class LetterKind(models.TextChoices):
    PAUSED = "paused", _("a channel is paused")
    WITHDRAWN = "withdrawn", _("an edition is withdrawn")
    NOT_TAKEN = "not_taken", _("an edition was not taken")
    LATE = "late", _("deliveries are late")
    SECRET = "secret", _("a secret or key was touched")
    REQUEST = "request", _("an institution's request")
    FEEDBACK = "feedback", _("feedback is due")


class LetterState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("letter", "waiting")
    SENT = "sent", _("sent")
    DROPPED = "dropped", _("dropped")


class Letter(models.Model):
    """A mail to an institution's contacts, or to the bureau where there is no institution.

    `about` names what is told, and to whom: it is there once. What it says is kept as it was said.
    """

    about = models.CharField(_("about"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=LetterKind)
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name=_("institution")
    )
    subject = models.CharField(_("subject"), max_length=200)
    words = models.TextField(_("words"))
    made_at = models.DateTimeField(_("made at"))
    state = models.CharField(_("state"), max_length=10, choices=LetterState, default=LetterState.WAITING)
    due_at = models.DateTimeField(_("due at"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    addresses = models.TextField(_("to"), blank=True)
    failure = models.CharField(_("what kept it from being sent"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="letter_sent_at_a_time", condition=Q(state="sent") ^ Q(sent_at__isnull=True))
        ]
        indexes = [models.Index(fields=["due_at"], name="letter_due", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return self.subject
