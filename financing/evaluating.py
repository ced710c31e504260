"""Half-yearly evaluations are asked for, made, and made again to see that they stay what they were.

Law: one that was made never changes. It tells of a moment some minutes ago, when whatever was being written then is
there: the same half year, moment and terms give the same digest for ever.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from enterprises import canonical, locks
from financing import report_book, report_print
from financing.errors import AlreadyEvaluated, NothingToEvaluate, NotSettledYet
from financing.figures import edition_stood
from financing.halves import quarters_of
from financing.models import Evaluation, EvaluationPaper, PaperKind
from financing.report import Report, report
from financing.summing_up import FORM, document
from financing.terms import Terms, terms
from pushes.models import ReceiptsDeleted

logger = logging.getLogger(__name__)

SETTLED = timedelta(minutes=10)
_WRITERS: dict[str, Callable[[Report], bytes]] = {
    PaperKind.WORKBOOK: report_book.written, PaperKind.PRINT: report_print.printed,
}  # fmt: skip


@dataclass(frozen=True)
class Verified:
    """Whether an evaluation is told again as it was; if not, which `parts` differ, and what may be the reason."""

    same: bool
    parts: tuple[str, ...] = ()
    other_form: bool = False
    receipts_deleted: bool = False


def ask(*, half: str, known_by: datetime | None = None, now: datetime, by: User | None = None) -> Evaluation:
    """The next version of the half year's evaluation, still to be made; as known at the last settled minute, or at
    another moment before.

    Raises `NoSuchHalf`, `NotSettledYet`, `NothingToEvaluate`, `AlreadyEvaluated`.
    """
    latest = now - SETTLED
    moment = known_by or latest.replace(second=0, microsecond=0)
    if moment > latest:
        raise NotSettledYet(SETTLED.seconds // 60)
    if not any(edition_stood(quarter, known_by=moment) for quarter in quarters_of(half)):
        raise NothingToEvaluate(half)
    with transaction.atomic():
        locks.hold(f"evaluation:{half}")
        before = Evaluation.objects.filter(half=half)
        same = before.filter(known_by=moment).first()
        if same:
            raise AlreadyEvaluated(same.label)
        last = before.aggregate(last=Max("version"))["last"] or 0
        return Evaluation.objects.create(half=half, version=last + 1, known_by=moment, asked_at=now, asked_by=by)


def make(
    *, half: str, known_by: datetime | None = None, clock: Callable[[], datetime], by: User | None = None
) -> Evaluation:
    """Ask for an evaluation, and make it at once. Raises what `ask` raises."""
    asked = ask(half=half, known_by=known_by, now=clock(), by=by)
    with transaction.atomic():
        return _finish(Evaluation.objects.select_for_update().get(pk=asked.pk), clock)


def make_next(clock: Callable[[], datetime]) -> bool:
    """Make one that waits and that nobody is making; returns whether there was one.

    The row is held for as long as it takes: who is killed leaves it as it was, for the next.
    """
    with transaction.atomic():
        waiting = Evaluation.objects.select_for_update(skip_locked=True).filter(made_at=None)
        found = waiting.order_by("asked_at", "pk").first()
        if found is not None and found.made_at is None:
            _finish(found, clock)
        return found is not None


def verify(evaluation: Evaluation) -> Verified:
    """Tell it again by its own terms, and compare."""
    said: dict[str, Any] = evaluation.document
    if said["form"] != FORM:
        return Verified(same=False, other_form=True)
    again = document(evaluation.half, known_by=evaluation.known_by, by=Terms.of(said["terms"]))
    if digest(again) == evaluation.digest == digest(said):
        return Verified(same=True)
    first = min(edition["sealed_at"] for edition in said["activity"]["editions"])
    gone = ReceiptsDeleted.objects.filter(before__gt=datetime.fromisoformat(first)).exists()
    return Verified(False, tuple(sorted(part for part in again if again[part] != said[part])), receipts_deleted=gone)


def difference_words(evaluation: Evaluation, found: Verified) -> str:
    """Why it is not told again as it was."""
    facts = {"label": evaluation.label, "parts": ", ".join(found.parts)}
    if found.other_form:
        words = _("%(label)s was made by an earlier release, which told other figures. Its papers stay as they are.")
    elif found.receipts_deleted:
        words = _("%(label)s is told differently now: %(parts)s. Receipts of that time were deleted by the rule of "
                  "retention, so downloads and acknowledgements cannot be counted again.")  # fmt: skip
    else:
        words = _("%(label)s is told differently now: %(parts)s.")
    return words % facts


def digest(said: dict[str, Any]) -> str:
    """SHA-256 over the document's canonical text."""
    return hashlib.sha256(canonical.text(said).encode()).hexdigest()


def _finish(evaluation: Evaluation, clock: Callable[[], datetime]) -> Evaluation:
    said = document(evaluation.half, known_by=evaluation.known_by, by=terms())
    evaluation.document, evaluation.digest = said, digest(said)
    told = report(said, version=evaluation.version, digest=evaluation.digest)
    kept: list[str] = []
    try:
        for kind, write in _WRITERS.items():
            kept.append(_keep(evaluation, kind, write(told)))
        evaluation.made_at = clock()
        evaluation.save(update_fields=["document", "digest", "made_at"])
    except BaseException:
        for name in kept:  # no row will name it
            default_storage.delete(name)
        raise
    return evaluation


def _keep(evaluation: Evaluation, kind: str, content: bytes) -> str:
    paper = EvaluationPaper(
        evaluation=evaluation, kind=kind, sha256=hashlib.sha256(content).hexdigest(), size=len(content)
    )
    paper.file.save(f"{evaluation.label}-{evaluation.digest[:12]}.{kind}", ContentFile(content), save=False)
    try:
        paper.save(force_insert=True)
    except BaseException:
        paper.file.delete(save=False)
        raise
    return str(paper.file.name)
