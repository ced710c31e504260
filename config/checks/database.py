"""What only the database can say (`manage.py check --database default`). Law: it is asked, and nothing is changed."""

from typing import Any

from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.checks.rule import Rule

_FAR_SECONDS = 20  # a code of the phone is good for some thirty to either side


def _clock_far_off(settings: Any) -> str:
    told = _asked("SELECT clock_timestamp()")
    apart = abs((told - timezone.now()).total_seconds()) if told else 0
    return f"{apart:.0f}" if apart > _FAR_SECONDS else ""


def _too_mighty(settings: Any) -> str:
    sql = "SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolcreaterole OR rolbypassrls)"
    return str(_asked(sql) or "")


def _asked(sql: str) -> Any:
    """One value; none where the database does not answer, which others tell."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            row = cursor.fetchone()
    except DatabaseError:
        return None
    return row[0] if row else None


RULES = [
    Rule(
        "config.W401",
        _clock_far_off,
        _("The clocks of this machine and of the database are %(found)s seconds apart: codes and deadlines go wrong."),
        _("Set both by the time service: timedatectl set-ntp true, or chrony."),
    ),
    Rule(
        "config.W402",
        _too_mighty,
        _("The database account %(found)s may do everything: a fault of the site would reach every record."),
        _("Let the site run under an account with fewer rights; see deploy/postgresql/."),
    ),
]
