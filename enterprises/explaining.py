"""Why each change of the pool came about. Law: asked of what was derived last in this transaction."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Any

import orjson
from django.db import connection
from django.db.backends.utils import CursorWrapper

from enterprises import delta, derivation
from enterprises.delta import Arrival, Cause, Difference, Fate, Origin
from enterprises.models import Edition
from registry.names import name_key

_BATCH = 5_000
# Where a lost recognition is now: another's, of a programme that counts no more, of an enterprise that moved away.
_WHEREABOUTS = f"""
    SELECT lost.public_id, lost.source, e.public_id, r.counts, coalesce(i.in_scope, false),
           coalesce((SELECT k.source FROM known_change k WHERE k.enterprise_id = r.enterprise_id
                     AND k.notice = 'move_out' ORDER BY k.published_on DESC, k.source DESC LIMIT 1), '')
    FROM unnest(%(public_ids)s::text[], %(sources)s::text[]) AS lost (public_id, source)
    JOIN derived_recognition r ON {derivation.OF_SOURCE.format("lost")} AND r.state IN ('valid', 'grace')
    JOIN enterprises_enterprise e ON e.id = r.enterprise_id
    LEFT JOIN derived_identity i ON i.enterprise_id = r.enterprise_id
    WHERE e.public_id <> lost.public_id OR NOT r.counts OR NOT coalesce(i.in_scope, false)
"""  # noqa: S608 - its parts are constants
# Whence a gained one came: by a move into the city, from another enterprise, or it was known and did not count.
_WHENCE = f"""
    WITH RECURSIVE come AS MATERIALIZED (
        SELECT e.id, e.public_id, r.source, l.notice = 'move_in' AS moved_in, o.public_id AS other, o.merged_into_id,
               z.resolved_at <= %(since)s AND d.decided_at <= %(since)s AND r.valid_from <= %(as_of)s AS known
        FROM unnest(%(sources)s::text[]) AS gained (source)
        JOIN derived_recognition r ON {derivation.OF_SOURCE.format("gained")}
        JOIN enterprises_enterprise e ON e.id = r.enterprise_id
        JOIN registry_entry n ON n.id = r.entry_id
        JOIN known_list l ON l.id = n.list_import_id
        JOIN enterprises_listresolution z ON z.list_import_id = l.id
        JOIN enterprises_matchdecision d ON d.entry_id = r.entry_id AND d.superseded_at IS NULL
        LEFT JOIN LATERAL (
            SELECT w.public_id, w.merged_into_id FROM enterprises_matchdecision was
            JOIN enterprises_enterprise w ON w.id = was.enterprise_id
            WHERE was.entry_id = r.entry_id AND was.decided_at <= %(since)s AND was.superseded_at > %(since)s
                  AND was.enterprise_id <> r.enterprise_id
            LIMIT 1) o ON true
    ), became (gone, id) AS (
        -- Who turned out to be another may have turned out to be a third since.
        SELECT other, merged_into_id FROM come WHERE merged_into_id IS NOT NULL
        UNION
        SELECT b.gone, k.merged_into_id
        FROM became b JOIN enterprises_enterprise k ON k.id = b.id AND k.merged_into_id IS NOT NULL
    )
    SELECT c.public_id, c.source, c.moved_in, c.other,
           EXISTS (SELECT FROM became b WHERE b.gone = c.other AND b.id = c.id), c.known
    FROM come c
"""  # noqa: S608 - its parts are constants
# Lines that an upheld objection took from an enterprise since.
_PARTED = """
    SELECT n.public_id, p.entry_id,
           i.reference || '#' || e.row_number || CASE WHEN e.block > 1 THEN '-' || e.block ELSE '' END
    FROM enterprises_parting p
    JOIN enterprises_enterprise n ON n.id = p.enterprise_id
    JOIN registry_entry e ON e.id = p.entry_id
    JOIN registry_listimport i ON i.id = e.list_import_id
    WHERE p.at > %(since)s
