"""When the person of a session signed in: whoever did so just now need not prove it again."""

import time
from typing import Any

from django.http import HttpRequest

_SIGNED_IN_AT = "signed_in_at"


def note_sign_in(sender: Any, request: HttpRequest, user: Any, **_more: Any) -> None:
    """Django's signal of a sign-in, by whatever way."""
    request.session[_SIGNED_IN_AT] = time.time()


def is_fresh(request: HttpRequest, seconds: int) -> bool:
    """Whether it is less than so many seconds ago."""
    return time.time() - float(request.session.get(_SIGNED_IN_AT, 0)) < seconds
