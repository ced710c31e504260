"""The pool of today: recognitions with their periods and states, and the enterprises that they keep in.

Law: every row is derived and can be derived again; a rebuild replaces them all at once.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from enterprises.models.identity import Enterprise
from registry.models import Entry, Programme


class RecognitionState(models.TextChoices):
    """Valid and grace count; a grace recognition is always shown as such, never as valid."""

    VALID = "valid", _("valid")
    GRACE = "grace", _("expired, renewal awaited")
    UPCOMING = "upcoming", _("not yet in force")
    EXPIRED = "expired", _("expired")
    REVOKED = "revoked", _("revoked")
    DELISTED = "delisted", _("left out by a full list")
    DISPUTED = "disputed", _("revocation being checked")
    PROVISIONAL = "provisional", _("publicity only")


class PoolRebuild(models.Model):
    """One rebuild: what held on `as_of`, as known at `known_by`."""

    as_of = models.DateField(_("as of"))
    known_by = models.DateTimeField(_("as known at"))
    members = models.PositiveIntegerField(_("members"))
    recognitions = models.PositiveIntegerField(_("recognitions"))
    figures = models.JSONField(
        _("figures"), default=dict, db_default=models.Value({}, models.JSONField())
    )  # see `enterprises.pool_figures`
    built_at = models.DateTimeField(_("rebuilt at"))

    class Meta:
        verbose_name = _("pool rebuild")
        verbose_name_plural = _("pool rebuilds")
        ordering = ["-id"]
        get_latest_by = "id"

    def __str__(self) -> str:
        return f"{self.as_of}"


class Recognition(models.Model):
    """One recognition of one enterprise, the entry that granted it, and the source that ended it."""

    enterprise = models.ForeignKey(
        Enterprise, models.CASCADE, related_name="recognitions", verbose_name=_("enterprise")
    )
    programme = models.ForeignKey(Programme, models.PROTECT, verbose_name=_("programme"))
    number = models.CharField(_("number"), max_length=50, blank=True)
    batch = models.CharField(_("batch"), max_length=100, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to (inclusive)"), null=True, blank=True)
    grace_to = models.DateField(_("grace to (inclusive)"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=RecognitionState)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", verbose_name=_("granted by"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    ended_source = models.CharField(_("ended by"), max_length=80, blank=True)
    source = models.CharField(_("source"), max_length=80)
    extends = models.CharField(
        _("extends"), max_length=80, blank=True, help_text=_("What the re-check behind it extends.")
    )
    counts = models.BooleanField(_("counts for the pool"), db_default=True)

    class Meta:
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")
        ordering = ["enterprise", "programme", "-valid_from"]
        constraints = [models.UniqueConstraint(fields=["entry"], name="one_recognition_per_granting_entry")]
        indexes = [
            models.Index(
                fields=["valid_to", "enterprise"],
                name="recognition_ends",
                condition=models.Q(state="valid", counts=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.enterprise}: {self.programme}"


class Dispute(models.Model):
    """From when to when an unsettled line that takes something away, or of a full list, might have meant an enterprise.

    Law: only added to and ended. Items of the review queue are kept up to date, and do not tell what they said before.
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", verbose_name=_("entry"), db_constraint=False)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "enterprise"], condition=models.Q(until__isnull=True), name="one_open_dispute"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry}: {self.enterprise}"


class FindingKind(models.TextChoices):
    """What of the pool does not add up. None changes who is in it."""

    LADDER = "ladder", _("holds it, but never held what usually comes before")
    RECHECK_ALONE = "recheck_alone", _("passed a re-check, but what it extends is not known")
    REVOKED_NOTHING = "revoked_nothing", _("revoked, but what was revoked is not known")
    RENAMED_UNKNOWN = "renamed_unknown", _("changed its name, but no recognition of this programme is known")
    LEFT_UNKNOWN = "left_unknown", _("moved away, but no recognition of this programme is known")
    LISTED_AGAIN = "listed_again", _("listed again although it was revoked")
    TWO_NUMBERS = "two_numbers", _("two recognitions hold at once under different numbers")
    SHARED_NUMBER = "shared_number", _("another enterprise holds the same number of this programme")
    NO_END = "no_end", _("holds without end, although its notice should state one")
    DISPUTED = "disputed", _("does not count until a person has said whom a revocation means")


class Finding(models.Model):
    """Something of today's pool for staff to look at, and the line behind it. Derived anew at each rebuild."""

    kind = models.CharField(_("finding"), max_length=20, choices=FindingKind)
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="findings", verbose_name=_("enterprise"))
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+", verbose_name=_("published line"))

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["kind", "programme", "enterprise"]
        indexes = [
            models.Index(fields=["kind", "id"], name="finding_by_kind"),
            models.Index(fields=["programme", "kind", "id"], name="finding_by_programme"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise}: {self.get_kind_display()}"


class PoolMember(models.Model):
    """An enterprise that is in the pool as it stands today, by these programmes."""

    enterprise = models.OneToOneField(
        Enterprise, models.CASCADE, primary_key=True, related_name="membership", verbose_name=_("enterprise")
    )
    programmes = ArrayField(models.CharField(max_length=20), verbose_name=_("programmes"))

    class Meta:
        verbose_name = _("pool member")
        verbose_name_plural = _("pool members")
        indexes = [GinIndex(fields=["programmes"], name="member_by_programme")]

    def __str__(self) -> str:
        return str(self.enterprise)
