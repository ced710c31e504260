"""Names of enterprises of one region (pure). Law: none comes twice in a province by chance; only siblings are alike.

Registers refuse a name that differs from another of their region in 责任 alone, or in the 省 or 市 of its place. Among
1.1 million real enterprises 0.0044 and 0.0076 % have such a neighbour all the same: here siblings alone do, as many.
"""

from bisect import bisect
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import NamedTuple
from zlib import crc32

from registry.samples.naming import trade_names
from registry.samples.truth.regions import Region

_DATA = Path(__file__).parent.parent / "data"
_FORMS = {
    "有限公司": 84, "有限责任公司": 5, "股份有限公司": 3, "集团有限公司": 1.5, "厂": 3, "公司": 1, "专业合作社": 0.5,
    "研究院有限公司": 1, "中心（有限合伙）": 0.5, "集团股份有限公司": 0.5,
}  # fmt: skip
_BEHIND = 0.03  # 启航（郑州）科技有限公司
_FIRST_WORD = 0.45  # of businesses, those of the samples' own list; the others are a field and a tail
_LATIN = 0.004
# Of a hundred siblings. Two firms of a hundred are one, so the last two make the shares that real registers have.
_SIBLINGS = {
    "branch": 28, "char": 41, "industry": 14, "subsidiary": 13, "region": 3, "number": 1.2,
    "worded": 0.11, "suffix": 0.19,
}  # fmt: skip
_SUBSIDIARY = ("销售", "贸易", "工程", "服务", "国际", "置业", "物流", "商贸")
_NUMBERS = "一二三四五"
_WORDED = {"有限公司": "有限责任公司", "有限责任公司": "有限公司"}


class Parts(NamedTuple):
    """A name taken apart; `tail` is what makes it a branch."""

    place: str
    trade: str
    business: str
    form: str
    behind: bool = False
    tail: str = ""

    @property
    def text(self) -> str:
        place, trade, business, form, behind, tail = self
        return f"{trade}（{place}）{business}{form}{tail}" if behind else f"{place}{trade}{business}{form}{tail}"


class Weighted:
    """Draws from texts by their weights."""

    def __init__(self, weights: dict[str, float]) -> None:
        self._texts = list(weights)
        self._sums = list(accumulate(weights.values()))

    def draw(self, rng: Random) -> str:
        return self._texts[min(bisect(self._sums, rng.random() * self._sums[-1]), len(self._texts) - 1)]


class Words(NamedTuple):
    """What names are composed of."""

    trades: Sequence[str]
    heads: str
    tails: str
    pairs: Sequence[str]
    businesses: Weighted
    fields: Sequence[str]
    kinds: Sequence[str]


@cache
def words() -> Words:
    trades = trade_names()
    pairs = [trade for trade in trades if len(trade) == 2]
    listed = (_DATA / "businesses.txt").read_text(encoding="utf-8").split()
    fields, kinds = (_DATA / "industries.txt").read_text(encoding="utf-8").splitlines()
    weights = {text: float(weight) for text, weight in zip(listed[::2], listed[1::2], strict=True)}
    heads, tails = "".join(trade[0] for trade in trades), "".join(trade[-1] for trade in trades)
    return Words(trades, heads, tails, pairs, Weighted(weights), fields.split(), kinds.split())


