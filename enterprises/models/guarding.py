"""Guards: the limits an edition is judged by, what each guard found, and who let an edition pass all the same.

Law: what was found and who overruled it belong to the edition, and are sealed with it.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models.edition import Edition
from registry.models import NoticeKind, Programme


class Guard(models.TextChoices):
    """What an edition is judged by. The last word is the unit of its limits: per cent, or a number of them."""

    PROGRAMME_SHRANK = "programme_shrank", _("a programme vanished or shrank (per cent)")
    PROGRAMME_GREW = "programme_grew", _("a programme grew (per cent)")
    MASS_REMOVAL = "mass_removal", _("members removed (per cent)")
    CHANGES_OF_KIND = "changes_of_kind", _("changes of one cause (per cent)")
    UNRESOLVED_LIST = "unresolved_list", _("lists confirmed but not resolved (number)")
    WAITING_LIST = "waiting_list", _("lists waiting for confirmation (number)")
    REVIEW_QUEUE = "review_queue", _("doubtful matches that would change members (number)")
    EXPECTED_LIST = "expected_list", _("lists of the season that have not come (number)")
    RULE_GAP = "rule_gap", _("programmes without a rule in force (number)")
    CLOCK = "clock", _("steps noted later than the clock says (number)")
    SKIPPED_QUARTER = "skipped_quarter", _("quarters left out since the edition before (number)")
    EARLY_DAY = "early_day", _("days between the edition's day and the quarter's last (number)")


# What stands behind a limit of it; a share has its sign.
_UNITS = {
    Guard.UNRESOLVED_LIST: pgettext_lazy("unit of a limit", " lists"),
    Guard.WAITING_LIST: pgettext_lazy("unit of a limit", " lists"),
    Guard.REVIEW_QUEUE: pgettext_lazy("unit of a limit", " matches"),
    Guard.EXPECTED_LIST: pgettext_lazy("unit of a limit", " lists"),
    Guard.RULE_GAP: pgettext_lazy("unit of a limit", " programmes"),
    Guard.CLOCK: pgettext_lazy("unit of a limit", " steps"),
    Guard.SKIPPED_QUARTER: pgettext_lazy("unit of a limit", " quarters"),
    Guard.EARLY_DAY: pgettext_lazy("unit of a limit", " days"),
}


class Level(models.TextChoices):
    GREEN = "green", _("green")
    AMBER = "amber", _("amber")
    RED = "red", _("red")


class GuardLimit(models.Model):
    """From which measure on a guard is amber or red. One for a programme, or for a cause, goes before the general."""

    guard = models.CharField(_("guard"), max_length=20, choices=Guard)
    programme = models.ForeignKey(
        Programme, models.CASCADE, null=True, blank=True, verbose_name=_("programme"), help_text=_("Empty: of all.")
    )
    cause = models.CharField(
        _("cause"), max_length=20, blank=True, help_text=_("Of changes of one cause: which. Empty: of all.")
    )
    amber = models.PositiveIntegerField(_("amber above"), null=True, blank=True, help_text=_("Empty: never."))
    red = models.PositiveIntegerField(_("red above"), null=True, blank=True, help_text=_("Empty: never."))
    least = models.PositiveIntegerField(
        _("judged from"), default=0, help_text=_("So many must be concerned before a share of them says anything.")
    )

    class Meta:
        verbose_name = _("limit of a guard")
        verbose_name_plural = _("limits of guards")
        ordering = ["guard", "programme", "cause"]
        constraints = [
            models.UniqueConstraint(
                fields=["guard", "programme", "cause"], nulls_distinct=False, name="one_limit_of_a_guard"
            ),
            models.CheckConstraint(
                name="amber_before_red", condition=Q(amber=None) | Q(red=None) | Q(amber__lte=F("red"))
            ),
        ]

    def __str__(self) -> str:
        return self.get_guard_display()


class ExpectedList(models.Model):
    """A list that comes every year within some months; the edition of a quarter in which it is due looks for it."""

    programme = models.ForeignKey(Programme, models.CASCADE, verbose_name=_("programme"))
    notice = models.CharField(_("kind of notice"), max_length=20, choices=NoticeKind, default=NoticeKind.RECOGNITION)
    first_month = models.PositiveSmallIntegerField(
        _("from month"), validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    last_month = models.PositiveSmallIntegerField(
        _("until month"),
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text=_("Of the same year. It is missed in the quarter's edition in which this month lies."),
    )
    level = models.CharField(
        _("if it has not come"), max_length=5, choices=Level.choices[1:], default=Level.AMBER
    )  # fmt: skip
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("expected list")
        verbose_name_plural = _("expected lists")
        ordering = ["last_month", "programme"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "notice", "last_month"], name="one_expectation_of_a_list_and_month"
            ),
            models.CheckConstraint(
                name="months_of_one_year",
                condition=Q(first_month__gte=1, last_month__lte=12, first_month__lte=F("last_month")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.get_notice_display()}"


class GuardResult(models.Model):
    """What one guard found when the edition was cut: the measure, the limits of that day, and the words for it."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="guards", verbose_name=_("edition"))
    guard = models.CharField(_("guard"), max_length=20, choices=Guard)
    programme = models.CharField(_("programme"), max_length=20, blank=True)
    cause = models.CharField(_("cause"), max_length=20, blank=True)
    level = models.CharField(_("level"), max_length=5, choices=Level)
    measured = models.DecimalField(_("measured"), max_digits=12, decimal_places=1)
    amber = models.PositiveIntegerField(_("amber above"), null=True)
    red = models.PositiveIntegerField(_("red above"), null=True)
    words = models.CharField(_("in words"), max_length=500)
    judged_at = models.DateTimeField(_("judged at"))

    class Meta:
        verbose_name = _("result of a guard")
        verbose_name_plural = _("results of guards")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "guard", "programme", "cause"], name="one_result_of_a_guard_per_edition"
            )
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def unit(self) -> str:
        """What its limits are of."""
        return str(_UNITS.get(Guard(self.guard), "%"))


class Overruling(models.Model):
    """A person's word that an edition may be sealed although guards are red. `alone`: by its maker, as one person."""

    edition = models.OneToOneField(Edition, models.CASCADE, related_name="overruling", verbose_name=_("edition"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("overruled by"))
    at = models.DateTimeField(_("overruled at"))
    reason = models.CharField(_("reason"), max_length=300)
    alone = models.BooleanField(_("by its maker alone"), default=False)

    class Meta:
        verbose_name = _("overruling of red guards")
        verbose_name_plural = _("overrulings of red guards")
        constraints = [models.CheckConstraint(name="overruled_with_a_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.edition}: {self.reason}"


class EditionReminder(models.Model):
    """That the bureau was told, on a day, of a quarter whose edition is due and not sealed. One a day."""

    quarter = models.CharField(_("quarter"), max_length=6)
    day = models.DateField(_("day"))
    addresses = models.TextField(_("sent to"), blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    failure = models.CharField(_("why it was not sent"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("reminder of an edition")
        verbose_name_plural = _("reminders of editions")
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["quarter", "day"], name="one_reminder_a_day")]

    def __str__(self) -> str:
        return f"{self.quarter}, {self.day}"
