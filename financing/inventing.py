"""Makes up what an institution reports of a quarter, for demonstrations. Law: it follows from its seed and the members.

What it says is that of a made-up institution on whoever is in its cut; it is told as any file is, and read as one.
"""

import csv
import io
import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from financing.words import COLUMNS, NO, YES, Field

_CONTACTED = 0.45
_RESULTS = (("放款", 5), ("授信", 2), ("无需求", 2), ("拒绝", 1), ("联系不上", 1))
_CENTS = Decimal("0.01")


def invented(members: Iterable[tuple[str, str, str]], *, label: str, until: date, seed: str) -> bytes:
    """The institution's table as csv: it contacted some of the members (public id, code, name), and lent to some."""
    chance = random.Random(seed)  # noqa: S311 - a demonstration
    text = io.StringIO()
    writer = csv.DictWriter(text, [told.heading for told in COLUMNS.values()])
    writer.writeheader()
    for public_id, code, name in members:
        if chance.random() < _CONTACTED:
            who = {Field.LABEL: label, Field.PUBLIC_ID: public_id, Field.USCC: code, Field.NAME: name}
            said = who | dict(_said(chance, until))
            writer.writerow({COLUMNS[field].heading: value for field, value in said.items()})
    return text.getvalue().encode("utf-8-sig")


def _said(chance: random.Random, until: date) -> Iterator[tuple[Field, str]]:
    (answer,) = chance.choices([word for word, _weight in _RESULTS], [weight for _word, weight in _RESULTS])
    yield Field.CONTACTED, YES
    yield Field.CONTACTED_ON, (until - timedelta(days=chance.randrange(80))).isoformat()
    yield Field.ANSWER, answer
    if answer in ("放款", "授信"):
        yield from _amounts(chance, lent=answer == "放款", until=until).items()


def _amounts(chance: random.Random, *, lent: bool, until: date) -> Mapping[Field, str]:
    line = Decimal(chance.randrange(50, 3000))
    told = {Field.CREDIT_LINE: str(line), Field.PERIOD_END: until.isoformat()}
    if not lent:
        return told
    paid = (line * chance.randrange(20, 101) / 100).quantize(_CENTS)
    kind = chance.choice((Field.FIRST_LOAN, Field.RENEWAL, Field.CREDIT_LOAN))
    flags = {field: YES if field == kind else NO for field in (Field.FIRST_LOAN, Field.RENEWAL, Field.CREDIT_LOAN)}
    balance = (paid * chance.randrange(50, 131) / 100).quantize(_CENTS)
    rate = Decimal(chance.randrange(280, 520)) / 100
    return told | flags | {Field.LENT: str(paid), Field.BALANCE: str(balance), Field.RATE: str(rate)}
