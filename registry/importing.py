"""Steps 1 and 2 of the path: a file is staged, then confirmed, withdrawn or rejected.

Law: the staged entries are the preview. Nothing is read twice, and a refused file leaves nothing behind.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from registry import errors
from registry.checking import Checker, Expectation, Line, MixedSections
from registry.columns import HEADER_SEARCH_ROWS, find_header, has_two_blocks
from registry.copying import as_json, copy_rows
from registry.models import District, Entry, ImportEvent, ImportState, ListImport, NoticeKind, Programme
from registry.names import name_key
from registry.reading import Rows, read

_DECLARED = re.compile(r"共\s*(\d{1,7})\s*[家户个]")
_COPIED = (
    "list_import_id", "row_number", "published", "name", "name_key", "former_name", "former_key", "uscc", "number",
    "district_text", "district_id", "batch", "issued_on", "valid_from", "valid_to", "revoked_from_year", "problems",
    "usable",
)  # fmt: skip


@dataclass(frozen=True)
class Notice:
    """What the notice says of its list. `valid_to` is the last day."""

    programme: str
    kind: str
    title: str
    published_on: date
    document_number: str = ""
    source_url: str = ""
    batch: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    is_full: bool = False
    province_wide: bool = False
    sheet: str = ""


def stage(*, path: Path, file_name: str, notice: Notice, now: datetime, by: User | None = None) -> ListImport:
    """Read the file at `path` and keep its lines as entries that wait for confirmation.

    Raises `FileRefused` where the file is no list, `AlreadyImported` where it was staged for the same purpose before.
    """
    programme = _programme(notice.programme)
    with path.open("rb") as stream:
        sha256 = _sha256(stream)
    with read(path, file_name, sheet=notice.sheet, max_bytes=settings.LIST_MAX_MEGABYTES << 20) as rows:
        listed = ListImport(
            reference=_reference(sha256, notice, rows.sheet),
            file_name=file_name[-200:],
            sha256=sha256,
            sheet=rows.sheet[:100],
            programme=programme,
            notice=NoticeKind(notice.kind),
            title=notice.title[:300],
            document_number=notice.document_number,
            source_url=notice.source_url,
            batch=notice.batch,
            published_on=notice.published_on,
            valid_from=notice.valid_from,
            valid_to=notice.valid_to,
            is_full=notice.is_full,
            province_wide=notice.province_wide,
            staged_at=now,
            staged_by=by,
        )
        _refuse_second(listed)
        listed.reference += _distinction(listed)
        _stage(listed, rows, path)
    return listed


def confirm(*, list_import: ListImport, now: datetime, by: User | None = None) -> None:
    """Let the entries count.

    Raises `WrongState`; `MustBeWhole` where a list that takes something away has unusable rows; `SecondPersonNeeded`
    where the bureau asks for two.
    """
    with transaction.atomic():
        locked = _locked(list_import, _("confirming"), ImportState.STAGED, ImportState.WITHDRAWN)
        if settings.CONFIRM_NEEDS_SECOND_PERSON and (by is None or by.pk == locked.staged_by_id):
            raise errors.SecondPersonNeeded
        _refuse_second(locked)
        if locked.faulty_count and (locked.is_full or locked.notice == NoticeKind.REVOCATION):
            raise errors.MustBeWhole(locked.faulty_count)
        _move(locked, ImportState.CONFIRMED, now, by)
    list_import.state = ImportState.CONFIRMED


def withdraw(*, list_import: ListImport, reason: str, now: datetime, by: User | None = None) -> None:
    """Undo the import whole: its entries stay as evidence but count no more."""
    with transaction.atomic():
        _move(_locked(list_import, _("withdrawing"), ImportState.CONFIRMED), ImportState.WITHDRAWN, now, by, reason)
    list_import.state = ImportState.WITHDRAWN


def reject(*, list_import: ListImport, reason: str, now: datetime, by: User | None = None) -> None:
    """Refuse a staged import; the same file may then be staged again."""
    with transaction.atomic():
        _move(_locked(list_import, _("rejecting"), ImportState.STAGED), ImportState.REJECTED, now, by, reason)
    list_import.state = ImportState.REJECTED


def _programme(code: str) -> Programme:
    found = Programme.objects.filter(code=code).first()
    if found is None:
        raise errors.NoSuchProgramme(code, list(Programme.objects.values_list("code", flat=True)))
    return found


def _sha256(stream: IO[bytes]) -> str:
    return hashlib.file_digest(cast(BytesIO, stream), "sha256").hexdigest()


def _reference(sha256: str, notice: Notice, sheet: str) -> str:
    """The same file for the same purpose has the same reference in every installation."""
    purpose = hashlib.sha256("\n".join((sha256, notice.programme, notice.kind, sheet)).encode()).hexdigest()
    return f"{notice.programme}-{notice.published_on:%Y%m%d}-{purpose[:8]}"


def _distinction(listed: ListImport) -> str:
    """What tells a file staged anew after its withdrawal from the withdrawn one."""
    withdrawn = ListImport.objects.filter(reference__startswith=listed.reference, state=ImportState.WITHDRAWN).count()
    return f"-{withdrawn + 1}" if withdrawn else ""


def _refuse_second(listed: ListImport) -> None:
    first = (
        ListImport.objects.filter(
            sha256=listed.sha256, programme=listed.programme, notice=listed.notice, sheet=listed.sheet
        )
        .exclude(state__in=(ImportState.REJECTED, ImportState.WITHDRAWN))
        .first()
    )
    if first and first.pk != listed.pk:
        raise errors.AlreadyImported(import_id=first.pk, title=first.title, state=first.get_state_display())


def _stage(listed: ListImport, rows: Rows, path: Path) -> None:
    """Write the import, its entries and its file, or nothing."""
    stored = ""
    try:
        with transaction.atomic():
            listed.save()
            _copy_entries(listed, rows)
            ImportEvent.objects.create(
                list_import=listed, state=ImportState.STAGED, at=listed.staged_at, by=listed.staged_by
            )
            stored = listed.file.name = _keep(path, listed.sha256, listed.file_name)
            listed.save()
    except BaseException as error:
        if stored and not ListImport.objects.filter(file=stored).exists():
            default_storage.delete(stored)
        if isinstance(error, IntegrityError):
            _refuse_second(listed)  # another was quicker with the same file
        raise


def _keep(path: Path, sha256: str, file_name: str) -> str:
    """The file is kept once, under its own sum."""
    target = f"lists/{sha256[:2]}/{sha256}{Path(file_name).suffix.lower()}"
    if default_storage.exists(target):
        with default_storage.open(target) as kept:
            if _sha256(kept) == sha256:
                return target
        default_storage.delete(target)  # what a killed upload left is not the file as it came
    with path.open("rb") as stream:
        return default_storage.save(target, File(stream))


def _copy_entries(listed: ListImport, rows: Rows) -> None:
    head = [row for _number, row in zip(range(HEADER_SEARCH_ROWS + 20), rows.rows, strict=False)]
    found = find_header([cells for _number, cells in head])
    if found is None:
        seen = " / ".join(" ".join(filter(None, cells))[:40] for _number, cells in head[:3])
        raise errors.NoNameColumn(listed.file_name, seen)
    header_at, columns = found
    if has_two_blocks(head[header_at][1]):
        raise errors.TwoBlocks(listed.file_name, head[header_at][0])
    titles = " ".join(" ".join(cells) for _number, cells in head[:header_at])
    declared = _DECLARED.search(titles)
    checker = Checker(
        Expectation(
            header=head[header_at][1],
            columns=columns,
            districts=_districts(),
            number_pattern=listed.programme.number_pattern,
            province_wide=listed.province_wide,
            rename=listed.notice == NoticeKind.RENAME,
        )
    )
    lines = _lines(checker, head[header_at + 1 :], rows, listed.file_name)
    listed.columns = {field: head[header_at][1][column] for field, column in columns.items()}
    listed.declared_count = int(declared[1]) if declared else None
    listed.row_count, listed.faulty_count = _copy(listed, lines)
    if not listed.row_count:
        raise errors.NoRows(listed.file_name, head[header_at][0])


def _lines(checker: Checker, head: list[tuple[int, list[str]]], rows: Rows, file_name: str) -> Iterator[Line]:
    for source in (head, rows.rows):
        for count, (number, cells) in enumerate(source):
            if count >= settings.LIST_MAX_ROWS:
                raise errors.TooLarge(file_name, _("%(rows)s rows") % {"rows": settings.LIST_MAX_ROWS})
            try:
                line = checker.check(number, cells)
            except MixedSections as found:
                raise errors.MixedList(file_name, found.row_number, found.text) from found
            if line:
                yield line


def _copy(listed: ListImport, lines: Iterator[Line]) -> tuple[int, int]:
    """Copy the lines as entries; returns how many, and how many of them cannot be used."""
    faulty = 0

    def rows() -> Iterator[tuple[object, ...]]:
        nonlocal faulty
        for line in lines:
            faulty += not line.usable
            yield _values(listed.pk, line)

    return copy_rows(Entry._meta.db_table, _COPIED, rows()), faulty


def _values(import_id: int, line: Line) -> tuple[object, ...]:
    problems = [{"code": p.code, "severity": p.severity, "text": p.text} for p in line.problems]
    return (
        import_id, line.row_number, as_json(line.published), line.name, name_key(line.name), line.former_name,
        name_key(line.former_name), line.uscc, line.number, line.district_text, line.district_id, line.batch,
        line.issued_on, line.valid_from, line.valid_to, line.revoked_from_year, as_json(problems), line.usable,
    )  # fmt: skip


def _districts() -> dict[str, int]:
    return {
        name_key(name): district.pk
        for district in District.objects.all()
        for name in (district.name, *district.aliases)
    }


def _locked(list_import: ListImport, step: str, *allowed: ImportState) -> ListImport:
    locked = ListImport.objects.select_for_update().get(pk=list_import.pk)
    if locked.state not in allowed:
        raise errors.WrongState(step=step, state=locked.get_state_display())
    return locked


def _move(locked: ListImport, state: ImportState, now: datetime, by: User | None, reason: str = "") -> None:
    locked.state = state
    locked.save(update_fields=["state"])
    ImportEvent.objects.create(list_import=locked, state=state, at=now, by=by, reason=reason)