"""
_Fates = Mapping[tuple[str, str], Fate]
_OF_THEMSELVES = ("revoked", "delisted", "disputed", "rule_changed")  # ends that no correction brings about
# What was derived is looked up by source, some thousands at a time: the planner must know how few each finds. Numbers
# are put in order in a quarter of the time that texts take.
_BY_SOURCE = (
    "CREATE INDEX IF NOT EXISTS derived_recognition_source ON derived_recognition (hashtextextended(source, 0))",
    "ANALYZE derived_recognition",
)


def explained(
    differences: Iterable[Difference], since: Edition | None = None
) -> Iterator[tuple[Difference, list[Cause]]]:
    """Each difference with its causes, in the order in which they come; a few queries for every five thousand.

    `since` is the edition that the differences start from: it tells what is new from what counts again.
    """
    for batch in explainable(differences, since):
        yield from batch.told()


@dataclass(frozen=True)
class Explainable:
    """Some differences, and all that their causes are told from: of them the database is asked no more."""

    differences: list[Difference]
    fates: _Fates
    arrivals: Mapping[tuple[str, str], Arrival]
    origins: Mapping[str, Origin]
    brought: Container[str]

    def told(self) -> Iterator[tuple[Difference, list[Cause]]]:
        """Each with its causes."""
        for one in self.differences:
            origin = self.origins.get(one.id, Origin())
            yield one, delta.causes(one, self.fates, origin, self.arrivals, self.brought)


def explainable(differences: Iterable[Difference], since: Edition | None = None) -> Iterator[Explainable]:
    """What `explained` tells, five thousand by five thousand, not told yet."""
    objected: _Objected | None = None
    moved_in: Mapping[str, str] = {}
    for number, numbered in groupby(enumerate(differences), key=lambda pair: pair[0] // _BATCH):
        batch = [difference for _index, difference in numbered]
        with connection.cursor() as cursor:
            for statement in _BY_SOURCE if number == 0 else ():
                cursor.execute(statement)
            if objected is None:
                objected, moved_in = _objected(cursor, since), _moved_in(cursor, since)
            lost = [(one.id, source) for one in batch for source in delta.lost(one)]
            gained = [(one.id, source) for one in batch for source in delta.gained(one)]
            ended = {(one.id, held["source"]): held["valid_to"] or "" for one in batch for held in delta.held(one)}
            fates = _fates(cursor, lost)
            fates |= objected.fates(lost, fates, _fates(cursor, objected.corrected(lost)), ended)
            moved = [(one.id, source) for one in batch for source in delta.moved(one, fates)]
            fates |= _moves(cursor, moved, since, fates, ended, objected)
            added = {one.id: moved_in[one.id] for one in batch if one.kind == "added" and one.id in moved_in}
            arrivals = _arrivals(cursor, [source for _id, source in gained], since, added) | objected.arrivals(gained)
            origins = _origins(cursor, [one for one in batch if one.kind == "changed"], since)
        yield Explainable(batch, fates, arrivals, origins, objected.brought)


@dataclass(frozen=True)
class _Objected:
    """What upheld objections changed since an edition.

    `brought`: the sources of corrections, each with those of the line that it corrects. `parted`: sources of lines that
    were found to be another enterprise's, with the public id of whom they were taken from.
    """

    brought: Mapping[str, tuple[str, ...]]
    parted: Container[tuple[str, str]]
    moved: Container[str]

    @cached_property
    def _instead(self) -> Mapping[str, str]:
        return {old: new for new, olds in self.brought.items() for old in olds}

    def corrected(self, lost: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Of the lost recognitions whose line was corrected: the same under the correction's source."""
        return [(public_id, self._instead[source]) for public_id, source in lost if source in self._instead]

    def fates(
        self, lost: Iterable[tuple[str, str]], fates: _Fates, corrected: _Fates, ended: Mapping[tuple[str, str], str]
    ) -> dict[tuple[str, str], Fate]:
        """What was lost by an objection: what would have been lost without it keeps its own cause.

        `fates` are of the lines as they were, `corrected` of what stands in their place; `ended` is when each ended.
        """
        found: dict[tuple[str, str], Fate] = {}
        for key in lost:
            public_id, source = key
            new = self._instead.get(source, source)
            fate, was = corrected.get((public_id, new)), fates.get(key)
            if fate is not None and _is_not_by_objection(fate, ended.get(key, "")):
                found[key] = fate
            elif fate is None and was is not None and was.state == "list_withdrawn" and key not in self.parted:
                continue
            elif new != source or key in self.parted:
                found[key] = Fate(delta.ON_OBJECTION, source=new)
        return found

    def arrivals(self, gained: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Arrival]:
        return {
            (public_id, source): Arrival(delta.ON_OBJECTION, instead=self.brought.get(source, ()))
            for public_id, source in gained
            if source in self.brought or source in self.moved
        }