class Namer:
    """Composes the names of a region's enterprises; remembers each."""

    def __init__(self, rng: Random, region: Region) -> None:
        self._rng, self._region = rng, region
        self._taken: set[str] = set()
        self._refused: set[tuple[str, ...]] = set()
        self._bare = {region.province: region.province_short, region.city: region.city_short}
        self._dressed = {**self._bare, **{short: full for full, short in self._bare.items()}}
        self._words = words()
        self._forms, self._kinds = Weighted(_FORMS), Weighted(_SIBLINGS)
        self._places = Weighted(
            {
                region.city_short: 31, region.province_short: 26, f"{region.city_short}市": 18, region.province: 8,
                "county": 10, "": 7,
            }
            if region.city.endswith("市") and region.city != region.province
            else {region.city_short: 45, region.city: 25, region.province_short: 14, "county": 10, "": 6}
        )  # fmt: skip

    def compose(self, county: str) -> Parts:
        """A new name for an enterprise of a county, given by its name."""
        while True:
            parts = self._drawn(self._place(county))
            if self._take(parts):
                return parts

    def sibling(self, of: Parts, county: str) -> tuple[Parts, Parts]:
        """Another firm's name that is nearly the same, and what the first is called beside it."""
        rng = self._rng
        while True:
            kind, first = self._kinds.draw(rng), of
            if kind == "branch":
                which = rng.choice(
                    (f"{county}分公司", f"{self._region.city_short}分公司", f"第{rng.choice(_NUMBERS)}分公司")
                )
                second = of._replace(tail=which)
            elif kind == "char":
                at = rng.randrange(len(of.trade))
                other = self._pick(self._words.tails if at else self._words.heads)
                second = of._replace(trade=of.trade[:at] + other + of.trade[at + 1 :])
            elif kind == "industry":
                second = of._replace(business=self._business())
            elif kind == "subsidiary":
                second = of._replace(business=of.business + rng.choice(_SUBSIDIARY))
            elif kind == "region":
                second = of._replace(place=self._place(county))
            elif kind == "worded":
                second = of._replace(form=_WORDED.get(of.form, of.form))
            elif kind == "suffix":
                second = of._replace(place=self._dressed.get(of.place, of.place))
            else:
                first, second = of._replace(form="一厂"), of._replace(form="二厂")
                if not self._take(first):
                    continue
            if self._take(second, beside=kind in ("worded", "suffix")):
                return first, second

    def rename(self, parts: Parts, kind: str, county: str) -> Parts:
        """What its bearer might be called later."""
        while True:
            if kind == "form":
                later = "股份有限公司" if parts.form in ("有限公司", "有限责任公司") else "有限公司"
                changed = parts._replace(form=later)
            elif kind == "region":
                changed = parts._replace(place=self._place(county))
            elif kind == "group":
                changed = parts._replace(form="集团有限公司")
            else:
                changed = self._anew(parts)
            if self._take(changed):
                return changed
            kind = "full"  # that name is another's: it chooses freely

    def _anew(self, parts: Parts) -> Parts:
        chance = self._rng.random()
        trade = parts.trade if chance < 0.3 else self._trade()
        return parts._replace(trade=trade, business=self._business() if chance < 0.45 else parts.business)

    def _place(self, county: str) -> str:
        place = self._places.draw(self._rng)
        return county if place == "county" else place

    def _drawn(self, place: str) -> Parts:
        region = self._region
        trade, business = self._trade(), self._business()
        while not self._is_ours(place, trade, business):
            trade, business = self._trade(), self._business()
        behind = place in (region.city_short, region.province_short) and self._rng.random() < _BEHIND * 1.7
        return Parts(place, trade, business, self._forms.draw(self._rng), behind)

    def _trade(self) -> str:
        pick, own, chance = self._pick, self._words, self._rng.random()
        if chance < _LATIN:
            return "".join(pick("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(self._rng.randrange(2, 5)))
        if chance < 0.38:
            return pick(own.trades)
        if chance < 0.6:
            return pick(own.heads) + pick(own.tails)
        if chance < 0.85:
            return pick(own.heads) + pick(own.heads) + pick(own.tails)
        return pick(own.pairs) + pick(own.pairs)

    def _business(self) -> str:
        own, rng = self._words, self._rng
        if rng.random() < _FIRST_WORD:
            return own.businesses.draw(rng)
        return self._pick(own.fields) + self._pick(own.kinds)

    def _pick(self, texts: Sequence[str]) -> str:
        """What `rng.choice` does, four times as fast: names are drawn by the ten million."""
        return texts[int(self._rng.random() * len(texts))]

    def _is_ours(self, place: str, trade: str, business: str) -> bool:
        """Names without a place, or with the province's, are parted among the regions, so that none meets another's."""
        region = self._region
        if place and place not in (region.province, region.province_short):
            return True
        slot, slots = region.among if place else (region.at, region.of)
        return slots == 1 or crc32((trade + business).encode()) % slots == slot

    def _take(self, parts: Parts, *, beside: bool = False) -> bool:
        """Whether the register grants the name, which is then taken; `beside` one that is nearly the same, too."""
        text, place = parts.text, self._bare.get(parts.place, parts.place)
        near = (place, parts.trade, parts.business, parts.form.replace("责任", ""), parts.tail)
        taken = text in self._taken or (near in self._refused and not beside)
        if taken or not self._is_ours(parts.place, parts.trade, parts.business):
            return False
        self._taken.add(text)
        self._refused.add(near)
        return True
