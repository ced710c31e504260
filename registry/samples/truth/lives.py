"""The enterprises of a region and the lists that name them (pure). Law: same share, same seed, same lives."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import accumulate
from math import log
from random import Random

from registry.samples import codes
from registry.samples.truth import rates
from registry.samples.truth.naming import Namer, Parts
from registry.samples.truth.numbers import organisation_codes, registration_number
from registry.samples.truth.regions import Share

# Kinds of lists, each with its part of the rows.
KINDS = {
    "dengling": 0.026, "gaoxin": 0.297, "gcjs": 0.052, "kjzxqy": 0.314, "subsidy": 0.114, "xjr": 0.036, "zjtx": 0.161,
}  # fmt: skip
YEARS = range(2016, 2026)
_MOST_ROWS = 15
_ZONES = ("高新区", "高新技术产业开发区", "经济技术开发区", "经开区")
_ZONED = 0.15

List = tuple[str, int]  # its kind and year
_LISTS: list[List] = [(kind, year) for kind in KINDS for year in YEARS]
_SUMS = list(accumulate(KINDS[kind] * (4 + 0.6 * (year - YEARS[0])) for kind, year in _LISTS))


@dataclass(slots=True)
class Firm:
    """An enterprise; `later` is its name from the year of `changed` on, if it changed."""

    serial: int
    parts: Parts
    county: tuple[str, str]
    zone: str
    organisation: str
    code: str
    registered: str
    first_year: int
    listed: list[List] = field(default_factory=list)
    name: str = ""
    later: str = ""
    changed: int = 0
    noticed: bool = False
    numbers: dict[str, str] = field(default_factory=dict)

    def is_renamed_by(self, year: int) -> bool:
        """Whether a list of that year knows the later name."""
        return bool(self.changed) and year >= self.changed

    def certified(self, year: int) -> int:
        """The year of the high-tech certificate that is valid in a year: each counts for three."""
        return year - (year - self.first_year) % 3


def live(share: Share, rng: Random) -> tuple[list[Firm], dict[List, list[Firm]]]:
    """A region's enterprises, and whom each list names, in order of the list."""
    namer = Namer(rng, share.region)
    firms = _found(share, rng, namer)
    lists: dict[List, list[Firm]] = defaultdict(list)
    for firm in firms:
        firm.listed = _mentions(rng)
        _rename(firm, rng, namer)
        firm.name = firm.parts.text
        for listed in firm.listed:
            lists[listed].append(firm)
            if rng.random() < rates.LISTED_TWICE:
                lists[listed].append(firm)
    for listed in _LISTS:
        rng.shuffle(lists[listed])
    return firms, {listed: lists[listed] for listed in _LISTS if lists[listed]}


def _found(share: Share, rng: Random, namer: Namer) -> list[Firm]:
    """Enterprises before their lists, siblings and homonyms among them."""
    counties = share.region.counties
    weights = list(accumulate(1 / (1 + place) ** 0.5 for place in range(len(counties))))
    firms: list[Firm] = []
    for at, organisation in enumerate(organisation_codes(rng, share)):
        county, chance = rng.choices(counties, cum_weights=weights)[0], rng.random()
        if firms and chance < rates.HOMONYM and len(counties) > 1:
            first = rng.choice(firms)
            parts = first.parts
            county = rng.choice([other for other in counties if other != first.county])
        elif firms and chance < rates.SIBLING:
            first = rng.choice(firms)
            first.parts, parts = namer.sibling(first.parts, county[1])
        else:
            parts = namer.compose(county[1])
        zone = rng.choice(_ZONES) if rng.random() < _ZONED else ""
        firms.append(
            Firm(
                serial=share.first + at,
                parts=parts,
                county=county,
                zone=zone,
                organisation=organisation,
                code=codes.uscc(organisation, f"{share.region.code}99"),
                registered=registration_number(rng, f"{share.region.code}99"),
                first_year=rng.randrange(3),
            )
        )
    return firms


def _mentions(rng: Random) -> list[List]:
    """The lists that name an enterprise, each once: a geometric number of them."""
    count = min(_MOST_ROWS, int(log(1 - rng.random()) / log(rates.ROWS_AFTER_FIRST)) + 1)
    drawn: dict[List, None] = {}
    while len(drawn) < count:
        drawn.update(dict.fromkeys(rng.choices(_LISTS, cum_weights=_SUMS, k=count - len(drawn))))
    return sorted(drawn, key=lambda listed: listed[1])


def _rename(firm: Firm, rng: Random, namer: Namer) -> None:
    """A part of those that stand in lists of several years is called otherwise from one of these years on."""
    years = sorted({year for _kind, year in firm.listed})
    if len(years) < 2:
        return
    chance = rng.random()
    for kind, rate in rates.RENAMED.items():
        chance -= rate
        if chance < 0:
            firm.later = namer.rename(firm.parts, kind, firm.county[1]).text
            firm.changed = rng.choice(range(years[0] + 1, years[-1] + 1))
            firm.noticed = rng.random() < rates.NOTICED
            return
