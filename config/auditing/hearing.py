"""What Django, allauth and Celery say by signals, taken to the log: connections, tasks, sign-ins.

Law: a name that no account has is not kept: people type passwords there.
"""

from contextlib import AbstractContextManager
from typing import Any

from allauth.mfa.signals import authentication_failed
from celery.signals import task_postrun, task_prerun
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.backends.signals import connection_created
from django.db.models import Q

from config.auditing.attending import Attendance, Who, attended, connected
from config.auditing.recording import note

_NAMES = ("username", "email", "login")
_tasks: dict[str, AbstractContextManager[Attendance]] = {}


def listen() -> None:
    """Connect; a second call changes nothing."""
    for signal, receiver in (
        (connection_created, connected),
        (user_logged_in, signed_in),
        (user_logged_out, signed_out),
        (user_login_failed, failed),
        (authentication_failed, failed_second_factor),
        (task_prerun, task_begins),
        (task_postrun, task_ends),
    ):
        signal.connect(receiver, dispatch_uid=f"auditing.{receiver.__name__}")


def signed_in(sender: Any, user: Any, **_more: Any) -> None:
    note("sign_in", "signed_in", who=Who(user.pk, user.get_username()), **_about(user))


def signed_out(sender: Any, user: Any, **_more: Any) -> None:
    if user is not None:
        note("sign_in", "signed_out", who=Who(user.pk, user.get_username()), **_about(user))


def failed(sender: Any, credentials: dict[str, Any], **_more: Any) -> None:
    """Wrong name or password; by whichever name the account was called."""
    note(
        "sign_in",
        "failed",
        success=False,
        **_about(account_of(next((credentials[one] for one in _NAMES if credentials.get(one)), ""))),
    )


def failed_second_factor(sender: Any, user: Any, **_more: Any) -> None:
    note("sign_in", "failed", success=False, second_factor=True, **_about(user))


def account_of(name: object) -> User | None:
    text = str(name)
    if not text or "\x00" in text:
        return None
    named = Q(username__iexact=text) | Q(email__iexact=text)
    return User.objects.filter(named).order_by("pk").first()


def _about(user: Any) -> dict[str, Any]:
    return {"model": "auth.user", "key": user.pk, "label": user.get_username()} if user is not None else {}


def task_begins(task_id: str, task: Any, **_more: Any) -> None:
    entered = attended(Attendance(page=f"task {task.name}", request=task_id))
    entered.__enter__()
    _tasks[task_id] = entered


def task_ends(task_id: str, **_more: Any) -> None:
    entered = _tasks.pop(task_id, None)
    if entered is not None:
        entered.__exit__(None, None, None)
