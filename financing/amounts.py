"""Amounts and shares as people read them (pure). Law: rounded for the eye alone, half up; what is not said, a dash."""

from decimal import ROUND_HALF_UP, Decimal

NONE = "–"
_HUNDRED_MILLION = 10_000  # in units of 10,000 yuan


def ten_thousands(value: Decimal | None) -> str:
    """An amount in units of 10,000 yuan, as it is."""
    return _rounded(value, 2)


def hundred_millions(value: Decimal | None) -> str:
    """The same in units of 100 million yuan."""
    return _rounded(None if value is None else value / _HUNDRED_MILLION, 2)


def percent(value: Decimal | None) -> str:
    return NONE if value is None else f"{_rounded(value, 1)}%"


def count(value: int | None) -> str:
    return NONE if value is None else f"{value:,}"


def whole(value: Decimal | None) -> str:
    """A count that was reckoned with."""
    return _rounded(value, 0)


def _rounded(value: Decimal | None, places: int) -> str:
    if value is None:
        return NONE
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded + 0:,}"  # no minus before a zero
