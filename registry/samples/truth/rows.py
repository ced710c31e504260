"""The rows of a region's lists as published, and who stands behind each (pure). Law: truth is never in a row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from registry.samples.truth import rates
from registry.samples.truth.lives import KINDS, Firm, List, live
from registry.samples.truth.numbers import LEGIBLE, Numbers, NumberSlips
from registry.samples.truth.regions import Region, Share
from registry.samples.truth.slips import NameSlips

_QUOTED = re.compile('[,"\n\r]')


@dataclass
class Published:
    """A region's files: rows and truth lack the row's id alone, which counts on from region to region."""

    rows: list[str] = field(default_factory=list)
    truth: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    renames: list[str] = field(default_factory=list)


@dataclass
class _Told:
    """What lists told of a renamed firm before and after: the two are one only where something joins them."""

    before: set[str] = field(default_factory=set)
    after: set[str] = field(default_factory=set)
    noted: bool = False

    def joined(self, firm: Firm) -> bool:
        return firm.noticed or self.noted or bool(self.before & self.after)


def publish(share: Share, seed: int, errors: float) -> Published:
    """All that a region publishes."""
    return _Press(share, Random(f"{seed}:{share.region.code}"), errors).published()  # noqa: S311 (no secret)


class _Press:
    def __init__(self, share: Share, rng: Random, errors: float) -> None:
        self._share, self._region, self._rng, self._errors = share, share.region, rng, errors
        self._numbers, self._spoil = Numbers(rng, share), NumberSlips(rng, errors)
        self._names = NameSlips(rng, share.region, errors)
        self._told: dict[int, _Told] = {}

    def published(self) -> Published:
        firms, lists = live(self._share, self._rng)
        self._spoil.others = [firm.code for firm in firms]
        out, behind = Published(), []
        has = _columns(list(lists), self._rng)
        for listed, members in lists.items():
            kind, year = listed
            list_id = f"{self._region.code}-{kind}-{year}"
            out.lists.append(f"{list_id},{self._region.code},{kind},{year},{has[listed]}")
            for row, firm, tags in self._rows(list_id, listed, has[listed], members):
                out.rows.append(row)
                behind.append((firm, firm.is_renamed_by(year), tags))
        for firm, after, tags in behind:
            part = int(after and not self._told[firm.serial].joined(firm))
            out.truth.append(f"{firm.serial},{2 * firm.serial + part},{_cell(tags)}")
        out.renames = [self._notice(firm) for firm in firms if firm.noticed]
        return out

    def _rows(self, list_id: str, listed: List, has: str, members: list[Firm]) -> Iterator[tuple[str, Firm, str]]:
        kind, year = listed
        random = self._rng.random
        missing = 1.0 if random() < rates.LISTS_WITHOUT_DISTRICT else rates.DISTRICT_MISSING
        for number, firm in enumerate(members):
            after = firm.is_renamed_by(year)
            noted = firm.name if after and random() < rates.OLD_NAME_NOTED else ""
            name, tags = self._names.spoil(firm.later if after else firm.name, noted)
            code, organisation, registered, told, more = self._codes(firm, has)
            cert, sound = self._certificate(firm, kind, year)
            tags += more
            if cert and not sound:
                tags.append("cert_typo")
            if firm.changed:
                self._remember(firm, after, {told, cert if sound else ""} - {""}, noted=bool(noted))
            district = "" if random() < missing else _district(firm, self._region, self._rng, self._errors)
            day = f"{year}-{self._rng.randrange(1, 13):02d}-{self._rng.randrange(1, 28):02d}"
            cells = f"{_cell(name)},{_cell(code)},{organisation},{registered},{cert},{district},{day}"
            yield f"{list_id},{number},{cells}", firm, ",".join(tags)

    def _codes(self, firm: Firm, has: str) -> tuple[str, str, str, str, list[str]]:
        """Code, organisation code, registration number, what of these identifies, and tags."""
        if has == "org":
            return "", self._spoil.organisation(firm.organisation), "", firm.organisation, ["orgcode"]
        if has != "code":
            return "", "", "", "", []
        chance = self._rng.random() / self._errors if self._errors else 1.0
        if chance < rates.CODE_MISSING:
            return "", "", "", "", []
        if chance < rates.CODE_MISSING + rates.REG_NO_INSTEAD:
            return "", "", firm.registered, firm.registered, ["regno"]
        code, tags = self._spoil.code(firm.code)
        return code, "", "", firm.organisation if LEGIBLE.issuperset(tags) else "", tags

    def _certificate(self, firm: Firm, kind: str, year: int) -> tuple[str, bool]:
        """The number that a list of the kind states, and whether it is as it was issued."""
        number = ""
        if kind in ("gaoxin", "subsidy"):
            number = self._high_tech(firm, year)
        elif kind == "kjzxqy":
            number = firm.numbers.get(f"T{year}") or self._numbers.registration(year, firm.county[0])
            firm.numbers[f"T{year}"] = number
        if not number:
            return "", True
        spoilt, is_wrong = self._spoil.certificate(number)
        return spoilt, not is_wrong

    def _high_tech(self, firm: Firm, year: int) -> str:
        issued = firm.certified(year)
        key = f"H{issued}"
        if key not in firm.numbers:
            firm.numbers[key] = self._numbers.certificate(issued)
        return firm.numbers[key]

    def _remember(self, firm: Firm, after: bool, told: set[str], *, noted: bool) -> None:
        known = self._told.setdefault(firm.serial, _Told())
        (known.after if after else known.before).update(told)
        known.noted |= noted

    def _notice(self, firm: Firm) -> str:
        number = firm.numbers.get(f"H{firm.certified(firm.changed)}", "")
        if self._rng.random() >= rates.NOTICE_WITH_NUMBER:
            number = ""
        return f"{firm.name},{firm.later},{number},{firm.changed}"


def _columns(lists: list[List], rng: Random) -> dict[List, str]:
    """Which lists carry credit codes, and which organisation codes, as the oldest do."""
    coded = set()
    for kind in KINDS:  # of each kind as many, lest a city's codes hang on the luck of its largest lists
        same = [listed for listed in lists if listed[0] == kind]
        coded |= set(rng.sample(same, round(len(same) * rates.LISTS_WITH_CODE)))
    old = [listed for listed in lists if listed not in coded and listed[1] <= rates.ORG_CODES_UNTIL]
    rng.shuffle(old)
    organised = set(old[: round(len(lists) * rates.LISTS_WITH_ORG_CODE)])
    return {listed: "code" if listed in coded else "org" if listed in organised else "none" for listed in lists}


def _district(firm: Firm, region: Region, rng: Random, errors: float) -> str:
    """The enterprise's place as a list writes it: its county, its zone, its city, or the one within the other."""
    chance = rng.random()
    if chance < 0.3:
        return region.city
    place = firm.zone or firm.county[1]
    if rng.random() < rates.DISTRICT_WRONG * errors:
        place = rng.choice(region.counties)[1]
    if chance < 0.7 or place == region.city:
        return place
    return f"{region.city}{place}" if chance < 0.97 else f"{region.province}{region.city}{place}"


def _cell(text: str) -> str:
    """A csv's cell."""
    return '"{}"'.format(text.replace('"', '""')) if _QUOTED.search(text) else text
