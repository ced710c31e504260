"""That a platform is told of a withdrawal. Law: whoever may hold what was withdrawn is told, however long it takes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pushes.models.delivery import Delivery, Try


class WithdrawalNotice(Try):
    """What is told by the channel itself of a delivery whose edition was withdrawn, and what came of the last try.

    It waits until `told_at` is set.
    """

    delivery = models.OneToOneField(
        Delivery, models.PROTECT, related_name="withdrawal_notice", verbose_name=_("delivery")
    )
    made_at = models.DateTimeField(_("made at"))
    due_at = models.DateTimeField(_("due at"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice of a withdrawal")
        verbose_name_plural = _("notices of withdrawals")
        ordering = ["-id"]
        indexes = [models.Index(fields=["due_at"], name="withdrawal_notice_due", condition=models.Q(told_at=None))]

    def __str__(self) -> str:
        return str(self.delivery)
