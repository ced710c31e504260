"""Step 1 of the path, of points lists: which columns are whose, and what their cells may hold (reads only).

Law: what lists call an indicator, its unit, limits and grades are the catalogue's data.
"""

from collections.abc import Iterator

from registry.models import Indicator, ListImport, Programme, ProgrammeKind
from registry.points import Measure, Scale, field_of, year_in


def measures_of(programme: Programme) -> dict[str, Measure]:
    """Field → what its cells may hold, in the catalogue's order; of any but a points programme, none."""
    if programme.kind != ProgrammeKind.POINTS:
        return {}
    return {
        field_of(one.code): Measure(one.code, one.name, one.kind, one.unit, one.highest, frozenset(one.grades))
        for one in Indicator.objects.filter(programme=programme)
    }


def scale_of(listed: ListImport) -> Scale | None:
    """The scale of a points list; None for any other list."""
    if listed.programme.kind != ProgrammeKind.POINTS:
        return None
    return Scale(measures_of(listed.programme), year_of(listed))


def year_of(listed: ListImport) -> int | None:
    """The year that the notice's period lies in, else the one year that its title names."""
    first, last = listed.valid_from or listed.valid_to, listed.valid_to or listed.valid_from
    if first and last:
        return first.year if first.year == last.year else None
    return year_in(listed.title)


def header_words(programme: Programme) -> Iterator[tuple[str, str]]:
    """Header text → field, for every indicator of a points programme."""
    if programme.kind == ProgrammeKind.POINTS:
        for one in Indicator.objects.filter(programme=programme):
            yield from ((text, field_of(one.code)) for text in (one.name, *one.words))


def field_names(programme: Programme) -> dict[str, str]:
    """Field → what the indicator is called."""
    return {field: measure.name for field, measure in measures_of(programme).items()}
