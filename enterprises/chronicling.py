"""An enterprise's story: what was published of it, what was decided, told and changed, the newest first (reads only).

Law: a number of queries that does not grow with the story, each by an index of the enterprise's own; nothing is told
that is not in a row, and each step leads to it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from enterprises.delta import Cause
from enterprises.models import ChangeKind, EditionChange, Enterprise, MatchDecision, Objection
from enterprises.wording import FIELDS, RULES, cause_in_words, outcome_in_words, period_in_words
from registry.models import Entry, Field, ImportEvent, ImportState, LineCorrection, ListImport
from registry.queries import programme_names, sources

MOST = 600  # of each kind, the newest
KINDS: dict[str, str | Promise] = {
    "line": gettext_lazy("published lines"),
    "decision": gettext_lazy("match decisions"),
    "correction": gettext_lazy("corrections"),
    "objection": pgettext_lazy("kind of step", "objections"),
    "edition": gettext_lazy("editions in and out"),
    "change": gettext_lazy("changes of its identity"),
}


@dataclass(frozen=True)
class Step:
    """One thing that happened. `page` is the admin's page of the row behind it: its name and the row's key; `links` are
    other pages, with their words.
    """

    kind: str
    day: date
    at: datetime | None
    title: str
    words: tuple[str, ...] = ()
    by: str = ""
    tone: str = ""
    page: tuple[str, Any] | None = None
    links: tuple[tuple[str, Any, str], ...] = ()

    @property
    def order(self) -> tuple[date, float]:
        return self.day, self.at.timestamp() if self.at else 0.0


@dataclass(frozen=True)
class Borne:
    """A name, code or number as lists give it: the first and the last line that does, and how many do."""

    what: str | Promise
    text: str
    first: Entry
    last: Entry
    lines: int


@dataclass(frozen=True)
class Story:
    """All that is told of an enterprise beside how it stands."""

    steps: tuple[Step, ...]
    borne: tuple[Borne, ...]
    is_cut: bool


def story(enterprise: Enterprise, *, with_objections: bool) -> Story:
    """The enterprise's, in the order in which it happened, the newest first."""
    decisions = list(
        MatchDecision.objects.filter(enterprise=enterprise)
        .select_related("entry__list_import__programme", "decided_by")
        .order_by("-pk")[:MOST]
    )
    standing = [one.entry for one in decisions if one.superseded_at is None]
    parts = (
        list(_lines(decisions)),
        list(_decisions(decisions)),
        list(_corrections(standing)),
        list(_objections(enterprise)) if with_objections else [],
        list(_editions(enterprise)),
        list(_changes(enterprise)),
    )
    steps = sorted((step for part in parts for step in part), key=lambda step: step.order, reverse=True)
    return Story(tuple(steps), tuple(_borne(standing)), any(len(part) >= MOST for part in (decisions, *parts)))


def _lines(decisions: Sequence[MatchDecision]) -> Iterator[Step]:
    compared = Entry.objects.in_bulk({one.beside for one in decisions if one.beside and one.superseded_at is None})
    withdrawn = _withdrawn({one.entry.list_import for one in decisions})
    for one in decisions:
        if one.superseded_at is not None:
            continue
        entry, listed = one.entry, one.entry.list_import
        told = [entry.name, entry.number, listed.document_number, entry.batch or listed.batch]
        rule = RULES.get(one.rule, one.rule)
        other = compared.get(one.beside or 0)
        beside = [("registry_entry", other.pk, _("compared with “%(name)s”") % {"name": other.name})] if other else []
        yield Step(
            kind="line",
            day=listed.published_on,
            at=None,
            title=f"{listed.programme.name} · {listed.get_notice_display()}",
            words=(
                " · ".join(filter(None, told)),
                *withdrawn.get(listed.pk, ()),
                _("Taken for it by: %(rule)s") % {"rule": rule},
            ),
            tone=listed.state,
            page=("registry_entry", entry.pk),
            links=(("registry_listimport", listed.pk, _row(entry)), *beside),
        )


def _withdrawn(lists: Iterable[ListImport]) -> dict[int, tuple[str]]:
    """Of the lists that count no more: when, by whom and why."""
    gone = [one.pk for one in lists if one.state == ImportState.WITHDRAWN]
    events = ImportEvent.objects.filter(list_import__in=gone, state=ImportState.WITHDRAWN).order_by("at")
    return {
        event.list_import_id: (
            _("The list was withdrawn on %(day)s by %(who)s and counts no more: %(why)s")
            % {"day": localdate(event.at), "who": _name(event.by) or _("the system"), "why": event.reason},
        )
        for event in (events.select_related("by") if gone else ())
    }


def _row(entry: Entry) -> str:
    return f"{entry.list_import.title} {_('row %(row)s') % {'row': entry.row_number}}"


