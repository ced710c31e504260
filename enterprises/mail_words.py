"""What a mail says, in the site's language whoever sends it: a worker has no reader's. (No reads, no writes.)"""

from collections.abc import Callable
from functools import wraps
from typing import NamedTuple, ParamSpec

from django.conf import settings
from django.utils import translation

P = ParamSpec("P")


class Words(NamedTuple):
    """A mail's subject and text."""

    subject: str
    text: str


def in_the_sites_language(words: Callable[P, Words]) -> Callable[P, Words]:
    """Of a function that gives a mail's words."""

    @wraps(words)
    def said(*args: P.args, **kwargs: P.kwargs) -> Words:
        with translation.override(settings.LANGUAGE_CODE):
            return words(*args, **kwargs)

    return said
