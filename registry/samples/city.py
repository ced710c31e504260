"""A made-up city and its enterprises' histories (pure). Law: same number, same seed, same histories."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from registry.samples import codes
from registry.samples.naming import Namer
from registry.samples.places import CITY, DISTRICTS, OTHER_CITIES, UNASSIGNED_DIVISION
from registry.samples.plan import Planned

# Enterprises of other cities, for each of the city's own: they fill the province-wide list.
OUTSIDERS_SHARE = 0.02
_LOWER_RUNG = {"SRDI": "INNO", "LG": "SRDI", "GZ": "HNTE", "LEAD": "HNTE", "IP_D": "IP_A"}
_HIGHER_RUNG = {below: above for above, below in _LOWER_RUNG.items() if below != "HNTE"}
_FAVOURED = {"INNO": ("TSME", "HNTE"), "IP_A": ("HNTE",), "HNTE": ("TSME",), "TSME": ("HNTE",)}
_FAVOURED_PART = 0.5  # of those newly named by a programme, who come from the programmes above
_RECHECK_PASSED = 0.65
_CERTIFICATE_RENEWED = 0.6
_RELISTED_PART = 0.72  # of a year's small technology enterprises, who were listed in the year before
_GOES_BACK_A_YEAR = 0.4  # of revocations, those that reach back to the year before the notice


@dataclass(slots=True)
class Enterprise:
    """An enterprise: its code, where it is, and its names, each with the day from which it bears it."""

    serial: int
    code: str
    district: str  # a division code, "" outside the city
    city: str
    names: list[tuple[date, str]]

    def name_on(self, day: date) -> str:
        return next(name for since, name in reversed(self.names) if since <= day)


@dataclass(slots=True)
class Held:
    """A recognition; `until` is the last day on which it counts, None where no end is set."""

    batch: str
    number: str = ""
    issued: date | None = None
    until: date | None = None

    def counts_on(self, day: date) -> bool:
        return self.until is None or self.until >= day


@dataclass(frozen=True, slots=True)
class Line:
    """What a list says of one enterprise; the names follow from the day of publication."""

    enterprise: Enterprise
    number: str = ""
    issued: date | None = None
    revoked_from_year: int | None = None
    former_name: str = ""


@dataclass
class City:
    """The enterprises and, programme by programme, what each was given so far.

    `registered` holds, by year and serial, the yearly numbers of small technology enterprises; `barred`, the
    serials of those whose number was revoked: they are not listed again.
    """

    size: int
    rng: Random
    namer: Namer
    enterprises: list[Enterprise]
    held: dict[str, dict[int, list[Held]]] = field(default_factory=lambda: defaultdict(dict))
    barred: set[int] = field(default_factory=set)
    registered: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    _issued: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def publish(self, planned: Planned) -> list[Line]:
        """The lines of a list that grants or revokes; to be called in the order of publication."""
        if planned.notice == "revocation":
            return self._revoke(planned)
        if planned.notice == "recheck":
            return self.grant(planned, self._passing(planned))
        if planned.programme == "TSME":
            return self._register(planned)
        named = self._renewing(planned) if planned.notice == "recognition" else []
        lines = self.grant(planned, named + self._newly_named(planned))
        return lines + self._outsiders(planned) if planned.province_wide else lines

    def share(self, part: float) -> int:
        """The number of enterprises that a part of the city is, at least one."""
        return max(1, round(part * self.size))

    def draw(self, candidates: list[int], count: int) -> list[int]:
        """Up to `count` of the candidates, in random order."""
        return self.rng.sample(candidates, min(count, len(candidates)))

    def grant(self, planned: Planned, serials: list[int]) -> list[Line]:
        """The lines of a list that names these enterprises, without asking whether they deserve it."""
        self.rng.shuffle(serials)
        for serial in serials:
            until, number = planned.valid_to, ""
            if planned.programme == "HNTE" and planned.issued:
                until = planned.issued.replace(year=planned.issued.year + 3) - timedelta(days=1)
                number = self._certificate(planned.issued.year)
            held = Held(planned.batch, number, planned.issued, until)
            self.held[planned.programme].setdefault(serial, []).append(held)
        holders = self.held[planned.programme]
        return [self._line(serial, holders[serial][-1]) for serial in serials]

    def _newly_named(self, planned: Planned) -> list[int]:
        programme, holders = planned.programme, self.held[planned.programme]
        below = _LOWER_RUNG.get(programme)
        if below:
            rung = self.held[below]
            able = [serial for serial in sorted(rung) if rung[serial][-1].counts_on(planned.published)]
        else:
            able = list(range(1, self.size + 1))
        able = [serial for serial in able if serial not in holders]
        count = self.share(planned.share)
        favoured = [s for s in able if any(s in self.held[other] for other in _FAVOURED.get(programme, ()))]
        first = self.draw(favoured, round(count * _FAVOURED_PART))
        taken = set(first)
        return first + self.draw([serial for serial in able if serial not in taken], count - len(first))

    def _renewing(self, planned: Planned) -> list[int]:
        """Holders of certificates that ran out shortly before: three years on, a part is recognised again."""
        if planned.programme != "HNTE":
            return []
        earliest = planned.published - timedelta(days=100)
        holders = self.held["HNTE"]
        able = [
            serial
            for serial in sorted(holders)
            if earliest <= (holders[serial][-1].until or date.max) < planned.published
        ]
        return self.draw(able, round(len(able) * _CERTIFICATE_RENEWED))

    def _passing(self, planned: Planned) -> list[int]:
        """Who of a batch passes its re-check: all on the next rung of the ladder, a part of the others."""
        holders = self.held[planned.programme]
        above = self.held.get(_HIGHER_RUNG.get(planned.programme, ""), {})
        batch = [serial for serial in sorted(holders) if holders[serial][-1].batch == planned.batch]
        higher = [serial for serial in batch if serial in above]
        others = [serial for serial in batch if serial not in above]
        return higher + self.draw(others, max(0, round(len(batch) * _RECHECK_PASSED) - len(higher)))

    def _register(self, planned: Planned) -> list[Line]:
        """Small technology enterprises register anew each year, a part of them again and again."""
        year = planned.published.year
        listed, before = self.registered[year], self.registered[year - 1]
        count = self.share(planned.share)
        able = [serial for serial in sorted(before) if serial not in listed and serial not in self.barred]
        again = self.draw(able, round(count * _RELISTED_PART))
        serials = again + self._newly_named(planned)[: count - len(again)]
        self.rng.shuffle(serials)
        for serial in serials:
            kind = self.rng.choice("A0")
            listed[serial] = codes.registration_number(year, self._count(f"TSME{year}"), kind)
            held = Held(planned.batch, listed[serial], until=date(year, 12, 31))
            self.held["TSME"].setdefault(serial, []).append(held)
        return [Line(self.enterprises[serial - 1], listed[serial]) for serial in serials]

    def _revoke(self, planned: Planned) -> list[Line]:
        holders = self.held[planned.programme]
        able = [serial for serial in sorted(holders) if self._may_lose(planned, serial)]
        lines = []
        for serial in self.draw(able, self.share(planned.share)):
            held = holders[serial][-1]
            if planned.programme == "TSME":
                year = int(planned.batch)
                self.barred.add(serial)
            else:
                year = planned.published.year - (self.rng.random() < _GOES_BACK_A_YEAR)
                year = max(year, held.issued.year) if held.issued else year
            held.until = min(date(year - 1, 12, 31), held.until or date.max)
            lines.append(Line(self.enterprises[serial - 1], held.number, revoked_from_year=year))
        return lines

    def _may_lose(self, planned: Planned, serial: int) -> bool:
        """Whether a revocation may hit: it takes a number of the notice's year, or what still counts."""
        if planned.programme == "TSME":
            return serial in self.registered[int(planned.batch)]
        held = self.held[planned.programme][serial][-1]
        settled = planned.published - timedelta(days=150)
        return held.counts_on(planned.published) and (held.issued or date.min) <= settled

    def _outsiders(self, planned: Planned) -> list[Line]:
        """Enterprises of other cities, with certificates of the same day."""
        issued = planned.issued or planned.published
        outsiders = self.enterprises[self.size :]
        return [Line(enterprise, self._certificate(issued.year), issued) for enterprise in outsiders]

    def _certificate(self, year: int) -> str:
        return codes.certificate_number(year, self._count(f"HNTE{year}"))

    def _count(self, what: str) -> int:
        self._issued[what] += 1
        return self._issued[what] - 1

    def _line(self, serial: int, held: Held) -> Line:
        return Line(self.enterprises[serial - 1], held.number, held.issued)


def found(size: int, rng: Random) -> City:
    """A city of `size` enterprises, and some of other cities, before anything was published."""
    namer = Namer(rng)
    outside = max(1, round(size * OUTSIDERS_SHARE))
    bodies = codes.organisation_codes(size + outside, rng)
    weights = [place.weight for place in DISTRICTS]
    districts = [place.code for place in rng.choices(DISTRICTS, weights, k=size)]
    enterprises = []
    for serial, (body, district) in enumerate(zip(bodies, districts, strict=False), start=1):
        code, names = codes.uscc(body, UNASSIGNED_DIVISION), [(date.min, namer.compose(district))]
        enterprises.append(Enterprise(serial, code, district, CITY, names))
    for serial, body in enumerate(bodies[size:], start=size + 1):
        city, region, division = rng.choice(OTHER_CITIES)
        names = [(date.min, namer.compose("", region))]
        enterprises.append(Enterprise(serial, codes.uscc(body, division), "", city, names))
    return City(size, rng, namer, enterprises)
