"""A slip is put right in the one way that passes, or not at all."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.slips import code_without_slips, number_without_slips

CODE = "91330100MA27YTKRXE"
HNTE = re.compile(r"^G[RFS](20\d{2})(\d{2})(\d{6})$")
LOOKALIKES = {"0": "OoＯ", "1": "IilＩ", "2": "Zz", "5": "Ss"}


@st.composite
def mistyped(draw: st.DrawFn, right: str) -> str:
    """`right` with some of its digits typed as letters that look like them."""
    return "".join(draw(st.sampled_from(one + LOOKALIKES.get(one, ""))) for one in right)


@given(mistyped(CODE))
def test_a_code_of_lookalikes_is_recovered(written: str) -> None:
    assert code_without_slips(written) == ("" if written == CODE else CODE)


@given(mistyped("202441001234").map("GS".__add__))
def test_a_numbers_prefix_keeps_its_letters(written: str) -> None:
    assert number_without_slips(written, HNTE) == ("" if written == "GS202441001234" else "GS202441001234")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("9133 0l00 MA27YTKRXE", CODE),
        ("91330100MA27YTKRX0", ""),  # a digit is wrong, no letter
        ("9133O100MA27YTKRX0", ""),  # mended, it fails all the same
        ("91330100MAZ7YTKRXE", CODE),
        ("9133O1", ""),
        ("", ""),
    ],
)
def test_a_code_that_fails_mended_is_not_proposed(written: str, meant: str) -> None:
    assert code_without_slips(written) == meant


@pytest.mark.parametrize(
    ("written", "pattern", "meant"),
    [
        ("GR2O2441OO1234", HNTE, "GR202441001234"),
        ("gr2o24 41001234", HNTE, "GR202441001234"),
        ("GR2024410012B4", HNTE, ""),
        ("SI1", re.compile("^[S5][I1]1$|^511$"), ""),  # passes as it is
        ("SO", re.compile("^S0$|^50$"), ""),  # both would do
        ("SO", re.compile("^S0$"), "S0"),
    ],
)
def test_a_number_is_proposed_where_it_is_the_only_one(written: str, pattern: re.Pattern[str], meant: str) -> None:
    assert number_without_slips(written, pattern) == meant
