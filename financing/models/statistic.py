"""The desk of statistics. Law: it has no rows of its own; what it shows is counted of feedback in force."""

from django.utils.translation import gettext_lazy as _

from financing.models.feedback import Feedback


class Statistic(Feedback):
    """Feedback in force, as the statistics of a quarter count it."""

    class Meta:
        proxy = True
        verbose_name = _("statistics of financing")
        verbose_name_plural = _("statistics of financing")
        default_permissions = ()
