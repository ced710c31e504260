"""An institution's list of customers waits to be compared, is taken by one worker, and ends.

Law: a wait is a row, a lease that ran out is another worker's. What was uploaded goes once the result is there; all of
it goes when its hours are over, when it failed, or by the person's word.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import IO, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from enterprises import locks
from enterprises.opening import Choice
from pushes import enclosed_files, errors, receipts
from pushes.access import Access
from pushes.models import CustomerMatch, MatchState
from pushes.models.customer_match import WORKING
from pushes.secrets_at_rest import disclose, enclose

BREAKS = 3
MOST_KEPT = 5  # lists of a person at a time
LEASE = timedelta(minutes=5)  # longer than any step between two words of a worker
AGAIN_AFTER = timedelta(minutes=1)
_STRAY_AFTER = timedelta(hours=1)  # a file of no list's that is older is a remnant
_FOLDER = "matches"

Clock = Callable[[], datetime]


class Lost(Exception):
    """The list was deleted meanwhile, or is another worker's."""


@dataclass(frozen=True)
class Said:
    """What is said of a list: its name, why it failed or what is to be chosen from, and what was chosen."""

    file: str
    reason: str = ""
    sheets: list[str] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    likely: dict[str, int | None] = field(default_factory=dict)  # columns by what they look like: name, code
    choice: dict[str, Any] = field(default_factory=dict)
    understood: list[str] = field(default_factory=list)  # the columns that were compared

    @property
    def chosen(self) -> Choice:
        return Choice(**self.choice)


def said_of(match: CustomerMatch) -> Said:
    """Raises `SecretUnreadable`."""
    return Said(**json.loads(disclose(match.said)))


def receive(
    *, access: Access, stream: IO[bytes], size: int, file_name: str, by: User, address: str | None, now: datetime
) -> CustomerMatch:
    """Enclose the list and let it wait. Raises a `PushesError` that says why it is not taken."""
    delivery = access.latest()
    name = file_name[-100:]
    if delivery is None:
        raise errors.NothingToCompareWith
    if size > settings.MATCH_MAX_MEGABYTES << 20:
        raise errors.ListTooLarge(name, settings.MATCH_MAX_MEGABYTES)
    if access.matches(by, now=now).count() >= MOST_KEPT:
        raise errors.TooManyMatches(MOST_KEPT)
    key = enclosed_files.fresh_key()
    with transaction.atomic():
        match = CustomerMatch.objects.create(
            institution=access.institution,
            user=by,
            address=address,
            delivery=delivery,
            key=enclose(key),
            said=_enclosed(Said(file=name)),
            made_at=now,
            expires_at=now + timedelta(hours=settings.MATCH_KEPT_HOURS),
        )
        enclosed_files.keep(match.stored("upload"), stream, key)
    return match


def choose(*, match: CustomerMatch, choice: Choice, now: datetime) -> None:
    """What the person says of the list; then it waits again. Raises `NotToBeChosen`."""
    said = said_of(match)
    places = range(len(said.header))
    wrong = said.header and not (choice.columns and all(at in places for at in choice.columns.values()))
    if wrong or (said.sheets and choice.sheet not in said.sheets):
        raise errors.NotToBeChosen
    chosen = replace(choice, sheet=choice.sheet or said.chosen.sheet)
    waiting = CustomerMatch.objects.filter(pk=match.pk, state=MatchState.CHOOSING, expires_at__gt=now)
    waiting.update(state=MatchState.WAITING, leased_until=None, said=_enclosed(Said(said.file, choice=asdict(chosen))))


def take(*, now: datetime) -> CustomerMatch | None:
    """The next list that nobody else has in hand, leased; one of an institution at a time."""
    with transaction.atomic():
        for match in _due(now).select_for_update(skip_locked=True, of=("self",)):
            if not locks.hold_if_free(f"customer-match:{match.institution_id}") or _is_occupied(match):
                continue
            match.breaks += match.state in WORKING  # whoever had it let its lease run out
            if match.breaks >= BREAKS:
                _fail(match, errors.BrokeOff())
                continue
            match.state, match.attempts, match.leased_until = MatchState.READING, match.attempts + 1, now + LEASE
            match.rows = match.done = 0
            match.save(update_fields=["state", "attempts", "breaks", "leased_until", "rows", "done"])
            return match
    return None


def is_waiting(*, now: datetime) -> bool:
    """Whether a list waits that may be taken."""
    return _due(now).exists()


