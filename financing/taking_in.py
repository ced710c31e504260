"""A worker reads an institution's feedback: every line judged, then all put in force, or its faulty lines sent back.

Law: what comes of a file is known before any of it counts, and counts in one transaction. What the file holds passes
through a private folder of this machine that goes with the work, and is never in a log, a message or an error.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from enterprises.calendar import last_day
from enterprises.errors import EnterprisesError
from enterprises.models import EditionState
from enterprises.opening import Found, Opened, Row, counted, limits_of, opened_by
from financing import errors, faults, faults_shown, heading, leasing, words
from financing.checking import Asked
from financing.heading import Heading
from financing.judging_lines import Lines, Outcome
from financing.leasing import Clock, Lost
from financing.models import Feedback, FeedbackState
from financing.putting_in_force import end_earlier_faulty, hold_institution, put_in_force
from financing.whom import Whom
from financing.writing_lines import write_lines
from pushes import enclosed_files, private_folders
from pushes.errors import PushesError
from pushes.secrets_at_rest import disclose
from registry.errors import RegistryError, SheetNeeded

logger = logging.getLogger(__name__)

_AT_A_TIME = 10_000
_MAY_MEND = (RegistryError, EnterprisesError, PushesError, errors.FinancingError)


def read_next(clock: Clock) -> bool:
    """Take the next feedback that waits and read it; whether there was one."""
    feedback = leasing.take(now=clock())
    if feedback is None:
        return False
    try:
        with _folder(feedback) as folder:
            _read(feedback, folder, clock)
    except Lost:
        logger.warning("feedback %s is another worker's meanwhile", feedback.pk)
    except Exception as error:
        # The error's own words may hold what the file holds.
        where = private_folders.places(error)
        logger.error("feedback %s broke off: %s at %s", feedback.pk, type(error).__name__, where)
        leasing.put_back(feedback, now=clock())
    return True


def _read(feedback: Feedback, folder: Path, clock: Clock) -> None:
    try:
        outcome = _judged(feedback, folder, clock)
        _keep_faults(feedback, outcome, folder, clock)
        _finish(feedback, outcome, now=clock())
    except errors.Overtaken as error:
        leasing.end(feedback, FeedbackState.DROPPED, str(error), now=clock())
    except _MAY_MEND as error:
        leasing.end(feedback, FeedbackState.UNREADABLE, str(error), now=clock())


def _judged(feedback: Feedback, folder: Path, clock: Clock) -> Outcome:
    """Read every row and judge it. Raises what the institution may mend."""
    edition = feedback.delivery.edition
    if edition.state != EditionState.SEALED:
        raise errors.EditionNotStanding(edition.label, edition.withdrawn_reason)
    path = _disclosed(feedback, folder)
    asked = Asked(
        label=edition.label, period_end=last_day(feedback.quarter), today=localdate(clock()),
        large=Decimal(settings.FEEDBACK_LARGE_AMOUNT),
    )  # fmt: skip
    with _opened(path, feedback.file_name) as (found, read):
        lines = Lines(found.header, read, asked, Whom(feedback.delivery), folder)
        leasing.go_on(feedback, now=clock())
        rows = counted(found.rows, feedback.file_name, settings.FEEDBACK_MAX_ROWS)
        while some := list(islice(rows, _AT_A_TIME)):
            lines.judge(some)
            leasing.go_on(feedback, now=clock())
        heading.refuse_merged(read, found.merged)
    path.unlink()
    return lines.outcome()


def _disclosed(feedback: Feedback, folder: Path) -> Path:
    path = folder / f"feedback{Path(feedback.file_name).suffix.lower()}"
    with path.open("wb") as target:
        target.writelines(enclosed_files.disclosed(feedback.stored("upload"), disclose(feedback.key)))
    return path


@contextmanager
def _opened(path: Path, name: str) -> Iterator[tuple[Opened, Heading]]:
    """The file and what its columns hold; of several sheets, that of the template."""
    read: list[Heading] = []

    def find(head: Sequence[Row]) -> Found:
        for at, (number, cells) in enumerate(head):
            if heading.is_heading(cells):
                heading.refuse_other_unit([above for _number, above in head[:at]])
                read.append(replace(heading.understood(cells), row=number))
                below = list(head[at + 1 :])
                heading.refuse_second_row(read[-1], below[0][1] if below else [])
                return cells, {}, below
        raise errors.HeaderMissing([words.COLUMNS[field].title for field in words.WHO])

    limits = limits_of(settings.FEEDBACK_MAX_MEGABYTES)
    sheet = ""
    while True:
        try:
            with opened_by(path, name, find, limits=limits, sheet=sheet) as found:
                yield found, read[-1]
            return
        except SheetNeeded as needed:
            sheet = _sheet(needed.sheets)


def _sheet(sheets: Sequence[str]) -> str:
    own = [name for name in sheets if name != words.INSTRUCTIONS]
    if words.SHEET in own:
        return words.SHEET
    if len(own) != 1:
        raise errors.SheetUnclear(own, words.SHEET)
    return own[0]


def _keep_faults(feedback: Feedback, outcome: Outcome, folder: Path, clock: Clock) -> None:
    """The faulty lines as a sheet, enclosed under the feedback's key."""
    if outcome.faulty:
        sheet = faults.made(outcome, folder, feedback.delivery.edition)
        leasing.go_on(feedback, now=clock())
        with sheet.open("rb") as content:
            enclosed_files.keep(feedback.stored("faults"), content, disclose(feedback.key))
        faults_shown.keep(feedback, outcome)


def _finish(feedback: Feedback, outcome: Outcome, *, now: datetime) -> None:
    """Everything or nothing: the lines, what they come to, what they replace. Raises `Lost`, `Overtaken`."""
    if not outcome.sound and not outcome.faulty:
        raise errors.NothingSaid(outcome.silent)
    with transaction.atomic():
        hold_institution(feedback.institution_id)
        held = leasing.held(feedback)
        held.sums = write_lines(held, outcome)
        held.lines, held.faulty, held.read_at, held.leased_until = outcome.sound, outcome.faulty, now, None
        held.key = held.key if outcome.faulty else ""
        left = end_earlier_faulty(held, now=now)
        if outcome.sound and (held.leave_out or not outcome.faulty):
            put_in_force(held, now=now)
        else:
            held.state = FeedbackState.FAULTY
            held.save()
    enclosed_files.discard([*left, feedback.stored("upload")])


@contextmanager
def _folder(feedback: Feedback) -> Iterator[Path]:
    """A folder for this attempt alone."""
    reading = Feedback.objects.filter(state=FeedbackState.READING).values_list("pk", "attempts")
    held = {f"{pk.hex}-{attempts}" for pk, attempts in reading}
    with private_folders.folder(_root(), f"{feedback.pk.hex}-{feedback.attempts}", held) as made:
        yield made


def _root() -> Path:
    return private_folders.root("feedback")
