"""An agreed or wanted cut in words, and in what two of them differ (reads only)."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pushes.formats.offered import COLUMNS
from pushes.forms import FORMAT_LABELS
from pushes.models import Terms
from registry.queries import district_names, programme_names


class Line(NamedTuple):
    """One term: what it is called, what it says, and what it said before, where it is told as a change."""

    name: str
    said: str
    before: str = ""


class Names(NamedTuple):
    """What programmes and districts are called, by their codes."""

    programmes: Mapping[str, str]
    districts: Mapping[str, str]


def names() -> Names:
    """Those of the catalogue."""
    return Names(programme_names(), district_names())


def lines(terms: Terms, names: Names) -> list[Line]:
    """Every term of the cut."""
    programmes, districts = (
        _named(terms["programmes"], names.programmes, _("all programmes")),
        _named(terms["districts"], names.districts, _("all districts")),
    )
    name_only = (
        _("with members known by name only") if terms["include_name_only"] else _("without members known by name only")
    )
    return [
        Line(_("Programmes"), programmes),
        Line(_("Districts"), districts),
        Line(_("Members known by name only"), name_only),
        Line(_("Columns of the tables"), _named(terms["columns"], COLUMNS, _("all columns"))),
        Line(
            _("Named lists and points"), _named(terms.get("annexes", ()), names.programmes, pgettext("annexes", "none"))
        ),
        Line(_("File formats"), _named(terms["formats"], FORMAT_LABELS, "")),
    ]


def differing(before: Terms, after: Terms, names: Names) -> list[Line]:
    """The terms that are not what they were."""
    pairs = zip(lines(before, names), lines(after, names), strict=True)
    return [Line(new.name, new.said, old.said) for old, new in pairs if old != new]


def _named(chosen: Collection[str], names: Mapping[str, Any], every: str) -> str:
    return "、".join(str(names.get(code, code)) for code in chosen) or every
