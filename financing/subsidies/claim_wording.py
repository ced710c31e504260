"""What is wrong with a row of claims, in words. Law: which column, what stands there, and what to do."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from financing.subsidies.claim_rows import HEADINGS, Fault

_FAULTS: Mapping[str, str | Promise] = {
    "missing": _("is empty"),
    "too_long": _("is longer than %(text)s characters"),
    "year": _("“%(text)s” is no year; write it as 2026"),
    "day": _("“%(text)s” is no date; write it as 2026-03-31"),
    "amount": _("“%(text)s” is no amount; write the number in yuan, without 万元 or other words"),
    "cents": _("“%(text)s” has more than two places; amounts are exact to the cent and never rounded here"),
    "zero": _("“%(text)s” is nothing; a claim is of more than that"),
    "amount_needed": _("is empty; the rule computes of the amount"),
    "no_amount": _("must be empty; the rule goes by the grade"),
    "no_grade": _("must be empty; the rule goes by the amount"),
    "grade_needed": _("is empty; the rule goes by the grade"),
    "grade": _("the rule has no such grade; it knows %(text)s"),
    "no_rule": _("no rule was in force on %(text)s"),
    "other_year": _("does not fit the year claimed for: what is claimed for it happened in %(text)s"),
    "to_come": _("lies in the future"),
    "code": _("“%(text)s” is no unified social credit code, no public id of the pool and no institution's code"),
    "unknown": _("no enterprise of the registry has the code %(text)s"),
    "other_name": _("the code is that of %(text)s; the name here is none of its names"),
    "institution_name": _("the code is that of the institution %(text)s; its name reads otherwise"),
    "same_proof": _("the proof was claimed already: %(text)s"),
    "same_row": _("the same proof stands in row %(text)s"),
}


def fault_words(fault: Fault) -> str:
    said = str(_FAULTS[fault.code])
    return f"{HEADINGS[fault.column][0]}：{said % {'text': fault.text} if '%(text)s' in said else said}"
