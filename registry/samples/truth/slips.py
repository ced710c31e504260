"""What happens to a name on its way into a list (pure). Law: errors hit trade name, business and form alike."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

from opencc import OpenCC

from registry.samples.truth.rates import NAME_SLIPS
from registry.samples.truth.regions import Region

_DATA = Path(__file__).parent.parent / "data"
_BRACKETS = ("()", "()", "()", "【】", "[]", "〔〕", "﹙﹚", "")
_NOTES = ("*", "*", "★", "※", "#", "①", "注1", "注2", "（高新）", "（复审）", "（重新认定）", "（整体迁移）")
_OLD_NAME = ("（原{}）", "（原：{}）", "(原名{})", "（原名：{}）", "（曾用名：{}）", "(更名前：{})", "（更名前：{}）")
_BLANKS = (" ", "  ", "\u3000", "\u00a0", "\u200b", "\n", "\n", "\r\n", "\t")
_AFTER_NUMBER = ("、", ".", ". ", " ", "．")
_PUNCTUATION = ("。", ".", "，", "、", "·", "；", ",")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if chr(code) not in "()[]"}
_LATIN = re.compile("[A-Za-z0-9]")
_traditional = OpenCC("s2t").convert


@cache
def homophones() -> dict[str, str]:
    """For each character those that an input method offers beside it."""
    groups = (_DATA / "homophones.txt").read_text(encoding="utf-8").split()
    return {character: group.replace(character, "") for group in groups for character in group}


@cache
def lookalikes() -> dict[str, str]:
    """For each character those that it is taken for."""
    pairs = (_DATA / "lookalikes.txt").read_text(encoding="utf-8").split()
    found: dict[str, str] = {}
    for pair in pairs:
        found[pair[0]] = found.get(pair[0], "") + pair[1]
    return found


class NameSlips:
    """Spoils the names of a region's lists."""

    def __init__(self, rng: Random, region: Region, errors: float) -> None:
        self._rng, self._region = rng, region
        self._table: list[tuple[str, float, Callable[[str], str]]] = [
            (tag, min(1.0, rate * errors), getattr(self, f"_{tag[3:]}")) for tag, rate in NAME_SLIPS.items()
        ]

    def spoil(self, name: str, noted: str = "") -> tuple[str, list[str]]:
        """The name as a list writes it, with the tags of what befell it; `noted` is the old name behind it."""
        tags, random = [], self._rng.random
        old_name = bool(noted)
        for tag, rate, slip in self._table:
            if random() < rate and (spoilt := slip(name)) != name:
                name = spoilt
                tags.append(tag)
            if old_name and tag == "nm_trad":
                name += self._rng.choice(_OLD_NAME).format(noted)
                tags.append("nm_oldnote")
        return name, tags

    def _zeren(self, name: str) -> str:
        if "有限责任公司" in name:
            return name.replace("有限责任公司", "有限公司")
        return name if "股份" in name else name.replace("有限公司", "有限责任公司")

    def _youxian(self, name: str) -> str:
        return name.replace("有限责任公司", "公司").replace("有限公司", "公司")

    def _prov_suffix(self, name: str) -> str:
        short, long = self._region.province_short, self._region.province
        return self._with_or_without(name, short, long) if long.endswith("省") else name

    def _city_suffix(self, name: str) -> str:
        return self._with_or_without(name, self._region.city_short, f"{self._region.city_short}市")

    def _with_or_without(self, name: str, short: str, long: str) -> str:
        if long in name:
            return name.replace(long, short, 1)
        return name.replace(short, long, 1)

    def _prov_add(self, name: str) -> str:
        region = self._region
        province = region.province_short if self._rng.random() < 0.4 else region.province
        return province + name if name.startswith(region.city_short) and region.city != region.province else name

    def _place(self, name: str) -> str:
        region = self._region
        places = (region.province, region.province_short, region.city, region.city_short)
        return next((place for place in places if name.startswith(place)), "")

    def _region_drop(self, name: str) -> str:
        return name[len(self._place(name)) :]

    def _region_move(self, name: str) -> str:
        """郑州启航科技有限公司 becomes 启航（郑州）科技有限公司."""
        place = self._place(name)
        rest = name[len(place) :]
        return f"{rest[:2]}（{place}）{rest[2:]}" if place and len(rest) > 5 else name

    def _homophone(self, name: str) -> str:
        return self._mistaken(name, homophones())

    def _visual(self, name: str) -> str:
        return self._mistaken(name, lookalikes())

    def _mistaken(self, name: str, table: dict[str, str]) -> str:
        able = [at for at, character in enumerate(name) if character in table]
        if not able:
            return name
        at = self._rng.choice(able)
        return name[:at] + self._rng.choice(table[name[at]]) + name[at + 1 :]

    def _drop(self, name: str) -> str:
        at = self._rng.randrange(len(name))
        return name[:at] + name[at + 1 :]

    def _double(self, name: str) -> str:
        at = self._rng.randrange(len(name))
        return name[:at] + name[at] + name[at:]

    def _swap(self, name: str) -> str:
        at = self._rng.randrange(len(name) - 1)
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]

    def _cut(self, name: str) -> str:
        return name[: -self._rng.randrange(1, 4)]

    def _bracket(self, name: str) -> str:
        if "（" not in name:
            return name
        pair = self._rng.choice(_BRACKETS)
        return name.replace("（", pair[:1]).replace("）", pair[1:])

    def _fullascii(self, name: str) -> str:
        return name.translate(_WIDE) if _LATIN.search(name) else name

    def _trad(self, name: str) -> str:
        return str(_traditional(name))

    def _note(self, name: str) -> str:
        return name + self._rng.choice(_NOTES)

    def _rowno(self, name: str) -> str:
        return f"{self._rng.randrange(1, 900)}{self._rng.choice(_AFTER_NUMBER)}{name}"

    def _punct(self, name: str) -> str:
        return name + self._rng.choice(_PUNCTUATION)

    def _space(self, name: str) -> str:
        blank, chance = self._rng.choice(_BLANKS), self._rng.random()
        if chance < 0.15:
            return blank + name
        if chance < 0.4:
            return name + blank
        at = self._rng.randrange(1, len(name))
        return name[:at] + blank + name[at:]
