"""Keys with which an institution's machines fetch. Law: a key is shown once, and only its digest is kept."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pushes.models.institution import Institution


class Scope(models.TextChoices):
    """What a key opens. Whoever only looks enterprises up needs no right to the whole list."""

    FETCH = "fetch", _("fetch packages, members and changes")
    LOOKUP = "lookup", _("look enterprises up")
    ACKNOWLEDGE = "acknowledge", _("acknowledge editions")
    FEEDBACK = "feedback", _("report back on financing")


def first_scopes() -> list[str]:
    """What a key opens where nothing else is said."""
    return [Scope.FETCH.value]


class AccessKey(models.Model):
    """A machine's key to what its institution may see. The prefix, which is no secret, finds and names it."""

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="access_keys", verbose_name=_("institution")
    )
    name = models.CharField(_("used by"), max_length=100, help_text=_("Which machine or program holds it."))
    prefix = models.CharField(_("key begins with"), max_length=20, unique=True)
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=15, choices=Scope), verbose_name=_("scopes"), default=first_scopes)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("access key")
        verbose_name_plural = _("access keys")
        ordering = ["institution", "-made_at"]
        constraints = [
            models.CheckConstraint(
                name="key_expires_after_it_is_made", condition=Q(expires_at__gt=models.F("made_at"))
            ),
            models.CheckConstraint(
                name="key_opens_what_is_known",
                condition=Q(scopes__len__gt=0) & Q(scopes__contained_by=["fetch", "lookup", "acknowledge", "feedback"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name})"

    def is_valid(self, now: datetime) -> bool:
        """Whether it opens anything at that moment."""
        return self.revoked_at is None and now < self.expires_at

    def may(self, scope: Scope) -> bool:
        """Whether it opens what the scope names."""
        return scope.value in self.scopes

    def scope_names(self) -> str:
        """Its scopes, for people."""
        return "、".join(str(Scope(scope).label) for scope in self.scopes)
