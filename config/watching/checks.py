"""What `manage.py check --deploy` asks of watching. Law: a site that nobody watches is said so."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Warning
from django.utils.translation import gettext as _

NOBODY, NO_MAIL, OPEN_TO_ALL = "watching.W001", "watching.W002", "watching.W003"


def watched(app_configs: Sequence[AppConfig] | None, **_more: Any) -> list[CheckMessage]:
    """Whether anybody would hear of a trouble, and whether details go to everybody."""
    found: list[CheckMessage] = []
    if not settings.OPERATIONS_MAIL and not settings.METRICS_TOKEN and not settings.METRICS_NETWORKS:
        words = _(
            "Nobody hears of troubles: set OPERATIONS_MAIL, or METRICS_NETWORKS or METRICS_TOKEN for a monitoring."
        )
        found.append(Warning(words, id=NOBODY))
    if settings.OPERATIONS_MAIL and not settings.MAIL_CONFIGURED:
        found.append(Warning(_("OPERATIONS_MAIL is set and EMAIL_URL is not: nobody would get the mail."), id=NO_MAIL))
    if any(network.num_addresses >= 1 << 24 and network.is_global for network in settings.METRICS_NETWORKS):
        found.append(Warning(_("METRICS_NETWORKS names a large part of the world."), id=OPEN_TO_ALL))
    return found
