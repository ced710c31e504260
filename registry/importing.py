"""Steps 1 and 2 of the path: a file is staged, then confirmed, withdrawn or rejected.

Law: the staged entries are the preview. Nothing is read twice, and a refused file leaves nothing behind.
"""

import hashlib
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from registry import errors, locks
from registry.comparing import compare, list_before
from registry.indicators import year_of
from registry.models import (
    ImportEvent,
    ImportState,
    ListImport,
    NoticeKind,
    PeriodKind,
    Programme,
    ProgrammeKind,
    RememberedColumn,
)
from registry.queries import rule_on
from registry.reading import Limits, Rows, read
from registry.rights import refuse_foreign
from registry.searching import forget_names
from registry.staging import Notice, Report, fill
from registry.storing import keep, on_disk, sum_of

TAKING = (NoticeKind.REVOCATION, NoticeKind.MOVE_OUT)
GRANTS = (NoticeKind.RECOGNITION, NoticeKind.RECHECK, NoticeKind.SUPPLEMENT, NoticeKind.MOVE_IN)
# What a year's points are told by: they are not revoked, but told anew.
OF_POINTS = (NoticeKind.PUBLICITY, NoticeKind.RECOGNITION, NoticeKind.SUPPLEMENT)
AMENDABLE = (
    "title", "document_number", "publisher", "source_url", "batch", "published_on", "valid_from", "valid_to",
    "is_full", "province_wide",
)  # fmt: skip


def stage(
    *,
    path: Path,
    file_name: str,
    notice: Notice,
    now: datetime,
    by: User | None = None,
    report: Report | None = None,
) -> ListImport:
    """Read the file at `path` and keep its lines as entries that wait for confirmation.

    Raises `NotYourProgramme` where it is another department's, and what `put_down` does. Then nothing is kept.
    """
    refuse_foreign(_programme(notice.programme), by)
    return put_down(path=path, file_name=file_name, notice=notice, now=now, by=by, report=report)


