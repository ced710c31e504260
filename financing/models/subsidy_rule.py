"""Which subsidies the policy provides, and by which rules: data with dates, kept by the bureau.

Law: a rule is superseded, never changed or deleted (a trigger holds it), so that what it gave can be computed again.
"""

from collections.abc import Mapping
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Deferrable, F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Applicants(models.TextChoices):
    """Whom a subsidy is for, and so how a claim's code is looked up."""

    BANKS = "banks", _("banks, by their feedback")
    ENTERPRISES = "enterprises", _("enterprises of the registry")
    ANYONE = "anyone", _("enterprises, institutions and other bodies")


class Subsidy(models.Model):
    """A kind of subsidy, such as the one on premiums of science and technology insurance."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[RegexValidator(r"^[A-Z][A-Z_]*$")])
    name = models.CharField(_("name"), max_length=100, unique=True)
    applicants = models.CharField(_("for whom"), max_length=15, choices=Applicants)
    note = models.CharField(_("remark"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    class Meta:
        verbose_name = pgettext_lazy("policy", "subsidy")
        verbose_name_plural = _("subsidies and their rules")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class Base(models.TextChoices):
    """What a rule computes of."""

    GROWTH = "growth", _("growth of the balance over a year, by feedback")
    AMOUNT = "amount", _("amount of a claim")
    GRADE = "grade", _("a fixed amount by grade")


class CapPer(models.TextChoices):
    CASE = "case", _("each case")
    YEAR = "year", _("recipient and year")


class SubsidyRule(models.Model):
    """How a subsidy is computed, of what happens within the rule's own dates. Amounts are in yuan, to the cent.

    A sheet of a year is of what happened `years_back` years before. `programmes`: whose loans count; of an empty one,
    those of all members of the pool. `steps`: grade → amount, as text. `to_confirm` is what the text leaves open.
    """

    subsidy = models.ForeignKey(
        Subsidy, models.PROTECT, related_name="rules", verbose_name=pgettext_lazy("policy", "subsidy")
    )
    effective_from = models.DateField(_("in force from"))
    effective_to = models.DateField(_("in force until (exclusive)"), null=True, blank=True)
    base = models.CharField(_("computed of"), max_length=10, choices=Base)
    threshold = models.DecimalField(
        _("threshold (yuan)"), max_digits=18, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("The number itself reaches it. Empty: none."),
    )  # fmt: skip
    rate = models.DecimalField(
        _("rate (%)"), max_digits=9, decimal_places=6, null=True, blank=True, help_text=_("Empty where grades decide.")
    )
    cap = models.DecimalField(
        _("at most (yuan)"), max_digits=18, decimal_places=2, null=True, blank=True, help_text=_("Empty: no limit.")
    )
    cap_per = models.CharField(_("the limit is of"), max_length=10, choices=CapPer, default=CapPer.YEAR)
    once = models.BooleanField(
        _("once"), default=False, help_text=_("Whoever was granted it in any year is not granted it again.")
    )
    steps = models.JSONField(_("amounts by grade"), default=dict, blank=True)
    programmes = ArrayField(
        models.CharField(max_length=20), verbose_name=_("programmes"), default=list, blank=True,
        help_text=_("Of growth: whose loans count. None chosen: those of all members of the pool."),
    )  # fmt: skip
    years_back = models.PositiveSmallIntegerField(
        _("years back"),
        default=0,
        help_text=_("0: a sheet is of what happened in its own year; 1: in the year before."),
    )
    source = models.CharField(_("document number"), max_length=100)
    clause = models.CharField(_("clause"), max_length=100, blank=True)
    to_confirm = models.TextField(
        _("to be confirmed"), blank=True, help_text=_("What the text leaves open. It stands on every sheet.")
    )
    note = models.TextField(_("remark"), blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    superseded_at = models.DateTimeField(_("superseded at"), null=True, blank=True)

    class Meta:
        verbose_name = _("subsidy rule")
        verbose_name_plural = _("subsidy rules")
        ordering = ["subsidy", "effective_from"]
        constraints = [
            ExclusionConstraint(
                name="one_rule_of_a_subsidy_at_a_time",
                deferrable=Deferrable.DEFERRED,  # so that the border between two rules can be moved in one save
                expressions=[
                    ("subsidy", "="),
                    (Func(F("effective_from"), F("effective_to"), Value("[)"), function="daterange"), "&&"),
                ],
                condition=Q(superseded_at__isnull=True),
            ),
            models.CheckConstraint(
                name="subsidy_rule_has_a_rate_or_steps",
                condition=Q(base="grade", rate__isnull=True) & ~Q(steps={})
                | Q(base__in=["growth", "amount"], rate__gt=0, rate__lte=100, steps={}),
            ),
            models.CheckConstraint(
                name="subsidy_rule_has_sound_limits",
                condition=(Q(threshold__isnull=True) | Q(threshold__gte=0))
                & (Q(cap__isnull=True) | Q(cap__gt=0))
                & Q(years_back__lte=5)
                & (Q(effective_to__isnull=True) | Q(effective_to__gt=F("effective_from"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subsidy}: {self.effective_from}"

    @property
    def amounts(self) -> Mapping[str, Decimal]:
        """Grade → amount, exact; the highest first, since the database keeps no order."""
        exact = {grade: Decimal(amount) for grade, amount in self.steps.items()}
        return dict(sorted(exact.items(), key=lambda step: (-step[1], step[0])))
