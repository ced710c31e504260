"""What the demonstration's institutions report is made up, and read like anybody's."""

import pytest

from enterprises.calendar import last_day
from financing.inventing import invented
from financing.models import FeedbackState
from tests.financing.making import delivered
from tests.financing.sending import read
from tests.pushes.making import institution, record, sealed_edition

pytestmark = pytest.mark.django_db


def test_what_is_made_up_is_sound_and_follows_from_its_seed() -> None:
    edition = sealed_edition("2026Q3", [record(number) for number in range(1, 61)])
    bank = institution("bank-a")
    delivered(bank, edition)
    members = list(edition.rows.values_list("public_id", "uscc", "name"))

    def made(seed: str) -> bytes:
        return invented(members, label=edition.label, until=last_day("2026Q3"), seed=seed)

    assert made("1") == made("1") != made("2")
    told = read(bank, made("1"))
    assert (told.state, told.faulty) == (FeedbackState.IN_FORCE, 0)
    assert 10 < told.lines < 60 and float(told.sums["balance"]) > 0
