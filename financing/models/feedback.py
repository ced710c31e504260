"""What institutions report of an edition's enterprises: one feedback for each quarter, a line for each enterprise.

Law: one feedback of an institution and a quarter is in force; a later one replaces it as a whole, and both stay. Lines
of what was ever in force never change (a trigger holds it). Amounts are exact, in units of 10,000 yuan.
"""

import uuid

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Enterprise
from pushes.models import Delivery, Institution


class FeedbackState(models.TextChoices):
    WAITING = "waiting", _("waits to be read")
    READING = "reading", _("being read")
    FAULTY = "faulty", _("has faults, nothing counts yet")
    IN_FORCE = "in_force", _("in force")
    REPLACED = "replaced", _("replaced by a later one")
    UNREADABLE = "unreadable", _("cannot be read, not taken")
    DROPPED = "dropped", pgettext_lazy("feedback", "dropped")


class Way(models.TextChoices):
    """How a feedback came in."""

    ROOM = "room", _("uploaded by a person")
    MACHINE = "machine", _("sent by machine")


class Feedback(models.Model):
    """What an institution says of a quarter, by the edition of `delivery` in its cut.

    `key` opens its files in the store and is enclosed itself; it is empty once they are gone. `sums` holds what the
    lines come to, amounts as texts. A feedback that is `faulty` counts for nothing until somebody leaves its faulty
    lines out, or sends a better one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", verbose_name=_("institution"))
    quarter = models.CharField(_("quarter"), max_length=6, validators=[RegexValidator(r"^20\d\dQ[1-4]$")])
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="+", verbose_name=_("delivery"))
    way = models.CharField(_("came in as"), max_length=10, choices=Way)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("user")
    )
    access_key = models.CharField(_("access key"), max_length=20, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    file_name = models.CharField(_("file name"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    key = models.TextField(_("key, enclosed"), blank=True)
    leave_out = models.BooleanField(
        _("without faulty lines"), default=False, help_text=_("Sound lines count although others are faulty.")
    )
    state = models.CharField(_("state"), max_length=10, choices=FeedbackState, default=FeedbackState.WAITING)
    message = models.CharField(_("what is wrong"), max_length=300, blank=True)
    lines = models.PositiveIntegerField(_("lines"), default=0)
    faulty = models.PositiveIntegerField(_("faulty lines"), default=0)
    sums = models.JSONField(_("what the lines come to"), default=dict)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    leased_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    in_force_at = models.DateTimeField(_("in force since"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("dropped at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("decided by"), help_text=_("Who left out its faulty lines, or dropped it."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback of institutions")
        ordering = ["-received_at"]
        permissions = [
            ("see_statistics", _("Can see the statistics of financing")),
            ("see_enterprises", _("Can see which enterprises a figure counts")),
        ]
        indexes = [
            models.Index(fields=["institution", "-received_at"], name="feedback_of_institution"),
            models.Index(fields=["quarter", "in_force_at"], name="feedback_of_quarter"),
            models.Index(
                fields=["received_at"], name="feedback_waiting", condition=Q(state__in=["waiting", "reading"])
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "quarter"], condition=Q(state="in_force"), name="one_feedback_in_force"
            ),
            models.UniqueConstraint(fields=["institution"], condition=Q(state="reading"), name="one_feedback_in_work"),
            models.CheckConstraint(
                name="feedback_in_work_is_leased", condition=~Q(state="reading") | Q(leased_until__isnull=False)
            ),
            models.CheckConstraint(
                name="feedback_in_force_since",
                condition=Q(state__in=["in_force", "replaced"], in_force_at__isnull=False)
                | (~Q(state__in=["in_force", "replaced"]) & Q(in_force_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="feedback_replaced_at",
                condition=Q(state="replaced", replaced_at__gte=F("in_force_at"))
                | (~Q(state="replaced") & Q(replaced_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution} {self.quarter}"

    def stored(self, kind: str) -> str:
        """The name in the store of a file of its: `upload`, `faults` or `shown`. Made of the number alone."""
        return f"feedback/{self.pk.hex}.{kind}"

    def faults_stored(self) -> list[str]:
        """The files that tell of its faults: the sheet, and what its page shows of it."""
        return [self.stored("faults"), self.stored("shown")]


class Answer(models.TextChoices):
    """What came of the contact with an enterprise."""

    GRANTED = "granted", _("credit granted")
    LENT = "lent", _("lent")
    REFUSED = "refused", pgettext_lazy("credit", "refused")
    NO_NEED = "no_need", _("no need")
    UNREACHABLE = "unreachable", _("not reached")


class MistakeKind(models.TextChoices):
    """What may be wrong of a member, as institutions see it."""

    RENAMED = "renamed", _("renamed")
    DISSOLVED = "dissolved", _("dissolved")
    NOT_FOUND = "not_found", pgettext_lazy("enterprise", "not found")
    CODE = "code", _("wrong credit code")
    OTHER = "other", pgettext_lazy("mistake", "other")


class FeedbackLine(models.Model):
    """What an institution says of one enterprise in a quarter. What it did not say is null, or empty.

    A mistake of the list waits for the bureau (`ListMistake`) once the feedback is in force.

    `credit_line` and `balance` are as of `period_end`, `lent` is what was paid out within the quarter, `rate` is the
    yearly interest in percent.
    """

    feedback = models.ForeignKey(
        Feedback, models.CASCADE, related_name="rows", verbose_name=_("feedback"), db_index=False
    )
    row_number = models.PositiveIntegerField(_("row"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    contacted = models.BooleanField(_("contacted"), null=True)
    contacted_on = models.DateField(_("contacted on"), null=True)
    answer = models.CharField(_("result"), max_length=15, choices=Answer, blank=True)
    credit_line = models.DecimalField(_("credit line (10,000 yuan)"), max_digits=18, decimal_places=6, null=True)
    lent = models.DecimalField(_("lent in the quarter (10,000 yuan)"), max_digits=18, decimal_places=6, null=True)
    balance = models.DecimalField(_("balance (10,000 yuan)"), max_digits=18, decimal_places=6, null=True)
    first_loan = models.BooleanField(_("first loan"), null=True)
    renewal = models.BooleanField(_("renewal"), null=True)
    credit_loan = models.BooleanField(_("credit loan"), null=True)
    rate = models.DecimalField(_("yearly interest (%)"), max_digits=8, decimal_places=4, null=True)
    period_end = models.DateField(_("period end"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    mistake = models.CharField(_("mistake of the list"), max_length=15, choices=MistakeKind, blank=True)
    mistake_says = models.CharField(_("what is said of the mistake"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("line of feedback")
        verbose_name_plural = _("lines of feedback")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["feedback", "enterprise"], name="one_line_per_enterprise"),
            models.CheckConstraint(
                name="feedback_amounts_are_not_negative",
                condition=(Q(credit_line__isnull=True) | Q(credit_line__gte=0))
                & (Q(lent__isnull=True) | Q(lent__gte=0))
                & (Q(balance__isnull=True) | Q(balance__gte=0))
                & (Q(rate__isnull=True) | Q(rate__gte=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.feedback_id}#{self.row_number}"
