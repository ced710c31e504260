"""What is kept of passwords: when one was set, and as which hash. Law: rows are only ever added."""

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
    provisional = models.BooleanField(default=False)

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
