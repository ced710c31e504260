"""Half-yearly evaluations: what was to be said of a half year at a moment, with the papers that say it.

Law: an evaluation waits until it is made, then never changes; a new version follows, the old stays (triggers hold it).
"""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enterprises.models.edition import CanonicalField


class Evaluation(models.Model):
    """One version of a half year's evaluation. `digest` is SHA-256 over the very text of `document`."""

    half = models.CharField(_("half year"), max_length=6, validators=[RegexValidator(r"^20\d\dH[12]$")])
    version = models.PositiveSmallIntegerField(_("version"))
    known_by = models.DateTimeField(_("as known at"))
    asked_at = models.DateTimeField(_("asked for at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    made_at = models.DateTimeField(_("made at"), null=True, blank=True)
    document = CanonicalField(_("figures"), null=True)
    digest = models.CharField(_("digest"), max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("half-yearly evaluation")
        verbose_name_plural = _("half-yearly evaluations")
        ordering = ["-half", "-version"]
        permissions = [("make_evaluation", _("Can make half-yearly evaluations"))]
        indexes = [models.Index(fields=["asked_at"], name="evaluation_waiting", condition=Q(made_at=None))]
        constraints = [
            models.UniqueConstraint(fields=["half", "version"], name="one_evaluation_per_version"),
            models.UniqueConstraint(fields=["half", "known_by"], name="one_evaluation_per_moment"),
            models.CheckConstraint(name="evaluation_knows_the_past", condition=Q(known_by__lte=models.F("asked_at"))),
            models.CheckConstraint(
                name="evaluation_made_with_its_figures",
                condition=Q(made_at=None, document__isnull=True, digest="")
                | (Q(made_at__isnull=False, document__isnull=False) & ~Q(digest="")),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The evaluation's name, such as 2026H1-v1."""
        return f"{self.half}-v{self.version}"


class PaperKind(models.TextChoices):
    WORKBOOK = "xlsx", _("workbook (xlsx)")
    PRINT = "pdf", _("paper to print (pdf)")


class EvaluationPaper(models.Model):
    """A paper of an evaluation as it was first written."""

    evaluation = models.ForeignKey(
        Evaluation, models.PROTECT, related_name="papers", verbose_name=_("half-yearly evaluation")
    )
    kind = models.CharField(_("kind"), max_length=5, choices=PaperKind)
    file = models.FileField(_("file"), upload_to="evaluations/")
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField(_("bytes"))

    class Meta:
        verbose_name = _("paper of an evaluation")
        verbose_name_plural = _("papers of evaluations")
        ordering = ["kind"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["evaluation", "kind"], name="one_paper_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.evaluation} {self.kind}"
