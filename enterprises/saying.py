"""Words of the site's one language, looked for once. Law: for what everybody may read; it follows no one's language.

Looking for them anew, a score of times for each answer, took longer than putting the answer together.
"""

from functools import cache

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, override, pgettext


@cache
def said(message: str) -> str:
    """The words for a message."""
    with override(settings.LANGUAGE_CODE):
        return gettext(message)


@cache
def said_of(context: str, message: str) -> str:
    """The words for a message that means something of its own in this context."""
    with override(settings.LANGUAGE_CODE):
        return pgettext(context, message)


def settled(words: str | Promise) -> str:
    """What was to be looked for when it is shown."""
    with override(settings.LANGUAGE_CODE):
        return str(words)
