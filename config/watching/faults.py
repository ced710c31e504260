"""The page for whatever broke. Law: a server that is away is a 503 that says when to come again, not a fault of ours.

Nothing here asks the database, the cache or a session: they may be what is missing.
"""

import errno
import sys

import redis
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from kombu.exceptions import OperationalError as BrokerError

from config.watching import ids

AGAIN_SECONDS = 30
_AWAY = (OperationalError, InterfaceError, redis.ConnectionError, redis.TimeoutError, BrokerError)
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}


def broken(request: HttpRequest) -> HttpResponse:
    """`handler500`: called while the exception is at hand."""
    passing = is_passing(sys.exc_info()[1])
    page = loader.get_template("503.html" if passing else "500.html")
    response = HttpResponse(page.render({"request_id": ids.request_id.get()}), status=503 if passing else 500)
    if passing:
        response["Retry-After"] = str(AGAIN_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def is_passing(error: BaseException | None) -> bool:
    """Whether it will be over by itself, or by an operator's hand: a server that is away, a disk without room."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, _AWAY) or (isinstance(error, OSError) and error.errno in _NO_ROOM):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False
