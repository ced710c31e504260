"""An amount in the capitals of Chinese vouchers (pure): 人民币贰佰万元整. Law: exact to the cent, else refused."""

from decimal import Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
MOST = Decimal(10) ** 16


def in_capitals(amount: Decimal) -> str:
    """Raises `ValueError` for a negative amount, one that is not exact to the cent, or one of seventeen places."""
    if amount < 0 or amount >= MOST or amount != amount.quantize(Decimal("0.01")):
        raise ValueError(amount)
    cents = int(amount * 100)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    whole = f"{_integer(yuan)}元" if yuan else ""
    if not jiao and not fen:
        return f"人民币{whole or '零元'}整"
    part = f"{_DIGITS[jiao]}角" if jiao else ("零" if yuan else "")
    return f"人民币{whole}{part}{f'{_DIGITS[fen]}分' if fen else '整'}"


def _integer(number: int) -> str:
    """In groups of four digits; a gap of any length is one 零."""
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    written = ""
    for at in range(len(groups) - 1, -1, -1):
        group = groups[at]
        if not group:
            continue
        gap = written and (group < 1_000 or (at + 1 < len(groups) and not groups[at + 1]))
        unit = _GROUPS[at] if at < 3 or not groups[2] else "万"
        written += ("零" if gap else "") + _group(group) + unit
    return written


def _group(group: int) -> str:
    """A number below ten thousand, without what leads it."""
    written, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(written)
            continue
        written += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return written
