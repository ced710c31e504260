"""What `manage.py check --deploy` asks of a production server, beside Django's own questions and the apps'.

Law: every setting that can be wrong without stopping the start has a rule here with an id, what is wrong, and what to
do; docs/security.md lists them all. What makes no sense at all stops the start: see config/environment.py.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register

from config.checks import database, keys, people, places, web

OF_SETTINGS = [*keys.RULES, *web.RULES, *people.RULES, *places.RULES]
OF_DATABASE = database.RULES


@register(Tags.security, deploy=True)
def production(app_configs: Any, **_more: Any) -> list[CheckMessage]:
    """Whether the settings are fit for production."""
    return [told for rule in OF_SETTINGS for told in rule.judge(settings)]


@register(Tags.database)
def beside_the_database(app_configs: Any, databases: Sequence[str] | None = None, **_more: Any) -> list[CheckMessage]:
    """What the database says; not of a checkout's own, whose account made it."""
    if not databases or settings.LOCAL:
        return []
    return [told for rule in OF_DATABASE for told in rule.judge(settings)]
