"""Numbers for texts (pure): equal for equal texts, the same on every machine and for ever. Law: whole columns at once.

They are kept in the database, so no library's own hash serves: that may change with its version.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

Numbers = npt.NDArray[np.int64]

Flags = npt.NDArray[np.bool_]
Bits = npt.NDArray[np.uint8]

_FEWEST, _MOST = 16, 24  # bits that are looked at
_SPARSE = 6  # so many more bits than the numbers need: one place in 64 is taken
_BIT = np.left_shift(1, np.arange(8)).astype(np.uint8)
_OTHERS = 24  # where the bits begin that are looked at after the last ones
_POINTS = 0x110000
_LONGEST = 1_024  # characters
_ODD = 0x1E3779B97F4A7C15
_MASK = (1 << 64) - 1


def _mixed(seeds: Numbers) -> Numbers:
    """Numbers that have nothing to do with one another, from numbers in a row (the finaliser of splitmix64)."""
    mixed = seeds.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (mixed ^ (mixed >> np.uint64(31))).view(np.int64)


@lru_cache(maxsize=1)
def of_characters() -> Numbers:
    """A number for every code point. The caller changes nothing in it."""
    return _mixed(np.arange(1, _POINTS + 1, dtype=np.int64))


@lru_cache(maxsize=1)
def _powers() -> Numbers:
    """By which a character's number is multiplied at each place: its order counts."""
    powers, power = [], 1
    for _place in range(_LONGEST):
        powers.append(power)
        power = power * _ODD & _MASK
    return np.array(powers, dtype=np.uint64).view(np.int64)


def code_points(texts: pl.Series) -> tuple[npt.NDArray[np.uint32], Numbers, Numbers]:
    """All characters of all texts, one after another; where each text begins among them, and how long it is."""
    lengths = texts.str.len_chars().to_numpy().astype(np.int64)
    points = np.frombuffer("".join(texts.to_list()).encode("utf-32-le"), dtype=np.uint32)
    return points, np.concatenate(([0], np.cumsum(lengths)[:-1])).astype(np.int64), lengths


def numbers_for(texts: pl.Series) -> pl.Series:
    """A number of 64 bits for each text. No text may be empty."""
    if not len(texts):
        return pl.Series(texts.name, [], dtype=pl.Int64)
    points, begins, lengths = code_points(texts)
    places = np.arange(len(points)) - np.repeat(begins, lengths)
    each = of_characters()[points] * _powers()[places]
    return pl.Series(texts.name, np.add.reduceat(each, begins), dtype=pl.Int64)


class Sieve:
    """Tells off nearly all numbers that are not among those it was made of, by a look at their last bits, then others.

    Of a million numbers either look lets one in twenty pass that is none of them.
    """

    def __init__(self, numbers: Numbers) -> None:
        self._places = (1 << min(max(len(numbers).bit_length() + _SPARSE, _FEWEST), _MOST)) - 1
        self._last = _packed(numbers & self._places, self._places)
        self._others = _packed(numbers >> _OTHERS & self._places, self._places)

    def may_hold(self, numbers: Numbers) -> Flags:
        """Which may be among them: all that are, and few others."""
        flags = _stand(self._last, numbers & self._places)
        likely = np.flatnonzero(flags)
        flags[likely] = _stand(self._others, numbers[likely] >> _OTHERS & self._places)
        return flags


def _packed(places: Numbers, last: int) -> Bits:
    """A bit for each place up to the last: eight times as many fit into the processor's own memory."""
    taken = np.zeros(last + 1, dtype=np.bool_)
    taken[places] = True
    return np.packbits(taken, bitorder="little")


def _stand(bits: Bits, places: Numbers) -> Flags:
    flags: Flags = (bits[places >> 3] & _BIT[places & 7]) != 0
    return flags
