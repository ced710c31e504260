"""Names of made-up enterprises (pure). Law: each carries the mark; no two, former or present, are equal."""

from functools import cache
from pathlib import Path
from random import Random

MARK = "示例"  # follows the trade name: 郑州启航示例科技有限公司

_REGIONS = (("郑州", 46), ("河南", 34), ("郑州市", 6), ("河南省", 4), ("", 4))
_LOCAL_REGIONS = {
    "410122": "中牟县",
    "410181": "巩义市",
    "410182": "荥阳市",
    "410183": "新密市",
    "410184": "新郑市",
    "410185": "登封市",
}
_FORMS = (("有限公司", 88), ("股份有限公司", 6), ("有限责任公司", 5), ("集团有限公司", 1))
_REGION_BEHIND = 0.08  # 启航示例（河南）科技有限公司


@cache
def trade_names() -> tuple[str, ...]:
    """The short forms that names are composed of."""
    return tuple(_words("trade_names.txt"))


@cache
def _businesses() -> tuple[tuple[str, int], ...]:
    """What enterprises do, each with its weight."""
    words = _words("businesses.txt")
    return tuple((text, int(weight)) for text, weight in zip(words[::2], words[1::2], strict=True))


def _words(file: str) -> list[str]:
    return (Path(__file__).parent / "data" / file).read_text(encoding="utf-8").split()


class Namer:
    """Composes names; remembers each, so that none comes twice."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._parts: dict[str, tuple[str, str, str, str, bool]] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._parts

    def compose(self, district: str, region: str = "") -> str:
        """A new name for an enterprise of `district` (a division code); `region` fixes the place in it."""
        while True:
            place = region or self._region(district)
            behind = bool(place) and place[-1] not in "市县省" and self._rng.random() < _REGION_BEHIND
            parts = (
                place,
                self._rng.choice(trade_names()),
                self._weighted(_businesses()),
                self._weighted(_FORMS),
                behind,
            )
            if name := self._take(parts):
                return name

    def rename(self, name: str) -> str:
        """A new name that the bearer of `name` might choose: one part of it changes."""
        place, trade, business, form, behind = self._parts[name]
        while True:
            kind = self._rng.random()
            if kind < 0.35 and form == "有限公司":
                changed = (place, trade, business, "股份有限公司", behind)
            elif kind < 0.6 and place and place != "河南":
                changed = ("河南", trade, business, form, behind)
            elif kind < 0.9:
                changed = (place, trade, self._weighted(_businesses()), form, behind)
            else:
                changed = (place, self._rng.choice(trade_names()), business, form, behind)
            if new := self._take(changed):
                return new

    def _region(self, district: str) -> str:
        if district in _LOCAL_REGIONS and self._rng.random() < 0.5:
            return _LOCAL_REGIONS[district]
        return self._weighted(_REGIONS)

    def _weighted(self, choices: tuple[tuple[str, int], ...]) -> str:
        texts, weights = zip(*choices, strict=True)
        return str(self._rng.choices(texts, weights)[0])

    def _take(self, parts: tuple[str, str, str, str, bool]) -> str:
        """The name of these parts, remembered; "" where it is taken."""
        place, trade, business, form, behind = parts
        name = f"{trade}{MARK}（{place}）{business}{form}" if behind else f"{place}{trade}{MARK}{business}{form}"
        if name in self._parts:
            return ""
        self._parts[name] = parts
        return name
