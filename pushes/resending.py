"""What a person has sent beside the sweep: failed deliveries once more, what was delivered again, trials.

Law: no contract, no data, whoever asks. The same delivery keeps its id; a trial says of itself that it is one.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid5

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.timezone import localdate

from enterprises.models import EditionState
from enterprises.queries import sealed_editions
from pushes import errors, packaging, queries
from pushes.access import Access
from pushes.channels.parcel import Answer
from pushes.models import Attempt, Channel, Delivery, DeliveryState, Profile, Sending
from pushes.sending import Tried, failure, parcel, send

logger = logging.getLogger(__name__)

_TRIALS = UUID("0c5e7f8a-94d1-5c0b-8b55-7f1c3a9e6d20")


def resend(*, delivery: Delivery, by: User, now: datetime) -> None:
    """Have the delivery sent again: at once where it failed or waits, once more beside it where it was made.

    Raises `NotUnderContract`, `ChannelPaused`, `EditionNotStanding`.
    """
    with transaction.atomic():
        locked = Delivery.objects.select_for_update(of=("self",)).select_related("edition", "channel__institution")
        found = locked.get(pk=delivery.pk)
        _refuse(found.channel, now)
        if found.channel.paused:
            raise errors.ChannelPaused(str(found.channel))
        if found.edition.state != EditionState.SEALED:
            raise errors.EditionNotStanding(found.edition.label)
        if found.state == DeliveryState.DELIVERED:
            _ask(found.channel, found, by, now)
        else:
            found.state, found.due_at, found.since = DeliveryState.WAITING, now, now
            found.save(update_fields=["state", "due_at", "since"])


def resend_failed(*, since: datetime, now: datetime) -> int:
    """Have all deliveries sent again that failed for good since then, where channel, contract and edition allow it;
    returns how many.
    """
    failed = Delivery.objects.filter(
        queries.under_contract(localdate(now), "channel__institution__"),
        state=DeliveryState.FAILED,
        channel__paused=False,
        edition__state=EditionState.SEALED,
        attempts__in=Attempt.objects.filter(at__gte=since),
    )
    again = Delivery.objects.filter(pk__in=failed.values("pk"), state=DeliveryState.FAILED)
    return again.update(state=DeliveryState.WAITING, due_at=now, since=now)


def try_channel(*, channel: Channel, by: User, now: datetime) -> None:
    """Have a trial sent: the latest edition in the institution's cut, marked as a trial, by a paused channel too.

    Raises `NotUnderContract` and `NothingToTry`.
    """
    _refuse(channel, now)
    if not sealed_editions().exists() or not Profile.objects.filter(institution=channel.institution).exists():
        raise errors.NothingToTry
    _ask(channel, None, by, now)


def send_asked(*, clock: Callable[[], datetime]) -> int:
    """Make the sendings that were asked for; returns how many. A row is held while it is sent."""
    made = 0
    for pk in list(Sending.objects.filter(at=None).order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            waiting = Sending.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk, at=None)
            sending = waiting.select_related("channel__institution", "delivery__edition", "delivery__package").first()
            if sending:
                _make(sending, clock)
                made += 1
    return made


def _refuse(channel: Channel, now: datetime) -> None:
    under = Channel.objects.filter(queries.under_contract(localdate(now), "institution__"), pk=channel.pk)
    if not under.exists():
        raise errors.NotUnderContract(channel.institution.name)


def _ask(channel: Channel, delivery: Delivery | None, by: User, now: datetime) -> None:
    """Asking twice for what waits already asks once."""
    asked = Sending(channel=channel, delivery=delivery, asked_by=by, asked_at=now)
    Sending.objects.bulk_create([asked], ignore_conflicts=True)


def _make(sending: Sending, clock: Callable[[], datetime]) -> None:
    """Whatever changed since it was asked for is heard: without a contract nothing goes."""
    try:
        _refuse(sending.channel, clock())
        tried = _sent(sending, clock)
    except errors.PushesError as refusal:
        tried = Tried(Answer("refused", str(refusal)))
    except Exception as error:
        logger.exception("sending %s", sending.pk)
        tried = Tried(failure(error))
    sending.at = clock()
    tried.onto(sending)
    sending.save()
    if sending.delivery:
        attempt = Attempt(delivery=sending.delivery, at=sending.at)
        tried.onto(attempt)
        attempt.save()


def _sent(sending: Sending, clock: Callable[[], datetime]) -> Tried:
    channel, delivery = sending.channel, sending.delivery
    if delivery:
        if delivery.edition.state != EditionState.SEALED:
            raise errors.EditionNotStanding(delivery.edition.label)
        assert delivery.package is not None  # noqa: S101 - a constraint holds it for what was delivered
        again = parcel(number=delivery.pk, channel=channel, edition=delivery.edition, package=delivery.package)
        return send(channel, again, now=clock())
    edition, profile = sealed_editions().last(), Profile.objects.filter(institution=channel.institution).first()
    if edition is None or profile is None:
        raise errors.NothingToTry
    made = Access(channel.institution).fetchable().filter(edition=edition).first()
    package = made.package if made else None
    if package is None:
        package = packaging.build(edition=edition, profile=profile, since=None, now=clock())
    number = uuid5(_TRIALS, str(sending.pk))
    fetched = made.pk if made else None
    trial = parcel(number=number, channel=channel, edition=edition, package=package, trial=True, fetched=fetched)
    return send(channel, trial, now=clock())
