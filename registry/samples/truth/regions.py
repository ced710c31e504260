"""The regions that lists come from: prefectures, their counties and their share (pure). Law: codes are GB/T 2260's."""

import re
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

HOME = "4101"
_NATION_FROM = 200_001  # enterprises; fewer are one city's
_LEAST = 20  # enterprises of a region
# Technology enterprises by province, roughly, in tenths of a percent.
_PROVINCES = {
    "11": 85, "12": 28, "13": 36, "14": 16, "15": 8, "21": 30, "22": 12, "23": 13, "31": 65, "32": 125, "33": 95,
    "34": 47, "35": 34, "36": 24, "37": 85, "41": 40, "42": 50, "43": 42, "44": 145, "45": 15, "46": 5, "50": 24,
    "51": 48, "52": 9, "53": 11, "54": 1, "61": 38, "62": 8, "63": 2, "64": 3, "65": 7,
}  # fmt: skip
# Cities that draw more than others of their province, beside its capital.
_STRONG = {
    "2102": 8,
    "3202": 6,
    "3204": 5,
    "3205": 14,
    "3302": 7,
    "3502": 8,
    "3702": 9,
    "4403": 22,
    "4406": 6,
    "4419": 9,
}
_CAPITAL = 8
_PEOPLES = re.compile(
    r"(?:(?:壮|朝鲜|土家|苗|藏|羌|彝|布依|侗|哈尼|傣|景颇|傈僳|白|回)族|蒙古族?|哈萨克|柯尔克孜)+自治州$"
)
_RANK = re.compile(r"(?:市|地区|盟|自治州)$")
_AUTONOMOUS = re.compile(r"(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)$")


@dataclass(frozen=True)
class Region:
    """A prefecture; `at` is its place among the `of` regions of the country, `among` its place in its province."""

    code: str
    province: str
    city: str
    counties: tuple[tuple[str, str], ...]
    at: int
    of: int
    among: tuple[int, int]

    @cached_property
    def province_short(self) -> str:
        return _AUTONOMOUS.sub("", self.province)

    @cached_property
    def city_short(self) -> str:
        return _RANK.sub("", _PEOPLES.sub("", self.city))


@dataclass(frozen=True)
class Share:
    """A region's part of the enterprises: how many, the serial of the first, its first certificate of a year."""

    region: Region
    size: int
    first: int
    first_certificate: int


@cache
def regions() -> tuple[Region, ...]:
    """All prefectures, in order of their codes."""
    text = (Path(__file__).parent.parent / "data" / "regions.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines()]
    codes = [line[0] for line in lines]
    found = []
    for at, (code, province, city, *counties) in enumerate(lines):
        peers = [other for other in codes if other[:2] == code[:2]]
        parted = tuple((county[:6], county[6:]) for county in counties)
        found.append(Region(code, province, city, parted, at, len(lines), (peers.index(code), len(peers))))
    return tuple(found)


def shares(enterprises: int) -> list[Share]:
    """Who has how many of them: one city alone, or from some number on the whole country."""
    if enterprises < _NATION_FROM:
        home = next(region for region in regions() if region.code == HOME)
        return [Share(replace(home, at=0, of=1, among=(0, 1)), enterprises, 0, 0)]
    sizes = _sizes(enterprises)
    found, first, issued = [], 0, dict.fromkeys(_PROVINCES, 0)
    for region, size in zip(regions(), sizes, strict=True):
        province = region.code[:2]
        found.append(Share(region, size, first, issued[province]))
        first += size
        issued[province] += size * 3 // 20 + 50  # more than it is given in any year
    return found


def _sizes(enterprises: int) -> list[int]:
    weights = [_weight(region) for region in regions()]
    total = sum(weights)
    sizes = [max(_LEAST, int(enterprises * weight / total)) for weight in weights]
    sizes[weights.index(max(weights))] += enterprises - sum(sizes)
    return sizes


def _weight(region: Region) -> float:
    """Its province's weight, parted by rank: the capital comes first, the others as their codes go."""
    peers = [other for other in regions() if other.code[:2] == region.code[:2]]
    return _PROVINCES[region.code[:2]] * _pull(region) / sum(map(_pull, peers))


def _pull(region: Region) -> float:
    place = region.among[0]
    return _STRONG.get(region.code, _CAPITAL if place == 0 else 1 + 2 / (1 + place))
