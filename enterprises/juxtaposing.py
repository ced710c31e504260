"""A doubtful line beside the enterprises that it may speak of: what agrees, what contradicts, what would change.

Law: reads only, in a number of queries that no candidate adds to. What would change is told from today's pool and from
the line alone: nothing is derived here, and the next rebuild has the last word.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Prefetch

from enterprises.evidence import places, relation_of
from enterprises.matching.comparing import Relation, differing
from enterprises.models import (
    Enterprise,
    FormerName,
    MatchDecision,
    PoolMember,
    Recognition,
    RecognitionState,
    ReviewItem,
)
from enterprises.periods import Period, period_of
from registry.models import Entry, NoticeKind
from registry.names import is_branch, name_key
from registry.queries import rule_on

Parts = Sequence[tuple[str, bool]]

_LISTS = 5  # published lines of a candidate that are shown
_COUNTING = (RecognitionState.VALID, RecognitionState.GRACE)
_TAKES_AWAY = (NoticeKind.REVOCATION, NoticeKind.MOVE_OUT)
# How much each agreement says for a candidate, and each contradiction against it: for their order alone.
_WEIGHTS = {
    "same_code": 8, "same_number": 6, "same_name": 5, "same_spelling": 4, "former_name": 4, "renamed_from": 4,
    "like_name": 2, "same_district": 1,
    "other_code": -8, "same_list": -3, "other_city": -2, "branch": -4, "other_district": -1, "other_name": -1,
}  # fmt: skip


class Said(NamedTuple):
    """Something that `wording` has words for, and what is put into them."""

    code: str
    facts: dict[str, object]


@dataclass
class Beside:
    """A candidate as it stands beside the line. `parts` mark what differs from the line."""

    enterprise: Enterprise
    name: Parts
    code: Parts
    former: list[tuple[FormerName, bool]]
    recognitions: list[tuple[Recognition, Parts]]
    lines: list[Entry]
    agrees: list[str] = field(default_factory=list)
    contradicts: list[str] = field(default_factory=list)
    effects: list[Said] = field(default_factory=list)
    possible: bool = True
    relation: Relation = Relation.OTHER  # of the line's name to the candidate's

    @property
    def weight(self) -> float:
        kept = sum(len(part) for part, differs in self.name if not differs)
        whole = max(sum(len(part) for part, _differs in self.name), 1)
        return sum(_WEIGHTS[code] for code in (*self.agrees, *self.contradicts)) + kept / whole


@dataclass
class Doubt:
    """An item with all that its page shows. `own` is the enterprise that the line has already, if it has one."""

    item: ReviewItem
    entry: Entry
    decision: MatchDecision | None
    own: Enterprise | None
    beside: list[Beside]
    none: list[Said]


def juxtapose(item: ReviewItem, *, today: date) -> Doubt:
    """The item's line beside its candidates, the likeliest first."""
    entry = Entry.objects.select_related("list_import__programme", "district").get(pk=item.entry_id)
    decisions = MatchDecision.objects.filter(entry=entry, superseded_at=None)
    decision = decisions.select_related("enterprise__membership", "decided_by").first()
    own = decision.enterprise if decision and item.closed_at is None else None
    lines = MatchDecision.objects.filter(superseded_at=None).select_related("entry__list_import__programme")
    candidates = item.candidates.select_related("district", "membership", "merged_into").prefetch_related(
        "former_names",
        Prefetch("recognitions", Recognition.objects.select_related("programme").order_by("-valid_from", "pk")),
        Prefetch("decisions", lines.order_by("-entry__list_import__published_on", "-entry")),
    )
    line = _Line(entry, today)
    beside = [_beside(line, candidate) for candidate in candidates.order_by("pk")]
    # The line's own enterprise is no candidate for itself.
    shown = [one for one in beside if own is None or one.enterprise.pk != own.pk]
    shown.sort(key=lambda one: (-one.weight, one.enterprise.pk))
    if item.closed_at is None:
        held = list(own.recognitions.select_related("programme")) if own else []
        for one in shown:
            one.effects = _effects(line, own, held, one)
            one.possible = not {effect.code for effect in one.effects} & {"two_codes", "gone"}
    return Doubt(item, entry, decision, own, shown, [] if item.closed_at else _if_none(line, own, shown))


