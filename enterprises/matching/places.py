"""The places that names begin with (pure). Law: a table of divisions and the city's own districts, no guessing.

`data/divisions.csv` holds the provinces, cities and counties of GB/T 2260; what the city calls its districts and zones
is the registry's to say.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

_SUFFIX = re.compile(r"(?:壮族|回族|维吾尔)?自治区$|特别行政区$|(?:[^\s]{1,3}族)*自治[州县]$|(?:省|市|地区|盟|区|县)$")
# Short forms that are words of their own, or parts of trade names, more often than places.
_AMBIGUOUS = frozenset(("中国", "和平", "朝阳", "长安", "东方", "南海", "新华", "开发", "城区", "郊区", "矿区"))

_MOST = 3  # places that a name begins with


def short(place: str) -> str:
    """A place without 省, 市, 区, 县 and the like: 郑州市 → 郑州."""
    return _SUFFIX.sub("", place)


@lru_cache(maxsize=1)
def _divisions() -> tuple[tuple[str, str], ...]:
    path = Path(__file__).parent / "data" / "divisions.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return tuple((row["code"], row["name"]) for row in csv.DictReader(stream))


@dataclass(frozen=True)
class Places:
    """All places that a name may begin with. `home` are names and other names of the city's own districts."""

    home: tuple[str, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The longest first, so that the longest is found."""
        known: set[str] = set()
        for code, name in _divisions():
            known.add(name)
            if code.endswith("00"):  # a province or a city is mostly named without its 省 or 市
                known.add(short(name))
        counties = {name for _code, name in _divisions()}
        for name in self.home:
            known.add(name)
            if name in counties:  # 金水 is a place; 高新 is a word
                known.add(short(name))
        usable = {name for name in known if len(name) > 1 and name not in _AMBIGUOUS}
        return tuple(sorted(usable, key=lambda name: (-len(name), name)))

    @cached_property
    def pattern(self) -> str:
        """A regular expression of any one place, without groups."""
        return "(?:" + "|".join(map(re.escape, self.names)) + ")"

    @cached_property
    def provinces(self) -> frozenset[str]:
        """Short names of provinces."""
        return frozenset(short(name) for code, name in _divisions() if code.endswith("0000"))

    def prefix(self, name: str) -> str:
        """The up to three places that the name begins with, as written."""
        end = 0
        for _place in range(_MOST):
            end += self._length_at(name, end)
        return name[:end]

    def _length_at(self, text: str, begin: int) -> int:
        """How long the longest place is that stands there; 0 where none does."""
        known, lengths = self._by_length
        return next((length for length in lengths if text[begin : begin + length] in known), 0)

    @cached_property
    def _by_length(self) -> tuple[frozenset[str], tuple[int, ...]]:
        return frozenset(self.names), tuple(sorted({len(name) for name in self.names}, reverse=True))

    def _each(self, text: str) -> Iterator[str]:
        """The places in a text, one after another."""
        begin = 0
        while begin < len(text):
            length = self._length_at(text, begin)
            if length:
                yield text[begin : begin + length]
            begin += length or 1

    def shortened(self, places: str) -> tuple[str, ...]:
        """The places of a run of them, each in its short form: 河南省郑州市 → 河南, 郑州."""
        known = self._shortened.get(places)
        if known is None:
            known = self._shortened[places] = tuple(map(short, self._each(places)))
        return known

    @cached_property
    def _shortened(self) -> dict[str, tuple[str, ...]]:
        """Few runs of places begin most names."""
        return {"": ()}


@lru_cache(maxsize=1)
def counties() -> dict[str, str]:
    """Code → name of every county and district of the table."""
    return {code: name for code, name in _divisions() if not code.endswith("00")}


@lru_cache(maxsize=1)
def _codes_by_county() -> dict[str, list[str]]:
    """Name of a county → its codes: several cities have a 新华区."""
    codes: dict[str, list[str]] = {}
    for code, name in counties().items():
        codes.setdefault(name, []).append(code)
    return codes


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    """Name of a city → the first four digits of its code."""
    return {name: code[:4] for code, name in _divisions() if code.endswith("00") and not code.endswith("0000")}


_CITY = re.compile(r"^(?:[^省]{2,3}省)?([^省市州盟]{2,8}?(?:市|州|盟|地区))")


def city_in(text: str) -> str:
    """The city that a text of a place begins with; the text where it names none."""
    found = _CITY.match(text)
    return found.group(1) if found else text


@lru_cache(maxsize=65_536)
def county_in(text: str, city: str) -> str:
    """The code of the county that a text of a place names, within the city; the text where there is none."""
    prefix = city if city.isdecimal() else _cities().get(city, "")
    bare = text.removeprefix(city)
    if not bare:
        return ""
    codes = [code for code in _codes_by_county().get(bare, ()) if code.startswith(prefix)]
    return codes[0] if len(codes) == 1 else bare


@lru_cache(maxsize=8)
def _places(names: tuple[str, ...]) -> Places:
    return Places(names)


def places_of(names: Iterable[str]) -> Places:
    """The places of a city whose districts bear these names."""
    return _places(tuple(sorted(set(names))))
