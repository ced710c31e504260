"""Who receives: institutions under contract, their people, and whom to write to.

Law: no contract, no data.
"""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class InstitutionKind(models.TextChoices):
    BANK = "bank", _("bank")
    GUARANTOR = "guarantor", _("guarantee company")
    INSURER = "insurer", _("insurer")
    INVESTOR = "investor", _("investment institution")
    OTHER = "other", _("other")


class InstitutionState(models.TextChoices):
    ACTIVE = "active", _("active")
    SUSPENDED = "suspended", _("suspended")
    ENDED = "ended", _("ended")


class Institution(models.Model):
    """A financial institution that may receive editions while it is active and its contract runs."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$")])
    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=InstitutionKind, default=InstitutionKind.BANK)
    state = models.CharField(_("state"), max_length=10, choices=InstitutionState, default=InstitutionState.ACTIVE)
    contract_number = models.CharField(_("contract number"), max_length=100)
    contract_purpose = models.CharField(_("purpose by contract"), max_length=300)
    contract_until = models.DateField(_("contract runs until (inclusive)"))

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person may do for the institution; whoever stands lower in the list may all that those above may.

    Readers see and fetch; operators act on editions and channels, too; administrators rule over people, keys and
    secrets.
    """

    READER = "reader", _("reader")
    OPERATOR = "operator", _("operator")
    ADMINISTRATOR = "administrator", _("administrator")

    def includes(self, other: "Role") -> bool:
        """Whether this role may what the other one may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class Membership(models.Model):
    """A person of an institution. Nobody belongs to two."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="institution_membership",
        verbose_name=_("user"),
    )
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="people", verbose_name=_("institution"))
    role = models.CharField(_("role"), max_length=15, choices=Role, default=Role.READER)

    class Meta:
        verbose_name = _("institution's person")
        verbose_name_plural = _("institution's people")

    def __str__(self) -> str:
        return f"{self.user} ({self.institution})"


class Contact(models.Model):
    """Whom the bureau writes to at an institution: told of what waits, fails or is paused. Needs no account."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="contacts", verbose_name=_("institution"))
    name = models.CharField(_("contact's name"), max_length=50)
    email = models.EmailField(_("e-mail address"))

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["institution", "email"], name="one_contact_per_address")]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"
