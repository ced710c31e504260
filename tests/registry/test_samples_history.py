"""What becomes of made-up enterprises: the ladder, renewals, renames and revocations that lists tell of."""

from collections.abc import Iterable
from datetime import date
from random import Random

import pytest

from registry.samples.city import City, Line
from registry.samples.history import simulate
from registry.samples.plan import Planned

SIZE = 3000
GRANTS = ("recognition", "supplement", "recheck")
Published = list[tuple[Planned, list[Line]]]


@pytest.fixture(scope="module")
def history() -> tuple[City, Published]:
    return simulate(SIZE, Random(11))


def serials(published: Published, programme: str, notices: Iterable[str], batch: str = "") -> set[int]:
    return {
        line.enterprise.serial
        for planned, lines in published
        if planned.programme == programme and planned.notice in notices and batch in ("", planned.batch)
        for line in lines
    }


@pytest.mark.parametrize(
    ("higher", "lower"),
    [("SRDI", "INNO"), ("LG", "SRDI"), ("GZ", "HNTE"), ("LEAD", "HNTE"), ("IP_D", "IP_A")],
)
def test_nobody_skips_a_rung(history: tuple[City, Published], higher: str, lower: str) -> None:
    above = serials(history[1], higher, GRANTS)
    assert above
    assert above <= serials(history[1], lower, GRANTS)


def test_a_certificate_is_renewed_under_a_new_number_for_a_part_only(history: tuple[City, Published]) -> None:
    published = history[1]
    first, third = serials(published, "HNTE", GRANTS, "2023-1"), serials(published, "HNTE", GRANTS, "2026-1")
    renewed = first & third
    assert 0.4 * len(first) < len(renewed) < 0.8 * len(first)
    numbers = [
        line.number
        for planned, lines in published
        if planned.programme == "HNTE" and planned.notice in GRANTS
        for line in lines
    ]
    assert len(set(numbers)) == len(numbers)


def test_certificates_are_dated_before_they_are_announced(history: tuple[City, Published]) -> None:
    for planned, lines in history[1]:
        if planned.programme == "HNTE" and planned.notice in GRANTS:
            assert all(line.issued and line.issued < planned.published for line in lines)
            assert all(line.number[2:6] == str(line.issued.year) for line in lines if line.issued)


def test_a_re_check_passes_a_part_and_whoever_stands_on_the_next_rung(
    history: tuple[City, Published],
) -> None:
    published = history[1]
    for programme, batch, above in (
        ("INNO", "2023", "SRDI"),
        ("SRDI", "2023-2", "LG"),
        ("IP_A", "2023", "IP_D"),
    ):
        day = next(
            planned.published
            for planned, _ in published
            if (planned.programme, planned.notice) == (programme, "recheck")
        )
        higher = serials([(planned, lines) for planned, lines in published if planned.published < day], above, GRANTS)
        batched = serials(published, programme, ("recognition",), batch)
        passed = serials(published, programme, ("recheck",))
        assert batched & higher <= passed <= batched
        assert 0.5 * len(batched) < len(passed) < len(batched)


def test_small_technology_enterprises_register_anew_each_year(history: tuple[City, Published]) -> None:
    by_year: dict[int, list[int]] = {2024: [], 2025: [], 2026: []}
    for planned, lines in history[1]:
        if planned.programme == "TSME" and planned.notice in GRANTS:
            by_year[planned.published.year] += [line.enterprise.serial for line in lines]
            assert all(line.number.startswith(str(planned.published.year)) for line in lines)
    for year, listed in by_year.items():
        assert len(set(listed)) == len(listed), year
    assert len(set(by_year[2025]) & set(by_year[2026])) > 0.4 * len(by_year[2026])
    assert set(by_year[2025]) - set(by_year[2026])


def test_publicity_comes_first_and_names_some_who_are_not_recognised(history: tuple[City, Published]) -> None:
    for planned, lines in history[1]:
        if planned.notice == "publicity":
            shown = {line.enterprise.serial for line in lines}
            granted = serials(history[1], planned.programme, ("recognition",), planned.batch)
            assert granted < shown or (granted == shown and len(shown) < 15)
            assert all(not line.number for line in lines)
            day = next(
                other.published
                for other, _ in history[1]
                if (other.programme, other.batch, other.notice) == (planned.programme, planned.batch, "recognition")
            )
            assert planned.published < day


def test_who_was_revoked_held_it_and_is_not_renewed(history: tuple[City, Published]) -> None:
    published = history[1]
    for planned, lines in published:
        if planned.notice != "revocation":
            continue
        for line in lines:
            mine = [
                (other.published, granted.number)
                for other, others in published
                if other.programme == planned.programme and other.notice in GRANTS
                for granted in others
                if granted.enterprise is line.enterprise
            ]
            assert any(day < planned.published and number == line.number for day, number in mine)
            assert all(day <= planned.published for day, _ in mine)
            assert line.revoked_from_year
            assert planned.published.year - 2 < line.revoked_from_year <= planned.published.year


def test_some_seven_in_ten_renames_are_told_and_the_others_show_in_later_lists(
    history: tuple[City, Published],
) -> None:
    city, published = history
    renamed = {enterprise.serial for enterprise in city.enterprises if len(enterprise.names) > 1}
    told = [line for planned, lines in published if planned.notice == "rename" for line in lines]
    assert 0.03 * SIZE < len(renamed) < 0.05 * SIZE
    assert len(told) / len(renamed) == pytest.approx(0.7, abs=0.12)
    assert {line.enterprise.serial for line in told} <= renamed
    for planned, lines in published:
        for line in lines:
            names = dict(line.enterprise.names)
            since = max(names)
            shown = line.enterprise.name_on(planned.published)
            assert shown == (names[since] if since <= planned.published else names[date.min])


def test_a_rename_notice_names_the_number_given_before(history: tuple[City, Published]) -> None:
    seen: dict[str, int] = {}
    for planned, lines in history[1]:
        for line in lines:
            if planned.notice == "rename" and planned.programme in ("HNTE", "TSME"):
                assert seen[line.number] == line.enterprise.serial
                assert line.former_name != line.enterprise.name_on(planned.published)
            elif line.number and planned.notice in GRANTS:
                seen[line.number] = line.enterprise.serial


def test_no_rename_notice_names_a_number_that_was_revoked_before(history: tuple[City, Published]) -> None:
    revoked: set[str] = set()
    for planned, lines in history[1]:
        numbers = {line.number for line in lines if line.number}
        if planned.notice == "revocation":
            revoked |= numbers
        elif planned.notice == "rename":
            assert not numbers & revoked
    assert revoked


def test_the_third_quarter_of_2026_brings_additions_removals_and_changes(
    history: tuple[City, Published],
) -> None:
    begin, end = date(2026, 7, 1), date(2026, 9, 30)
    quarter = [(planned, lines) for planned, lines in history[1] if begin <= planned.published <= end]
    kinds = {(planned.programme, planned.notice) for planned, _ in quarter}
    assert {
        ("TSME", "recognition"),
        ("SRDI", "recognition"),
        ("GZ", "recognition"),
        ("LG", "recognition"),
    } <= kinds
    assert {("HNTE", "rename"), ("HNTE", "revocation"), ("TSME", "revocation")} <= kinds
    lapsed = serials(history[1], "HNTE", GRANTS, "2023-1") - serials(history[1], "HNTE", GRANTS, "2026-1")
    assert lapsed
    assert any(line.revoked_from_year == 2025 for _, lines in quarter for line in lines)
