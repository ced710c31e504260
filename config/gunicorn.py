"""How gunicorn serves the site. Law: it loads nothing of the house, so that a reload brings the whole of a new release.

Where it listens stands on its command line; with systemd the socket is there before it, and stays while it restarts.
"""

import os
import re
import sys
from typing import Any

from gunicorn.glogging import Logger

# From here on a path is a secret or a person's matter: tokens by their length, numbers by their place. nginx does so
# too.
_SECRET = re.compile(r"(/(?:slips|watch|objections|invitations)/(?=.)|/(?=[\w:=-]{16})).*")


def _number(name: str, default: int, lowest: int, highest: int) -> int:
    """The whole number in variable `name`; what makes no sense stops the start."""
    given = os.environ.get(name) or str(default)
    if not given.isascii() or not given.isdigit() or not lowest <= int(given) <= highest:
        sys.exit(f"{name}={given!r} makes no sense: expected a whole number from {lowest} to {highest}.")
    return int(given)


wsgi_app = "config.wsgi"
worker_class = "gthread"
workers = _number("WEB_PROCESSES", 2, 1, 256)
threads = _number("WEB_THREADS", 16, 1, 1024)
# A process that does not answer for so long is killed, and its requests with it.
timeout = _number("WEB_SECONDS", 120, 10, 3600)
graceful_timeout = _number("WEB_GRACE_SECONDS", 30, 1, 3600)
# Renewed by and by, never all at once: what leaks does not pile up.
max_requests = _number("WEB_REQUESTS", 20_000, 0, 100_000_000)
max_requests_jitter = max_requests // 10
keepalive = 75  # longer than nginx keeps its own lines to us, so that it is never we who close one in use
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - a beat on a disk may hang with it
control_socket_disable = True

# The scheme is judged by Django (BEHIND_PROXY), for sockets and networks alike.
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
limit_request_line = 8190
limit_request_fields = 100


class PlainLogger(Logger):  # type: ignore[misc]
    """Who asked and what for stays out of it: no address, no query, no referrer, no browser, no token."""

    def atoms(self, *args: Any) -> dict[str, Any]:
        told: dict[str, Any] = super().atoms(*args)
        return told | {"U": _SECRET.sub(r"\1…", told["U"] or "")}


logger_class = PlainLogger
accesslog = "-"
access_log_format = "%(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"
errorlog = "-"
capture_output = False
