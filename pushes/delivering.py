"""Step 6 of the path, sent: every sealed edition goes to every channel that is owed it, once in effect.

Law: a wait is a row. Work goes in short steps, each of which one worker takes at a time: a package is built, under a
lock that ends with its holder, or a due delivery is leased, sent and finished. A lease that ran out is a retry, with
the same id. What the other side refuses, or fails at for days, pauses its channel, and both sides are told.
"""

import logging
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from enterprises import locks
from enterprises.models import Edition, EditionState
from enterprises.queries import sealed_editions
from pushes import packaging, pausing, queries, receipts, retrying
from pushes.channels.parcel import OUR_FAULT
from pushes.models import Attempt, Delivery, DeliveryState, Outcome, Package, Profile
from pushes.sending import Tried, failure, parcel, send

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

_NAMESPACE = UUID("6f1d7a52-3c0e-5b7e-9a64-2d1f0c8e7b31")
# How many packages a sweep looks for in the store: each costs a request there.
LOOKED_FOR = 20
STEPS_AT_A_TIME = 10


@dataclass
class Sweep:
    """What a sweep did: deliveries planned, packages built, deliveries made, and failures passing and permanent."""

    planned: int = 0
    built: int = 0
    delivered: int = 0
    passing: int = 0
    permanent: int = 0

    @property
    def steps(self) -> int:
        return self.built + self.delivered + self.passing + self.permanent


class Cut(NamedTuple):
    """What equal packages have in common: the edition, the one that changes are told since, and the agreed cut."""

    edition: int
    since: Edition | None
    profile: str


def delivery_id(edition: str, institution: str, channel: str) -> UUID:
    """The id of an edition's delivery to a channel: the same in every database, however often planned."""
    return uuid5(_NAMESPACE, f"{edition}/{institution}/{channel}")


def sweep(*, clock: Clock) -> Sweep:
    """Plan what is owed, see that what was delivered can still be fetched, then make what is due."""
    planned = plan(now=clock())
    restore_packages(clock=clock)
    done = deliver_due(clock=clock)
    done.planned = planned
    return done


def plan(*, now: datetime) -> int:
    """Write a waiting delivery for every edition and channel that lacks one; returns how many.

    `queries.receiving_channels` says who gets which. Each delivery keeps the profile agreed by now.
    """
    latest = Profile.objects.filter(institution=OuterRef("institution")).order_by("-version").values("pk")[:1]
    with transaction.atomic():
        locks.hold("deliveries")
        missing = [
            Delivery(
                id=delivery_id(edition.label, channel.institution.code, channel.kind),
                edition=edition,
                channel=channel,
                profile_id=channel.profile_now,
                due_at=now,
                since=now,
            )
            for edition in sealed_editions()
            for channel in queries.receiving_channels(edition, localdate(now))
            .exclude(deliveries__edition=edition)
            .annotate(profile_now=Subquery(latest))
            .select_related("institution")
        ]
        Delivery.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def deliver_due(*, clock: Clock, limit: int | None = None) -> Sweep:
    """Make the deliveries that are due, until none is left that nobody else holds.

    With a limit it ends after so many steps, and after a package that it built: others may deliver that as well.
    """
    done = Sweep()
    while limit is None or (done.steps < limit and not done.built):
        if not _deliver_next(clock, done) and not _build_next(clock, done):
            break
    return done