def _is_not_by_objection(fate: Fate, ended: str) -> bool:
    """Whether a corrected recognition came to its end by something else: its day, a notice, a rule."""
    if fate.state == "expired":
        return fate.on == ended
    return fate.state in _OF_THEMSELVES or (fate.state == "left_city" and fate.source != "")


def _objected(cursor: CursorWrapper, since: Edition | None) -> _Objected:
    if since is None:
        return _Objected({}, (), ())
    cursor.execute(derivation.CORRECTIONS, {"since": since.known_by})
    rows = cursor.fetchall()
    of_line: dict[int, list[str]] = defaultdict(list)
    for source, line, published, _fresh in rows:
        if line is not None:
            of_line[line] += [source] if of_line[line] else [published, source]
    brought = {
        source: tuple(one for one in of_line.get(line, ()) if one != source) for source, line, _was, new in rows if new
    }
    cursor.execute(_PARTED, {"since": since.known_by})
    parted = {
        (public_id, one) for public_id, line, source in cursor.fetchall() for one in (source, *of_line.get(line, ()))
    }
    return _Objected(brought, parted, {source for _id, source in parted})


def _fates(cursor: CursorWrapper, lost: list[tuple[str, str]]) -> dict[tuple[str, str], Fate]:
    """What became of recognitions that an enterprise lost, by its public id and their source.

    As derived, or their list was withdrawn, or they are another enterprise's now.
    """
    if not lost:
        return {}
    public_ids, sources = (as_array(column) for column in zip(*lost, strict=True))
    cursor.execute(derivation.FATES, {"sources": sources})
    derived = cursor.fetchall()
    fates = {(public_id, source): Fate(*fate) for public_id, source, *fate in derived}
    holding = {source for _id, source, state, *_end in derived if state in ("valid", "grace")}
    elsewhere = _elsewhere(cursor, [key for key in lost if key[1] in holding])
    cursor.execute(derivation.WITHDRAWN_SOURCES, {"sources": sources})
    withdrawn = {(public_id, source): Fate("list_withdrawn") for public_id, source in cursor.fetchall()}
    cursor.execute(derivation.MERGED, {"public_ids": public_ids, "sources": sources})
    merged = {(gone, source): Fate("merged", kept) for gone, source, kept in cursor.fetchall()}
    return withdrawn | fates | elsewhere | merged


def _elsewhere(cursor: CursorWrapper, holding: list[tuple[str, str]]) -> dict[tuple[str, str], Fate]:
    """Of what was lost and still holds, few as they are: where it does."""
    if not holding:
        return {}
    public_ids, sources = (as_array(column) for column in zip(*holding, strict=True))
    cursor.execute(_WHEREABOUTS, {"public_ids": public_ids, "sources": sources})
    return {(public_id, source): _whereabouts(public_id, *rest) for public_id, source, *rest in cursor.fetchall()}


def _whereabouts(public_id: str, holder: str, counts: bool, in_scope: bool, moved_out: str) -> Fate:
    if holder != public_id:
        return Fate("split", holder)
    return Fate("rule_changed") if not counts else Fate("left_city", source=moved_out)


