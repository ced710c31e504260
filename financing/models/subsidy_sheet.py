"""What a subsidy comes to in a year: a sheet with a line for each claim or bank, which one makes and another approves.

Law: lines change while the sheet is in work alone; what was approved never changes, only a later version replaces it.
Whoever made, computed or submitted a sheet, or left out a line of it, does not approve it. Triggers hold all of it.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Enterprise
from financing.models.subsidy_claim import SubsidyClaim
from financing.models.subsidy_rule import Subsidy, SubsidyRule
from pushes.models import Institution


class SheetState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("subsidy sheet", "draft")
    SUBMITTED = "submitted", pgettext_lazy("subsidy sheet", "waits for approval")
    SENT_BACK = "sent_back", pgettext_lazy("subsidy sheet", "sent back")
    APPROVED = "approved", pgettext_lazy("subsidy sheet", "approved")
    REPLACED = "replaced", pgettext_lazy("subsidy sheet", "replaced by a later version")
    DROPPED = "dropped", pgettext_lazy("subsidy sheet", "dropped")


IN_WORK = (SheetState.DRAFT, SheetState.SENT_BACK)
OPEN = (*IN_WORK, SheetState.SUBMITTED)


def _person(words: Any, **more: Any) -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=words, **more)


_IF_ANY: dict[str, Any] = {"null": True, "blank": True}


class SubsidySheet(models.Model):
    """A subsidy's sheet of a year. `rules` holds each rule it goes by, in words; `remarks` what has no line and why.

    `digest` is SHA-256 over the lines, remarks and rules: approving computes all anew, and refuses another one.
    """

    subsidy = models.ForeignKey(
        Subsidy, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("policy", "subsidy")
    )
    year = models.PositiveSmallIntegerField(pgettext_lazy("subsidy sheet", "year"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=SheetState, default=SheetState.DRAFT)
    known_by = models.DateTimeField(_("as known at"))
    rules = models.JSONField(_("rules in words"), default=list)
    remarks = models.JSONField(_("remarks"), default=list)
    total = models.DecimalField(_("total (yuan)"), max_digits=18, decimal_places=2, default=0)
    digest = models.CharField(_("digest"), max_length=64)
    made_at = models.DateTimeField(_("made at"))
    made_by = _person(_("made by"))
    computed_by = _person(_("computed by"))
    submitted_at = models.DateTimeField(_("submitted at"), **_IF_ANY)
    submitted_by = _person(_("submitted by"), **_IF_ANY)
    sent_back_at = models.DateTimeField(_("sent back at"), **_IF_ANY)
    sent_back_by = _person(_("sent back by"), **_IF_ANY)
    sent_back_reason = models.CharField(_("why it was sent back"), max_length=300, blank=True)
    approved_at = models.DateTimeField(_("approved at"), **_IF_ANY)
    approved_by = _person(_("approved by"), **_IF_ANY)
    approved_alone = models.BooleanField(_("by its maker alone"), default=False)
    replaced_at = models.DateTimeField(_("replaced at"), **_IF_ANY)

    class Meta:
        verbose_name = _("subsidy sheet")
        verbose_name_plural = _("subsidy sheets")
        ordering = ["-year", "subsidy", "-version"]
        permissions = [("approve_subsidysheet", _("Can approve subsidy sheets and send them back"))]
        constraints = [
            models.UniqueConstraint(fields=["subsidy", "year", "version"], name="one_sheet_of_a_version"),
            models.UniqueConstraint(fields=["subsidy", "year"], condition=Q(state__in=OPEN), name="one_sheet_in_work"),
            models.UniqueConstraint(
                fields=["subsidy", "year"], condition=Q(state="approved"), name="one_approved_sheet"
            ),
            models.CheckConstraint(
                name="sheet_submitted_by_somebody",
                condition=~Q(state__in=["submitted", "approved", "replaced"])
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="sheet_sent_back_with_a_reason",
                condition=~Q(state="sent_back")
                | (Q(sent_back_at__isnull=False, sent_back_by__isnull=False) & ~Q(sent_back_reason="")),
            ),
            models.CheckConstraint(
                name="sheet_approved_by_another",
                condition=Q(approved_at__isnull=True, approved_by__isnull=True, approved_alone=False)
                & ~Q(state__in=["approved", "replaced"])
                | Q(state__in=["approved", "replaced"], approved_at__isnull=False, approved_by__isnull=False)
                & (
                    Q(approved_alone=True)
                    | (~Q(approved_by=F("made_by")) & ~Q(approved_by=F("computed_by")))
                    & ~Q(approved_by=F("submitted_by"))
                ),
            ),
            models.CheckConstraint(
                name="sheet_replaced_at", condition=Q(state="replaced") ^ Q(replaced_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subsidy} {self.year} v{self.version}"


class Cut(models.TextChoices):
    """Why less is granted than the rule's rate or grade gives."""

    NONE = "", pgettext_lazy("subsidy line", "in full")
    THRESHOLD = "threshold", _("below the threshold")
    CAP = "cap", _("cut by the limit")
    ONCE = "once", _("was granted already")
    NO_RULE = "no_rule", _("no rule on that day")
    NO_STEP = "no_step", _("the rule has no such grade")
    EXCLUDED = "excluded", _("left out by a person")