def hands(*, now: datetime) -> int:
    """How many workers, at ten steps each, the due deliveries would occupy."""
    return -(-_ready(now).count() // STEPS_AT_A_TIME)


def restore_packages(*, clock: Clock) -> None:
    """Packages of standing editions whose file the store has lost are built again: institutions may fetch them.

    Some are looked for at a time, in turn by the minute, so that all have had theirs after a while.
    """
    packages = Package.objects.filter(edition__state=EditionState.SEALED).order_by("pk")
    turns = -(-packages.count() // LOOKED_FOR) or 1
    first = int(clock().timestamp() // 60) % turns * LOOKED_FOR
    for package in packages.select_related("edition__previous", "since")[first : first + LOOKED_FOR]:
        try:
            if package.file.storage.exists(str(package.file.name)):
                continue
            delivery = package.deliveries.select_related("profile").first()
            if delivery:
                _see_to(package, delivery.profile, clock())
        except Exception:
            logger.exception("package %s is lost", package)


def _ready(now: datetime) -> QuerySet[Delivery]:
    """What is due and held by nobody. A channel gets its editions in their order: an older one that came last would be
    taken for the newest. One that failed, and waits for its next try, holds up none.
    """
    due = queries.due(localdate(now)).filter(due_at__lte=now)
    before = due.filter(queries.earlier_edition(), channel=OuterRef("channel"))
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return due.filter(free).exclude(Exists(before))


def _deliver_next(clock: Clock, done: Sweep) -> bool:
    """Send one due delivery that has its package and that nobody holds; whether there was one."""
    delivery = _lease(clock())
    if delivery is None:
        return False
    _finish(delivery, _send(delivery, clock()), clock(), done)
    return True


def _build_next(clock: Clock, done: Sweep) -> bool:
    """Build one package that due deliveries lack and that nobody is building; whether there was one.

    In no fixed order: workers who come at once begin with different ones.
    """
    cuts: dict[Cut, list[Delivery]] = defaultdict(list)
    lacking = _ready(clock()).filter(package=None)
    told = queries.told_last_of(lacking)
    for delivery in lacking.select_related("edition__previous", "profile", "channel__institution"):
        cuts[Cut(delivery.edition_id, told.get(delivery.pk), delivery.profile.digest)].append(delivery)
    for cut in random.sample(list(cuts), len(cuts)):
        with transaction.atomic():
            if locks.hold_if_free(f"cut:{cut.edition}:{cut.since}:{cut.profile}"):
                _build(cut, cuts[cut], clock, done)
                return True
    return False


def _build(cut: Cut, alike: list[Delivery], clock: Clock, done: Sweep) -> None:
    """The package of these deliveries; one that cannot be built stops no other, and is nobody's failure but ours."""
    try:
        package = packaging.build(edition=alike[0].edition, profile=alike[0].profile, since=cut.since, now=clock())
    except Exception as error:
        logger.exception("package of %s for %s", alike[0].edition.label, alike[0].profile)
        for delivery in alike:
            _finish(delivery, Tried(failure(error)), clock(), done)
    else:
        same = [delivery.pk for delivery in alike]
        Delivery.objects.filter(pk__in=same, package=None).update(package=package)
        done.built += 1


def _lease(now: datetime) -> Delivery | None:
    """Take the next due delivery that nobody holds, for as long as a sending may take."""
    ready = _ready(now).filter(package__isnull=False)
    with transaction.atomic():
        locked = ready.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk")
        delivery = locked.select_related(
            "edition", "channel__institution", "package__edition__previous", "package__since", "profile"
        ).first()
        if delivery:
            delivery.leased_until = now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
            delivery.save(update_fields=["leased_until"])
    return delivery


def _see_to(package: Package, profile: Profile, now: datetime) -> None:
    """The store holds the package whole, or it is built again."""
    packaging.build(edition=package.edition, profile=profile, since=package.since, now=now)


def _send(delivery: Delivery, now: datetime) -> Tried:
    """What failed before may have failed for its package: it is seen to first."""
    package = delivery.package
    assert package is not None  # noqa: S101 - only deliveries with a package are leased
    if delivery.attempts.exists():
        try:
            _see_to(package, delivery.profile, now)
        except Exception as error:
            logger.exception("package %s", package)
            return Tried(failure(error))
    made = parcel(number=delivery.pk, channel=delivery.channel, edition=delivery.edition, package=package)
    return send(delivery.channel, made, now=now)


def _finish(delivery: Delivery, tried: Tried, now: datetime, done: Sweep) -> None:
    """Write what came of it, in one transaction. Once a lease is somebody else's, the failure is theirs."""
    outcome = Outcome(tried.answer.outcome)
    attempt = Attempt(delivery=delivery, at=now)
    tried.onto(attempt)
    with transaction.atomic():
        waiting = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING)
        ours = waiting.filter(leased_until=delivery.leased_until)
        if outcome == Outcome.DELIVERED:
            if waiting.update(state=DeliveryState.DELIVERED, delivered_at=now, leased_until=None):
                receipts.accepted(delivery=delivery, now=now)
            done.delivered += 1
        elif outcome != Outcome.PASSING or _is_given_up(delivery, tried, now):
            if ours.update(state=DeliveryState.FAILED, leased_until=None):
                pausing.pause(channel=delivery.channel, why=_why(tried), now=now)
            done.permanent += 1
        else:
            failures = 1 + Attempt.objects.filter(delivery=delivery, at__gte=delivery.since).count()
            attempt.next_at = now + retrying.wait(failures, random.random())  # noqa: S311 - spreads, guards nothing
            ours.update(due_at=attempt.next_at, leased_until=None)
            done.passing += 1
        attempt.save()


def _is_given_up(delivery: Delivery, tried: Tried, now: datetime) -> bool:
    """Only what the other side was given counts against it, and no fault of ours: that is ours to mend, and late
    editions are told daily. `sha256` is empty where we had nothing to send.
    """
    if not tried.sha256 or tried.answer.code == OUR_FAULT:
        return False
    theirs = Attempt.objects.exclude(sha256="").exclude(code=OUR_FAULT)
    earlier = theirs.filter(delivery=delivery, at__gte=delivery.since)
    return retrying.gives_up(1 + earlier.count(), now - delivery.since, settings.DELIVERY_RETRY_DAYS)


def _why(tried: Tried) -> str:
    outcome, detail = Outcome(tried.answer.outcome), tried.answer.detail or tried.answer.code
    word = str(outcome.label)
    if outcome == Outcome.PASSING:
        word = _("failed for %(days)s days") % {"days": settings.DELIVERY_RETRY_DAYS}
    return _("%(outcome)s: %(detail)s") % {"outcome": word, "detail": detail} if detail else word
