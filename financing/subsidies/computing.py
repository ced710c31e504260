"""What each case is granted by its rule (pure). Law: exact decimals all the way, rounded once, at the end, half up.

A recipient's cases are taken by day, then by their order: what an earlier one used up of a yearly limit the later one
lacks. A case that a person left out uses up nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Literal

CENT = Decimal("0.01")
NOTHING = Decimal(0)
_PRECISION = 60  # digits: the product of the largest amount and the finest rate has 27

How = Literal["", "threshold", "cap", "once", "no_rule", "no_step", "excluded"]


@dataclass(frozen=True)
class Terms:
    """The numbers of a rule. `rate` is in percent, everything else in yuan; `steps` is grade → amount."""

    rule: int
    rate: Decimal | None = None
    threshold: Decimal | None = None
    cap: Decimal | None = None
    cap_is_yearly: bool = True
    once: bool = False
    steps: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One thing that may be subsidised. `amount` is what the rate is of, which may be negative: a balance can shrink.

    `had` says by which sheet the recipient was granted it in another year, where it was.
    """

    key: str
    recipient: str
    day: date
    order: int
    terms: Terms | None
    amount: Decimal | None = None
    grade: str = ""
    had: str = ""
    excluded: bool = False


@dataclass(frozen=True)
class Worked:
    """`exact`: what rate or grade give; `used`: what the recipient's earlier cases took of the limit."""

    case: Case
    exact: Decimal
    granted: Decimal
    cut: How
    used: Decimal = NOTHING

    @property
    def computed(self) -> Decimal:
        return rounded(self.exact)


def rounded(amount: Decimal) -> Decimal:
    """To the cent, half up."""
    with localcontext(prec=_PRECISION):
        return amount.quantize(CENT, ROUND_HALF_UP)


def work(cases: Iterable[Case]) -> list[Worked]:
    """Every case, by recipient, day and order."""
    used: dict[str, Decimal] = defaultdict(Decimal)
    served: set[str] = set()
    worked = []
    for case in sorted(cases, key=lambda one: (one.recipient, one.day, one.order, one.key)):
        done = _one(case, used[case.recipient], case.recipient in served)
        used[case.recipient] += done.granted
        if done.granted:
            served.add(case.recipient)
        worked.append(done)
    return worked


def _one(case: Case, used: Decimal, served: bool) -> Worked:
    exact, why = _by_rule(case)
    if case.excluded:
        return Worked(case, exact, NOTHING, "excluded", used)
    if why or case.terms is None:
        return Worked(case, exact, NOTHING, why, used)
    if case.terms.once and (served or case.had):
        return Worked(case, exact, NOTHING, "once", used)
    return _limited(case, case.terms, exact, used)


def _by_rule(case: Case) -> tuple[Decimal, How]:
    """What rate or grade give, and why nothing where they give nothing."""
    terms = case.terms
    if terms is None:
        return NOTHING, "no_rule"
    if terms.rate is None:
        return (terms.steps[case.grade], "") if case.grade in terms.steps else (NOTHING, "no_step")
    amount = case.amount or NOTHING
    # Without a threshold it is nothing that must be passed.
    if amount <= 0 or (terms.threshold is not None and amount < terms.threshold):
        return NOTHING, "threshold"
    with localcontext(prec=_PRECISION):
        return amount * terms.rate / 100, ""


def _limited(case: Case, terms: Terms, exact: Decimal, used: Decimal) -> Worked:
    taken = used if terms.cap_is_yearly else NOTHING
    left = exact if terms.cap is None else max(NOTHING, terms.cap - taken)
    return Worked(case, exact, rounded(min(exact, left)), "cap" if exact > left else "", taken)
