"""What is published when: ten programmes, three years of lists. Law: `data/calendar.csv` rules."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROWS_PER_ENTERPRISE = 2.67
DEMONSTRATION = "（演示数据）"  # ends every made-up title


@dataclass(frozen=True)
class Planned:
    """One list to come, a row of the calendar.

    `share` is the number of newly named enterprises for each enterprise of the city; `codes`, whether the
    list carries credit codes; `issued`, the date of its certificates. The period's ends are inclusive.
    The batch of a publicity notice is the one it announces; of a re-check, the one it renews.
    """

    published: date
    programme: str
    notice: str
    batch: str
    share: float
    codes: bool
    valid_from: date | None
    valid_to: date | None
    issued: date | None
    province_wide: bool
    title: str


def _planned(row: dict[str, str]) -> Planned:
    return Planned(
        published=date.fromisoformat(row["published"]),
        programme=row["programme"],
        notice=row["notice"],
        batch=row["batch"],
        share=float(row["share"] or 0),
        codes=bool(row["codes"]),
        valid_from=_date(row["valid_from"]),
        valid_to=_date(row["valid_to"]),
        issued=_date(row["issued"]),
        province_wide=bool(row["province_wide"]),
        title=row["title"],
    )


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _read() -> tuple[Planned, ...]:
    path = Path(__file__).parent / "data" / "calendar.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return tuple(sorted(map(_planned, csv.DictReader(stream)), key=lambda planned: planned.published))


CALENDAR = _read()
