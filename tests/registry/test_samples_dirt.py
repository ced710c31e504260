"""Slips in made-up lists: each kind happens, at its rate, and none makes the enterprise another one."""

from random import Random

import pytest

from registry.identifiers import clean_code, uscc_check_passes
from registry.names import clean_name
from registry.samples import codes, dirt
from registry.samples.dirt import Dirt
from registry.samples.naming import MARK, Namer

COUNT = 20_000


@pytest.fixture(scope="module")
def soiled_names() -> tuple[Namer, list[tuple[str, str]]]:
    rng = Random(1)
    namer = Namer(rng)
    names = [namer.compose("410105") for _ in range(COUNT)]
    soil = Dirt(rng, namer)
    return namer, [(name, soil.name(name)) for name in names]


@pytest.fixture(scope="module")
def soiled_codes() -> list[tuple[str, str]]:
    rng = Random(2)
    soil = Dirt(rng, ())
    return [(code, soil.code(code)) for code in map(codes.uscc, codes.organisation_codes(COUNT, rng))]


def test_white_space_and_line_breaks_are_all_that_a_broken_name_gains(
    soiled_names: tuple[Namer, list[tuple[str, str]]],
) -> None:
    broken = [pair for pair in soiled_names[1] if any(mark in pair[1] for mark in " \u3000\u00a0")]
    lines = [pair for pair in soiled_names[1] if "\n" in pair[1]]
    assert len(broken) / COUNT == pytest.approx(dirt.NAME_SPACE, rel=0.3)
    assert len(lines) / COUNT == pytest.approx(dirt.NAME_LINE_BREAK, rel=0.3)
    healed = [clean_name(after) == before for before, after in broken + lines]
    assert sum(healed) >= 0.98 * len(healed)  # a few of them are misspelt as well


def test_a_misspelt_name_keeps_the_mark_and_is_nobody_elses(
    soiled_names: tuple[Namer, list[tuple[str, str]]],
) -> None:
    namer, pairs = soiled_names
    misspelt = [(before, clean_name(after)) for before, after in pairs if clean_name(after) != before]
    assert 0 < len(misspelt) / COUNT < 1.5 * dirt.NAME_CHARACTER
    for before, after in misspelt:
        assert MARK in after
        assert after not in namer
        assert len(before) - len(after) in (0, 1)
        assert after[-4:] == before[-4:]
    assert {len(before) - len(after) for before, after in misspelt} == {0, 1}


def test_a_slip_that_would_give_a_name_that_is_taken_is_not_made() -> None:
    class Everything:
        def __contains__(self, name: object) -> bool:
            return True

    namer, soil = Namer(Random(4)), Dirt(Random(4), Everything())
    names = [namer.compose("410105") for _ in range(COUNT // 4)]
    assert [clean_name(soil.name(name)) for name in names] == names


def test_the_mark_is_never_parted(soiled_names: tuple[Namer, list[tuple[str, str]]]) -> None:
    assert all(MARK in after for _, after in soiled_names[1])


def test_a_soiled_code_is_the_same_code_or_none(soiled_codes: list[tuple[str, str]]) -> None:
    missing = sum(not after for _, after in soiled_codes)
    slips = [clean_code(after) for before, after in soiled_codes if after and clean_code(after) != before]
    lower = sum(after.islower() for _, after in soiled_codes)
    wide = sum(not after.isascii() for _, after in soiled_codes)
    spaced = sum(" " in after for _, after in soiled_codes)
    assert missing / COUNT == pytest.approx(dirt.CODE_MISSING, rel=0.2)
    assert len(slips) / COUNT == pytest.approx(dirt.CODE_SLIP, rel=0.3)
    assert lower / COUNT == pytest.approx(dirt.CODE_LOWER_CASE, rel=0.3)
    assert wide / COUNT == pytest.approx(dirt.CODE_FULL_WIDTH, rel=0.4)
    assert spaced / COUNT == pytest.approx(dirt.CODE_SPACE, rel=0.3)
    assert not any(uscc_check_passes(code) for code in slips)


def test_a_soiled_number_cleans_to_the_number() -> None:
    soil = Dirt(Random(3), ())
    numbers = [codes.certificate_number(2024, serial) for serial in range(COUNT)]
    soiled = [soil.number(number) for number in numbers]
    assert [clean_code(text) for text in soiled] == numbers
    assert any(" " in text for text in soiled)
    assert any(text.startswith("gr") for text in soiled)