def put_down(
    *,
    path: Path,
    file_name: str,
    notice: Notice,
    now: datetime,
    by: User | None = None,
    report: Report | None = None,
) -> ListImport:
    """Stage a file for whoever answers for it, whatever the department: a decision on an objection corrects any line.

    Raises `FileRefused` where the file is no list, `AlreadyImported` where it was staged for the same purpose before,
    `NotOfPoints` where a points list is said to be a notice that tells no points, and whatever `report` raises, which
    is told of the progress.
    """
    programme = _programme(notice.programme)
    if programme.kind == ProgrammeKind.POINTS and notice.kind not in OF_POINTS:
        raise errors.NotOfPoints(str(NoticeKind(notice.kind).label))
    with path.open("rb") as stream:
        sha256 = sum_of(stream)
    with _reading(path, file_name, notice.sheet) as rows:
        listed = ListImport(
            reference=_reference(sha256, notice, rows.sheet),
            file_name=file_name[-200:],
            sha256=sha256,
            sheet=rows.sheet[:100],
            programme=programme,
            notice=NoticeKind(notice.kind),
            title=notice.title[:300],
            publisher=notice.publisher[:200],
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
        _stage(listed, rows, path, columns=notice.columns, report=report)
    return listed


def remap(*, list_import: ListImport, columns: Mapping[str, str], now: datetime, by: User | None = None) -> None:
    """Read a staged list anew with other meanings of its columns (header text → field), and remember them.

    What was corrected in its rows is lost, since the rows are. Raises `WrongState`, `NotYourProgramme`, `FileRefused`.
    """
    with transaction.atomic():
        locked = _locked(list_import, _("reading anew"), ImportState.STAGED)
        refuse_foreign(locked.programme, by)
        for header, field in columns.items():
            RememberedColumn.objects.update_or_create(
                programme=locked.programme,
                publisher=locked.publisher,
                header=header[:200],
                defaults={"field": field, "decided_at": now, "decided_by": by},
            )
        _read_anew(locked, columns)
        _note(locked, now, by, _("Read anew with other columns."))
    list_import.refresh_from_db()


def amend(*, list_import: ListImport, facts: Mapping[str, Any], now: datetime, by: User | None = None) -> None:
    """Change what is said of a staged list's notice (see `AMENDABLE`). Raises `WrongState`, `NotYourProgramme`."""
    with transaction.atomic():
        locked = _locked(list_import, _("changing the notice"), ImportState.STAGED)
        refuse_foreign(locked.programme, by)
        reach, year = locked.province_wide, year_of(locked)
        for fact in AMENDABLE:
            setattr(locked, fact, facts.get(fact, getattr(locked, fact)))
        locked.comparison = compare(locked)
        locked.save()
        anew = locked.programme.kind == ProgrammeKind.POINTS and year_of(locked) != year
        if locked.province_wide != reach or anew:  # which rows are another city's, or of which year, depends on it
            _read_anew(locked, {})
        _note(locked, now, by, _("The notice's facts were changed."))
    list_import.refresh_from_db()


def confirm(*, list_import: ListImport, now: datetime, by: User | None = None, accept_sound: bool = False) -> None:
    """Let the entries count; with `accept_sound`, although some rows cannot be used and stay outside.

    Raises `WrongState`; `FaultyRows` where rows cannot be used and that was not accepted; `MustBeWhole` where a list
    that takes something away has such rows; `PeriodMissing` where only the notice could say when it ends;
    `SecondPersonNeeded` where the bureau asks for two, `TooManyGone` where
    the list ends more than one person may let go.
    """
    with transaction.atomic():
        now = locks.hold_from(locks.FACTS, now, shared=True)
        locked = _locked(list_import, _("confirming"), ImportState.STAGED, ImportState.WITHDRAWN)
        alone = by is None or by.pk in makers(locked)
        if settings.CONFIRM_NEEDS_SECOND_PERSON and alone:
            raise errors.SecondPersonNeeded
        _refuse_second(locked)
        if locked.faulty_count and (locked.is_full or locked.notice in TAKING):
            raise errors.MustBeWhole(locked.faulty_count)
        if locked.faulty_count and not accept_sound:
            raise errors.FaultyRows(locked.faulty_count)
        _refuse_without_end(locked)
        if locked.is_full and alone:
            _refuse_mass_removal(locked)
        left_out = _("%(rows)s unusable rows were left out.") % {"rows": locked.faulty_count}
        _move(locked, ImportState.CONFIRMED, now, by, left_out if locked.faulty_count else "")
    list_import.state = ImportState.CONFIRMED


def makers(list_import: ListImport) -> set[int | None]:
    """Whose work a list is, by their ids: whoever staged it, and whoever corrected its rows or its notice since."""
    touched = list_import.events.filter(state=ImportState.STAGED, by__isnull=False)
    return {list_import.staged_by_id, *touched.order_by().values_list("by", flat=True)}


def withdraw(*, list_import: ListImport, reason: str, now: datetime, by: User | None = None) -> None:
    """Undo the import whole: its entries stay as evidence but count no more."""
    with transaction.atomic():
        now = locks.hold_from(locks.FACTS, now, shared=True)
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


def _reference(sha256: str, notice: Notice, sheet: str) -> str:
    """The same file for the same purpose has the same reference in every installation."""
    purpose = hashlib.sha256("\n".join((sha256, notice.programme, notice.kind, sheet)).encode()).hexdigest()
    return f"{notice.programme}-{notice.published_on:%Y%m%d}-{purpose[:8]}"


def _distinction(listed: ListImport) -> str:
    """What tells a file staged anew after its withdrawal from the withdrawn one."""
    withdrawn = ListImport.objects.filter(reference__startswith=listed.reference, state=ImportState.WITHDRAWN).count()
    return f"-{withdrawn + 1}" if withdrawn else ""


def _locked(list_import: ListImport, step: str, *allowed: ImportState) -> ListImport:
    locked = ListImport.objects.select_for_update().get(pk=list_import.pk)
    if locked.state not in allowed:
        raise errors.WrongState(step=step, state=locked.get_state_display())
    return locked


def _move(locked: ListImport, state: ImportState, now: datetime, by: User | None, reason: str = "") -> None:
    locked.state = state
    locked.save(update_fields=["state"])
    _note(locked, now, by, reason)


def refuse_second(*, sha256: str, programme: str, kind: str, sheet: str = "") -> None:
    """Raise `AlreadyImported` where a file of this sum stands already for the same purpose, on that sheet or any."""
    standing = ListImport.objects.filter(sha256=sha256, programme__code=programme, notice=kind)
    standing = standing.exclude(state__in=(ImportState.REJECTED, ImportState.WITHDRAWN))
    first = (standing.filter(sheet=sheet) if sheet else standing).first()
    if first:
        raise errors.AlreadyImported(import_id=first.pk, title=first.title, state=first.get_state_display())


def _refuse_second(listed: ListImport) -> None:
    if listed.pk and listed.state == ImportState.STAGED:
        return  # it is the one that stands
    refuse_second(sha256=listed.sha256, programme=listed.programme.code, kind=listed.notice, sheet=listed.sheet)


def _refuse_without_end(listed: ListImport) -> None:
    """What is granted until a day that the notice states needs that day, lest it hold for ever."""
    rule = rule_on(listed.programme, listed.published_on)
    if listed.valid_to or listed.notice not in GRANTS or rule is None or rule.period != PeriodKind.NOTICE:
        return
    endless = listed.entries.filter(usable=True, valid_to=None).count()
    if endless:
        raise errors.PeriodMissing(listed.programme.name, endless)


def _refuse_mass_removal(listed: ListImport) -> None:
    """The comparison made when the list was staged holds while the list before it is still the same."""
    before = list_before(listed)
    if (before and before.pk) != listed.comparison.get("against"):
        listed.comparison = compare(listed)
    if listed.comparison.get("limit_passed"):
        raise errors.TooManyGone(listed.comparison["gone"], listed.comparison["of"])


def limits() -> Limits:
    """How much of a file this installation reads."""
    return Limits(
        size=settings.LIST_MAX_MEGABYTES << 20,
        unpacked=settings.LIST_MAX_UNPACKED_MEGABYTES << 20,
        ratio=settings.LIST_MAX_UNPACKED_RATIO,
    )


def _reading(path: Path, file_name: str, sheet: str) -> AbstractContextManager[Rows]:
    return read(path, file_name, sheet=sheet, limits=limits())


def _stage(listed: ListImport, rows: Rows, path: Path, *, columns: Mapping[str, str], report: Report | None) -> None:
    """Write the import, its entries and its file, or nothing."""
    stored = ""
    try:
        with transaction.atomic():
            listed.save()
            fill(listed, rows, columns=columns, report=report)
            _note(listed, listed.staged_at, listed.staged_by)
            stored = listed.file.name = keep(path, listed.sha256, listed.file_name)
            listed.save()
    except BaseException as error:
        if stored and not ListImport.objects.filter(file=stored).exists():
            default_storage.delete(stored)
        if isinstance(error, IntegrityError):
            listed.pk = None
            _refuse_second(listed)  # another was quicker with the same file
        raise


def _read_anew(listed: ListImport, columns: Mapping[str, str]) -> None:
    listed.entries.all().delete()
    forget_names(listed)
    with (
        listed.file.open("rb") as stored,
        on_disk(stored) as path,
        _reading(path, listed.file_name, listed.sheet) as rows,
    ):
        fill(listed, rows, columns=columns, report=None)


def _note(listed: ListImport, now: datetime, by: User | None, reason: str = "") -> None:
    ImportEvent.objects.create(list_import=listed, state=listed.state, at=now, by=by, reason=reason)