def go_on(match: CustomerMatch, *, now: datetime, **facts: Any) -> None:
    """Tell how far the work is, and keep the lease. Raises `Lost`."""
    for part, value in facts.items():
        setattr(match, part, value)
    if not _held(match).update(leased_until=now + LEASE, **facts):
        raise Lost


def be_ready(match: CustomerMatch, *, said: Said, now: datetime, **facts: Any) -> None:
    """The result lies in the store; the receipt says who looked up, and what was uploaded goes. Raises `Lost`."""
    kept = now + timedelta(hours=settings.MATCH_KEPT_HOURS)
    with transaction.atomic():
        ready = _held(match).update(
            state=MatchState.READY, leased_until=None, ready_at=now, expires_at=kept, said=_enclosed(said), **facts
        )
        if not ready:
            raise Lost
        receipts.looked_up(delivery=match.delivery, by=match.user, address=match.address, now=now)
    enclosed_files.discard([match.stored("upload")])


def ask(match: CustomerMatch, *, said: Said) -> None:
    """The person has to choose before the list can be read. Raises `Lost`."""
    if not _held(match).update(state=MatchState.CHOOSING, leased_until=None, said=_enclosed(said)):
        raise Lost


def fail(match: CustomerMatch, error: Exception) -> None:
    """The list cannot be compared, for a reason that the person may mend. Raises `Lost`."""
    if not _held(match).exists():
        raise Lost
    _fail(match, error)


def put_back(match: CustomerMatch, *, now: datetime) -> None:
    """Something broke that nobody expected: it is tried again after a while."""
    _held(match).update(state=MatchState.WAITING, leased_until=now + AGAIN_AFTER, breaks=F("breaks") + 1)


def end(*, match: CustomerMatch) -> None:
    """Delete all that is kept of the list; the row stays, and says who compared how many rows with which edition."""
    with transaction.atomic():
        current = CustomerMatch.objects.select_for_update().get(pk=match.pk)
        names = current.every_stored()
        CustomerMatch.objects.filter(pk=match.pk).update(state=MatchState.ENDED, key="", said="", leased_until=None)
    enclosed_files.discard(names)


def sweep(*, now: datetime) -> int:
    """End what its hours are over, and delete what nobody's is; returns how many lists ended."""
    over = list(CustomerMatch.objects.filter(expires_at__lte=now).exclude(state=MatchState.ENDED))
    for match in over:
        end(match=match)
    enclosed_files.discard(_strays(now))
    return len(over)


def _fail(match: CustomerMatch, error: Exception) -> None:
    try:
        file = said_of(match).file
    except errors.SecretUnreadable:
        file = ""
    said = Said(file, reason=str(error))
    CustomerMatch.objects.filter(pk=match.pk).update(
        state=MatchState.FAILED, leased_until=None, said=_enclosed(said), key=enclose(enclosed_files.fresh_key())
    )  # with another key nothing of its files can be read, whatever is left of them
    enclosed_files.discard(match.every_stored())


def _due(now: datetime) -> QuerySet[CustomerMatch]:
    waits = Q(state=MatchState.WAITING) & (Q(leased_until=None) | Q(leased_until__lte=now))
    abandoned = Q(state__in=WORKING, leased_until__lte=now)
    others = CustomerMatch.objects.filter(institution=OuterRef("institution"), state__in=WORKING)
    free = ~Exists(others.exclude(pk=OuterRef("pk")))
    found = CustomerMatch.objects.filter(waits | abandoned, free, expires_at__gt=now).order_by("made_at", "pk")
    return found.select_related("delivery__edition", "delivery__profile", "institution", "user")


def _is_occupied(match: CustomerMatch) -> bool:
    """Whether another of the institution's was taken while this one was looked for."""
    others = CustomerMatch.objects.filter(institution=match.institution_id, state__in=WORKING)
    return others.exclude(pk=match.pk).exists()


def _held(match: CustomerMatch) -> QuerySet[CustomerMatch]:
    """The row, as long as it is this attempt's."""
    return CustomerMatch.objects.filter(pk=match.pk, attempts=match.attempts, state__in=WORKING)


def _strays(now: datetime) -> list[str]:
    """Files of lists that ended or never were."""
    kept = {pk.hex for pk in CustomerMatch.objects.exclude(state=MatchState.ENDED).values_list("pk", flat=True)}
    return enclosed_files.strays(_FOLDER, kept, before=now - _STRAY_AFTER)


def _enclosed(said: Said) -> str:
    return enclose(json.dumps(asdict(said), ensure_ascii=False))
