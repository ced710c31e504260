"""What people of an institution did with its secrets and keys. Law: events are only added (a trigger holds it)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pushes.models.institution import Institution


class SecretAct(models.TextChoices):
    SIGNING_MADE = "signing_made", _("made a new signing secret")
    PAIR_MADE = "pair_made", _("made a new key pair")
    PASSWORD_KEPT = "password_kept", _("set the server's password")
    FORMER_ENDED = "former_ended", _("ended the former secrets")
    KEY_MADE = "key_made", _("made an access key")
    KEY_ROTATED = "key_rotated", _("replaced an access key")
    KEY_REVOKED = "key_revoked", _("revoked an access key")


KEY_ACTS = (SecretAct.KEY_MADE, SecretAct.KEY_ROTATED, SecretAct.KEY_REVOKED)


class SecretEvent(models.Model):
    """Who did what, when, to which channel or key; never the secret. `subject` names it as it was called then."""

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="secret_events", verbose_name=_("institution")
    )
    act = models.CharField(_("act"), max_length=15, choices=SecretAct)
    subject = models.CharField(_("subject"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("act on secrets")
        verbose_name_plural = _("acts on secrets")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.institution}: {self.get_act_display()} ({self.subject})"
