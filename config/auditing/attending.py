"""On whose behalf this process works just now, and how the database's triggers learn of it.

Law: it is said within the statement that writes, for its transaction alone, so that no pooled connection ever takes one
person's writes for another's. What nobody's request or task is behind is the operating system's user's.
"""

import base64
import getpass
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

_WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE)
_MAY_WRITE = re.compile(r"\s*WITH\b.*\b(?:INSERT|UPDATE|DELETE|MERGE)\b", re.IGNORECASE | re.DOTALL)
_SAY = "SELECT set_config('auditing.context', '{}', true); "


@dataclass(frozen=True)
class Who:
    """A person (both), or a machine's key, or a user of the operating system (a name alone)."""

    user_id: int | None = None
    name: str = ""


@dataclass
class Attendance:
    """What a request, a task or a command is to the log. Who it is, is asked at each write: one may have signed in."""

    page: str
    request: str = ""
    address: str | None = None
    ask: Callable[[], Who] = Who
    said: list[str] = field(default_factory=list)  # words in which the page refused an act
    later: list[Callable[[], None]] = field(default_factory=list)  # what is noted once its transactions are over

    def facts(self) -> dict[str, Any]:
        who = self.ask()
        told = {"user": who.user_id, "name": who.name, "address": self.address, "page": self.page[:200],
                "request": self.request[:64]}  # fmt: skip
        clean = {key: value.replace("\x00", "") if isinstance(value, str) else value for key, value in told.items()}
        return {key: value for key, value in clean.items() if value}

    def statement(self) -> str:
        """What tells the database; in letters that no statement could be broken with."""
        return _SAY.format(base64.b64encode(json.dumps(self.facts()).encode()).decode())


_current: ContextVar[Attendance | None] = ContextVar("attendance", default=None)


def current() -> Attendance:
    return _current.get() or _process()


@contextmanager
def attended(attendance: Attendance) -> Iterator[Attendance]:
    """All that is written within is this attendance's. What waited is written at its end, whatever that was."""
    token = _current.set(attendance)
    try:
        yield attendance
    finally:
        _current.reset(token)
        for write in attendance.later:
            write()


def waits() -> bool:
    """Whether somebody will write later what is noted now."""
    return _current.get() is not None


@cache
def _process() -> Attendance:
    """A command, or whatever else runs without a request or a task. Arguments are not told: they may hold secrets."""
    program = Path(sys.argv[0]).name
    page = f"{program} {sys.argv[1]}" if program == "manage.py" and len(sys.argv) > 1 else program
    who = Who(name=_system_user())
    return Attendance(page=page, ask=lambda: who)


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return ""


def tell(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Django's wrapper around each statement: those that write are told on whose behalf."""
    if (
        not isinstance(sql, str)
        or not (_WRITES.match(sql) or _MAY_WRITE.match(sql))
        or getattr(context["cursor"], "name", None)
    ):
        return execute(sql, params, many, context)
    said = current().statement()
    if many:  # cannot be told in the same breath
        with transaction.atomic(using=context["connection"].alias):
            context["cursor"].cursor.execute(said)
            return execute(sql, params, many, context)
    found = execute(said + sql, params, many, context)
    while found is not None and found.nextset():
        pass
    return found


def connected(sender: Any, connection: Any, **_more: Any) -> None:
    """Django's signal of a connection: each is told, once."""
    if tell not in connection.execute_wrappers:
        connection.execute_wrappers.append(tell)
