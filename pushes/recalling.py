"""One enterprise over the editions that an institution was given: in, out, changed, and why (reads only).

Law: it says of one enterprise what the packages say of all; tests hold it to their words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from enterprises.delta import Cause, Kind
from enterprises.models import Edition, EditionChange, EditionMember
from enterprises.public_ids import is_public_id
from pushes.belonging import belongs, columns, cut_of, seen
from pushes.cutting import OF_OTHERS, Cut, first_seen, told
from pushes.models import Delivery, Profile
from pushes.packaging import Notices
from pushes.retelling import Reason, in_words
from registry.queries import programme_names


@dataclass(frozen=True)
class Moment:
    """One edition: whether it had the enterprise, and what had changed since the edition told before, if anything."""

    delivery: Delivery
    is_in: bool
    kind: Kind | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class _Known:
    """All that was ever published of the enterprise: its row in each edition, and its change in each."""

    editions: Mapping[int, Edition]
    rows: Mapping[int, EditionMember]
    changes: Mapping[int, EditionChange]

    def line(self, edition: Edition) -> list[Edition]:
        """The edition and those it goes back to, the oldest first."""
        line, number = [edition], edition.previous_id
        while number:
            line.insert(0, self.editions[number])
            number = line[0].previous_id
        return line


def history(deliveries: Sequence[Delivery], public_id: str) -> list[Moment]:
    """What each of the deliveries said of the enterprise, in the order in which they are given."""
    known, names, notice_of = _known(public_id), programme_names(), Notices()
    cuts: dict[int, Cut] = {}
    moments = []
    for delivery in deliveries:
        assert delivery.package is not None  # noqa: S101 - a constraint holds it for what was delivered
        cut, edition, since = (
            _cut(delivery.profile, cuts),
            delivery.edition,
            known.editions.get(delivery.package.since_id or 0),
        )
        after = _shown(known, edition, cut)
        before = _shown(known, since, cut) if since else None
        firsts = _firsts(known, delivery.profile, cut, since, edition) if since and before and after else []
        if since is None or (before == after and not firsts):
            moments.append(Moment(delivery, after is not None))
            continue
        kind: Kind = "added" if before is None else "removed" if after is None else "changed"
        causes, undone = _causes(known, since, edition), _causes(known, edition, since)
        strangers = _strangers(causes, (edition, since), cut)
        reasons = in_words(kind, told(kind, [*causes, *firsts], cut, strangers, undone), names, notice_of)
        moments.append(Moment(delivery, after is not None, kind, reasons))
    return moments


def _known(public_id: str) -> _Known:
    editions = Edition.objects.filter(sealed_at__isnull=False).in_bulk()
    of_it = {"edition__in": editions, "public_id": public_id}
    rows = EditionMember.objects.filter(**of_it)
    changes = EditionChange.objects.filter(**of_it)
    return _Known(editions, {row.edition_id: row for row in rows}, {row.edition_id: row for row in changes})


def _cut(profile: Profile, cuts: dict[int, Cut]) -> Cut:
    if profile.pk not in cuts:
        cuts[profile.pk] = cut_of(profile)
    return cuts[profile.pk]


def _shown(known: _Known, edition: Edition, cut: Cut) -> tuple[object, ...] | None:
    """What the edition tells of the enterprise, or None. As in packages, a change is told of whichever part of a
    recognition it is.
    """
    row = known.rows.get(edition.pk)
    if row is None or not belongs(row, cut):
        return None
    mine = seen(row, cut)
    held = [one for one in row.recognitions if cut.wants(one["programme"])]
    return mine.uscc, mine.name, mine.former_names, mine.district, held


def _firsts(known: _Known, profile: Profile, cut: Cut, *editions: Edition) -> list[Cause]:
    """That it was seen first in another edition now, where that is told."""
    before, after = (
        next(one.label for one in known.line(edition) if one.pk in known.rows and belongs(known.rows[one.pk], cut))
        for edition in editions
    )
    return [first_seen(before, after)] if before != after and "first_edition" in columns(profile) else []


def _causes(known: _Known, since: Edition, edition: Edition) -> list[Cause]:
    """The sealed causes on the way to the edition that are not on the way to the other."""
    before = known.line(since)
    steps = (one for one in known.line(edition) if one not in before and one.pk in known.changes)
    return [cause for one in steps for cause in known.changes[one.pk].causes]


def _strangers(causes: Sequence[Cause], editions: Sequence[Edition], cut: Cut) -> frozenset[str]:
    """Enterprises that the causes name and that neither part has."""
    others = {
        other
        for cause in causes
        if cause["cause"] in OF_OTHERS
        for other in (cause["before"], cause["after"])
        if is_public_id(other)
    }
    rows = EditionMember.objects.filter(edition__in=editions, public_id__in=others) if others else ()
    return frozenset(others - {row.public_id for row in rows if belongs(row, cut)})
