"""How long backups are kept: so many days, weeks and months, the newest of each.

Law: the newest backup is never deleted, and of a file none that a backup still names.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree
from typing import NamedTuple

from config.keeping import errors, finding, pool
from config.keeping.locking import alone

_ALL_OF = timedelta(days=2)  # before the newest: one made by hand takes no other's place


class Rule(NamedTuple):
    """How many of each are kept."""

    daily: int
    weekly: int
    monthly: int


def moment_of(name: str) -> datetime:
    """When the backup of this name was begun."""
    return datetime.strptime(name, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def kept_of(names: Sequence[str], rule: Rule) -> set[str]:
    """Which backups stay (pure): all of the last two days, the newest of days, weeks and months that have one."""
    spans: list[tuple[int, Callable[[datetime], object]]] = [
        (rule.daily, lambda at: at.date()),
        (rule.weekly, lambda at: at.isocalendar()[:2]),
        (rule.monthly, lambda at: (at.year, at.month)),
    ]
    stay = {name for name in names if moment_of(max(names)) - moment_of(name) < _ALL_OF}
    for count, span in spans:
        newest = {span(moment_of(name)): name for name in sorted(names)}
        stay |= set(sorted(newest.values())[-count:] if count else ())
    return stay


def prune(*, home: Path, rule: Rule) -> int:
    """Delete what the rule does not keep; returns how many backups. Where one cannot be read, no file is deleted."""
    with alone(home):
        names = finding.names(home)
        gone = set(names) - kept_of(names, rule)
        for name in gone:
            rmtree(home / name)
        try:
            named = {kept.path for name in finding.names(home) for kept in finding.manifest_of(home / name).files}
        except errors.KeepingError:
            return len(gone)
        pool.sweep(home, named)
    return len(gone)
