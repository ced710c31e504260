"""What is kept of passwords and of sign-ins.

Law: what was set is only ever added to; a sign-in is a row for as long as it goes on, or until its person was told.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PasswordSet(models.Model):
    """A password that an account has or had; the newest row is the one that counts."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="passwords_set", verbose_name=_("user")
    )
    at = models.DateTimeField(_("set at"))
    encoded = models.CharField(max_length=128)
    # Known to whoever set it for its owner, who must put another in its place.
    provisional = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("password that was set")
        verbose_name_plural = _("passwords that were set")
        default_permissions = ()
        permissions = [
            ("reset_second_factor", _("Can reset another's second factor")),
            ("unlock_account", _("Can unlock an account after failed tries")),
        ]
        indexes = [models.Index(fields=["user", "-at"], name="newest_password")]

    def __str__(self) -> str:
        return f"{self.user} {self.at:%Y-%m-%d}"


class Ending(models.TextChoices):
    """Why a session ended before its time."""

    ELSEWHERE = "elsewhere", _("Signed in on another device")
    OWNER = "owner", _("Ended by its owner")
    CHANGED = "changed", _("The account was changed")


class Visit(models.Model):
    """A sign-in that goes on, or that was ended by others; what ended by itself is forgotten."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="visits", verbose_name=_("user"))
    session_key = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField(_("signed in at"))
    address = models.GenericIPAddressField(_("network address"), null=True)
    browser = models.CharField(_("browser"), max_length=200)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ending = models.CharField(_("why it ended"), max_length=10, choices=Ending.choices, blank=True)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        default_permissions = ()
        indexes = [models.Index(fields=["user", "began_at"], name="visits_of_a_person")]

    def __str__(self) -> str:
        return f"{self.user} {self.began_at:%Y-%m-%d %H:%M}"
