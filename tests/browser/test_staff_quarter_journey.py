"""A whole quarter at the bureau, by its own people: from a list full of mistakes to an objection that is settled.

Law: each does what his role may, and what needs two is refused to one. The manual's pictures are taken on the way.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests import otherday
from tests.browser.conftest import JOURNEY, Open
from tests.browser.pictures import Picture, picture
from tests.browser.quarter import AUTUMN, Quarter, spring, sweep
from tests.browser.quarter.deliveries import deliveries_go_out, the_auditor_sees_all_and_changes_nothing
from tests.browser.quarter.edition import a_red_guard_is_overruled_and_the_edition_sealed, doubtful_matches_are_settled
from tests.browser.quarter.lists import (
    a_large_list_waits_for_a_worker,
    a_list_is_uploaded_and_mended,
    a_second_person_confirms_it,
    a_worker_has_read_it,
)
from tests.browser.quarter.objection import an_enterprise_objects_and_is_right
from tests.conftest import Publish
from tests.processes import worker
from tests.pushes.peers import mailbox
from tests.pushes.peers.mailbox import Mailbox

pytestmark = JOURNEY
__all__ = ["picture"]


@pytest.fixture
def autumn() -> Iterator[int]:
    """It is autumn: by how many seconds the clock was put forward."""
    ahead = otherday.seconds_to(AUTUMN)
    otherday.moved_by(ahead)
    yield ahead
    otherday.moved_by(0)


@pytest.fixture
def post() -> Iterator[Mailbox]:
    with mailbox.running() as running:
        yield running


def test_a_quarter(
    open_page: Open, picture: Picture, publish: Publish, settings: Settings, tmp_path: Path, autumn: int,
    post: Mailbox, surroundings: dict[str, str],
) -> None:  # fmt: skip
    spring(publish)
    settings.CONFIRM_NEEDS_SECOND_PERSON, settings.REVIEW_SAMPLE = True, 5
    surroundings["EMAIL_URL"] = f"smtp://127.0.0.1:{post.port}"
    quarter = Quarter(open_page, picture, tmp_path)

    first = a_list_is_uploaded_and_mended(quarter)
    a_second_person_confirms_it(quarter, first)
    waiting = a_large_list_waits_for_a_worker(quarter, settings)
    with worker(surroundings, tmp_path / "worker.log", ahead=autumn):
        a_worker_has_read_it(quarter, waiting)
        sweep()
        doubtful_matches_are_settled(quarter)
        edition = a_red_guard_is_overruled_and_the_edition_sealed(quarter)
        deliveries_go_out(quarter, edition, post)
    an_enterprise_objects_and_is_right(quarter)
    the_auditor_sees_all_and_changes_nothing(quarter, first, edition)
