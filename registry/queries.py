"""What the apps to the right may ask of the registry. Law: reads only."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from registry.models import (
    District,
    Entry,
    ImportState,
    Indicator,
    IndicatorKind,
    LineCorrection,
    ListImport,
    Programme,
    ProgrammeKind,
    ProgrammeRule,
)


def confirmed_imports() -> QuerySet[ListImport]:
    """The imports whose entries count now, in an order that depends on the lists alone, not on who was first."""
    return ListImport.objects.filter(state=ImportState.CONFIRMED).order_by("published_on", "sha256", "sheet", "notice")


def standing_rules() -> QuerySet[ProgrammeRule]:
    """The rules as they are recorded now, by their own dates."""
    return ProgrammeRule.objects.filter(superseded_at=None).order_by("programme", "effective_from")


def rules_on(day: date) -> QuerySet[ProgrammeRule]:
    """The rules in force on a day, one of a programme, as recorded now."""
    return standing_rules().filter(Q(effective_to=None) | Q(effective_to__gt=day), effective_from__lte=day)


def rule_on(programme: Programme, day: date) -> ProgrammeRule | None:
    """The programme's rule in force on a day, as recorded now."""
    return rules_on(day).filter(programme=programme).first()


def programme_names() -> dict[str, str]:
    """Programme code → name, in the order of the catalogue."""
    return dict(Programme.objects.values_list("code", "name"))


def recognition_names() -> dict[str, str]:
    """The same of those that may count for the pool: named lists and points are not among them."""
    return dict(Programme.objects.filter(kind=ProgrammeKind.RECOGNITION).values_list("code", "name"))


class Beside(NamedTuple):
    """A programme that stands beside the pool: `kind` is named_list or points."""

    kind: str
    name: str


def beside_the_pool() -> dict[str, Beside]:
    """Programme code → what is kept beside the pool and never counts, in the order of the catalogue."""
    others = Programme.objects.exclude(kind=ProgrammeKind.RECOGNITION)
    return {code: Beside(kind, name) for code, kind, name in others.values_list("code", "kind", "name")}


class Column(NamedTuple):
    """An indicator of points, for people."""

    name: str
    unit: str


def indicator_columns(programmes: Iterable[str]) -> dict[tuple[str, str], Column]:
    """(programme code, indicator code) → its name and unit, in the order of the catalogue; totals and grades not."""
    found = Indicator.objects.filter(programme__code__in=programmes, kind=IndicatorKind.INDICATOR)
    rows = found.order_by("programme__position", "programme__code", "position", "code")
    return {
        (programme, code): Column(name, unit)
        for programme, code, name, unit in rows.values_list("programme__code", "code", "name", "unit")
    }


def district_names() -> dict[str, str]:
    """District code → name, in the order of the codes."""
    return dict(District.objects.values_list("code", "name"))


class Source(NamedTuple):
    """The notice behind a reference, for people."""

    title: str
    document_number: str
    published_on: date
    url: str


def sources(references: Iterable[str]) -> dict[str, Source]:
    """List reference → its notice. A row's reference (`REFERENCE#12`) is looked up by its list's part."""
    wanted = {reference.partition("#")[0] for reference in references}
    rows = ListImport.objects.filter(reference__in=wanted).values_list(
        "reference", "title", "document_number", "published_on", "source_url"
    )
    return {reference: Source(title, number, day, url) for reference, title, number, day, url in rows}


def standing_in() -> QuerySet[Entry]:
    """The lines that correct a published one: they are read in its place, never beside it."""
    own = LineCorrection.objects.filter(
        list_import=OuterRef("list_import"), row_number=OuterRef("row_number"), corrects__isnull=False
    )
    return Entry.objects.filter(Exists(own))


def correction_of(entry: Entry) -> LineCorrection | None:
    """What makes this line a correction, where it is one."""
    return LineCorrection.objects.filter(list_import=entry.list_import_id, row_number=entry.row_number).first()


def as_it_reads(line: Entry) -> Entry:
    """A published line as it reads now: its latest correction that counts; else itself."""
    said = line.line_corrections.filter(list_import__state=ImportState.CONFIRMED).order_by("-pk")
    for one in said:
        found = Entry.objects.filter(list_import=one.list_import_id, row_number=one.row_number, usable=True).first()
        if found:
            return found
    return line


def published_line(entry: Entry) -> Entry:
    """The line as it was published, of which this one is a correction; else itself."""
    found = correction_of(entry)
    return found.corrects if found and found.corrects else entry
