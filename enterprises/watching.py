"""An address watches an enterprise: confirmed by its owner, told what becomes of it, ended by one link.

Law: each thing is told once; nobody learns who watches; what is not confirmed in time, or ended, is deleted.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.timezone import localdate

from enterprises import errors, watch_wording
from enterprises.limiting import count
from enterprises.mail_words import Words
from enterprises.models import Edition, EditionChange, Enterprise, Mail, Recognition, RecognitionState, Watch
from enterprises.queries import sealed_editions
from enterprises.watch_links import GOOD_FOR, confirm_address

_MAILS_PER_ADDRESS = 3  # of confirmation, in an hour
_AT_ONCE = 500  # mails that are made in one sweep


def ask(*, enterprise: Enterprise, address: str, now: datetime) -> None:
    """Send a link by which the address's owner confirms. Whether it was one's already is not to be seen."""
    address = address.strip().lower()
    try:
        count(what="watch-mail", who=address, most=_MAILS_PER_ADDRESS)
    except errors.TooOften:
        return
    with transaction.atomic():
        watch, _made = Watch.objects.get_or_create(enterprise=enterprise, address=address, defaults={"asked_at": now})
        if watch.confirmed_at:
            return
        watch.asked_at = now
        watch.save(update_fields=["asked_at"])  # it may be confirmed at this moment
        words = watch_wording.asked(enterprise, confirm_address(watch))
        _write(watch, f"asked:{now.isoformat()}", words, now)


def confirm(*, watch: Watch, now: datetime) -> None:
    """From now on the address is told. Confirming again changes nothing. Raises `LinkNotGood`."""
    Watch.objects.filter(pk=watch.pk, confirmed_at=None).update(confirmed_at=now)
    if not Watch.objects.filter(pk=watch.pk).exists():
        raise errors.LinkNotGood


def end(*, watch: Watch) -> None:
    """Delete the watch with all that was written to it."""
    watch.delete()


def forget(*, now: datetime) -> int:
    """Delete what was not confirmed in time; returns how many."""
    _deleted, by_model = Watch.objects.filter(confirmed_at=None, asked_at__lt=now - GOOD_FOR).delete()
    return by_model.get(Watch._meta.label, 0)


def tell(*, now: datetime) -> int:
    """Write to whom something is new; returns how many mails were made, for a later sweep to send."""
    if not settings.MAIL_CONFIGURED:
        return 0
    made = 0
    for watch, what, words in _news(localdate(now)):
        _write(watch, what, words, now)
        made += 1
        if made >= _AT_ONCE:
            break
    return made


def _news(today: date) -> Iterator[tuple[Watch, str, Words]]:
    yield from _endings(today)
    for edition in sealed_editions().filter(sealed_at__isnull=False):
        yield from _changes(edition)


def _endings(today: date) -> Iterator[tuple[Watch, str, Words]]:
    """Recognitions that run out in so many days. Who was not told at ninety is not told of ninety at thirty."""
    before = 0
    for days in settings.WATCH_DAYS:
        first, last = today + timedelta(days=before), today + timedelta(days=days)
        before = days + 1
        found = Recognition.objects.filter(
            state=RecognitionState.VALID, counts=True, valid_to__range=(first, last),
            enterprise__watches__confirmed_at__isnull=False,
        ).annotate(watch=F("enterprise__watches"))  # fmt: skip
        what = Concat(Value("watch:"), Cast("watch", CharField()), Value(f":ends:{days}:"), F("source"))
        for one in _untold(found, what).select_related("programme", "enterprise").order_by("pk")[:_AT_ONCE]:
            watch = Watch.objects.get(pk=one.watch)
            yield watch, f"ends:{days}:{one.source}", watch_wording.ending(watch, one, today)


def _changes(edition: Edition) -> Iterator[tuple[Watch, str, Words]]:
    """What an edition that was sealed since the watch was confirmed says of its enterprise."""
    found = Watch.objects.filter(confirmed_at__lte=edition.sealed_at).filter(
        enterprise__public_id__in=EditionChange.objects.filter(edition=edition).values("public_id")
    )
    what = Concat(Value("watch:"), Cast("pk", CharField()), Value(f":edition:{edition.label}"))
    for watch in _untold(found, what).select_related("enterprise").order_by("pk")[:_AT_ONCE]:
        change = EditionChange.objects.get(edition=edition, public_id=watch.enterprise.public_id)
        yield watch, f"edition:{edition.label}", watch_wording.changed(watch, edition, change)


def _untold(rows: QuerySet[Any], what: Concat) -> QuerySet[Any]:
    untold: QuerySet[Any] = rows.annotate(what=what).filter(~Exists(Mail.objects.filter(about=OuterRef("what"))))
    return untold


def _write(watch: Watch, what: str, words: Words, now: datetime) -> None:
    Mail.objects.bulk_create(
        [
            Mail(
                about=f"watch:{watch.pk}:{what}", watch=watch, subject=" ".join(words.subject.split())[:200],
                words=words.text,
                made_at=now, due_at=now,
            )
        ],
        ignore_conflicts=True,  # another worker was quicker
    )  # fmt: skip
