"""What a machine's text says as a code, and which fault is named where it says none."""

import pytest

from enterprises.judging_codes import judged
from enterprises.public_ids import public_id

CODE = "91410100MA4448F87R"


@pytest.mark.parametrize(
    "text", [CODE, f" {CODE.lower()} ", "９１４１０１００MA4448F87R", "9141 0100-MA44 48F8 7R", f"'{CODE}"]
)
def test_a_code_is_read_however_it_is_dressed(text: str) -> None:
    assert judged(text) == (CODE, "", 0, "") and not judged(text).by_public_id


def test_a_public_id_is_read() -> None:
    assert judged(public_id(7).lower()) == (public_id(7), "", 0, "") and judged(public_id(7)).by_public_id


@pytest.mark.parametrize(
    ("text", "fault", "place", "sign"),
    [
        ("", "empty", 0, ""),
        (" \x00", "empty", 0, ""),
        ("9.14101E+17", "lost_digits", 0, ""),
        ("914101007000000000", "lost_digits", 0, ""),
        ("440106000096133", "old_number", 0, ""),
        ("9141O100MA4448F87R", "letter", 5, "O"),
        ("914I0100MA4448F87R", "letter", 4, "I"),
        ("91410100MA4448F87S", "letter", 18, "S"),
        ("91410100MA4448F87", "length", 17, ""),
        ("91410100MA4448F87RM", "length", 19, ""),
        ("91410100MA4448F8/M", "sign", 17, "/"),
        ("91410100MA4448F8企M", "sign", 17, "企"),
        ("91410100MA4448F78R", "check", 0, ""),
        ("91410100MA4448F87N", "check", 0, ""),
        (public_id(7)[:-1] + ("0" if public_id(7)[-1] != "0" else "1"), "id_check", 0, ""),
        ("E1", "length", 2, ""),
    ],
)
def test_a_fault_is_named_with_its_place(text: str, fault: str, place: int, sign: str) -> None:
    found = judged(text)
    assert (found.fault, found.place, found.sign) == (fault, place, sign)


@pytest.mark.parametrize("place", range(18))
def test_no_slip_of_one_sign_passes(place: int) -> None:
    for sign in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        text = CODE[:place] + sign + CODE[place + 1 :]
        assert (judged(text).fault == "") == (text == CODE)
