"""A request's id goes with the tasks that it calls, and with those that they call. Law: headers hold ids and a time."""

import time
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun

from config.watching import ids
from config.watching.queue import SENT_AT

_REQUEST = "request_id"


@before_task_publish.connect(dispatch_uid="watching.hand_over")
def hand_over(headers: dict[str, Any] | None = None, **_said: Any) -> None:
    """Of every task that is called."""
    if headers is None:
        return
    headers.setdefault(SENT_AT, time.time())
    if ids.request_id.get():
        headers.setdefault(_REQUEST, ids.request_id.get())


@task_prerun.connect(dispatch_uid="watching.take_up")
def take_up(task_id: str = "", task: Any = None, **_said: Any) -> None:
    """In the worker, before the task's own work."""
    ids.task_id.set(task_id)
    given = getattr(task.request, _REQUEST, None) if task is not None else None
    ids.request_id.set(ids.request_id_of(given) if given else "")


@task_postrun.connect(dispatch_uid="watching.let_go")
def let_go(**_said: Any) -> None:
    """What the process does next is another's."""
    ids.task_id.set("")
    ids.request_id.set("")
