"""The columns of the annex' table of innovation points: a member's latest year, total, grade, indicators (pure)."""

from collections import Counter
from collections.abc import Collection, Mapping

from pushes.formats import words
from pushes.formats.defusing import plain
from pushes.formats.table import Column

NAME = "points"
Indicator = tuple[str, str]  # programme and indicator, by their codes
Columns = dict[str | Indicator, Column]
_FIRST: Columns = {
    "public_id": Column(words.PUBLIC_ID, 11),
    "uscc": Column(words.CODE, 22),
    "name": Column(words.NAME, 40),
    "points": Column(words.POINTS, 20),
    "points_code": Column(words.POINTS_CODE, 14),
    "year": Column(words.YEAR, 10),
    "total": Column(words.TOTAL, 10),
    "grade": Column(words.GRADE, 10),
}
_LAST: Columns = {
    "title": Column(words.TITLE, 40),
    "document_number": Column(words.DOCUMENT, 24),
    "published_on": Column(words.PUBLISHED, 12, days=True),
    "url": Column(words.URL, 40),
    "source": Column(words.SOURCE, 28),
}


def columns(chosen: Collection[str], indicators: Mapping[Indicator, str]) -> Columns:
    """The table's columns by key: one for each indicator, called as `indicators` says, and the chosen last ones.

    No two bear the same title: readers go by it.
    """
    last = {key: column for key, column in _LAST.items() if key in chosen}
    taken = Counter(column.title for column in (*_FIRST.values(), *_LAST.values()))
    taken.update(plain(title) for title in indicators.values())
    own: Columns = {}
    for key, said in indicators.items():
        title = plain(said) if taken[plain(said)] == 1 else f"{plain(said)}（{'·'.join(key)}）"
        own[key] = Column(title, 2 * len(title) + 4)
    return {**_FIRST, **own, **last}
