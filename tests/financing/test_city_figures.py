"""What an institution sees of the city's figures: its own beside, nothing that tells what another one has."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from enterprises.models import Edition
from financing.city_figures import CityFigures, city_figures, city_trends
from financing.terms import terms
from pushes.models import Institution
from tests.financing.city import LATER, city
from tests.financing.making import feedback
from tests.pushes.making import SEALED_AT, institution, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_tries")]


@pytest.fixture
def edition() -> Edition:
    return city()


def seen(code: str, days: float = 20) -> CityFigures | None:
    reader = Institution.objects.get(code=code)
    return city_figures("2026Q3", reader=reader, now=SEALED_AT + timedelta(days=days), by=terms())


def test_sums_stand_only_where_three_others_are_behind_them(edition: Edition) -> None:
    assert seen("bank-a", days=3.5) is None  # three have reported, of which the reader may be one
    found = seen("guard-e")
    assert found and found.known_by == SEALED_AT + timedelta(days=4)
    total = found.total
    assert total.lent_to == 22 and total.balance == 2780 and total.members == 30
    assert total.own.balance == 120 and total.own.lent_to == 6
    # 上街区 is bank-a's alone: withheld, and with it the smaller of the two others, lest it be had by subtraction.
    told = {row.name: row.balance for row in found.districts}
    assert told["上街区"] is None and sorted(told[name] is None for name in ("金水区", "二七区")) == [False, True]
    assert {row.name: row.lent_to for row in found.districts}["上街区"] is None
    # Nobody else's balance is left for the guarantors' kind beside the reader's own, of which four banks have the rest.
    kinds = {row.name: (row.balance, row.own.balance) for row in found.kinds}
    assert kinds["银行"] == (Decimal(2780), Decimal(0)) and kinds["担保公司"][1] == 120
    of_a = seen("bank-a")
    assert of_a and of_a.total.balance == 2780 and of_a.total.own.balance == 1000
    early = {row.name: row.balance for row in of_a.kinds}
    assert early["银行"] == 2780
    feedback(institution("bank-f"), edition, {1: {"balance": "1"}}, at=SEALED_AT + timedelta(days=6))
    again = seen("bank-a")
    assert again and again.known_by == found.known_by  # two have changed something since: nothing moves
    trend = city_trends("2026Q3", reader=Institution.objects.get(code="bank-a"), now=LATER, by=terms())
    assert [point.words for point in trend[0].points] == ["22"]


def test_the_room_shows_the_readers_own_beside(edition: Edition, settings: Settings) -> None:
    browser = Client()
    browser.force_login(person("reader", Institution.objects.get(code="bank-a"), role="reader"))
    page = browser.get("/institutions/statistics/")
    text = page.content.decode()
    assert (
        page.status_code == 200 and "全市融资统计" in text and "1,000.00" in text and "示范银行（bank-b）" not in text
    )
    assert page["Cache-Control"] == "private, no-store"
    assert browser.get("/institutions/statistics/?quarter=%00").status_code == 200
    assert browser.post("/institutions/statistics/").status_code == 405
    officer = Client()
    officer.force_login(User.objects.create_user("officer", is_staff=True))
    assert officer.get("/institutions/statistics/").status_code == 403