class SubsidyLine(models.Model):
    """What one claim, or one bank, is granted, and why. `key` is what it is of, the same in each computing.

    `words` is the computing in a sentence that can be done again by hand; `member` whether the recipient was in the
    pool on the day, null where that is no question; `standing` says it in words.
    """

    sheet = models.ForeignKey(SubsidySheet, models.CASCADE, related_name="lines", verbose_name=_("sheet"))
    number = models.PositiveIntegerField(_("number"))
    key = models.CharField(_("key"), max_length=40)
    recipient = models.CharField(_("recipient's key"), max_length=60)
    name = models.CharField(_("recipient"), max_length=200)
    code = models.CharField(_("recipient's code"), max_length=20, blank=True)
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, null=True, blank=True, related_name="+")
    institution = models.ForeignKey(Institution, models.PROTECT, null=True, blank=True, related_name="+")
    claim = models.ForeignKey(SubsidyClaim, models.PROTECT, null=True, blank=True, related_name="lines")
    rule = models.ForeignKey(SubsidyRule, models.PROTECT, null=True, blank=True, related_name="+")
    inputs = models.JSONField(_("inputs"), default=dict)
    base = models.DecimalField(_("computed of (yuan)"), max_digits=20, decimal_places=2, null=True, blank=True)
    computed = models.DecimalField(_("before limits (yuan)"), max_digits=20, decimal_places=2)
    granted = models.DecimalField(_("granted (yuan)"), max_digits=18, decimal_places=2)
    cut = models.CharField(_("cut"), max_length=10, choices=Cut, blank=True)
    words = models.TextField(_("how it was computed"))
    reason = models.CharField(_("why it was left out"), max_length=300, blank=True)
    member = models.BooleanField(_("in the pool on the day"), null=True)
    standing = models.CharField(_("standing on the day"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("line of a subsidy sheet")
        verbose_name_plural = _("lines of subsidy sheets")
        ordering = ["sheet", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="one_line_of_a_number"),
            models.UniqueConstraint(fields=["sheet", "key"], name="one_line_of_a_key"),
            models.CheckConstraint(
                name="line_grants_no_more_than_computed",
                condition=Q(granted__gte=0)
                & (Q(cut="", granted=F("computed")) | (~Q(cut="") & Q(granted__lte=F("computed"))))
                & (Q(cut="excluded") ^ Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}#{self.number}"


class SubsidyExclusion(models.Model):
    """A line that a person left out of a sheet, and why. It stays over computing anew, until it is taken back."""

    sheet = models.ForeignKey(SubsidySheet, models.CASCADE, related_name="exclusions", verbose_name=_("sheet"))
    key = models.CharField(_("key"), max_length=40)
    name = models.CharField(_("recipient"), max_length=200)
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(_("at"))
    by = _person(_("by"))

    class Meta:
        verbose_name = _("line left out")
        verbose_name_plural = _("lines left out")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["sheet", "key"], name="one_exclusion_of_a_line"),
            models.CheckConstraint(name="exclusion_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}: {self.name}"
