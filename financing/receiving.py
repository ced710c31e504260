"""An institution's feedback comes in: enclosed, and let wait for a worker; or decided on, where it has faults.

Law: what is not taken leaves nothing behind. A file with faults puts nothing in force until somebody says that its
sound lines count without the others.
"""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import IO, cast
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.timezone import localdate

from enterprises.enclosing import plain_name
from enterprises.models import EditionState
from enterprises.opening import SUFFIXES
from financing import errors
from financing.models import Feedback, FeedbackState, Way
from financing.putting_in_force import end_faulty, hold_institution, put_in_force
from pushes import enclosed_files
from pushes.access import Access
from pushes.errors import NoSuchEdition
from pushes.models import Delivery
from pushes.secrets_at_rest import enclose

MOST_WAITING = 5  # files of an institution at a time
_WAITING = (FeedbackState.WAITING, FeedbackState.READING)


def receive(
    *,
    access: Access,
    label: str,
    stream: IO[bytes],
    size: int,
    file_name: str,
    leave_out: bool,
    by: User | None,
    access_key: str,
    address: str | None,
    now: datetime,
) -> Feedback:
    """Enclose the file and let it wait. `leave_out`: its sound lines count, whatever is wrong with the others.

    By a person, or by a machine, of whose key the prefix is given. Raises a `FinancingError` that says why it is not
    taken.
    """
    delivery, name = _delivery(access, label), plain_name(file_name)
    if Path(name).suffix.lower() not in SUFFIXES:
        raise errors.UnknownKind(name)
    if size > settings.FEEDBACK_MAX_MEGABYTES << 20:
        raise errors.FileTooLarge(name, settings.FEEDBACK_MAX_MEGABYTES)
    key, source = enclosed_files.fresh_key(), _Measured(stream, name, settings.FEEDBACK_MAX_MEGABYTES)
    feedback = Feedback(
        id=uuid4(), institution=access.institution, quarter=delivery.edition.quarter, delivery=delivery,
        way=Way.MACHINE if access_key else Way.ROOM, user=by, access_key=access_key, address=address, file_name=name,
        key=enclose(key), leave_out=leave_out, received_at=now,
    )  # fmt: skip
    try:
        enclosed_files.keep(feedback.stored("upload"), cast(IO[bytes], source), key)
        feedback.size, feedback.sha256 = source.size, source.digest.hexdigest()
        with transaction.atomic():
            hold_institution(feedback.institution_id)
            _refuse_repeated(feedback)
            feedback.save(force_insert=True)
    except BaseException:
        enclosed_files.discard([feedback.stored("upload")])
        raise
    return feedback


def accept_sound(*, feedback: Feedback, by: User | None, now: datetime) -> None:
    """The sound lines of a faulty feedback count without the others. Raises `NotFaulty`, `NothingSound`,
    `EditionNotStanding`.
    """
    with transaction.atomic():
        held = _faulty(feedback)
        if not held.lines:
            raise errors.NothingSound
        _refuse_withdrawn(held.delivery)
        held.leave_out, held.decided_by = True, by
        put_in_force(held, now=now)


def drop(*, feedback: Feedback, by: User | None, now: datetime) -> None:
    """A faulty feedback will never count. Raises `NotFaulty`."""
    with transaction.atomic():
        held = _faulty(feedback)
        end_faulty(held, by=by, now=now)
    enclosed_files.discard(feedback.faults_stored())


def _delivery(access: Access, label: str) -> Delivery:
    """The delivery of the edition that is reported on."""
    try:
        delivery = access.shown(label)
    except NoSuchEdition as error:
        raise errors.EditionNotGiven(label) from error
    _refuse_withdrawn(delivery)
    return delivery


def _refuse_withdrawn(delivery: Delivery) -> None:
    if delivery.edition.state != EditionState.SEALED:
        raise errors.EditionNotStanding(delivery.edition.label, delivery.edition.withdrawn_reason)


def _refuse_repeated(feedback: Feedback) -> None:
    """The same file twice is the same feedback."""
    own = Feedback.objects.filter(institution=feedback.institution_id)
    if own.filter(state__in=_WAITING).count() >= MOST_WAITING:
        raise errors.TooManyWaiting(MOST_WAITING)
    label = feedback.delivery.edition.label
    same = own.filter(sha256=feedback.sha256, delivery__edition=feedback.delivery.edition_id)
    if same.filter(state__in=_WAITING).exists():
        raise errors.WaitsAlready(label)
    if own.filter(state__in=_WAITING, quarter=feedback.quarter).exists():
        return  # what is in force is about to be replaced: the same again takes its place back
    if standing := same.filter(state=FeedbackState.IN_FORCE).first():
        assert standing.in_force_at is not None  # noqa: S101 - a constraint holds it
        raise errors.InForceAlready(label, localdate(standing.in_force_at).isoformat())


def _faulty(feedback: Feedback) -> Feedback:
    """The row, held until the transaction ends."""
    hold_institution(feedback.institution_id)
    held = Feedback.objects.select_for_update(of=("self",)).get(pk=feedback.pk)
    if held.state != FeedbackState.FAULTY:
        raise errors.NotFaulty(held.get_state_display())
    return held


class _Measured:
    """The stream, counted and summed as it passes, refused where it is more than was allowed."""

    def __init__(self, stream: IO[bytes], name: str, megabytes: int) -> None:
        self.size, self.digest = 0, hashlib.sha256()
        self._stream, self._name, self._megabytes = stream, name, megabytes

    def read(self, count: int) -> bytes:
        """So many bytes, fewer only at the end: a body may come in whatever pieces. Raises `FileTooLarge`."""
        piece = b""
        while len(piece) < count and (more := self._stream.read(count - len(piece))):
            piece += more
        self.size += len(piece)
        self.digest.update(piece)
        if self.size > self._megabytes << 20:
            raise errors.FileTooLarge(self._name, self._megabytes)
        return piece
