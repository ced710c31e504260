"""Finds backups in their folder and judges whether one is whole. Law: what is not whole is not used in part."""

import re
from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import gettext as _

from config.keeping import errors, manifest
from config.keeping.manifest import Manifest

_NAME = re.compile(r"\d{8}T\d{6}Z")


def names(home: Path) -> list[str]:
    """The finished backups, the oldest first."""
    if not home.is_dir():
        return []
    return sorted(one.name for one in home.iterdir() if one.is_dir() and _NAME.fullmatch(one.name))


def newest(home: Path) -> Path:
    """Raises `NoBackup`."""
    if not (found := names(home)):
        raise errors.NoBackup(home)
    return home / found[-1]


def newest_manifest(home: Path) -> Manifest:
    """Raises `NoBackup`, `BackupDamaged`."""
    return manifest_of(newest(home))


def manifest_of(folder: Path) -> Manifest:
    """What the backup in this folder says of itself. Raises `NoBackup`, `BackupDamaged`."""
    if not (folder / manifest.NAME).is_file() or not (folder / manifest.SUMS).is_file():
        raise errors.NoBackup(folder)
    if problems := _sums_that_differ(folder, [manifest.NAME]):
        raise errors.BackupDamaged(folder.name, problems)
    try:
        return manifest.parsed((folder / manifest.NAME).read_text())
    except (ValueError, TypeError, KeyError) as error:
        raise errors.BackupDamaged(folder.name, [_("%(file)s cannot be read.") % {"file": manifest.NAME}]) from error


def whole(folder: Path) -> Manifest:
    """The same, once every byte of database and files was found to be what was written. Raises as before."""
    told = manifest_of(folder)
    problems = _sums_that_differ(folder, [manifest.DATABASE])
    looked_at: dict[str, bool] = {}
    for kept in told.files:
        path = folder.parent / kept.path
        if kept.path not in looked_at:
            looked_at[kept.path] = path.is_file() and manifest.sum_of_file(path) == kept.path_sha256
        if not looked_at[kept.path]:
            problems.append(_("%(file)s is missing or is not what was written.") % {"file": kept.path})
    if problems:
        raise errors.BackupDamaged(folder.name, problems)
    return told


def _sums_that_differ(folder: Path, wanted: Iterable[str]) -> list[str]:
    """As `sha256sum --check` would say it."""
    lines = (folder / manifest.SUMS).read_text(errors="replace").splitlines()
    noted = {name: said for said, _space, name in (line.partition("  ") for line in lines)}
    wrong = []
    for name in wanted:
        path = folder / name
        if not path.is_file() or manifest.sum_of_file(path) != noted.get(name):
            wrong.append(_("%(file)s is missing or is not what was written.") % {"file": name})
    return wrong