def _decisions(decisions: Iterable[MatchDecision]) -> Iterator[Step]:
    """Those of people, and what was thought once and is no more."""
    for one in decisions:
        rule = str(RULES.get(one.rule, one.rule))
        about = {"entry": one.entry.name, "rule": rule}
        links = (("registry_entry", one.entry_id, _row(one.entry)),)
        if one.decided_by is not None:
            yield Step(
                "decision", localdate(one.decided_at), one.decided_at,
                _("A person took the line “%(entry)s” for this enterprise's") % about,
                by=one.decided_by.get_username(), page=("enterprises_matchdecision", one.pk), links=links,
            )  # fmt: skip
        if one.superseded_at is not None:
            yield Step(
                "decision", localdate(one.superseded_at), one.superseded_at,
                _("The line “%(entry)s” was taken for this enterprise's no longer") % about,
                (_("It had been by: %(rule)s") % about,), tone="expired",
                page=("enterprises_matchdecision", one.pk), links=links,
            )  # fmt: skip


def _corrections(standing: Sequence[Entry]) -> Iterator[Step]:
    found = LineCorrection.objects.filter(corrects__in=[one.pk for one in standing])
    entries = {one.pk: one for one in standing}
    for one in found.select_related("list_import__staged_by").order_by("-pk")[:MOST]:
        listed = one.list_import
        yield Step(
            "correction", localdate(listed.staged_at), listed.staged_at,
            _("A line was corrected, on the objection %(number)s") % {"number": one.ground},
            (one.why, str(listed.get_state_display())), _name(listed.staged_by), listed.state,
            ("registry_listimport", listed.pk),
            (("registry_entry", one.corrects_id, _row(entries[one.corrects_id or 0])),),
        )  # fmt: skip


def _objections(enterprise: Enterprise) -> Iterator[Step]:
    found = Objection.objects.filter(enterprise=enterprise).prefetch_related("events__by").order_by("-pk")[:MOST]
    for objection in found:
        for event in objection.events.all():
            yield Step(
                "objection", localdate(event.at), event.at,
                f"{objection.number} · {event.get_state_display()}",
                tuple(filter(None, (str(objection.get_kind_display()), event.reason))),
                _name(event.by), event.state, ("enterprises_objection", objection.pk),
            )  # fmt: skip


def _editions(enterprise: Enterprise) -> Iterator[Step]:
    """In and out of sealed editions, and how its record changed, each with its causes."""
    changes = list(
        EditionChange.objects.filter(enterprise=enterprise, edition__sealed_at__isnull=False)
        .select_related("edition__sealed_by")
        .defer("before", "after")
        .order_by("-pk")[:MOST]
    )
    known = sources(cause["source"] for change in changes for cause in change.causes)
    names = programme_names()
    for change in changes:
        edition = change.edition
        yield Step(
            "edition", localdate(edition.sealed_at), edition.sealed_at,
            f"{edition.label} · {ChangeKind(change.kind).label}",
            tuple(_cause(cause, names, known) for cause in change.causes), _name(edition.sealed_by),
            "withdrawn" if edition.withdrawn_at else change.kind, ("enterprises_edition", edition.pk),
        )  # fmt: skip


def _cause(cause: Cause, names: dict[str, str], known: dict[str, Any]) -> str:
    told = cause_in_words(cause)
    if cause["programme"]:
        told = f"{names.get(cause['programme'], cause['programme'])}{_(': ')}{told}"
    moved = " → ".join(filter(None, (period_in_words(cause["before"]), outcome_in_words(cause))))
    notice = known.get(cause["source"].partition("#")[0])
    return " · ".join(filter(None, (told, moved, notice.title if notice else "")))


def _changes(enterprise: Enterprise) -> Iterator[Step]:
    """What the log of whoever runs the house tells of the row; the house says where it is kept."""
    for one in import_string(settings.ROW_HISTORY)(enterprise, MOST):
        yield Step(
            "change", localdate(one.event.at), one.event.at, one.act,
            (*(f"{change.field}{_(': ')}{change.before} → {change.after}" for change in one.changes), *one.notes),
            one.who,
        )  # fmt: skip


def _borne(standing: Sequence[Entry]) -> Iterator[Borne]:
    """Each name, code and number, with the lines that give it; the latest first."""
    ordered = sorted(standing, key=lambda one: (one.list_import.published_on, one.pk))
    for field, what in (
        ("name", FIELDS["name"]), ("uscc", FIELDS["uscc"]), ("old_code", Field.ORG_CODE.label),
        ("number", Field.NUMBER.label),
    ):  # fmt: skip
        groups: dict[str, list[Entry]] = {}
        for entry in ordered:
            if text := getattr(entry, field):
                groups.setdefault(text, []).append(entry)
        for text, entries in sorted(groups.items(), key=lambda one: one[1][-1].list_import.published_on, reverse=True):
            yield Borne(what, text, entries[0], entries[-1], len(entries))


def _name(user: User | None) -> str:
    return user.get_username() if user else ""
