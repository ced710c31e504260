"""What a row of a points list says: a year, a total, a grade and the indicators (pure). Law: a cell is right or named.

Values are exact decimals, kept as text. What a list calls each indicator, and what its cells may hold, is data.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NotRequired, TypedDict

from registry.dates import read_year
from registry.names import clean_text
from registry.problems import Problem, Severity

TOTAL, GRADE = "total", "grade"  # kinds of measures; all others are indicators
_FIELD = "points:"
_NUMBER = re.compile(r"^[+-]?\d{1,12}(?:\.\d{1,20})?$")
_GROUPED = re.compile(r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_PLACES = Decimal("0.0001")  # a spreadsheet's sum of 88.1 may read 88.10000000000001
_YEARS = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
_SHOWN = 60


class Points(TypedDict):
    """What an entry keeps: `values` by the indicators' codes, numbers as plain decimal text."""

    year: int
    total: NotRequired[str]
    grade: NotRequired[str]
    values: dict[str, str]


@dataclass(frozen=True)
class Measure:
    """One column of points: `kind` is total, grade or indicator."""

    code: str
    name: str
    kind: str
    unit: str = ""
    highest: Decimal | None = None
    grades: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Scale:
    """The measures of a programme by the fields that name them, and the year of rows that state none."""

    measures: Mapping[str, Measure]
    year: int | None = None


def field_of(code: str) -> str:
    """The field that a column of this indicator has, beside those of every list."""
    return _FIELD + code


def is_points_field(field: str) -> bool:
    return field.startswith(_FIELD)


def year_in(text: str) -> int | None:
    """The one year that a title names, or None where it names none or several."""
    found = set(_YEARS.findall(unicodedata.normalize("NFKC", text)))
    return int(found.pop()) if len(found) == 1 else None


def texts_of(points: Points | None, scale: Scale | None) -> dict[str, str]:
    """Field → text, by which a line says again what it said."""
    if not points or not scale:
        return {}
    told = {"year": str(points["year"])}
    for field, measure in scale.measures.items():
        if measure.kind == TOTAL:
            told[field] = points.get("total", "")
        elif measure.kind == GRADE:
            told[field] = points.get("grade", "")
        else:
            told[field] = points["values"].get(measure.code, "")
    return told


def read_points(cells: Mapping[str, str], scale: Scale) -> tuple[Points | None, list[Problem]]:
    """The points of a row, as far as they can be read, and everything that is wrong with them.

    Without its year or its total a row says nothing that could be told; another faulty cell is left out.
    """
    problems: list[Problem] = []
    year = _year(cells.get("year", ""), scale, problems)
    values: dict[str, str] = {}
    total = grade = ""
    for field, measure in scale.measures.items():
        text = _plain(cells.get(field, ""))
        if not text:
            continue
        if measure.kind == GRADE:
            grade = _grade(text, measure, problems)
        elif measure.kind == TOTAL:
            total = _number(text, measure, problems)
        elif number := _number(text, measure, problems):
            values[measure.code] = number
    if not (total or grade or values or problems):
        problems.append(Problem("points_missing", Severity.ERROR))
    if year is None:
        return None, problems
    points: Points = {"year": year, "values": values}
    if total:
        points["total"] = total
    if grade:
        points["grade"] = grade
    return points, problems


def _plain(text: str) -> str:
    return clean_text(unicodedata.normalize("NFKC", text))


def _year(text: str, scale: Scale, problems: list[Problem]) -> int | None:
    if not _plain(text):
        if scale.year is None:
            problems.append(Problem("points_year_missing", Severity.ERROR))
        return scale.year
    year = read_year(text)
    if year is None:
        problems.append(Problem("points_year_unreadable", Severity.ERROR, _plain(text)[:_SHOWN]))
    return year


def _grade(text: str, measure: Measure, problems: list[Problem]) -> str:
    if len(text) > 20 or (measure.grades and text not in measure.grades):
        problems.append(Problem("points_grade_unknown", Severity.WARNING, _shown(measure, text)))
        return ""
    return text


def _number(text: str, measure: Measure, problems: list[Problem]) -> str:
    """The number as plain text, without its unit and the marks between thousands."""
    severity = Severity.ERROR if measure.kind == TOTAL else Severity.WARNING
    bare = text.removesuffix(measure.unit or "%").removesuffix("分").replace(" ", "")
    if _GROUPED.match(bare):  # of 8,5 nobody knows whether it is 85
        bare = bare.replace(",", "")
    if not _NUMBER.match(bare):
        problems.append(Problem("points_not_a_number", severity, _shown(measure, text)))
        return ""
    number = Decimal(bare).quantize(_PLACES)
    if measure.highest is not None and number > measure.highest:
        problems.append(Problem("points_too_high", severity, _shown(measure, text)))
        return ""
    plain = f"{number:f}".rstrip("0").rstrip(".")
    return "0" if plain in ("", "-0") else plain


def _shown(measure: Measure, text: str) -> str:
    """Which column it is stands before what it holds: a row has many."""
    return f"{measure.name}\uff1a{text}"[:_SHOWN]
