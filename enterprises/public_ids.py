"""Public ids: short, checksummed, meaningless (pure). Law: one number gives one id, and a mistyped id is noticed."""

import numpy as np
import numpy.typing as npt
import polars as pl

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # 31 symbols, none that looks like another; 31 is prime
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_LENGTH = 6
_SPACE: int = 31**_LENGTH
_FACTOR, _OFFSET = 541_300_037, 77_003_171  # no divisor shared with the space: no two ids meet
_INVERSE = pow(_FACTOR, -1, _SPACE)


def public_id(number: int) -> str:
    """The id of enterprise `number` (1 and up): E, six symbols, a check symbol."""
    if not 0 < number < _SPACE:
        raise ValueError(f"no public id for {number}")
    rest, symbols = (number * _FACTOR + _OFFSET) % _SPACE, ""
    for _place in range(_LENGTH):
        rest, value = divmod(rest, 31)
        symbols = _ALPHABET[value] + symbols
    return f"E{symbols}{_check(symbols)}"


def public_ids(numbers: npt.NDArray[np.int64]) -> pl.Series:
    """The ids of many enterprises at once, each as `public_id` gives it."""
    if len(numbers) and not 0 < numbers.min() <= numbers.max() < _SPACE:
        raise ValueError(f"no public ids for {numbers.min()} to {numbers.max()}")
    values = np.empty((len(numbers), _LENGTH + 1), dtype=np.int64)
    rest = (numbers * _FACTOR + _OFFSET) % _SPACE
    for place in reversed(range(_LENGTH)):
        rest, values[:, place] = np.divmod(rest, 31)
    values[:, _LENGTH] = values[:, :_LENGTH] @ 3 ** np.arange(1, _LENGTH + 1) % 31
    symbols = np.frombuffer(_ALPHABET.encode(), dtype=np.uint8)[values]
    return "E" + pl.Series(symbols.view(f"S{_LENGTH + 1}").ravel(), dtype=pl.Binary).cast(pl.String)


def is_public_id(text: str) -> bool:
    """Whether `text` has the form and the check symbol of a public id."""
    body = text[1:-1]
    well_formed = len(text) == _LENGTH + 2 and text[0] == "E" and all(symbol in _VALUE for symbol in text[1:])
    return well_formed and text[-1] == _check(body)


def number_of(text: str) -> int:
    """The number whose public id `text` is. Raises ValueError where it is none's."""
    if not is_public_id(text):
        raise ValueError(f"{text!r} is no public id")
    value = 0
    for symbol in text[1:-1]:
        value = value * 31 + _VALUE[symbol]
    return (value - _OFFSET) * _INVERSE % _SPACE


def _check(symbols: str) -> str:
    return _ALPHABET[sum(_VALUE[symbol] * 3**place for place, symbol in enumerate(symbols, start=1)) % 31]