def _moves(
    cursor: CursorWrapper,
    moved: list[tuple[str, str]],
    since: Edition | None,
    fates: _Fates,
    ended: Mapping[tuple[str, str], str],
    objected: _Objected,
) -> dict[tuple[str, str], Fate]:
    """Why recognitions have another period than before, or ran out early: a rule, or a line that theirs extends.

    `fates` are of what counts no more, `ended` is when each was to end.
    """
    if not moved:
        return {}
    public_ids, sources = (as_array(column) for column in zip(*moved, strict=True))
    cursor.execute(derivation.MOVES, {"public_ids": public_ids, "sources": sources, **_moment(since)})
    found: dict[tuple[str, str], Fate] = {}
    for public_id, source, ruled, ungraced, withdrawn, extends in cursor.fetchall():
        fate = fates.get((public_id, source))
        if fate is not None and fate.state == "expired" and fate.on == ended[public_id, source]:  # its grace alone
            if ungraced:
                found[public_id, source] = replace(fate, state="rule_changed")
            continue
        on = fate.on if fate else ""
        if ruled:
            moving = Fate("rule_changed", on, source)
        elif extends in objected.brought:
            moving = Fate(delta.ON_OBJECTION, on, extends)
        elif withdrawn:
            moving = Fate("list_withdrawn", on, withdrawn)
        else:
            moving = Fate("corrected", on, extends or source)
        found[public_id, source] = moving
    return found


def _moved_in(cursor: CursorWrapper, since: Edition | None) -> dict[str, str]:
    """Whom a notice brought into the city since, by public id, and the notice's line."""
    if since is None:
        return {}
    cursor.execute(derivation.MOVED_IN, _moment(since))
    return dict(cursor.fetchall())


def _arrivals(
    cursor: CursorWrapper, sources: list[str], since: Edition | None, moved_in: Mapping[str, str]
) -> dict[tuple[str, str], Arrival]:
    """How recognitions came to count that did not, by the enterprise's public id and their source.

    `moved_in` are those new in the pool whom a notice brought into the city, with its line: what they held counts again
    by it.
    """
    if not sources or since is None:
        return {}
    cursor.execute(_WHENCE, {"sources": as_array(sources), **_moment(since)})
    found: dict[tuple[str, str], Arrival] = {}
    for public_id, source, by_move, other, joined, known in cursor.fetchall():
        if other:
            found[public_id, source] = Arrival("joined" if joined else "split", other)
        elif known and public_id in moved_in:
            found[public_id, source] = Arrival("moved_in", source=moved_in[public_id])
        elif known:
            found[public_id, source] = Arrival("counts_again")
        elif by_move:
            found[public_id, source] = Arrival("moved_in")
    return found


def _origins(cursor: CursorWrapper, changed: list[Difference], since: Edition | None) -> dict[str, Origin]:
    cursor.execute(derivation.ORIGINS, {"public_ids": as_array([one.id for one in changed])})
    origins = {public_id: Origin(*sources) for public_id, *sources in cursor.fetchall()}
    before = {one.id: name_key(one.before["name"]) for one in changed if one.before and _bears_another(one)}
    if before:
        names = {"public_ids": as_array(list(before)), "keys": as_array(list(before.values()))}
        cursor.execute(derivation.NAMINGS, names | _moment(since))
        for public_id, *found in cursor.fetchall():
            origins[public_id] = _named(origins[public_id], *found)
    return origins


def _bears_another(change: Difference) -> bool:
    """Whether it has another name, not only another spelling of it."""
    before, after = change
    return bool(before and after and name_key(before["name"]) != name_key(after["name"]))


def _named(origin: Origin, by_change: bool, new: bool | None, withdrawn: str, stands: bool) -> Origin:
    """Where the name is from and by which cause: a change of name is told when it comes, not when it is left over.

    `by_change`: its line tells of a change of name; `new`: that came since, None where nobody knows; `withdrawn`: a
    withdrawn line that bore the name of before, which another line bears where it `stands`.
    """
    if by_change and new:
        return origin._replace(naming="renamed")
    if withdrawn and (new is False or not stands):
        return origin._replace(name=withdrawn, naming="list_withdrawn")
    return origin._replace(naming="renamed" if by_change and new is None else "respelled")


def _moment(since: Edition | None) -> dict[str, Any]:
    """The moment from which changes are told, and the day."""
    return {"since": since and since.known_by, "as_of": since and since.as_of}


def as_array(texts: Sequence[str]) -> str | list[str]:
    """The texts as PostgreSQL writes an array; the driver takes five times as long to write one.

    JSON puts texts between the same quotes. Where one has a sign that it escapes, the driver does it after all.
    """
    told = orjson.dumps(texts).decode()
    return list(texts) if "\\" in told else f"{{{told[1:-1]}}}"
