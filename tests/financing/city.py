"""A small city for the desk of statistics: members in two large districts and a small one, and five institutions."""

from datetime import timedelta
from typing import Any

from enterprises.models import Edition
from pushes.models import Institution
from tests.financing.making import feedback
from tests.pushes.making import SEALED_AT, institution, recognition, record, sealed_edition

LATER = SEALED_AT + timedelta(days=20)
_KINDS = {"bank-a": "bank", "bank-b": "bank", "bank-c": "bank", "bank-d": "bank", "guard-e": "guarantor"}


def city(quarter: str = "2026Q3") -> Edition:
    """Members 1–12 in 金水区, 13–24 in 二七区, 25–30 in 上街区; the even ones 科技型中小企业, all but 30 高企.

    Banks a to d lend to most of the large districts; of 上街区 bank-a alone has customers.
    """
    edition = sealed_edition(quarter, [_record(number) for number in range(1, 31)])
    said: dict[str, dict[int, dict[str, Any]]] = {
        "bank-a": {number: {"balance": "100", "lent": "10"} for number in (1, 2, 3, 4, 13, 14, 15, 16, 25, 26)},
        "bank-b": {number: {"balance": "80", "lent": "5"} for number in (3, 4, 5, 6, 15, 16, 17, 18)},
        "bank-c": {number: {"balance": "60", "first_loan": True, "lent": "6"} for number in (5, 6, 7, 8, 17, 18, 19)},
        "bank-d": {number: {"balance": "90", "contacted": True} for number in (7, 8, 9, 10, 19, 20, 21, 22)},
        "guard-e": {number: {"credit_line": "50", "balance": "20"} for number in (1, 5, 9, 13, 17, 21)},
    }
    for place, (code, lines) in enumerate(said.items(), start=1):
        bank = institution(code)
        Institution.objects.filter(pk=bank.pk).update(kind=_KINDS[code])
        feedback(bank, edition, lines, at=SEALED_AT + timedelta(days=place))
    return edition


def _record(number: int) -> Any:
    held = [recognition(source=f"HNTE-2025-01#{number}")] if number < 30 else []
    held += [recognition("TSME", f"TSME-2026-01#{number}")] if number % 2 == 0 else []
    district = "金水区" if number <= 12 else "二七区" if number <= 24 else "上街区"
    return record(number, *held, district=district)
