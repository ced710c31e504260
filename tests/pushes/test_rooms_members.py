"""The rooms of members: found by what the cut has, and by nothing else; one member over the editions."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from enterprises.delta import Cause
from enterprises.editions import withdraw
from enterprises.models import Edition, EditionMember
from enterprises.public_ids import public_id
from pushes import delivering
from pushes.agreeing import agree
from pushes.belonging import belongs, columns, cut_of, members
from pushes.models import Delivery, Institution, Profile
from pushes.packaging import manifest_of
from pushes.portal.members import months_on
from pushes.recalling import history
from pushes.retelling import changes_of
from pushes.searching import BY_END, BY_NAME, Asked, found
from tests.pushes.making import institution, person, recognition, record, sealed_edition
from tests.pushes.rooms import browser, two_editions
from tests.staff import queries

ALL: dict[str, Any] = {}
NARROW: dict[str, Any] = {"programmes": ["SRDI"], "columns": ["batch"]}
CODED: dict[str, Any] = {"programmes": ["HNTE"], "include_name_only": False, "districts": ["410105"]}
CUTS = [ALL, NARROW, CODED, {"districts": ["410102"]}, {"columns": ["former_names", "number", "valid_to"]}]


@pytest.fixture
def editions(db: None) -> tuple[Edition, Edition]:
    return two_editions()


def given(code: str, **cut: Any) -> Institution:
    """An institution that was given both editions."""
    made = institution(code, **cut)
    person(f"clerk-{code}", made)
    delivering.sweep(clock=timezone.now)
    return made


def client(of: Institution) -> Client:
    return browser(of.people.get().user)


def deliveries(of: Institution) -> list[Delivery]:
    own = Delivery.objects.filter(channel__institution=of)
    return list(own.select_related("edition", "package", "profile").order_by("-edition__quarter", "-edition__version"))


def room(edition: Edition, **asked: str) -> str:
    return reverse("pushes:members", args=[edition.label], query=asked)


def page_of(edition: Edition, number: int) -> str:
    return reverse("pushes:member", args=[edition.label, public_id(number)])


def names(answer: Any) -> set[str]:
    return {row.member.name for row in answer.context["rows"]}


class TestTheList:
    def test_every_member_of_the_cut_and_no_other(self, editions: tuple[Edition, Edition]) -> None:
        _spring, summer = editions
        assert len(names(client(given("bank-a")).get(room(summer)))) == 5
        narrow = client(given("bank-b", **NARROW)).get(room(summer))
        assert names(narrow) == {"郑州示范6号科技有限公司"}
        assert names(client(given("bank-c", **CODED)).get(room(summer))) == {
            "郑州新名科技有限公司", "郑州示范5号科技有限公司", "郑州示范6号科技有限公司",
        }  # fmt: skip

    def test_what_was_not_agreed_on_stands_nowhere(self, editions: tuple[Edition, Edition]) -> None:
        _spring, summer = editions
        clerk = client(given("bank-b", **NARROW))
        for url in (room(summer), page_of(summer, 6), reverse("pushes:edition", args=[summer.label])):
            text = clerk.get(url).content.decode()
            for hidden in ("高新技术企业", "金水区", "中原区", "GR202541000006", "豫2023006", "旧名"):
                assert hidden not in text, (url, hidden)
            # The changes of a package tell the periods that came and went, whatever its columns.
            assert "2025-12-31" not in text.partition('<table class="list')[0]
        assert "2025年第一批" in clerk.get(page_of(summer, 6)).content.decode()

    @pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
    def test_a_page_of_whom_the_cut_never_had_is_not_found(
        self, editions: tuple[Edition, Edition], number: int
    ) -> None:
        _spring, summer = editions
        clerk = client(given("bank-d", programmes=["LG"]))
        assert clerk.get(page_of(summer, number)).status_code == 404
        for wrong in (public_id(99), "E0000000", "x", "E\x00"):
            url = reverse("pushes:member", args=[summer.label, wrong])
            assert clerk.get(url).status_code == 404

    def test_it_costs_the_same_however_many_there_are(self, editions: tuple[Edition, Edition]) -> None:
        _spring, summer = editions
        wide, narrow = client(given("bank-a")), client(given("bank-b", **NARROW))
        costs = [queries(wide, room(summer)), queries(narrow, room(summer)), queries(wide, room(summer, q="郑州"))]
        assert max(costs) <= 15
        assert queries(wide, page_of(summer, 6)) <= 20

    def test_withdrawn_it_is_closed(self, editions: tuple[Edition, Edition]) -> None:
        spring, summer = editions
        clerk = client(given("bank-a"))
        withdraw(edition=summer, reason="名单有误", now=timezone.now())
        for url in (room(summer), page_of(summer, 5), reverse("pushes:changes", args=[summer.label])):
            answer = clerk.get(url)
            assert answer.status_code == 410
            assert "名单有误" in answer.content.decode() and "示范5号" not in answer.content.decode()
        history = clerk.get(page_of(spring, 1)).content.decode()
        assert "已撤回" in history and "不再提供" in history and "新名" not in history
        assert clerk.get(reverse("pushes:newest-members"))["Location"] == room(spring)

    def test_where_nothing_was_given_it_leads_to_the_start(self, db: None) -> None:
        clerk = browser(person("clerk", institution()))
        assert clerk.get(reverse("pushes:newest-members"))["Location"] == reverse("pushes:editions")

    def test_anothers_edition_is_not_found(self, editions: tuple[Edition, Edition]) -> None:
        spring, _summer = editions
        given("bank-a")
        late = institution("bank-c", agreed_at=timezone.now())
        clerk = browser(person("late", late))
        delivering.sweep(clock=timezone.now)
        assert [clerk.get(url).status_code for url in (room(spring), page_of(spring, 1))] == [404, 404]


class TestLookingFor:
    @pytest.mark.parametrize(
        ("asked", "numbers"),
        [
            ({"q": "新名"}, {1}),
            ({"q": "旧名"}, {1}),
            ({"q": "郑州 名"}, {1, 3}),
            ({"q": "91410100MA00000004"}, {4}),
            ({"q": "gr202541000006"}, {6}),
            ({"q": "GR2025410"}, {1, 3, 4, 6}),
            ({"q": public_id(5).lower()}, {5}),
            ({"q": "100%"}, set()),
            ({"q": "_"}, set()),
            ({"q": "x\x00"}, {1, 3, 4, 5, 6}),
            ({"programme": "SRDI"}, {6}),
            ({"programme": "SRDI", "state": "valid"}, set()),
            ({"state": "grace"}, {6}),
            ({"programme": "NONE"}, {1, 3, 4, 5, 6}),
            ({"district": "中原区"}, {4}),
            ({"new": "on"}, {5}),
            ({"page": "7", "order": "name"}, {1, 3, 4, 5, 6}),
        ],
    )
    def test_what_is_asked_for(
        self, editions: tuple[Edition, Edition], asked: dict[str, str], numbers: set[int]
    ) -> None:
        _spring, summer = editions
        answer = client(given("bank-a")).get(room(summer, **asked))
        assert {row.member.public_id for row in answer.context["rows"]} == {public_id(one) for one in numbers}

    @pytest.mark.parametrize(
        "asked", [{"q": "旧名"}, {"q": "GR202541000006"}, {"q": "豫2023006"}, {"q": "GR202541000001"}]
    )
    def test_nobody_learns_by_asking(self, editions: tuple[Edition, Edition], asked: dict[str, str]) -> None:
        _spring, summer = editions
        assert names(client(given("bank-b", **NARROW)).get(room(summer, **asked))) == set()
        coded = client(given("bank-c", **CODED))
        assert names(coded.get(room(summer, q="GR202541000003"))) == set()
        assert names(coded.get(room(summer, q="豫2023006"))) == set()

    def test_by_columns_that_were_not_agreed_on_nothing_is_offered(self, editions: tuple[Edition, Edition]) -> None:
        _spring, summer = editions
        answer = client(given("bank-b", **NARROW)).get(room(summer, district="中原区", months="3", order="end"))
        assert not {"district", "months"} & set(answer.context["form"].fields)
        assert names(answer) == {"郑州示范6号科技有限公司"}

    def test_who_ends_soon(self, editions: tuple[Edition, Edition]) -> None:
        _spring, summer = editions
        profile = given("bank-a").profiles.get()
        wanted, offered = cut_of(profile), columns(profile)
        asked = Asked(until=date(2026, 12, 1))
        soon = found(summer, None, wanted, offered, asked)
        assert [row.public_id for row in soon] == [public_id(5)]
        assert not found(summer, None, wanted, offered, replace(asked, until=date(2026, 11, 30)))
        assert not found(summer, None, wanted, offered, replace(asked, programme="SRDI"))  # in grace, not valid
        assert found(summer, None, wanted, offered - {"valid_to"}, asked).count() == 5

    def test_in_which_order(self, editions: tuple[Edition, Edition]) -> None:
        _spring, summer = editions
        profile = given("bank-a").profiles.get()
        wanted, offered = cut_of(profile), columns(profile)
        by_end = [row.public_id for row in found(summer, None, wanted, offered, Asked(order=BY_END))]
        assert by_end[:2] == [public_id(6), public_id(5)]
        own = cut_of(Profile(programmes=["HNTE"]))  # the other programme's end does not show in the order
        assert next(iter(found(summer, None, own, offered, Asked(order=BY_END)))).public_id == public_id(5)
        by_name = [row.name for row in found(summer, None, wanted, offered, Asked(order=BY_NAME))]
        assert by_name == sorted(by_name) or len(by_name) == 5

    def test_the_answer_to_a_script_whose_session_is_over(self, editions: tuple[Edition, Edition]) -> None:
        answer = Client().get(room(editions[1]), headers={"HX-Request": "true"})
        assert (answer.status_code, answer["HX-Refresh"], answer.content) == (401, "true", b"")


@pytest.mark.parametrize("cut", CUTS)
def test_a_row_belongs_where_the_database_says_so(editions: tuple[Edition, Edition], cut: dict[str, Any]) -> None:
    wanted = cut_of(institution(**cut).profiles.get())
    for edition in editions:
        rows = EditionMember.objects.filter(edition=edition)
        assert {row.pk for row in rows if belongs(row, wanted)} == {row.pk for row in members(edition, wanted)}


def agree_about(given_to: Institution) -> int:
    """Hold the history of everybody to each package; returns how many changes were told."""
    moments = {number: history(deliveries(given_to), public_id(number)) for number in range(1, 7)}
    total = 0
    for place, delivery in enumerate(deliveries(given_to)):
        assert delivery.package is not None
        told = {one.public_id: one for one in changes_of(delivery.package, manifest_of(delivery.package))}
        cut = cut_of(delivery.profile)
        inside = {row.public_id for row in members(delivery.edition, cut)}
        for number, moment in ((number, given[place]) for number, given in moments.items()):
            said = told.get(public_id(number))
            assert (moment.kind, moment.reasons) == ((said.kind, said.reasons) if said else (None, ())), number
            assert moment.is_in == (public_id(number) in inside)
        total += len(told)
    return total


@pytest.mark.parametrize("cut", CUTS)
def test_the_history_of_one_says_what_the_package_says(editions: tuple[Edition, Edition], cut: dict[str, Any]) -> None:
    agree_about(given("bank-a", **cut))


@pytest.mark.parametrize("cut", CUTS)
def test_and_so_it_does_after_a_withdrawal(editions: tuple[Edition, Edition], cut: dict[str, Any]) -> None:
    spring, summer = editions
    bank = given("bank-a", **cut)
    withdraw(edition=summer, reason="名单有误", now=timezone.now())
    other = Cause(cause="joined", programme="HNTE", before=public_id(2), after="2025-01-10/", source="")
    sealed_edition(
        "2026Q3",
        [record(1, name="郑州旧名科技有限公司"), record(3), record(4, district="金水区"), record(5)],
        previous=spring,
        version=2,
        causes={public_id(5): [other]},
    )
    delivering.sweep(clock=timezone.now)
    assert len(deliveries(bank)) == 3
    assert agree_about(bank) >= 1


def test_what_changed_in_a_column_that_is_hidden_is_told_as_the_package_tells_it(
    editions: tuple[Edition, Edition],
) -> None:
    _spring, summer = editions
    bank = given("bank-a", columns=["number"])
    rows = [record(1, recognition(valid_to="2029-01-09"), name="郑州新名科技有限公司"), record(3)]
    sealed_edition("2026Q4", rows, previous=summer)
    delivering.sweep(clock=timezone.now)
    assert history(deliveries(bank), public_id(1))[0].kind == "changed"
    agree_about(bank)


def test_in_another_cut_nothing_is_compared(editions: tuple[Edition, Edition]) -> None:
    _spring, summer = editions
    bank = given("bank-a")
    agree(institution=bank, programmes=["HNTE"], include_name_only=True, now=timezone.now())
    sealed_edition("2026Q4", [record(1), record(3)], previous=summer)
    delivering.sweep(clock=timezone.now)
    (newest, *_before) = history(deliveries(bank), public_id(4))
    assert (newest.kind, newest.is_in) == (None, False)
    agree_about(bank)


def test_a_member_that_left_is_told_of(editions: tuple[Edition, Edition]) -> None:
    spring, summer = editions
    clerk = client(given("bank-a"))
    gone = clerk.get(page_of(summer, 2)).content.decode()
    assert "移出" in gone and spring.label in gone and "郑州离库新材料有限公司" not in gone
    assert "郑州离库新材料有限公司" in clerk.get(page_of(spring, 2)).content.decode()


def test_a_day_so_manymonths_on_is_a_day() -> None:

    assert months_on(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert months_on(date(2026, 12, 31), 12) == date(2027, 12, 31)
    assert all(months_on(date(2026, 1, 1) + timedelta(days=day), 6) for day in range(366))
