"""Who receives: institutions under contract, their people, the cut each agreed to, and the ways to reach it.

Law: no contract, no data; a profile is never edited, a new version follows it.
"""

import hashlib
import json

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
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
    READER = "reader", _("reader")
    OPERATOR = "operator", _("operator")
    ADMINISTRATOR = "administrator", _("administrator")


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


class Profile(models.Model):
    """The cut that an institution agreed to: programmes, and whether members known by name only are in it."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="profiles", verbose_name=_("institution"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    programmes = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("programmes"),
        default=list,
        blank=True,
        help_text=_("Programme codes; empty means all."),
    )
    include_name_only = models.BooleanField(_("with members known by name only"), default=True)
    agreed_at = models.DateTimeField(_("agreed at"))

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        ordering = ["institution", "-version"]
        get_latest_by = "version"
        constraints = [models.UniqueConstraint(fields=["institution", "version"], name="one_profile_per_version")]

    def __str__(self) -> str:
        return f"{self.institution} v{self.version}"

    @property
    def digest(self) -> str:
        """Equal cuts have equal digests, whoever agreed to them: they share one package."""
        cut = {"programmes": sorted(set(self.programmes)), "include_name_only": self.include_name_only}
        return hashlib.sha256(json.dumps(cut, sort_keys=True).encode()).hexdigest()


class ChannelKind(models.TextChoices):
    PORTAL = "portal", _("portal")


class Channel(models.Model):
    """A way to reach an institution."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="channels", verbose_name=_("institution"))
    kind = models.CharField(_("kind"), max_length=10, choices=ChannelKind, default=ChannelKind.PORTAL)
    paused = models.BooleanField(_("paused"), default=False)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [models.UniqueConstraint(fields=["institution", "kind"], name="one_channel_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.institution}: {self.get_kind_display()}"
