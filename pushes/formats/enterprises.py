"""The columns of the table of members: who is in, known by what, and by which programmes (pure)."""

from collections.abc import Collection, Mapping

from pushes.formats import words
from pushes.formats.defusing import plain
from pushes.formats.table import Column

NAME = "enterprises"
FLAGS = "flags"
_COLUMNS = {
    "public_id": Column(words.PUBLIC_ID, 11),
    "uscc": Column(words.CODE, 22),
    "name": Column(words.NAME, 40),
    "former_names": Column(words.FORMER_NAMES, 30),
    "district": Column(words.DISTRICT, 24),
    "known_by": Column(words.KNOWN_BY, 10),
    "first_edition": Column(words.FIRST_EDITION, 20),
}
OBLIGATORY = ("public_id", "uscc", "name")
OPTIONAL = {key: column.title for key, column in _COLUMNS.items() if key not in OBLIGATORY} | {
    FLAGS: words.PROGRAMME_FLAGS
}


def columns(chosen: Collection[str], programmes: Mapping[str, str]) -> dict[str, Column]:
    """The chosen columns by key; `flags` stands for one column of each programme (code → name), its key the code."""
    own = {key: column for key, column in _COLUMNS.items() if key in OBLIGATORY or key in chosen}
    return own | (_flags(programmes) if FLAGS in chosen else {})


def _flags(programmes: Mapping[str, str]) -> dict[str, Column]:
    """No two columns bear the same title: readers go by it."""
    taken = {column.title for column in _COLUMNS.values()}
    flags: dict[str, Column] = {}
    for code, name in programmes.items():
        title = plain(name) if plain(name) not in taken else f"{plain(name)}（{code}）"
        taken.add(title)
        flags[code] = Column(title, 2 * len(title) + 4)
    return flags
