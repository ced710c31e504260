"""What `manage.py check --deploy` asks of backups. Law: what would make tonight's backup fail is said by day."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.utils.translation import gettext as _

from config.keeping import enclosing, pool, programs
from config.keeping.errors import KeepingError, StoreInPool

NONE, FOLDER, RECIPIENT, PROGRAM, BESIDE, STORE = (
    "keeping.W001",
    "keeping.E001",
    "keeping.E002",
    "keeping.E003",
    "keeping.W002",
    "keeping.E004",
)


def backups(app_configs: Sequence[AppConfig] | None, **_more: Any) -> list[CheckMessage]:
    """Whether there are any, where they go, for whose eyes, and by which program."""
    if not settings.BACKUP_DIR:
        return [Warning(_("No backup is made: BACKUP_DIR names no folder."), id=NONE)]
    found: list[CheckMessage] = []
    folder, files = Path(settings.BACKUP_DIR), Path(settings.FILES_ROOT)
    if not folder.is_dir():
        found.append(Error(_("BACKUP_DIR names %(folder)s, which is no folder.") % {"folder": folder}, id=FOLDER))
    if folder.resolve().is_relative_to(files.resolve()):
        words = _("BACKUP_DIR lies within FILES_ROOT: what takes the files takes the backups along.")
        found.append(Warning(words, id=BESIDE))
    if pool.would_hold_the_store(folder):
        found.append(Error(str(StoreInPool(folder)), id=STORE))
    try:
        enclosing.recipients(settings.BACKUP_RECIPIENTS)
    except KeepingError as error:
        found.append(Error(str(error), id=RECIPIENT))
    if not programs.installed("pg_dump"):
        found.append(Error(_("No pg_dump was found on this machine. Name its folder: POSTGRES_BIN."), id=PROGRAM))
    return found
