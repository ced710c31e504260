"""What changed between two editions, and why (pure). Law: old + delta = new, to the byte; no change without a cause."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Literal, NamedTuple, TypedDict

from enterprises.canonical import RecognitionRecord, Record

Kind = Literal["added", "removed", "changed"]


class Difference(NamedTuple):
    """One enterprise whose record is not what it was. `before` is None where it was added, `after` where removed."""

    before: Record | None
    after: Record | None

    @property
    def id(self) -> str:
        record = self.after or self.before
        assert record is not None  # noqa: S101 - a difference has one of the two
        return record["id"]

    @property
    def kind(self) -> Kind:
        return "added" if self.before is None else "removed" if self.after is None else "changed"


class Cause(TypedDict):
    """One reason of a change.

    `cause` is one of recognised, renewed, moved_in, counts_again, grace, expired, revoked, disputed, delisted,
    list_withdrawn, rule_changed, corrected, renamed, respelled, former_names, code_found, code_changed,
    district_changed, left_city, merged, joined, split, objection_upheld, name_on_objection,
    code_on_objection, place_on_objection. `programme` is empty where the cause is not a recognition's.
    Of "merged", "joined" and "split" the other enterprise's public id stands in `after` where the recognition went to
    it, in `before` where it came from it. `source` names the list and row (or the list) behind it, where one is.
    """

    cause: str
    programme: str
    before: str
    after: str
    source: str


@dataclass(frozen=True)
class Fate:
    """What became of a recognition: its state today, and the source that ended it, if one did.

    Of one that still counts, or ran out, with another period than was told: the cause of that, and the line it lies in.
    """

    state: str
    on: str = ""
    source: str = ""


class Arrival(NamedTuple):
    """How a recognition came to count, where it is not simply granted: by which cause, and from whom (a public id).

    `source` is what brought it, where that is not the line that grants it.
    """

    cause: str
    whence: str = ""
    source: str = ""
    instead: tuple[str, ...] = ()  # the sources of the line that it corrects: as published, and as corrected before


class Origin(NamedTuple):
    """The sources from which an enterprise's name, code and district were taken, where they are known.

    `naming` is why it bears another name than before.
    """

    name: str = ""
    code: str = ""
    district: str = ""
    naming: str = "respelled"


NOWHERE = Origin()
ON_OBJECTION = "objection_upheld"
_NONE: Mapping[tuple[str, str], Arrival] = {}
# A recognition without its evidence: another list may come to stand for the same thing.
_substance = itemgetter(*sorted(RecognitionRecord.__annotations__.keys() - {"source", "batch"}))


def differences(old: Iterable[Record], new: Iterable[Record]) -> Iterator[Difference]:
    """Every record that was added, removed or changed; both sides come in order of id, and so does the answer."""
    olds, news = iter(old), iter(new)
    before, after = next(olds, None), next(news, None)
    while before is not None or after is not None:
        if after is None or (before is not None and before["id"] < after["id"]):
            yield Difference(before, None)
            before = next(olds, None)
        elif before is None or after["id"] < before["id"]:
            yield Difference(None, after)
            after = next(news, None)
        else:
            if before != after:
                yield Difference(before, after)
            before, after = next(olds, None), next(news, None)


def apply(old: Iterable[Record], changes: Iterable[Difference]) -> Iterator[Record]:
    """The new edition's records out of the old ones and the differences, all in order of id."""
    pending = iter(changes)
    change = next(pending, None)
    for record in chain(old, [None]):
        while change is not None and (record is None or change.id <= record["id"]):
            if record is not None and change.id == record["id"]:
                record = change.after
                change = next(pending, None)
                break
            if change.after is not None:
                yield change.after
            change = next(pending, None)
        if record is not None:
            yield record


def lost(change: Difference) -> list[str]:
    """The sources of the recognitions that counted before and count no more: their fates are what `causes` needs."""
    kept = {recognition["source"] for recognition in _recognitions(change.after)}
    return [r["source"] for r in _recognitions(change.before) if r["source"] not in kept]


def held(change: Difference) -> list[RecognitionRecord]:
    """The recognitions that counted before."""
    return _recognitions(change.before)


def gained(change: Difference) -> list[str]:
    """The sources of the recognitions that count now and did not before."""
    known = {recognition["source"] for recognition in _recognitions(change.before)}
    return [r["source"] for r in _recognitions(change.after) if r["source"] not in known]


def moved(change: Difference, fates: Mapping[tuple[str, str], Fate]) -> list[str]:
    """The sources of recognitions whose period is another than before: it ended before the day told, or is to come.

    A grace that was told and is over is among them: it may have been shortened.
    """
    news = {recognition["source"]: recognition for recognition in _recognitions(change.after)}
    found = []
    for old in _recognitions(change.before):
        new, fate = news.get(old["source"]), fates.get((change.id, old["source"]))
        if _period(new) != _period(old) if new else fate and _ended_otherwise(old, fate):
            found.append(old["source"])
    return found


def _ended_otherwise(told: RecognitionRecord, fate: Fate) -> bool:
    early = told["valid_to"] is None or fate.on < told["valid_to"]
    return fate.state == "upcoming" or (fate.state == "expired" and (early or told["state"] == "grace"))


