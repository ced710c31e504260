"""A sheet's rules, lines and remarks in sentences that an auditor can compute again by hand.

Law: every number that goes in is named, every limit that cut is named, and nothing is rounded before the end.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from financing.models import Base, CapPer, SubsidyRule
from financing.subsidies.computing import Worked, rounded
from financing.subsidies.gathering import Facts
from financing.subsidies.standing_on import Held
from registry.queries import programme_names

_STOP = "；"


def money(amount: Decimal) -> str:
    """With all its digits, two at least, and marks between thousands."""
    plain = amount.normalize()
    exponent = plain.as_tuple().exponent
    places = max(2, -exponent if isinstance(exponent, int) else 2)
    return f"{amount:,.{places}f}"


def rate(percent: Decimal) -> str:
    return f"{percent.normalize():f}%"


def rule_words(rule: SubsidyRule) -> str:
    """The rule as a sentence."""
    parts = [f"{rule.source}{rule.clause}", _period(rule)]
    if rule.base == Base.GRADE:
        steps = "、".join(f"{grade} {money(amount)}" for grade, amount in rule.amounts.items())
        parts.append(_("by grade, in yuan: %(steps)s") % {"steps": steps})
    else:
        parts.append(_computed_of(rule))
    if rule.threshold is not None:
        parts.append(_("of %(amount)s yuan and more, the number itself included") % {"amount": money(rule.threshold)})
    if rule.cap is not None:
        per = {
            CapPer.YEAR: _("at most %(amount)s yuan for each recipient and year"),
            CapPer.CASE: _("at most %(amount)s yuan for each case"),
        }
        parts.append(per[CapPer(rule.cap_per)] % {"amount": money(rule.cap)})
    if rule.once:
        parts.append(_("once only: whoever was granted it in an earlier year is granted nothing"))
    return _STOP.join(parts) + "。"


def _period(rule: SubsidyRule) -> str:
    if rule.effective_to is None:
        return _("in force from %(day)s") % {"day": rule.effective_from.isoformat()}
    span = {"day": rule.effective_from.isoformat(), "end": rule.effective_to.isoformat()}
    return _("in force from %(day)s until before %(end)s") % span


def _computed_of(rule: SubsidyRule) -> str:
    percent = rate(rule.rate or Decimal(0))
    if rule.base == Base.AMOUNT:
        return _("%(rate)s of the claimed amount") % {"rate": percent}
    names = programme_names() if rule.programmes else {}
    whose = "、".join(names.get(code, code) for code in rule.programmes) or _("all members of the pool")
    return _("%(rate)s of the growth of the year-end balance of loans to %(whose)s") % {"rate": percent, "whose": whose}


def line_words(worked: Worked, facts: Facts) -> str:
    """How a line was computed."""
    parts = [*_inputs(worked, facts), *_computing(worked), *_limits(worked)]
    parts.append(_("granted: %(amount)s yuan") % {"amount": money(worked.granted)})
    return _STOP.join(parts) + "。"


def _inputs(worked: Worked, facts: Facts) -> list[str]:
    told = facts.inputs
    if "before" in told:
        ends = [
            _("balance at the end of %(quarter)s: %(amount)s yuan (%(edition)s)")
            % {
                "quarter": told[f"{end}_quarter"],
                "amount": money(Decimal(told[end])),
                "edition": told[f"{end}_edition"],
            }
            for end in ("after", "before")
        ]
        return [*ends, _("growth: %(amount)s yuan") % {"amount": money(worked.case.amount or Decimal(0))}]
    parts = [
        _("proof %(proof)s of %(day)s") % {"proof": told["proof"], "day": told["happened_on"]},
    ]
    if worked.case.amount is not None:
        parts.append(_("claimed amount: %(amount)s yuan") % {"amount": money(worked.case.amount)})
    if worked.case.grade:
        parts.append(_("grade: %(grade)s") % {"grade": worked.case.grade})
    return parts


def _computing(worked: Worked) -> list[str]:
    terms = worked.case.terms
    if terms is None:
        return [_("no rule was in force on that day")]
    if terms.rate is None:
        if worked.cut == "no_step":
            return [_("the rule has no such grade")]
        return [_("by grade: %(amount)s yuan") % {"amount": money(worked.exact)}]
    amount = worked.case.amount or Decimal(0)
    if not worked.exact:
        if terms.threshold is None or amount <= 0:
            return [_("not above zero, so there is nothing to compute of")]
        return [_("below the threshold of %(amount)s yuan") % {"amount": money(terms.threshold)}]
    reached = (
        [_("reaches the threshold of %(amount)s yuan") % {"amount": money(terms.threshold)}]
        if terms.threshold is not None
        else []
    )
    product = f"{money(amount)} × {rate(terms.rate)} = {money(worked.exact)}"
    return [*reached, _("%(product)s yuan") % {"product": product}]


def _limits(worked: Worked) -> list[str]:
    terms, parts = worked.case.terms, []
    if worked.cut == "excluded":
        return [_("left out by a person, see the reason")]
    if worked.cut == "once":
        had = worked.case.had or _("this sheet")
        return [_("once only, and it was granted already by %(sheet)s") % {"sheet": had}]
    if terms is None or not worked.exact:
        return []
    if worked.cut == "cap" and terms.cap is not None:
        limit = {"cap": money(terms.cap), "used": money(worked.used), "left": money(terms.cap - worked.used)}
        if worked.used:
            parts.append(_("limit of the year %(cap)s yuan, of which %(used)s are used, %(left)s are left") % limit)
        else:
            parts.append(_("cut by the limit of %(cap)s yuan") % limit)
    elif worked.exact != rounded(worked.exact):
        parts.append(_("rounded half up to the cent"))
    return parts


def standing_words(held: Sequence[Held] | None, *, in_registry: bool) -> str:
    """Whether it was in the pool on the day, and by what."""
    if held is None:
        return ""
    if not in_registry:
        return _("Not in the registry: check whether it is a technology enterprise.")
    if not held:
        return _("Not in the pool on that day: check whether it was a technology enterprise.")
    told = "、".join(map(_held, held))
    return _("In the pool on that day: %(recognitions)s") % {"recognitions": told}


def _held(one: Held) -> str:
    until = one.until.isoformat() if one.until else pgettext("period", "no end")
    grace = _(" (renewal awaited)") if one.in_grace else ""
    return f"{one.programme}{grace} {one.valid_from.isoformat()}～{until}"


def unreported_words(name: str, quarters: Sequence[str]) -> str:
    """Why a bank has no line."""
    return _("%(name)s: no line, since it reported no balances of %(quarters)s") % {
        "name": name,
        "quarters": "、".join(quarters),
    }
