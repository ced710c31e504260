"""Three years of a made-up city, list by list (pure). Law: each enterprise is granted something."""

from random import Random

from registry.samples.city import City, Line, found
from registry.samples.plan import CALENDAR, ROWS_PER_ENTERPRISE, Planned
from registry.samples.renaming import rename_some

FILING = "ZZTE"  # the city's own filing, open to all: it takes in whom no other list names
_REJECTED_PART = 0.04  # of those in a publicity notice, who are not recognised afterwards


def simulate(size: int, rng: Random) -> tuple[City, list[tuple[Planned, list[Line]]]]:
    """The city and its lists with their lines, by date of publication; a list without lines is left out."""
    city = found(size, rng)
    lines: dict[Planned, list[Line]] = {}
    for planned in CALENDAR:
        if planned.programme != FILING and planned.notice not in ("publicity", "rename"):
            lines[planned] = city.publish(planned)
    _file_the_unnamed(city, lines)
    for planned in CALENDAR:
        if planned.notice == "publicity":
            lines[planned] = _publicity(city, planned, lines)
    notices = [planned for planned in CALENDAR if planned.notice == "rename"]
    in_order = [(planned, lines[planned]) for planned in CALENDAR if planned in lines]
    lines.update(zip(notices, rename_some(city, in_order, notices), strict=True))
    _file_others(city, lines)
    for planned in CALENDAR:
        if (planned.programme, planned.notice) == (FILING, "revocation"):
            lines[planned] = city.publish(planned)
    return city, [(planned, lines[planned]) for planned in CALENDAR if lines[planned]]


def _publicity(city: City, planned: Planned, lines: dict[Planned, list[Line]]) -> list[Line]:
    """Those whom the batch will name, and a few it will not, without numbers yet."""
    batch = next(
        named
        for other, named in lines.items()
        if (other.programme, other.batch, other.notice) == (planned.programme, planned.batch, "recognition")
    )
    shown = [line.enterprise for line in batch]
    holders = city.held[planned.programme]
    others = [enterprise for enterprise in city.enterprises[: city.size] if enterprise.serial not in holders]
    shown += city.rng.sample(others, min(len(others), round(len(shown) * _REJECTED_PART)))
    city.rng.shuffle(shown)
    return [Line(enterprise) for enterprise in shown]


def _file_the_unnamed(city: City, lines: dict[Planned, list[Line]]) -> None:
    named = {line.enterprise.serial for some in lines.values() for line in some}
    unnamed = [serial for serial in range(1, city.size + 1) if serial not in named]
    city.rng.shuffle(unnamed)
    filings = _filings()
    for at, planned in enumerate(filings):
        lines[planned] = city.grant(planned, unnamed[at :: len(filings)])


def _file_others(city: City, lines: dict[Planned, list[Line]]) -> None:
    """Enterprises that other lists name file with the city too, until the rows are as many as planned."""
    missing = round(city.size * ROWS_PER_ENTERPRISE) - sum(map(len, lines.values()))
    filed = city.held[FILING]
    others = [serial for serial in range(1, city.size + 1) if serial not in filed]
    chosen = city.draw(others, max(0, missing))
    filings = _filings()
    for at, planned in enumerate(filings):
        lines[planned] += city.grant(planned, chosen[at :: len(filings)])
        city.rng.shuffle(lines[planned])


def _filings() -> list[Planned]:
    return [planned for planned in CALENDAR if (planned.programme, planned.notice) == (FILING, "recognition")]
