"""Cells of a staged list are corrected. Law: the published text stays; who changed it, and why, stands beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from registry import errors
from registry.checking import Line
from registry.comparing import compare
from registry.models import Entry, Field, ImportEvent, ImportState, ListImport
from registry.points import is_points_field
from registry.repeating import note_repeats
from registry.rights import refuse_foreign
from registry.searching import forget_names
from registry.staging import checker_of, problem_as_kept

# What a row's own re-check cannot see again: it is about the file, and stays noted.
_OF_THE_FILE = ("cells_beyond_header",)
CORRECTABLE = tuple(field for field in Field if field not in (Field.SEQ, Field.PERSON, Field.NONE))


def may_be_corrected(field: str) -> bool:
    """Whether a cell of that meaning is read, and may read otherwise."""
    return field in CORRECTABLE or is_points_field(field)


@dataclass(frozen=True)
class Correction:
    """What a field of an entry should read."""

    entry: int
    field: str
    text: str


def correct(*, entry: Entry, field: str, text: str, why: str, now: datetime, by: User | None = None) -> None:
    """Let one field of a staged entry read `text`, and check the row anew.

    Raises `WrongState`, `NotYourProgramme`, and `NothingToCorrect` where it reads so already.
    """
    changes = [Correction(entry.pk, field, text)]
    if not correct_all(list_import=entry.list_import, changes=changes, why=why, now=now, by=by):
        raise errors.NothingToCorrect
    entry.refresh_from_db()


def correct_all(
    *, list_import: ListImport, changes: Iterable[Correction], why: str, now: datetime, by: User | None = None
) -> int:
    """Make all the corrections or none; returns how many rows they changed.

    Raises `WrongState`, `NotYourProgramme`.
    """
    with transaction.atomic():
        locked = ListImport.objects.select_for_update().select_related("programme").get(pk=list_import.pk)
        if locked.state != ImportState.STAGED:
            raise errors.WrongState(step=_("correcting"), state=locked.get_state_display())
        refuse_foreign(locked.programme, by)
        wanted: dict[int, dict[str, str]] = {}
        for change in changes:
            if may_be_corrected(change.field):
                wanted.setdefault(change.entry, {})[change.field] = change.text.strip()
        note = {"by": by.get_username() if by else "", "at": now.isoformat(timespec="seconds"), "why": why}
        entries = locked.entries.filter(pk__in=wanted).order_by("row_number", "block")
        changed = sum(_correct(locked, entry, wanted[entry.pk], note) for entry in entries)
        if changed:
            forget_names(locked)
            note_repeats(locked, again=True)
            locked.faulty_count = locked.entries.filter(usable=False).count()
            locked.comparison = compare(locked)
            locked.save()
            _note_maker(locked, now, by)
    list_import.refresh_from_db()
    return changed


def texts_of(listed: ListImport, entry: Entry) -> dict[str, str]:
    """Field → what the row reads in it, corrections included."""
    texts = {
        name: str(entry.published.get(header, "")) for name, header in listed.columns.items() if may_be_corrected(name)
    }
    return texts | {one["field"]: one["now"] for one in entry.corrections}


def _note_maker(listed: ListImport, now: datetime, by: User | None) -> None:
    """Once for each person: whoever corrected a list is one of its makers, and does not confirm it."""
    if by and not listed.events.filter(state=ImportState.STAGED, by=by).exists():
        words = _("Rows were corrected.")
        ImportEvent.objects.create(list_import=listed, state=ImportState.STAGED, at=now, by=by, reason=words)


def _correct(listed: ListImport, entry: Entry, wanted: Mapping[str, str], note: Mapping[str, str]) -> bool:
    texts = texts_of(listed, entry)
    changed = {name: text for name, text in wanted.items() if texts.get(name, "") != text}
    if not changed:
        return False
    for name, text in changed.items():
        entry.corrections.append({"field": name, "was": texts.get(name, ""), "now": text, **note})
    texts |= changed
    header = list(texts)
    checker = checker_of(listed, header, {name: at for at, name in enumerate(header)})
    _take(entry, checker.check(entry.row_number, list(texts.values()), entry.block))
    return True


def _take(entry: Entry, line: Line) -> None:
    """Give the entry what the corrected row says; what was published stays."""
    kept = [problem for problem in entry.problems if problem["code"] in _OF_THE_FILE]
    for name in (
        "name", "name_key", "former_name", "former_key", "uscc", "old_code", "number", "district_text", "district_id",
        "batch", "issued_on", "valid_from", "valid_to", "revoked_from_year",
        "points",
    ):  # fmt: skip
        setattr(entry, name, getattr(line, name))
    entry.problems = kept + [problem_as_kept(p.code, p.severity, p.text, p.proposal) for p in line.problems]
    entry.usable = line.usable
    entry.save()
