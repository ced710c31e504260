"""Who changes its name, when, and which notice tells (pure). Law: only who was listed before is renamed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from registry.samples.city import City, Line
from registry.samples.plan import Planned

RENAMED_PART = 0.045  # of the enterprises, over the three years
NOTICED_PART = 0.73  # of renames that a notice could tell of
_LATEST = date(2026, 8, 15)
_RECENT = date(2026, 6, 1)
_RECENT_PART = 0.3  # of the renames: the last quarter shall show some
_AFTER_LISTING = timedelta(days=60)
_REPORTING = timedelta(days=20)  # from the change to a notice, at the least


@dataclass(frozen=True, slots=True)
class Mention:
    """That a list gave an enterprise something, by which number, and until when it has it."""

    published: date
    programme: str
    number: str
    until: date


def rename_some(
    city: City, published: Iterable[tuple[Planned, list[Line]]], notices: list[Planned]
) -> list[list[Line]]:
    """Gives a part of the city new names. Returns the lines of each of the rename `notices`."""
    mentions = _mentions(published)
    lines: list[list[Line]] = [[] for _ in notices]
    for serial in city.draw(sorted(mentions), city.share(RENAMED_PART)):
        since = _day_of_change(city, mentions[serial][0].published)
        if since is None or serial > city.size:
            continue
        enterprise = city.enterprises[serial - 1]
        former = enterprise.names[-1][1]
        enterprise.names.append((since, city.namer.rename(former)))
        told = _notice(since, mentions[serial], notices)
        if told and city.rng.random() < NOTICED_PART:
            at, number = told
            lines[at].append(Line(enterprise, number, former_name=former))
    return lines


def _mentions(published: Iterable[tuple[Planned, list[Line]]]) -> dict[int, list[Mention]]:
    """For each enterprise the grants that name it, the first one first."""
    mentions: dict[int, list[Mention]] = defaultdict(list)
    for planned, lines in published:
        if planned.notice in ("recognition", "recheck", "supplement"):
            for line in lines:
                until = date.max
                if line.issued:
                    until = line.issued.replace(year=line.issued.year + 3)
                mention = Mention(planned.published, planned.programme, line.number, until)
                mentions[line.enterprise.serial].append(mention)
        elif planned.notice == "revocation":
            for line in lines:
                mentions[line.enterprise.serial] = [
                    replace(mention, until=planned.published) if mention.programme == planned.programme else mention
                    for mention in mentions[line.enterprise.serial]
                ]
    return mentions


def _day_of_change(city: City, listed: date) -> date | None:
    earliest = listed + _AFTER_LISTING
    if city.rng.random() < _RECENT_PART:
        earliest = max(earliest, _RECENT)
    days = (_LATEST - earliest).days
    return earliest + timedelta(days=city.rng.randrange(days)) if days > 0 else None


def _notice(since: date, mentions: list[Mention], notices: list[Planned]) -> tuple[int, str] | None:
    """Which notice tells of a change at `since`, and by which number: the high-tech one before the others."""
    known = {mention.programme: mention for mention in mentions if mention.published < since <= mention.until}
    able = [
        (planned.programme != "HNTE", planned.published, at)
        for at, planned in enumerate(notices)
        if planned.programme in known and since + _REPORTING <= planned.published <= known[planned.programme].until
    ]
    if not able:
        return None
    at = min(able)[2]
    return at, known[notices[at].programme].number
