"""Forms whose answer shows a secret: sent a second time, by reloading the page or a double click, they do nothing.

Law: a secret is kept nowhere in the open, and so its page cannot be a redirect; the form says which sending it is of.
"""

import secrets

from django.core.cache import cache
from django.http import HttpRequest

FIELD = "once"
_REMEMBERED_SECONDS = 24 * 3600


def fresh() -> str:
    """What a form is marked with."""
    return secrets.token_urlsafe(16)


def is_first(request: HttpRequest) -> bool:
    """Whether the form comes for the first time; from now on it does not."""
    mark = request.POST.get(FIELD, "")[:100]
    return bool(mark) and cache.add(f"once:{request.user.pk}:{mark}", "sent", _REMEMBERED_SECONDS)
