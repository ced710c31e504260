"""Step 6 of the path, sent: every sealed edition goes to every channel that is owed it, once in effect.

Law: a wait is a row. Packages are built first, under a lock that ends with its holder; then each due delivery
is leased, sent and finished on its own. A lease that ran out is a retry, with the same id.
"""

import logging
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from enterprises import locks
from enterprises.models import Edition, EditionState
from enterprises.queries import sealed_editions
from pushes import packaging, queries, retrying, targets
from pushes.channels.parcel import Answer, Parcel, Summary
from pushes.models import Attempt, Delivery, DeliveryState, Outcome, Package, Profile

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

_NAMESPACE = UUID("6f1d7a52-3c0e-5b7e-9a64-2d1f0c8e7b31")


@dataclass
class Sweep:
    """What a sweep did: deliveries planned and made, and failures passing and permanent."""

    planned: int = 0
    delivered: int = 0
    passing: int = 0
    permanent: int = 0


def delivery_id(edition: str, institution: str, channel: str) -> UUID:
    """The id of an edition's delivery to a channel: the same in every database, however often planned."""
    return uuid5(_NAMESPACE, f"{edition}/{institution}/{channel}")


def sweep(*, clock: Clock) -> Sweep:
    """Plan what is owed, see that what was delivered can still be fetched, then make what is due."""
    planned = plan(now=clock())
    _restore_packages(clock)
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
    """Make the deliveries that are due, at most `limit`, until none is left that nobody else holds."""
    done = Sweep()
    _build_packages(clock, done)
    while limit is None or done.delivered + done.passing + done.permanent < limit:
        delivery = _lease(clock())
        if delivery is None:
            break
        _finish(delivery, _send(delivery), clock(), done)
    return done


def _build_packages(clock: Clock, done: Sweep) -> None:
    """See that each due delivery has its package, cut by cut; one that cannot be built does not stop the others."""
    now = clock()
    ready = queries.due(localdate(now)).filter(_free(now), due_at__lte=now)
    cuts: dict[tuple[int, Edition | None, str], list[Delivery]] = defaultdict(list)
    for delivery in ready.select_related("edition", "profile", "channel__institution"):
        cuts[delivery.edition_id, queries.told_last(delivery), delivery.profile.digest].append(delivery)
    # In no fixed order: workers who come at once begin with different packages, and do not wait.
    for (_edition, since, _digest), alike in random.sample(list(cuts.items()), len(cuts)):
        try:
            package = packaging.build(edition=alike[0].edition, profile=alike[0].profile, since=since, now=clock())
        except Exception as error:
            logger.exception("package of %s for %s", alike[0].edition.label, alike[0].profile)
            for delivery in alike:
                _finish(delivery, Answer("passing", f"{type(error).__name__}: {error}"), clock(), done)
        else:
            same = [delivery.pk for delivery in alike]
            Delivery.objects.filter(pk__in=same, package=None).update(package=package)


def _restore_packages(clock: Clock) -> None:
    """Packages of standing editions whose file the store has lost are built again: institutions may fetch them."""
    for package in Package.objects.filter(edition__state=EditionState.SEALED).select_related("edition", "since"):
        try:
            if package.file.storage.exists(str(package.file.name)):
                continue
            delivery = package.deliveries.select_related("profile").first()
            if delivery:
                packaging.build(edition=package.edition, profile=delivery.profile, since=package.since, now=clock())
        except Exception:
            logger.exception("package %s is lost", package)


def _free(now: datetime) -> Q:
    return Q(leased_until=None) | Q(leased_until__lte=now)


def _lease(now: datetime) -> Delivery | None:
    """Take the next due delivery that nobody holds, for as long as a sending may take."""
    ready = queries.due(localdate(now)).filter(_free(now), due_at__lte=now, package__isnull=False)
    with transaction.atomic():
        locked = ready.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk")
        delivery = locked.select_related("edition", "channel__institution", "package").first()
        if delivery:
            delivery.leased_until = now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
            delivery.save(update_fields=["leased_until"])
    return delivery


def _send(delivery: Delivery) -> Answer:
    try:
        return targets.way(delivery.channel, now=timezone.now())(_parcel(delivery))
    except Exception as error:  # a channel's bug must not stop the deliveries behind it
        logger.exception("delivery %s", delivery.pk)
        return Answer("passing", f"{type(error).__name__}: {error}")


def _parcel(delivery: Delivery) -> Parcel:
    package = delivery.package
    assert package is not None  # noqa: S101 - only deliveries with a package are leased
    label = delivery.edition.label
    return Parcel(
        id=delivery.pk,
        edition=label,
        institution=delivery.channel.institution.code,
        as_of=delivery.edition.as_of,
        file_name=f"{label}.zip",
        size=package.size,
        sha256=package.sha256,
        open=partial(packaging.opened, package),
        summary=Summary(package.members, package.added, package.removed, package.changed),
        page=f"{settings.SITE_ADDRESS}{reverse('pushes:edition', args=[label])}",
        fetch=f"{settings.SITE_ADDRESS}{reverse('api:package', args=[delivery.pk])}",
    )


def _finish(delivery: Delivery, answer: Answer, now: datetime, done: Sweep) -> None:
    """Write what came of it, in one transaction. Once a lease is somebody else's, the failure is theirs."""
    outcome = Outcome(answer.outcome)
    with transaction.atomic():
        Attempt.objects.create(delivery=delivery, at=now, outcome=outcome, detail=answer.detail)
        waiting = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING)
        if outcome == Outcome.DELIVERED:
            waiting.update(state=DeliveryState.DELIVERED, delivered_at=now, leased_until=None)
            done.delivered += 1
            return
        ours = waiting.filter(leased_until=delivery.leased_until)
        if outcome in (Outcome.PERMANENT, Outcome.REFUSED):
            ours.update(state=DeliveryState.FAILED, leased_until=None)
            done.permanent += 1
        else:
            failures = Attempt.objects.filter(delivery=delivery).count()
            pause = retrying.wait(failures, random.random())  # noqa: S311 - spreads retries, guards nothing
            ours.update(due_at=now + pause, leased_until=None)
            done.passing += 1
