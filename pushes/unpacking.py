"""Takes a package apart without trusting it.

Law: nothing is believed that was not counted while unpacking.
"""

import json
import re
import zlib
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from pushes import manifest
from pushes.errors import PackageRefused
from pushes.manifest import Manifest

_MIB = 1024 * 1024
LARGEST_FILE = 512 * _MIB
_LARGEST_SHEET = 1024 * _MIB
_LARGEST_MANIFEST = _MIB
_MOST_PARTS = 100
_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
# What zipfile raises on archives that are broken, encrypted or packed in an unknown way.
_BROKEN = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def unpack(package: Path, folder: Path) -> Manifest:
    """Write the package's files into `folder` and return its manifest. Raises `PackageRefused`, `OSError`."""
    try:
        with ZipFile(package) as archive:
            entries = _expected(archive)
            for entry in entries:
                most = _LARGEST_MANIFEST if entry.filename == manifest.NAME else LARGEST_FILE
                with (folder / entry.filename).open("wb") as target:
                    for piece in _pieces(archive, entry, most):
                        target.write(piece)
    except _BROKEN as error:
        problem = _("The file is no zip archive, or it is damaged. Fetch it again.")
        raise PackageRefused([problem]) from error
    found = _manifest((folder / manifest.NAME).read_bytes())
    named, held = {file["name"] for file in found["files"]}, {entry.filename for entry in entries}
    problems = [_("%(file)s is missing from the package.") % {"file": name} for name in sorted(named - held)]
    if held - named - {manifest.NAME}:
        problems.append(_("The package holds files that do not belong to it."))
    if problems:
        raise PackageRefused(problems)
    return found


def check_workbook(path: Path) -> str:
    """What is wrong with the workbook as an archive, or nothing. Its reader will take it all into memory."""
    too_large = _("%(file)s is larger inside than any workbook of ours.") % {"file": path.name}
    try:
        with ZipFile(path) as archive:
            parts, left = archive.infolist(), _LARGEST_SHEET
            if len(parts) > _MOST_PARTS:
                return too_large
            for part in parts:
                tail = b""
                for piece in _pieces(archive, part, left):
                    left -= len(piece)
                    if _spreads(tail + piece):
                        return too_large
                    tail = piece[-64:]
    except PackageRefused:
        return too_large
    except _BROKEN:
        return _("%(file)s is no workbook, or it is damaged.") % {"file": path.name}
    return ""


def _spreads(xml: bytes) -> bool:
    """Whether a cell lies so far out that the rectangle up to it, which readers hold, would be huge."""
    return any(len(letters) > 2 or (len(digits) > 6 and letters > b"Z") for letters, digits in _CELL.findall(xml))


def _expected(archive: ZipFile) -> list[ZipInfo]:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    problems = [_("%(file)s is missing from the package.") % {"file": manifest.NAME}] * (manifest.NAME not in names)
    if len(names) != len(set(names)) or set(names) - {manifest.NAME, *manifest.FILES}:
        problems.append(_("The package holds files that do not belong to it."))
    if problems:
        raise PackageRefused(problems)
    return entries


def _pieces(archive: ZipFile, entry: ZipInfo, most: int) -> Iterator[bytes]:
    """The entry's bytes as they really are, at most `most`; what it says of its size does not count."""
    real = copy(entry)
    real.file_size = most + 2 * _MIB  # further than the reading below can come
    size = 0
    with archive.open(real) as source:
        while piece := source.read(_MIB):
            size += len(piece)
            if size > most:
                raise PackageRefused([_("%(file)s is larger than any of ours.") % {"file": entry.filename}])
            yield piece
    if size != entry.file_size:
        raise BadZipFile(entry.filename)


def _manifest(content: bytes) -> Manifest:
    try:
        read = json.loads(content)
    except (ValueError, RecursionError):
        read = None
    if not _well_formed(read):
        raise PackageRefused([_("manifest.json does not have the form that it must have.")])
    return cast(Manifest, read)


def _well_formed(read: Any) -> bool:
    """Whether all that the checks rely on is there and of its kind."""
    if not isinstance(read, dict) or read.get("format") != manifest.FORMAT:
        return False
    files, counts = read.get("files"), read.get("counts")
    texts = all(isinstance(read.get(key), str) for key in ("edition", "quarter", "as_of", "known_by", "digest"))
    numbers = isinstance(counts, dict) and all(
        type(counts.get(key)) is int for key in ("members", "recognitions", "added", "removed", "changed")
    )
    if not isinstance(files, list) or not all(isinstance(file, dict) and _is_file(file) for file in files):
        return False
    names = [file["name"] for file in files]
    return texts and numbers and len(names) == len(set(names)) and set(names) <= set(manifest.FILES)


def _is_file(file: dict[str, Any]) -> bool:
    columns = file.get("columns")
    return (
        all(isinstance(file.get(key), str) for key in ("name", "sha256"))
        and all(type(file.get(key)) is int for key in ("bytes", "rows"))
        and isinstance(columns, list)
        and all(isinstance(column, str) for column in columns)
    )
