"""Whether two names may be one name written twice (pure). Law: likeness alone ties nothing.

A published name loses or gains a character, a region, a 省 or 市, becomes 有限责任 or traditional. Names of different
firms differ as little, so that likeness counts only beside other evidence: an identifier that points to the same
enterprise, or a person. Only what no register would keep apart (`spelling`) is the same name.
"""

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC
from rapidfuzz.distance import OSA, Levenshtein

from registry.names import is_branch

_SIMPLIFIED = OpenCC("t2s")
_ROW_NUMBER = re.compile(r"^\d{1,5}[,.、\s]*(?=[^\d])")
_PUNCTUATION = re.compile(r"[()\[\]·\-,.\"'/_ ]")
_FORM = re.compile(
    r"(?:有限责任公司|股份有限公司|有限公司|集团公司|股份公司|公司|集团|合作社|\(有限合伙\)|\(普通合伙\)|事务所|中心|厂)$"
)
_PLACE = re.compile(
    r"河南省?|郑州市?|中原区?|二七区?|管城(?:回族)?区?|金水区?|上街区?|惠济区?|中牟县?|巩义市?|荥阳市?|新密市?|新郑市?|登封市?"
    r"|郑东新区?|(?:经济技术|高新技术产业)开发区|航空港区?"
)
_TRADE_NAME = 4  # characters of a core that no slip is believed in: 启航智能科技 and 远航智能科技 are two firms
_NUMERALS = re.compile(r"\d+|[一二三四五六七八九十]+")


def alike(one: str, other: str) -> bool:
    """Whether two name keys may be one name written twice."""
    if is_branch(one) != is_branch(other):
        return False  # a branch is not its parent
    first, second = core(one), core(other)
    if first == second:
        return bool(first)
    if _NUMERALS.findall(first) != _NUMERALS.findall(second):
        return False  # 一厂 and 二厂 are two
    slips = _slips(min(len(first), len(second)))
    return (
        slips > 0
        and first[:_TRADE_NAME] == second[:_TRADE_NAME]
        and OSA.distance(first, second, score_cutoff=slips) <= slips
    )


@lru_cache(maxsize=65_536)
def spelling(name: str) -> str:
    """The name key without row number and punctuation, in simplified characters: what people vary unawares."""
    plain = _SIMPLIFIED.convert(unicodedata.normalize("NFKC", name))
    return _PUNCTUATION.sub("", _ROW_NUMBER.sub("", plain))


@lru_cache(maxsize=65_536)
def core(name: str) -> str:
    """What is left of a name's spelling without places and legal form: trade name and industry."""
    without_form = _FORM.sub("", spelling(name))
    bare = _PLACE.sub("", without_form)
    return bare if len(bare) >= 2 else without_form


def places(name: str) -> set[str]:
    """The places that the name speaks of, without 省, 市, 区 or 县."""
    return {place.rstrip("省市区县") for place in _PLACE.findall(_FORM.sub("", spelling(name)))}


def differs_by_omission(one: str, other: str) -> bool:
    """Whether the names have one core, and neither speaks of a place that the other replaces by another."""
    if core(one) != core(other) or is_branch(one) != is_branch(other):
        return False
    first, second = places(one), places(other)
    return first <= second or second <= first


def _slips(length: int) -> int:
    """How many characters may differ in a core of so many."""
    return 0 if length < 6 else 1 if length < 10 else 2


def differing(one: str, other: str) -> list[tuple[str, bool]]:
    """`other` in parts, each with whether it differs from `one`; what it lacks is an empty part that differs."""
    steps = Levenshtein.opcodes(one, other)
    return [(other[step.dest_start : step.dest_end], step.tag != "equal") for step in steps]
