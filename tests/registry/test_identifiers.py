"""Codes are cleaned, checked, and never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as reference

from registry.identifiers import (
    clean_code,
    is_old_number,
    org_code_check_passes,
    uscc_check_passes,
    uscc_fault,
)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        (" 9133 0100 MA27YTKRXE ", "91330100MA27YTKRXE"),
        ("'91330100ma27ytkrxe", "91330100MA27YTKRXE"),
        ("‘91330100MA27YTKRXE’", "91330100MA27YTKRXE"),
        ("９１３３０１００ＭＡ２７ＹＴＫＲＸＥ", "91330100MA27YTKRXE"),
        ("\ufeff91330100MA27YTKRXE\t", "91330100MA27YTKRXE"),
        ("GR2024 41 001234", "GR202441001234"),
    ],
)
def test_a_code_is_cleaned(written: str, clean: str) -> None:
    assert clean_code(written) == clean


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("91330100MA27YTKRXE", ""),
        ("91330000143853115H", ""),
        ("91330100MA27YTKRXF", "uscc_check"),
        ("91330100MA27YTKRX", "uscc_shape"),
        ("9.14101E+17", "uscc_lost_digits"),
        ("914101000000000000", "uscc_lost_digits"),
        ("91330100MA27YTKOXE", "uscc_check"),
        ("统一社会信用代码", "uscc_shape"),
    ],
)
def test_a_fault_has_a_name(code: str, fault: str) -> None:
    assert uscc_fault(code) == fault


@given(st.text(ALPHABET, min_size=17, max_size=17))
def test_the_check_agrees_with_the_reference(body: str) -> None:
    check = reference.calc_check_digit(body)
    passing = [last for last in ALPHABET if uscc_check_passes(body + last)]
    assert passing == [check]


@pytest.mark.parametrize("code", ["MA27YTKRX", "143853115", "D2143569X"])
def test_an_organisation_codes_check_is_the_standards(code: str) -> None:
    assert org_code_check_passes(code)
    assert is_old_number(code)
    assert [last for last in "0123456789X" if org_code_check_passes(code[:8] + last)] == [code[8]]


@pytest.mark.parametrize(
    ("code", "old"),
    [
        ("440106000096133", True),
        ("440106000096134", False),
        ("14385311", False),
        ("", False),
        ("甲乙丙丁戊己庚辛壬", False),
    ],
)
def test_an_old_number_is_known_by_its_check(code: str, old: bool) -> None:
    assert is_old_number(code) is old
