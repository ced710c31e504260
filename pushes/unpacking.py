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
from pushes.formats.offered import ANNEXES, TABLES
from pushes.manifest import Manifest

_MIB = 1024 * 1024
LARGEST_FILE = 512 * _MIB
_LARGEST_SHEET = 1024 * _MIB
_LARGEST_TEXT = _MIB
_MOST_PARTS = 100
_ENCRYPTED = 1  # a zip entry's flag
_OBLIGATORY = {manifest.NAME, manifest.SIGNATURE, manifest.README}
_LABEL = re.compile(r"ZZKJ-20\d\dQ[1-4]-v[1-9]\d{0,3}")
_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
# What zipfile raises on archives that are broken, encrypted or packed in an unknown way.
_BROKEN = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def unpack(package: Path, folder: Path) -> Manifest:
    """Write the package's files into `folder` and return its manifest. Raises `PackageRefused`, `OSError`."""
    try:
        with ZipFile(package) as archive:
            entries = _expected(archive)
            for entry in entries:
                with (folder / entry.filename).open("wb") as target:
                    for piece in _pieces(archive, entry, _most(entry)):
                        target.write(piece)
    except _BROKEN as error:
        problem = _("The file is no zip archive, or it is damaged. Fetch it again.")
        raise PackageRefused([problem]) from error
    found = _manifest((folder / manifest.NAME).read_bytes())
    _check_names({entry.filename for entry in entries}, found)
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
    """The entries, once each has a name of ours, and a name of its own."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(names) == 1 and entries[0].flag_bits & _ENCRYPTED:
        raise PackageRefused([_("The file is under a password. Open it, and check the zip file that lies in it.")])
    problems = [_missing(name) for name in sorted(_OBLIGATORY - set(names))]
    if len(names) != len(set(names)) or set(names) - manifest.KNOWN:
        problems.append(_("The package holds files that do not belong to it."))
    if problems:
        raise PackageRefused(problems)
    return entries


def _check_names(names: set[str], found: Manifest) -> None:
    """Whether the package holds the very files that the manifest names."""
    named = {facts["path"] for facts in found["resources"]} | {manifest.NAME, manifest.SIGNATURE}
    problems = [_missing(name) for name in sorted(named - names)]
    if names - named:
        problems.append(_("The package holds files that do not belong to it."))
    if problems:
        raise PackageRefused(problems)


def _missing(name: str) -> str:
    return _("%(file)s is missing from the package.") % {"file": name}


def _most(entry: ZipInfo) -> int:
    return LARGEST_FILE if entry.filename in manifest.TABLE_FILES else _LARGEST_TEXT


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
    resources, programmes = read.get("resources"), read.get("programmes")
    return bool(
        _holds(read, str, "edition", "kind", "quarter", "as_of", "known_by", "digest")
        and _LABEL.fullmatch(read["edition"]) is not None
        and _holds(read.get("key"), str, "algorithm", "id", "fingerprint")
        and _holds(read.get("counts"), int, "members", "recognitions", "added", "removed", "changed")
        and (read.get("previous") is None or _holds(read["previous"], str, "edition", "digest"))
        and isinstance(programmes, list)
        and all(_holds(programme, str, "code", "name") for programme in programmes)
        and isinstance(resources, list)
        and all(_is_resource(facts) for facts in resources)
        and _are_all(sorted(facts["path"] for facts in resources), [one for one in ANNEXES if one in read["counts"]])
        and _holds(read["counts"], int, *(one for one in ANNEXES if one in read["counts"]))
    )


def _holds(read: Any, kind: type, *keys: str) -> bool:
    return isinstance(read, dict) and all(type(read.get(key)) is kind for key in keys)


def _is_resource(facts: Any) -> bool:
    if not _holds(facts, str, "path", "hash", "sm3", "format") or not _holds(facts, int, "bytes"):
        return False
    if facts["path"] not in manifest.TABLE_FILES:
        return bool(facts["path"] == manifest.README)
    schema = facts.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    known = manifest.FORMS[manifest.TABLE_FILES[facts["path"]][1]]
    return bool(
        _holds(facts, int, "rows")
        and (facts["format"], facts.get("encoding", "")) == (known.format, known.encoding)
        and isinstance(fields, list)
        and all(_holds(field, str, "name") for field in fields)
    )


def _are_all(paths: list[str], annexes: list[str]) -> bool:
    """Whether each file is named once, the README is, and each table is there in some form, those of the annex too."""
    tables = {manifest.TABLE_FILES[path][0] for path in paths if path in manifest.TABLE_FILES}
    return len(paths) == len(set(paths)) and manifest.README in paths and tables == {*TABLES, *annexes}
