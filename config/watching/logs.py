"""How logs are written: a line of JSON, or plain words for a terminal; with the ids of request and task, scrubbed.

Law: of what a record carries only what is named here is written; a library's extras may hold anything.
"""

import logging
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.core import LogData
from pythonjsonlogger.json import JsonFormatter

from config.watching import ids
from config.watching.scrubbing import scrubbed

# What the access line tells, see middleware.
OURS = ("method", "route", "status", "ms", "bytes")


class Scrubbing(logging.Formatter):
    """Plain words."""

    def format(self, record: logging.LogRecord) -> str:
        about = " ".join(filter(None, (ids.request_id.get(), ids.task_id.get())))
        more = " ".join(f"{name}={getattr(record, name)}" for name in OURS if hasattr(record, name))
        line = scrubbed(super().format(without_path(record)))
        return " ".join(filter(None, (line, more, f"[{about}]" if about else "")))


class ScrubbingJson(JsonFormatter):
    """One JSON object a line."""

    def add_fields(self, log_data: LogData, record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        shown = without_path(record)
        log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        log_data["level"], log_data["logger"] = record.levelname, record.name
        log_data["message"] = scrubbed(shown.getMessage())
        for name, value in (("request_id", ids.request_id.get()), ("task_id", ids.task_id.get())):
            if value:
                log_data[name] = value
        log_data |= {name: getattr(record, name) for name in OURS if hasattr(record, name)}
        if record.exc_info:
            log_data["exception"] = scrubbed(str(logging.Formatter().formatException(record.exc_info)))


def without_path(record: logging.LogRecord) -> logging.LogRecord:
    """Django logs the path of a request that went wrong: numbers of receipts and tokens of links stand in it."""
    request = getattr(record, "request", None)
    path = getattr(request, "path", None)
    if not path:
        return record
    match = getattr(request, "resolver_match", None)
    shown = logging.makeLogRecord(record.__dict__)
    shown.msg, shown.args = record.getMessage().replace(path, f"/{match.route}" if match else "‹path›"), None
    return shown


def configured(form: str, level: str) -> dict[str, Any]:
    """What `logging` is configured with, in every process of the site."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {"()": Scrubbing, "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
            "json": {"()": ScrubbingJson, "json_ensure_ascii": False},
        },
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["lines"], "level": level},
        "loggers": {
            # Django gives these handlers of their own, and mails of errors with all that a request held.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # Each request of a store, each start of a statement: too much, and with addresses.
            "botocore": {"level": "WARNING"},
            "asyncssh": {"level": "WARNING"},
            "pdfminer": {"level": "ERROR"},
            "fontTools": {"level": "WARNING"},
        },
    }
