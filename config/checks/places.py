"""Folders. Law: what is stored is for the service's own account; what is shown is there before the first visitor."""

import os
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from config.checks.rule import Rule


def _in_a_folder(settings: Any) -> bool:
    return str(settings.STORAGES["default"]["BACKEND"]).endswith("FileSystemStorage")


def _not_writable(settings: Any) -> str:
    folder = Path(settings.FILES_ROOT)
    bad = _in_a_folder(settings) and not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK))
    return str(folder) if bad else ""


def _open_to_others(settings: Any) -> str:
    folders = [Path(settings.FILES_ROOT)] if _in_a_folder(settings) else []
    folders += [Path(settings.LIST_INBOX)] if settings.LIST_INBOX else []
    return ", ".join(str(one) for one in folders if one.is_dir() and one.stat().st_mode & 0o007)


def _nothing_to_show(settings: Any) -> str:
    folder = Path(settings.STATIC_ROOT)
    return "" if settings.WHITENOISE_USE_FINDERS or (folder / "site.css").is_file() else str(folder)


def _shown_to_all(settings: Any) -> str:
    """Whether stored files lie where the web server shows everything."""
    files, static = Path(settings.FILES_ROOT).resolve(), Path(settings.STATIC_ROOT).resolve()
    return str(files) if files == static or static in files.parents or files in static.parents else ""


RULES = [
    Rule(
        "config.E301",
        _not_writable,
        _("FILES_ROOT=%(found)s is not there, or this account may not write to it: no list and no package is kept."),
        _("Make the folder and give it to the service's account: install -d -o registry -g registry -m 0750 FOLDER."),
    ),
    Rule(
        "config.W302",
        _open_to_others,
        _("Everybody on this machine may look into %(found)s."),
        _("Take that right away: chmod o-rwx FOLDER."),
    ),
    Rule(
        "config.E303",
        _nothing_to_show,
        _("STATIC_ROOT=%(found)s is empty: pages come without style and script."),
        _("Run manage.py collectstatic."),
    ),
    Rule(
        "config.E304",
        _shown_to_all,
        _("FILES_ROOT=%(found)s and STATIC_ROOT lie one within the other: stored files would be shown to everybody."),
        _("Put them in two folders side by side."),
    ),
]