class _Line:
    """The published line, and what it would grant by itself."""

    def __init__(self, entry: Entry, today: date) -> None:
        self.entry, self.listed, self.today = entry, entry.list_import, today
        self.programme = self.listed.programme
        self.here = entry.district_id is not None or not self.listed.province_wide
        self.names_place = self.here or bool(entry.district_text)
        self.begins, self.ends, self.waits = self._period()
        self.places = places()
        # One code, one enterprise: nobody else can be given the line.
        self.owner = Enterprise.objects.filter(uscc=entry.uscc).first() if entry.uscc else None

    def _period(self) -> Period:
        """As its notice and the programme's rule have it."""
        entry, listed = self.entry, self.listed
        stated = (entry.valid_from or listed.valid_from, entry.valid_to or listed.valid_to)
        rule = rule_on(self.programme, listed.published_on)
        if rule is None:
            return Period(stated[0] or listed.published_on, stated[1], None)
        return period_of(rule, listed.published_on, number=entry.number, issued_on=entry.issued_on, stated=stated)

    def why_not(self) -> Said | None:
        """Why the line would bring nobody into the next edition, whoever it speaks of."""
        if self.listed.notice == NoticeKind.PUBLICITY:
            return Said("publicity", {})
        rule = rule_on(self.programme, self.today)
        if rule is None or not rule.counts:
            return Said("does_not_count", {"programme": self.programme.name})
        last = max(filter(None, (self.ends, self.waits)), default=None)
        if last is not None and last < self.today:
            return Said("run_out", {"day": last.isoformat()})
        if self.begins > self.today:
            return Said("not_yet", {"day": self.begins.isoformat()})
        return None


def _beside(line: _Line, candidate: Enterprise) -> Beside:
    entry = line.entry
    former = list(candidate.former_names.all())
    decisions = list(candidate.decisions.all())
    one = Beside(
        enterprise=candidate,
        name=differing(entry.name, candidate.name),
        code=differing(entry.uscc, candidate.uscc or "") if entry.uscc else [(candidate.uscc or "", False)],
        former=[(name, name.name_key in (entry.name_key, entry.former_key)) for name in former],
        recognitions=[(held, _number(line, held)) for held in candidate.recognitions.all()],
        lines=[decision.entry for decision in decisions],
        relation=relation_of(entry.name_key, candidate.name_key or name_key(candidate.name), line.places),
    )
    one.agrees = list(_agreements(line, one))
    one.contradicts = list(_contradictions(line, one))
    one.lines = one.lines[:_LISTS]
    return one


def _number(line: _Line, held: Recognition) -> Parts:
    """The number; marked where the line has another of the same programme."""
    if line.entry.number and held.number and held.programme_id == line.programme.pk:
        return differing(line.entry.number, held.number)
    return [(held.number, False)]


def _agreements(line: _Line, one: Beside) -> list[str]:
    entry, candidate = line.entry, one.enterprise
    numbers = {known.number for known in one.lines} | {held.number for held, _parts in one.recognitions}
    found = {
        "same_code": bool(entry.uscc) and entry.uscc == candidate.uscc,
        "same_number": bool(entry.number) and entry.number in numbers,
        "same_name": entry.name_key == candidate.name_key,
        "same_spelling": one.relation is Relation.SPELLING and entry.name_key != candidate.name_key,
        "former_name": any(name.name_key == entry.name_key for name, _same in one.former),
        "renamed_from": bool(entry.former_key)
        and entry.former_key in {candidate.name_key, *(name.name_key for name, _same in one.former)},
        "like_name": one.relation not in (Relation.SPELLING, Relation.OTHER),
        "same_district": entry.district_id is not None and entry.district_id == candidate.district_id,
    }
    return [code for code, holds in found.items() if holds]


def _contradictions(line: _Line, one: Beside) -> list[str]:
    entry, candidate = line.entry, one.enterprise
    bears = {candidate.name_key, *(name.name_key for name, _same in one.former)}
    found = {
        "other_code": bool(entry.uscc and candidate.uscc) and entry.uscc != candidate.uscc,
        "other_name": not (bears & {entry.name_key, entry.former_key}) and one.relation is Relation.OTHER,
        "branch": is_branch(entry.name_key) != is_branch(candidate.name_key),
        "same_list": any(known.list_import_id == entry.list_import_id for known in one.lines),
        "other_city": line.names_place and line.here != candidate.in_scope,
        "other_district": bool(entry.district_id and candidate.district_id)
        and entry.district_id != candidate.district_id,
    }
    return [code for code, holds in found.items() if holds]


def _membership(enterprise: Enterprise) -> PoolMember | None:
    member: PoolMember | None = getattr(enterprise, "membership", None)
    return member


def _names(recognitions: list[Recognition]) -> dict[str, object]:
    counted = Counter(held.programme.name for held in recognitions)
    words = "、".join(name if count == 1 else f"{name}×{count}" for name, count in counted.items())
    return {"count": len(recognitions), "programmes": words}


def _effects(line: _Line, own: Enterprise | None, held: list[Recognition], one: Beside) -> list[Said]:
    kept = one.enterprise.merged_into
    if kept:
        return [Said("gone", {"kept": kept.name, "id": kept.public_id})]
    if own:
        return _if_joined(line, own, held, one)
    if line.owner and line.owner.pk != one.enterprise.pk:
        return [Said("code_taken", {"code": line.entry.uscc, "owner": line.owner.name})]
    return _if_tied(line, one)


