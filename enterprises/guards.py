"""Whether an edition may go out by itself (pure): what changed since the last standing one, against limits.

Law: a guard reports a measure, its limits and a level, green ones too. It never changes what it judges.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Level = Literal["green", "amber", "red"]
LEVELS: tuple[Level, ...] = ("green", "amber", "red")
Key = tuple[str, str, str]  # guard, programme, cause; "" for all of them


@dataclass(frozen=True)
class Limit:
    """Amber above one measure, red above another, None for never; below `least` members a share says nothing."""

    amber: int | None = None
    red: int | None = None
    least: int = 0

    def level(self, measured: float, concerned: int) -> Level:
        if concerned < self.least:
            return "green"
        if self.red is not None and measured > self.red:
            return "red"
        return "amber" if self.amber is not None and measured > self.amber else "green"


class Missing(NamedTuple):
    """A list of the season that has not come, and what the bureau makes of it."""

    programme: str
    notice: str
    level: Level


@dataclass
class Comparison:
    """An edition beside the one before it, in numbers of members.

    `held` and `holds` are holders by programme, before and after. `causes` counts members of the edition before that a
    cause concerned, by cause and programme ("" where it is none of a recognition's).
    """

    before: int = 0
    after: int = 0
    removed: int = 0
    held: Mapping[str, int] = field(default_factory=dict)
    holds: Mapping[str, int] = field(default_factory=dict)
    causes: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass
class Surroundings:
    """What stands beside the edition. `ruleless`: programmes without a rule in force, and their holders.

    `early`: how many days before the quarter's last it is as of.
    """

    unresolved: int = 0
    waiting: int = 0
    queue: int = 0
    missing: list[Missing] = field(default_factory=list)
    ruleless: Mapping[str, int] = field(default_factory=dict)
    ahead: int = 0
    skipped: int = 0
    early: int = 0


class Finding(NamedTuple):
    """What a guard found. `measured` is a share in per cent, or a number; `number` of `of` members are concerned."""

    guard: str
    level: Level
    measured: float
    limit: Limit
    programme: str = ""
    cause: str = ""
    number: int = 0
    of: int = 0
    notice: str = ""


@dataclass(frozen=True)
class Limits:
    """The bureau's limits. What names the programme goes before what names the cause, and both before the general."""

    given: Mapping[Key, Limit]

    def of(self, guard: str, programme: str = "", cause: str = "") -> Limit:
        for key in ((guard, programme, cause), (guard, programme, ""), (guard, "", cause), (guard, "", "")):
            if key in self.given:
                return self.given[key]
        return Limit()


def judge(compared: Comparison, around: Surroundings, limits: Limits) -> list[Finding]:
    """Every guard's finding, in a fixed order."""
    return [*_of_programmes(compared, limits), *_of_changes(compared, limits), *_of_surroundings(around, limits)]


def worst(levels: list[Level]) -> Level:
    """The gravest of them; green where there is none."""
    return max(levels, key=LEVELS.index, default="green")


def _of_programmes(compared: Comparison, limits: Limits) -> Iterator[Finding]:
    """A programme that vanished is red where it had as many holders as the limit judges, else amber at least."""
    for programme, held in sorted(compared.held.items()):
        holds = compared.holds.get(programme, 0)
        lost, gained = max(0, held - holds), max(0, holds - held)
        limit = limits.of("programme_shrank", programme)
        level = limit.level(_share(lost, held), lost)
        if not holds:
            level = "amber" if held < limit.least else "red" if limit.red is not None else "amber"
        yield Finding("programme_shrank", level, _share(lost, held), limit, programme, number=holds, of=held)
        if gained:
            limit = limits.of("programme_grew", programme)
            share = _share(gained, held)
            yield Finding("programme_grew", limit.level(share, gained), share, limit, programme, number=holds, of=held)


def _of_changes(compared: Comparison, limits: Limits) -> Iterator[Finding]:
    limit, share = limits.of("mass_removal"), _share(compared.removed, compared.before)
    level = limit.level(share, compared.removed)
    yield Finding("mass_removal", level, share, limit, number=compared.removed, of=compared.before)
    for (cause, programme), count in sorted(compared.causes.items()):
        of = compared.held.get(programme) or compared.before  # what nobody held before is a share of all members
        limit, share = limits.of("changes_of_kind", programme, cause), _share(count, of)
        level = limit.level(share, count)
        yield Finding("changes_of_kind", level, share, limit, programme, cause, count, of)


def _of_surroundings(around: Surroundings, limits: Limits) -> Iterator[Finding]:
    numbers = {
        "unresolved_list": around.unresolved,
        "waiting_list": around.waiting,
        "review_queue": around.queue,
        "clock": around.ahead,
        "skipped_quarter": around.skipped,
        "early_day": around.early,
    }
    for guard, number in numbers.items():
        limit = limits.of(guard)
        yield Finding(guard, limit.level(number, number), number, limit, number=number)
    for missing in around.missing:
        yield Finding(
            "expected_list", missing.level, 1, Limit(), missing.programme, missing.notice, 1, notice=missing.notice
        )
    if not around.missing:
        yield Finding("expected_list", "green", 0, Limit())
    for programme, holders in sorted(around.ruleless.items()):
        limit = limits.of("rule_gap", programme)
        yield Finding("rule_gap", limit.level(1, 1), 1, limit, programme, number=holders)
    if not around.ruleless:
        yield Finding("rule_gap", "green", 0, limits.of("rule_gap"))


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0
