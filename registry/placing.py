"""What a row's texts of city and district come to (pure). Law: a district's name counts under its own city alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from registry.names import clean_text, name_key
from registry.problems import Problem, Severity

_PROVINCE = "河南省"
# The province's other cities: what stands under one of them is not of this city, whatever its district is called.
_ANOTHER_CITY = re.compile(
    r"(?:开封|洛阳|平顶山|安阳|鹤壁|新乡|焦作|濮阳|许昌|漯河|三门峡|南阳|商丘|信阳|周口|驻马店|济源)"
    r"(?:市|(?:产城融合)?示范区|$)"
)
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """A row's place as it was written, the district it is where that is one of ours, and what is wrong with it."""

    text: str
    district_id: int | None
    problem: Problem | None


class Places(dict[tuple[str, str], Place]):
    """Reads the places of one list by the texts of district and city; few name them all, so each is read once.

    `districts` are folded names of the city's districts with their ids.
    """

    def __init__(self, districts: Mapping[str, int], *, province_wide: bool) -> None:
        super().__init__()
        self._districts, self._province_wide = districts, province_wide

    def __missing__(self, texts: tuple[str, str]) -> Place:
        place = self._read(*texts)
        if len(self) < _REMEMBERED:
            self[texts] = place
        return place

    def _read(self, district: str, city: str) -> Place:
        written = [clean_text(text) for text in (district, city) if text]
        keys = [name_key(text).removeprefix(_PROVINCE) for text in written]
        text = " ".join(written)[:100]
        # Luoyang has a 高新区 too.
        foreign = bool(city) and bool(keys[-1]) and keys[-1] not in self._districts
        foreign = foreign or any(map(_ANOTHER_CITY.match, keys))
        found = None if foreign else next(filter(None, map(self._districts.get, keys)), None)
        return Place(text, found, self._fault(text, found, foreign=foreign))

    def _fault(self, text: str, found: int | None, *, foreign: bool) -> Problem | None:
        if self._province_wide:
            return None if text else Problem("place_missing", Severity.WARNING)
        if foreign:
            return Problem("city_of_another", Severity.ERROR, text)
        return Problem("district_unknown", Severity.NOTE, text) if text and found is None else None
