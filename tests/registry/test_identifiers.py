"""Codes are cleaned, checked, and never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as reference

from registry.identifiers import clean_code, uscc_check_passes, uscc_fault

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        (" 9133 0100 MA27YTKRXE ", "91330100MA27YTKRXE"),
        ("'91330100ma27ytkrxe", "91330100MA27YTKRXE"),
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
