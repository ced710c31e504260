"""The sound lines of a feedback go into the database, and are summed up on the way.

Law: within the transaction of whoever calls; what the lines come to is told in numbers of rows, never in names.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from financing.judging_lines import SAID, Judged, Outcome
from financing.models import Feedback
from financing.words import Field
from registry.copying import copy_rows

_COLUMNS = ("feedback_id", "row_number", "enterprise_id", *SAID)
_PLACES: dict[Field, int] = {field: place for place, field in enumerate(SAID)}
_SUMMED = {"credit": Field.CREDIT_LINE, "lent": Field.LENT, "balance": Field.BALANCE}
_ROWS_NAMED = 50  # of each remark


def write_lines(feedback: Feedback, outcome: Outcome) -> dict[str, Any]:
    """Copy the sound lines; returns what they come to, amounts as texts."""
    sums = _Sums()
    copied = copy_rows("financing_feedbackline", _COLUMNS, _lines(feedback, outcome, sums))
    return sums.told() | {"lines": copied, "silent": outcome.silent, "left": list(outcome.left)}


def _lines(feedback: Feedback, outcome: Outcome, sums: "_Sums") -> Iterator[list[object]]:
    for row in outcome.rows():
        if not row.faults:
            sums.add(row)
            yield [feedback.pk, row.number, row.enterprise, *row.said]


class _Sums:
    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._answers: Counter[str] = Counter()
        self._amounts = dict.fromkeys(_SUMMED, Decimal(0))
        self._remarks: dict[str, list[int]] = {}
        self._remarked: Counter[str] = Counter()

    def add(self, row: Judged) -> None:
        self._counts["contacted"] += bool(row.said[_PLACES[Field.CONTACTED]])
        self._counts["mistakes"] += bool(row.said[_PLACES[Field.MISTAKE]])
        if answer := row.said[_PLACES[Field.ANSWER]]:
            self._answers[answer] += 1
        for name, field in _SUMMED.items():
            if (amount := row.said[_PLACES[field]]) is not None:
                self._amounts[name] += Decimal(amount)
        for remark in row.remarks:
            self._remarked[remark] += 1
            rows = self._remarks.setdefault(remark, [])
            if len(rows) < _ROWS_NAMED:
                rows.append(row.number)

    def told(self) -> dict[str, Any]:
        return {
            "contacted": self._counts["contacted"],
            "mistakes": self._counts["mistakes"],
            "answers": dict(self._answers),
            **{name: f"{amount:f}" for name, amount in self._amounts.items()},
            "remarks": {one: {"count": self._remarked[one], "rows": rows} for one, rows in self._remarks.items()},
        }
