"""What is claimed: premiums paid, securities issued, bodies graded. One row for each proof.

Law: a claim never changes and is never deleted; it is withdrawn, with a reason (a trigger holds it). A proof counts
once for a subsidy.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Enterprise
from financing.models.subsidy_rule import Subsidy
from pushes.models import Institution


class SubsidyClaim(models.Model):
    """A claim of a year, by an enterprise of the registry, an institution, or a body that is known by its code alone.

    `name` and `code` are as they were claimed. `amount` is in yuan, empty where the grade decides. `proof_key` is the
    proof's reference without blanks and width, by which a second claim of it is known.
    """

    subsidy = models.ForeignKey(
        Subsidy, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("policy", "subsidy")
    )
    year = models.PositiveSmallIntegerField(_("year claimed for"))
    name = models.CharField(_("applicant"), max_length=200)
    code = models.CharField(_("applicant's code"), max_length=20)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("enterprise")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("institution")
    )
    amount = models.DecimalField(_("amount (yuan)"), max_digits=18, decimal_places=2, null=True, blank=True)
    happened_on = models.DateField(_("happened on"))
    grade = models.CharField(_("grade"), max_length=50, blank=True)
    proof = models.CharField(_("proof"), max_length=100)
    proof_key = models.CharField(_("proof, folded"), max_length=100)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    file_name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    row_number = models.PositiveIntegerField(_("row"))
    taken_at = models.DateTimeField(_("taken in at"))
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("taken in by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("withdrawn by"),
    )  # fmt: skip
    withdrawn_reason = models.CharField(_("reason of withdrawal"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("subsidy claim")
        verbose_name_plural = _("subsidy claims")
        ordering = ["-year", "subsidy", "-id"]
        permissions = [("withdraw_subsidyclaim", _("Can withdraw subsidy claims"))]
        indexes = [models.Index(fields=["subsidy", "year"], name="claim_of_subsidy_and_year")]
        constraints = [
            models.UniqueConstraint(
                fields=["subsidy", "proof_key"], condition=Q(withdrawn_at__isnull=True), name="one_claim_of_a_proof"
            ),
            models.CheckConstraint(
                name="claim_of_one_applicant", condition=Q(enterprise__isnull=True) | Q(institution__isnull=True)
            ),
            models.CheckConstraint(
                name="claim_of_an_amount_or_a_grade",
                condition=Q(amount__gt=0, grade="") | (Q(amount__isnull=True) & ~Q(grade="")),
            ),
            models.CheckConstraint(
                name="claim_withdrawn_with_a_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.proof}"
