"""What characters sound and look like (pure). Law: a table, and a sum that forgets the order.

Two names of one sum are made of the same sounds: written with other characters of the same sound or look, or in
another order. A name that lacks a sound lacks just its number in the sum.
"""

from functools import lru_cache

import numpy as np
import polars as pl
from pypinyin.constants import PINYIN_DICT

from enterprises.matching.hashing import Numbers, code_points, numbers_for, of_characters

# Characters taken for each other by eye or by a scanner. Each group counts as its first, whose sound it has then, so
# that the commonest comes first.
_LOOK_ALIKE = (
    "有冇", "土士", "未末", "已己巳", "日曰", "大太犬", "天夭", "人入", "千干于", "王玉", "目且",
    "田由甲申", "木本术", "刀力", "今令", "白自", "公么", "司同", "限恨", "科料", "技枝", "材村",
    "洋详", "贝见", "贸贺", "析折", "侯候", "凤风", "晴睛", "微徵", "暧暖", "准淮", "治冶",
    "汨汩", "祥样", "壁璧", "崇祟", "拆折", "戊戌戍", "茶荼", "迁迂", "铃钤", "券卷", "辰展",
)  # fmt: skip
_SPACE, _DELETE = 0x20, 0x7F  # between them lie the letters, digits and marks of ASCII
_MARKS = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ", "aaaaeeeeiiiioooouuuuvvvvvnnnm")


@lru_cache(maxsize=1)
def _looks() -> dict[str, str]:
    first: dict[str, str] = {}
    for group in _LOOK_ALIKE:
        for character in group:
            first.setdefault(character, group[0])
    return first


@lru_cache(maxsize=65_536)
def sounds_of(character: str) -> frozenset[str]:
    """How the character may be read, without tones; itself where it is none of Chinese."""
    written = PINYIN_DICT.get(ord(character), "")
    return frozenset(one.translate(_MARKS) for one in written.split(",")) if written else frozenset((character,))


def looks_like(one: str, other: str) -> bool:
    """Whether one character is easily taken for the other by eye."""
    looks = _looks()
    return one != other and (one in looks or other in looks) and looks.get(one, one) == looks.get(other, other)


def sounds_like(one: str, other: str) -> bool:
    """Whether the characters may be read alike."""
    return bool(sounds_of(one) & sounds_of(other))


@lru_cache(maxsize=1)
def _table() -> Numbers:
    """For each code point the number of its commonest sound, or of the character that it looks like."""
    table = of_characters().copy()  # what is not Chinese stands for itself
    written = pl.Series(list(PINYIN_DICT.values())).str.split(",").list.first()
    sounds = {one: one.translate(_MARKS) for one in written.unique()}
    plain = pl.Series(sorted(set(sounds.values())))
    numbers = dict(zip(plain, numbers_for(plain), strict=True))
    table[list(PINYIN_DICT)] = written.replace_strict({one: numbers[sound] for one, sound in sounds.items()}).to_numpy()
    for character, looks in _looks().items():
        table[ord(character)] = table[ord(looks)]
    return table


@lru_cache(maxsize=1)
def all_sounds() -> Numbers:
    """The number of every sound, and of every letter, digit and mark that stands for itself, each once."""
    return np.unique(_table()[[*PINYIN_DICT, *range(_SPACE, _DELETE)]])


def numbers_of(names: pl.Series) -> tuple[Numbers, Numbers]:
    """The numbers of all characters of all names, one after another, and where each name begins among them."""
    points, begins, _lengths = code_points(names)
    return _table()[points], begins


def sums_of(names: pl.Series) -> pl.Series:
    """For each name the sum of its sounds, as a signed integer of 64 bits that wraps around. No name may be empty."""
    if not len(names):
        return pl.Series(names.name, [], dtype=pl.Int64)
    numbers, begins = numbers_of(names)
    return pl.Series(names.name, np.add.reduceat(numbers, begins), dtype=pl.Int64)
