"""Which request and which task is being worked on, for the logs and for the page that says something went wrong (pure).

Law: an id from outside is taken only where it looks like one; it is never anything that could be read as text.
"""

import re
from contextvars import ContextVar
from secrets import token_hex

_GOOD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,63}")

request_id: ContextVar[str] = ContextVar("request_id", default="")
task_id: ContextVar[str] = ContextVar("task_id", default="")


def request_id_of(given: str | None) -> str:
    """What the proxy in front called the request, where that is well-formed; else a new one."""
    return given if given and _GOOD.fullmatch(given) else token_hex(8)