def causes(
    change: Difference,
    fates: Mapping[tuple[str, str], Fate],
    origin: Origin = NOWHERE,
    arrivals: Mapping[tuple[str, str], Arrival] = _NONE,
    objected: Container[str] = (),
) -> list[Cause]:
    """Every cause of a change, the enterprise's own fields first, then its recognitions by programme.

    `fates` and `arrivals` are keyed by the enterprise's public id and the lost or moved, or the gained, recognition's
    source;
    `objected` are the sources that an objection brought since.
    """
    return [*_field_causes(change, origin, objected), *_recognition_causes(change, fates, arrivals)]


def _field_causes(change: Difference, origin: Origin, objected: Container[str]) -> Iterator[Cause]:
    before, after = change
    if before is None or after is None:
        return
    if before["name"] != after["name"]:
        cause = "name_on_objection" if origin.name in objected else origin.naming
        yield _cause(cause, before=before["name"], after=after["name"], source=origin.name)
    elif before["former_names"] != after["former_names"]:
        yield _cause("former_names", before="；".join(before["former_names"]), after="；".join(after["former_names"]))
    if before["uscc"] != after["uscc"]:
        cause = "code_changed" if before["uscc"] else "code_found"
        cause = "code_on_objection" if origin.code in objected else cause
        yield _cause(cause, before=before["uscc"], after=after["uscc"], source=origin.code)
    if before["district"] != after["district"]:
        cause = "place_on_objection" if origin.district in objected else "district_changed"
        yield _cause(cause, before=before["district"], after=after["district"], source=origin.district)


def _recognition_causes(
    change: Difference, fates: Mapping[tuple[str, str], Fate], arrivals: Mapping[tuple[str, str], Arrival]
) -> Iterator[Cause]:
    olds = {recognition["source"]: recognition for recognition in _recognitions(change.before)}
    news = {recognition["source"]: recognition for recognition in _recognitions(change.after)}
    held = {recognition["programme"] for recognition in olds.values()}
    same = {_substance(olds[source]) for source in olds.keys() - news.keys()}
    taken_over = {_substance(recognition) for recognition in news.values()} & same
    replaced: set[str] = set()
    for source, recognition in news.items():
        arrived = arrivals.get((change.id, source), Arrival(""))
        if source not in olds and arrived.cause == ON_OBJECTION:
            instead = [one for one in arrived.instead if one in olds and one not in news]
            replaced |= set(instead)
            was = _period(olds[instead[0]]) if instead else ""
            yield _of(ON_OBJECTION, recognition, before=was, after=_period(recognition), source=source)
        elif source not in olds:
            granted = "renewed" if recognition["programme"] in held else "recognised"
            arrival = arrivals.get((change.id, source), Arrival(granted))
            if _substance(recognition) in taken_over:
                arrival = Arrival("corrected")
            by = arrival.source or source
            yield _of(arrival.cause, recognition, before=arrival.whence, after=_period(recognition), source=by)
        elif olds[source] != recognition:
            yield _alteration(olds[source], recognition, fates.get((change.id, source)))
    for source, recognition in olds.items():
        if source not in news and source not in replaced and _substance(recognition) not in taken_over:
            yield _loss(recognition, fates.get((change.id, source)), gone=change.after is None)


def _alteration(before: RecognitionRecord, after: RecognitionRecord, fate: Fate | None) -> Cause:
    """The published row is the same, and rows do not change: a rule moved its period, or the line that it extends."""
    source = after["source"]
    if _period(before) != _period(after):
        cause, source = (fate.state, fate.source) if fate else ("corrected", source)
    else:
        cause = "grace" if after["state"] == "grace" and before["state"] != "grace" else "corrected"
    return _of(cause, after, before=_period(before), after=_period(after), source=source)


def _loss(recognition: RecognitionRecord, fate: Fate | None, *, gone: bool) -> Cause:
    """A lost recognition that ended has its own cause; one that still holds was lost by the enterprise's leaving."""
    if fate is None or fate.state in ("upcoming", "provisional"):
        return _of("corrected", recognition, before=_period(recognition), source=recognition["source"])
    holds = fate.state in ("valid", "grace")
    cause = ("left_city" if gone else "corrected") if holds else fate.state
    source = fate.source or recognition["source"]
    return _of(cause, recognition, before=_period(recognition), after=fate.on, source=source)


def _recognitions(record: Record | None) -> list[RecognitionRecord]:
    return record["recognitions"] if record else []


def _period(recognition: RecognitionRecord) -> str:
    return f"{recognition['valid_from']}/{recognition['valid_to'] or ''}"


def _of(cause: str, recognition: RecognitionRecord, *, before: str = "", after: str = "", source: str = "") -> Cause:
    return _cause(cause, programme=recognition["programme"], before=before, after=after, source=source)


def _cause(cause: str, *, programme: str = "", before: str = "", after: str = "", source: str = "") -> Cause:
    return {"cause": cause, "programme": programme, "before": before, "after": after, "source": source}
