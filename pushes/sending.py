"""Step 6 of the path, handed over: one parcel to one channel.

Law: whatever a channel does, an answer comes of it; a bug in one does not stop those behind it.
"""

import logging
import time
from datetime import datetime
from typing import IO, NamedTuple
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from enterprises.models import Edition
from pushes import packaging, passwords, targets
from pushes.batching import Content
from pushes.channels.parcel import OUR_FAULT, Answer, Parcel, Summary
from pushes.models import Channel, ChannelKind, Package, Try

logger = logging.getLogger(__name__)


class Tried(NamedTuple):
    """What came of a sending, of which bytes (none, where there was no package), and its milliseconds."""

    answer: Answer
    sha256: str = ""
    took_ms: int = 0

    def onto(self, row: Try) -> None:
        """Write it into a row that records a sending."""
        row.outcome, row.detail = self.answer.outcome, self.answer.detail
        row.to, row.code = self.answer.to[:300], self.answer.code[:300]
        row.sha256, row.took_ms = self.sha256, self.took_ms


def send(channel: Channel, parcel: Parcel, *, now: datetime) -> Tried:
    """Hand the parcel to the channel."""
    began = time.monotonic()
    try:
        answer = targets.way(channel, now=now)(parcel)
    except Exception as error:
        logger.exception("parcel %s", parcel.id)
        answer = failure(error)
    return Tried(answer, parcel.sha256, int((time.monotonic() - began) * 1000))


def failure(error: Exception) -> Answer:
    """What is on record of an error that nobody expected; its words, which may name our files, are the bureau's."""
    return Answer("passing", f"{type(error).__name__}: {error}", code=OUR_FAULT)


def parcel(
    *,
    number: UUID,
    channel: Channel,
    edition: Edition,
    package: Package,
    trial: bool = False,
    fetched: UUID | None = None,
) -> Parcel:
    """The package as the channel is given it, under the id that stays.

    A trial is no delivery; `fetched` is the one whose package its address gives.
    """
    label = edition.label
    # What lies in the portal is closed as it leaves.
    locked = channel.kind != ChannelKind.PORTAL and passwords.has_one(channel.institution)

    def opened() -> IO[bytes]:
        if locked:
            return passwords.handed(institution=channel.institution, package=package, label=label).content
        return packaging.opened(package)

    return Parcel(
        id=number,
        edition=label,
        institution=channel.institution.code,
        as_of=edition.as_of,
        file_name=passwords.file_name(label, locked=locked),
        size=package.size,
        sha256=package.sha256,
        open=opened,
        summary=Summary(
            package.members,
            package.added,
            package.removed,
            package.changed,
            package.since.label if package.since else "",
        ),
        page=f"{settings.SITE_ADDRESS}{reverse('pushes:edition', args=[label])}",
        fetch=f"{settings.SITE_ADDRESS}{reverse('api:fetchDeliveryPackage', args=[fetched or number])}",
        trial=trial,
        locked=locked,
        batch=Content(number, channel, edition, package, trial).batch if channel.kind == ChannelKind.PLATFORM else None,
    )
