"""Mistakes that institutions find in an edition: renamed, dissolved, not to be found. The bureau answers each.

Law: one that is reported stands until a person settled it, with a word to whoever reported it.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import EditionMember, Enterprise
from financing.models.feedback import Feedback, MistakeKind


class MistakeOutcome(models.TextChoices):
    OPEN = "open", pgettext_lazy("mistake", "open")
    MENDED = "mended", _("corrected, shows in the next edition")
    AWAITED = "awaited", _("right, but the list that says so is not published yet")
    AS_PUBLISHED = "as_published", _("the edition is as published")


class ListMistake(models.Model):
    """A mistake that an institution reported of a member, with what the bureau answered."""

    feedback = models.ForeignKey(Feedback, models.PROTECT, related_name="mistakes", verbose_name=_("feedback"))
    row_number = models.PositiveIntegerField(_("row"))
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="+", verbose_name=_("enterprise"))
    kind = models.CharField(_("kind"), max_length=15, choices=MistakeKind)
    says = models.CharField(_("what is said of it"), max_length=300, blank=True)
    outcome = models.CharField(_("outcome"), max_length=15, choices=MistakeOutcome, default=MistakeOutcome.OPEN)
    words = models.CharField(_("word to the institution"), max_length=300, blank=True)
    reported_at = models.DateTimeField(_("reported at"))
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )

    class Meta:
        verbose_name = _("reported mistake")
        verbose_name_plural = _("reported mistakes")
        ordering = ["settled_at", "reported_at", "id"]
        permissions = [("settle_listmistake", _("Can settle mistakes that institutions reported"))]
        indexes = [models.Index(fields=["reported_at"], name="mistake_open", condition=Q(outcome="open"))]
        constraints = [
            models.UniqueConstraint(fields=["feedback", "enterprise", "kind"], name="one_mistake_of_a_kind"),
            models.CheckConstraint(
                name="mistake_settled_by_somebody",
                condition=Q(outcome="open", settled_at__isnull=True, settled_by__isnull=True)
                | (~Q(outcome="open") & Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(words="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.get_kind_display()}"

    def published(self) -> EditionMember | None:
        """The member as the edition shows it that was reported on."""
        return EditionMember.objects.filter(
            edition=self.feedback.delivery.edition_id, enterprise=self.enterprise_id
        ).first()
