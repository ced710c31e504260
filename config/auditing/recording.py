"""Notes what no trigger can see: sign-ins, refusals, downloads.

Law: what is noted stays, whatever becomes of the transaction it was noted in: within one it waits until that is over.
"""

from typing import Any

from django.db import connection

from config.auditing.attending import Who, current, waits
from config.auditing.models import Event


def note(
    area: str,
    act: str,
    *,
    success: bool = True,
    who: Who | None = None,
    model: str = "",
    key: object = "",
    label: str = "",
    **details: Any,
) -> None:
    """One event; `who` where it is not whoever asks."""
    attendance = current()
    asked = who or attendance.ask()
    event = Event(
        area=area,
        act=act,
        success=success,
        user_id=asked.user_id,
        user_name=asked.name[:150],
        address=attendance.address,
        model=model,
        key=str(key)[:64],
        label=clean(label)[:200],
        page=attendance.page[:200],
        request=attendance.request[:64],
        details=details,
    )
    if connection.in_atomic_block and waits():
        attendance.later.append(event.save)
    else:
        event.save(force_insert=True)


def clean(text: str) -> str:
    """Text that the database can hold."""
    return text.replace("\x00", "")
