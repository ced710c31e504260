"""What guards find in an edition beside the one before it, by limits of the bureau."""

import pytest
from django.utils.translation import override

from enterprises.guards import Comparison, Finding, Level, Limit, Limits, Missing, Surroundings, judge, worst
from enterprises.models import Guard, GuardResult

LIMITS = Limits(
    {
        ("programme_shrank", "", ""): Limit(10, 30, 10),
        ("programme_shrank", "TSME", ""): Limit(50, None, 10),
        ("programme_grew", "", ""): Limit(100, None, 10),
        ("mass_removal", "", ""): Limit(5, 15, 20),
        ("changes_of_kind", "", ""): Limit(50, None, 20),
        ("changes_of_kind", "", "revoked"): Limit(5, 20, 10),
        ("changes_of_kind", "HNTE", "revoked"): Limit(1, 2, 0),
        ("unresolved_list", "", ""): Limit(0, 0),
        ("waiting_list", "", ""): Limit(0, None),
        ("review_queue", "", ""): Limit(20, 1000),
        ("rule_gap", "", ""): Limit(0, 0),
        ("clock", "", ""): Limit(0, 0),
        ("skipped_quarter", "", ""): Limit(0, None),
        ("early_day", "", ""): Limit(0, 0),
    }
)


def found(guard: str, compared: Comparison, around: Surroundings | None = None) -> list[Finding]:
    return [one for one in judge(compared, around or Surroundings(), LIMITS) if one.guard == guard]


@pytest.mark.parametrize(
    ("programme", "held", "holds", "level", "measured"),
    [
        ("SRDI", 100, 100, "green", 0),
        ("SRDI", 100, 95, "green", 5),
        ("SRDI", 100, 90, "green", 10),  # at the limit is not above it
        ("SRDI", 100, 89, "amber", 11),
        ("SRDI", 100, 69, "red", 31),
        ("SRDI", 100, 0, "red", 100),
        ("SRDI", 12, 3, "green", 75),  # nine are too few for a share of them to say anything
        ("SRDI", 9, 0, "amber", 100),  # but a programme that vanished is never green
        ("SRDI", 10, 0, "red", 100),
        ("TSME", 6000, 2000, "amber", 66.7),  # its own limit goes before the general: it lapses every winter
        ("TSME", 6000, 0, "amber", 100),
    ],
)
def test_a_programme_that_shrinks(programme: str, held: int, holds: int, level: Level, measured: float) -> None:
    compared = Comparison(before=held, after=holds, held={programme: held}, holds={programme: holds})
    (one,) = found("programme_shrank", compared)
    assert (one.level, one.measured, one.programme) == (level, measured, programme)


@pytest.mark.parametrize(("holds", "level"), [(100, None), (200, "green"), (201, "amber")])
def test_a_programme_that_grows(holds: int, level: Level | None) -> None:
    compared = Comparison(before=100, after=holds, held={"GZ": 100}, holds={"GZ": holds})
    assert [one.level for one in found("programme_grew", compared)] == ([level] if level else [])


@pytest.mark.parametrize(
    ("removed", "before", "level"),
    [
        (0, 1000, "green"),
        (50, 1000, "green"),
        (51, 1000, "amber"),
        (151, 1000, "red"),
        (19, 20, "green"),
        (0, 0, "green"),
    ],
)
def test_a_mass_removal(removed: int, before: int, level: Level) -> None:
    (one,) = found("mass_removal", Comparison(before=before, removed=removed))
    assert (one.level, one.number, one.of) == (level, removed, before)


@pytest.mark.parametrize(
    ("cause", "programme", "count", "level"),
    [
        ("renewed", "SRDI", 90, "amber"),  # by the general limit
        ("revoked", "SRDI", 9, "green"),
        ("revoked", "SRDI", 10, "amber"),  # by the cause's
        ("revoked", "SRDI", 21, "red"),
        ("revoked", "HNTE", 3, "red"),  # by the programme's own
        ("recognised", "TSME", 300, "green"),  # nobody held it before: of all members
        ("renamed", "", 100, "green"),  # of all members, not of one programme's
        ("renamed", "", 501, "amber"),
    ],
)
def test_changes_of_one_cause(cause: str, programme: str, count: int, level: Level) -> None:
    compared = Comparison(before=1000, held={"SRDI": 100, "HNTE": 100}, causes={(cause, programme): count})
    (one,) = found("changes_of_kind", compared)
    assert (one.level, one.cause, one.programme) == (level, cause, programme)


@pytest.mark.parametrize(
    ("guard", "around", "level"),
    [
        ("unresolved_list", Surroundings(unresolved=1), "red"),
        ("waiting_list", Surroundings(waiting=3), "amber"),
        ("review_queue", Surroundings(queue=20), "green"),
        ("review_queue", Surroundings(queue=21), "amber"),
        ("review_queue", Surroundings(queue=1001), "red"),
        ("expected_list", Surroundings(missing=[Missing("HNTE", "recognition", "amber")]), "amber"),
        ("expected_list", Surroundings(missing=[Missing("HNTE", "recognition", "red")]), "red"),
        ("rule_gap", Surroundings(ruleless={"HNTE": 5}), "red"),
        ("clock", Surroundings(ahead=1), "red"),
        ("skipped_quarter", Surroundings(skipped=1), "amber"),
        ("early_day", Surroundings(early=1), "red"),
    ],
)
def test_what_stands_beside_the_edition(guard: str, around: Surroundings, level: Level) -> None:
    (one,) = found(guard, Comparison(), around)
    (nothing,) = found(guard, Comparison())
    assert (one.level, nothing.level) == (level, "green")


def test_the_first_edition_has_nothing_to_be_measured_by() -> None:
    levels: list[Level] = [one.level for one in judge(Comparison(after=9, holds={"HNTE": 9}), Surroundings(), LIMITS)]
    assert worst(levels) == "green"


def test_a_guard_without_a_limit_is_green() -> None:
    compared = Comparison(before=100, removed=100, held={"SRDI": 100})
    levels = {one.guard: one.level for one in judge(compared, Surroundings(queue=10**6), Limits({}))}
    assert levels.pop("programme_shrank") == "amber"  # it vanished
    assert set(levels.values()) == {"green"}


def test_a_limit_is_told_in_what_it_is_of() -> None:
    shares = {guard for guard in Guard if GuardResult(guard=guard).unit == "%"}
    with override("en"):
        assert shares == {guard for guard in Guard if str(guard.label).endswith("(per cent)")}
