"""Editions: what the pool was when a quarter was cut, and what changed since the edition before.

Law: a sealed edition, its members and its changes never change again (triggers hold it).
"""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises import canonical
from enterprises.models.identity import Enterprise


class CanonicalField(models.JSONField):
    """JSON that stays the very text it was written as: digests are taken of it. Keys come in order, without spaces."""

    def db_type(self, connection: Any) -> str:
        return "json"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value  # the driver has read it

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return canonical.text(value)


class EditionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SEALED = "sealed", _("sealed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class EditionKind(models.TextChoices):
    """An urgent notice is a further version of its quarter, with nothing but revocations in it."""

    QUARTER = "quarter", _("quarterly edition")
    URGENT = "urgent", _("urgent notice")


class Edition(models.Model):
    """A quarter's edition, or an urgent notice after it.

    `digest` is SHA-256 over its members' canonical lines, in order of public id; `annex_digest` over those of its
    annex, in order of public id and programme, and empty where there is none.
    """

    quarter = models.CharField(_("quarter"), max_length=6, validators=[RegexValidator(r"^20\d\dQ[1-4]$")])
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    kind = models.CharField(_("kind"), max_length=10, choices=EditionKind, default=EditionKind.QUARTER)
    as_of = models.DateField(_("as of"))
    known_by = models.DateTimeField(_("as known at"))
    # What `moving.so_far` told when it was cut. Of drafts of the release before, nothing: they are cut anew.
    seen = models.JSONField(_("how much was known"), default=dict, db_default=models.Value({}, models.JSONField()))
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("previous edition")
    )
    state = models.CharField(_("state"), max_length=10, choices=EditionState, default=EditionState.DRAFT)
    digest = models.CharField(_("digest"), max_length=64)
    annex_digest = models.CharField(_("digest of the annex"), max_length=64, blank=True, default="", db_default="")
    members = models.PositiveIntegerField(_("members"))
    added = models.PositiveIntegerField(_("added"))
    removed = models.PositiveIntegerField(_("removed"))
    changed = models.PositiveIntegerField(_("changed"))
    by_programme = models.JSONField(_("members by programme"), default=dict)
    cut_at = models.DateTimeField(_("cut at"))
    cut_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cut by")
    )
    sealed_at = models.DateTimeField(_("sealed at"), null=True, blank=True)
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sealed by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_reason = models.CharField(_("reason of withdrawal"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-quarter", "-version"]
        permissions = [
            ("seal_edition", _("Can seal and withdraw editions")),
            ("overrule_edition", _("Can overrule red guards, as a second person")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["quarter", "version"], name="one_edition_per_quarter_and_version"),
            models.UniqueConstraint(
                fields=["quarter"],
                condition=Q(kind="quarter") & ~Q(state="withdrawn"),
                name="one_standing_edition_per_quarter",
            ),
            models.CheckConstraint(
                name="sealed_when_not_draft", condition=Q(state="draft") ^ Q(sealed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="withdrawn_with_a_reason",
                condition=~Q(state="withdrawn") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
            ),
            models.CheckConstraint(name="previous_is_another", condition=~Q(previous=F("id"))),
            models.CheckConstraint(
                name="urgent_after_another", condition=~Q(kind="urgent") | Q(previous__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["quarter"], condition=Q(kind="urgent", state="draft"), name="one_urgent_draft_per_quarter"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The edition's name to the world, such as ZZKJ-2026Q3-v1."""
        return f"ZZKJ-{self.quarter}-v{self.version}"


class EditionMember(models.Model):
    """A member as published in an edition. `recognitions` holds those that count, each with its granting entry.

    Both sides are checked once a statement, by trigger.
    """

    edition = models.ForeignKey(
        Edition,
        models.CASCADE,
        related_name="rows",
        verbose_name=_("edition"),
        db_constraint=False,
        db_index=False,  # the constraint's index begins with it
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="editions", verbose_name=_("enterprise"), db_constraint=False
    )
    public_id = models.CharField(_("public id"), max_length=12, db_collation="C")
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    name = models.CharField(_("name"), max_length=200)
    former_names = ArrayField(models.CharField(max_length=200), verbose_name=_("former names"), default=list)
    district = models.CharField(_("district"), max_length=50, blank=True)
    programmes = ArrayField(models.CharField(max_length=20), verbose_name=_("programmes"))
    recognitions = CanonicalField(_("recognitions"))

    class Meta:
        verbose_name = _("edition member")
        verbose_name_plural = _("edition members")
        constraints = [
            models.UniqueConstraint(fields=["edition", "public_id"], name="one_member_row_per_edition"),
        ]
        indexes = [
            # Institutions' machines ask by code.
            models.Index(fields=["uscc", "edition"], name="member_by_code", condition=~Q(uscc=""))
        ]

    def __str__(self) -> str:
        return self.name


class ChangeKind(models.TextChoices):
    ADDED = "added", _("added")
    REMOVED = "removed", _("removed")
    CHANGED = "changed", _("changed")


class EditionChange(models.Model):
    """What became of one enterprise since the previous edition: its record before and after, and every cause.

    Both sides are checked once a statement, by trigger.
    """

    edition = models.ForeignKey(
        Edition,
        models.CASCADE,
        related_name="changes",
        verbose_name=_("edition"),
        db_constraint=False,
        db_index=False,  # the constraint's index begins with it
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"), db_constraint=False
    )
    public_id = models.CharField(_("public id"), max_length=12, db_collation="C")
    kind = models.CharField(_("kind"), max_length=10, choices=ChangeKind)
    before = CanonicalField(_("before"), null=True)
    after = CanonicalField(_("after"), null=True)
    causes = models.JSONField(_("causes"))

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        constraints = [
            models.UniqueConstraint(fields=["edition", "public_id"], name="one_change_row_per_edition"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id}: {self.get_kind_display()}"


class AnnexKind(models.TextChoices):
    NAMED_LIST = "named_list", pgettext_lazy("part of the annex", "named lists")
    POINTS = "points", pgettext_lazy("part of the annex", "innovation points")


class EditionAnnex(models.Model):
    """What an edition says of a member beside its record: that it stands on a named list, or its latest points.

    `payload` is the canonical array of `canonical.NamedEntry` or `canonical.PointsEntry`. Sealed as members are; both
    sides are checked once a statement, by trigger.
    """

    edition = models.ForeignKey(
        Edition,
        models.CASCADE,
        related_name="annex",
        verbose_name=_("edition"),
        db_constraint=False,
        db_index=False,  # the constraint's index begins with it
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"), db_constraint=False
    )
    public_id = models.CharField(_("public id"), max_length=12, db_collation="C")
    kind = models.CharField(_("kind"), max_length=12, choices=AnnexKind)
    programme = models.CharField(_("programme"), max_length=20, db_collation="C")
    payload = CanonicalField(_("what is said"))

    class Meta:
        verbose_name = _("line of an annex")
        verbose_name_plural = _("annex")
        constraints = [
            models.UniqueConstraint(fields=["edition", "public_id", "programme"], name="one_annex_row_per_programme"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id}: {self.programme}"
