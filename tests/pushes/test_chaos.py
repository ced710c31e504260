"""Workers killed, Redis restarted: none missed, none with two different ids."""

from pathlib import Path

import pytest

from tests.pushes import chaos

SIZES = chaos.Sizes(institutions=60, profiles=6, members=60, waves=4)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_every_institution_gets_its_edition_whoever_is_killed(surroundings: dict[str, str], tmp_path: Path) -> None:
    edition = chaos.fill(SIZES)
    happened = chaos.push(surroundings, tmp_path, SIZES)
    assert chaos.found_wrong(edition, SIZES) == []
    assert (happened.kills, happened.restarts) == (chaos.KILLS, 1)
