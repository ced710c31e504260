"""The table of members: who is in, known by what, and by which programmes (pure)."""

from collections.abc import Mapping

from enterprises.canonical import Record
from pushes.formats import words
from pushes.formats.table import Cell, Column


def columns(programmes: Mapping[str, str]) -> list[Column]:
    """One column for each programme (code → name), after the enterprise's own."""
    return [
        Column(words.PUBLIC_ID, 11),
        Column(words.CODE, 22),
        Column(words.NAME, 40),
        Column(words.FORMER_NAMES, 30),
        Column(words.DISTRICT, 24),
        Column(words.KNOWN_BY, 10),
        *(Column(name, 2 * len(name) + 4) for name in programmes.values()),
    ]


def row(record: Record, programmes: Mapping[str, str]) -> list[Cell]:
    """A programme's cell says that it holds (是), that renewal is awaited (待续), or nothing."""
    states: dict[str, str] = {}
    for recognition in record["recognitions"]:
        if states.get(recognition["programme"]) != "valid":
            states[recognition["programme"]] = recognition["state"]
    return [
        record["id"],
        record["uscc"],
        record["name"],
        words.SEPARATOR.join(record["former_names"]),
        record["district"],
        words.BY_CODE if record["uscc"] else words.BY_NAME,
        *(words.FLAGS.get(states.get(programme, ""), "") for programme in programmes),
    ]
