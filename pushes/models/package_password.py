"""The password that an institution's packages are closed with. Law: it is never stored as it is, nor shown again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pushes.models.institution import Institution


class PackagePassword(models.Model):
    """An institution without one gets its packages open. `enclosed` is read by `pushes.secrets_at_rest` alone."""

    institution = models.OneToOneField(
        Institution,
        models.CASCADE,
        primary_key=True,
        related_name="package_password",
        verbose_name=_("institution"),
    )
    enclosed = models.TextField(_("password, enclosed"))
    set_at = models.DateTimeField(_("set at"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by"))

    class Meta:
        verbose_name = _("package password")
        verbose_name_plural = _("package passwords")

    def __str__(self) -> str:
        return str(self.institution)