def _if_joined(line: _Line, own: Enterprise, held: list[Recognition], one: Beside) -> list[Said]:
    """What banks would see if the line's own enterprise and the candidate were one."""
    candidate = one.enterprise
    if own.uscc and candidate.uscc:
        return [Said("two_codes", {"one": own.uscc, "other": candidate.uscc})]
    theirs = [recognition for recognition, _parts in one.recognitions]
    kept, gone, keeps, gives = (own, candidate, held, theirs) if own.uscc else (candidate, own, theirs, held)
    names: dict[str, Any] = {"gone": gone.name, "kept": kept.name}
    inside, stays = _membership(gone), _membership(kept)
    if not inside:
        return [Said("joined_unseen", names)]
    known = {(recognition.programme_id, recognition.number, recognition.valid_from) for recognition in keeps}
    gains = [
        recognition
        for recognition in gives
        if recognition.state in _COUNTING
        and (recognition.programme_id, recognition.number, recognition.valid_from) not in known
    ]
    effects = [Said("one_fewer" if stays else "moves", names)]
    if gains:
        effects.append(Said("gains", {"name": kept.name, **_names(gains)}))
    return [*effects, *(_renaming(line, one) if kept == candidate else [])]


def _if_tied(line: _Line, one: Beside) -> list[Said]:
    """What banks would see if the line were the candidate's."""
    if line.listed.notice in _TAKES_AWAY:
        return _if_taken_away(line, one)
    entry, candidate = line.entry, one.enterprise
    member, name = _membership(candidate), {"name": candidate.name}
    effects: list[Said] = []
    if line.listed.notice != NoticeKind.RENAME:
        effects.append(_if_granted(line, one))
    enters = any(effect.code == "enters" for effect in effects)
    if member or enters:
        if entry.uscc and not candidate.uscc:
            effects.append(Said("learns_code", {**name, "code": entry.uscc}))
        effects += _renaming(line, one)
    return effects or [Said("unchanged", {})]


def _renaming(line: _Line, one: Beside) -> list[Said]:
    """Whether the candidate would be called as the line calls it: not where that is its own name miswritten."""
    candidate, name = one.enterprise, line.entry.name_key
    newest = max((known.list_import.published_on for known in one.lines), default=date.min)
    gave_up = any(known.name_key == name for known, _same in one.former)
    slip = not one.relation.is_change and len(one.lines) + bool(candidate.uscc) > 1
    if name == candidate.name_key or line.listed.published_on < newest or gave_up or slip:
        return []
    return [Said("renamed", {"name": candidate.name, "new": line.entry.name})]


def _if_granted(line: _Line, one: Beside) -> Said:
    candidate, programme = one.enterprise, line.programme.name
    why_not = line.why_not()
    if why_not:
        return why_not
    if not candidate.in_scope and line.listed.notice != NoticeKind.MOVE_IN and line.entry.district_id is None:
        return Said("outside", {"name": candidate.name})
    facts: dict[str, object] = {"name": candidate.name, "count": 1, "programmes": programme, "programme": programme}
    if not _membership(candidate):
        return Said("enters", facts)
    standing = [
        held for held, _parts in one.recognitions if held.programme_id == line.programme.pk and held.state in _COUNTING
    ]
    if any(held.number == line.entry.number and held.valid_to == line.ends for held in standing):
        return Said("has_it", facts)
    return Said("again" if standing else "gains", facts)


def _if_taken_away(line: _Line, one: Beside) -> list[Said]:
    candidate, number = one.enterprise, line.entry.number
    facts: dict[str, object] = {"name": candidate.name, "programme": line.programme.name}
    held = [recognition for recognition, _parts in one.recognitions]
    standing = [one for one in held if one.state in (*_COUNTING, RecognitionState.DISPUTED)]
    hit = standing
    if line.listed.notice == NoticeKind.REVOCATION:
        hit = [one for one in standing if one.programme_id == line.programme.pk]
        if number and any(one.number == number for one in hit):
            hit = [one for one in hit if one.number in ("", number)]
    if not hit:
        return [Said("nothing_to_take", facts)]
    others = [one for one in standing if one not in hit and one.state in _COUNTING]
    effects = [Said("takes_away" if line.listed.notice == NoticeKind.REVOCATION else "moves_out", facts)]
    if not others:
        effects.append(Said("leaves" if _membership(candidate) else "stays_out", facts))
    return effects


def _if_none(line: _Line, own: Enterprise | None, beside: list[Beside]) -> list[Said]:
    """What banks would see if the line were none of the candidates'."""
    if own:
        return [Said("stays_apart", {})]
    if line.owner:
        return [Said("code_taken", {"code": line.entry.uscc, "owner": line.owner.name})]
    facts: dict[str, object] = {"name": line.entry.name, "programme": line.programme.name}
    if line.listed.notice in _TAKES_AWAY:
        disputed = any(
            held.state == RecognitionState.DISPUTED and held.programme_id == line.programme.pk
            for one in beside
            for held, _parts in one.recognitions
        )
        return [Said("counts_again" if disputed else "unchanged", facts)]
    if line.listed.notice == NoticeKind.RENAME:
        return [Said("unchanged", facts)]
    why_not = line.why_not()
    if why_not:
        return [why_not]
    return [Said("new_enters" if line.here else "outside", facts)]
