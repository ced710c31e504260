"""Public ids are unique, stable, and notice a slip."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enterprises.public_ids import is_public_id, number_of, public_id, public_ids

NUMBERS = st.integers(1, 10_000_000)


@given(NUMBERS)
def test_an_id_gives_its_number_back(number: int) -> None:
    assert number_of(public_id(number)) == number
    assert is_public_id(public_id(number))


@given(NUMBERS, st.integers(1, 7), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_symbol_is_noticed(number: int, place: int, symbol: str) -> None:
    good = public_id(number)
    assert good[place] == symbol or not is_public_id(good[:place] + symbol + good[place + 1 :])


@given(NUMBERS, st.integers(1, 6))
def test_two_symbols_swapped_are_noticed(number: int, place: int) -> None:
    good = public_id(number)
    swapped = good[:place] + good[place + 1] + good[place] + good[place + 2 :]
    assert swapped == good or not is_public_id(swapped)


def test_ids_that_were_given_stay_as_they_are() -> None:
    assert [public_id(number) for number in (1, 2, 3)] == ["EMJFMKQG", "E9FKK39J", "EWCPGHR6"]


@pytest.mark.parametrize("text", ["", "E", "E0000001", "X12345", "EPMUF3WI"])
def test_what_is_none_is_refused(text: str) -> None:
    assert not is_public_id(text)
    with pytest.raises(ValueError, match="no public id"):
        number_of(text)


@given(st.lists(st.integers(1, 31**6 - 1)))
def test_many_at_once_get_the_same_ids(numbers: list[int]) -> None:
    assert public_ids(np.array(numbers, dtype=np.int64)).to_list() == [public_id(number) for number in numbers]


@pytest.mark.parametrize("number", [0, 31**6])
def test_no_ids_beyond_the_numbers_there_are(number: int) -> None:
    with pytest.raises(ValueError, match="no public id"):
        public_ids(np.array([1, number]))
