"""What the policy wants reached by a day: a balance, or a share of members lent to. Data, kept by the bureau."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Measure(models.TextChoices):
    BALANCE = "balance", _("balance of loans")
    SHARE = "share", _("share of members lent to")


class Unit(models.TextChoices):
    HUNDRED_MILLION = "yi", _("100 million yuan")
    TEN_THOUSAND = "wan", _("10,000 yuan")
    PERCENT = "percent", "%"


class Target(models.Model):
    """A figure of the members of some programmes together, each enterprise once; none means of all members.

    It is reached with `value` itself.
    """

    name = models.CharField(pgettext_lazy("target", "name"), max_length=100)
    programmes = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("programmes"),
        default=list,
        blank=True,
        help_text=_("Programme codes with commas between them; several count together. Empty means all members."),
    )
    measure = models.CharField(_("measure"), max_length=10, choices=Measure)
    value = models.DecimalField(
        pgettext_lazy("target", "value"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)]
    )
    unit = models.CharField(_("unit"), max_length=10, choices=Unit)
    due = models.DateField(pgettext_lazy("target", "due by"))
    source = models.CharField(_("source"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("policy target")
        verbose_name_plural = _("policy targets")
        ordering = ["due", "position", "id"]
        constraints = [
            models.CheckConstraint(
                name="target_share_in_percent",
                condition=Q(measure="share", unit="percent") | (~Q(measure="share") & ~Q(unit="percent")),
                violation_error_message=_("A share is given in percent, a balance in yuan."),
            ),
            models.CheckConstraint(name="target_is_not_negative", condition=Q(value__gte=0)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def group(self) -> str:
        """The code of the target's programmes together among the groups of figures; empty for all members."""
        return "+".join(sorted(set(self.programmes)))
