"""Programmes and their rules are kept by the bureau; what the database would refuse is said in words."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from registry.models import District, Programme, ProgrammeRule
from registry.queries import standing_rules
from tests.conftest import Publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme() -> Programme:
    return Programme.objects.get(code="HNTE")


def rule(start: str, end: str = "", **facts: object) -> dict[str, object]:
    plain = {"effective_from": start, "effective_to": end, "period": "years_from_issue", "years": "3"}
    return plain | {"grace_months": "", "grace_month": "", "grace_day": "", "counts": "on", "note": ""} | facts


def save(client: Client, programme: Programme, *rules: dict[str, object], pattern: str = "") -> Any:
    kept = list(programme.rules.filter(superseded_at=None))
    data: dict[str, object] = {
        "code": programme.code,
        "name": programme.name,
        "level": programme.level,
        "body": programme.body,
        "basis": "",
        "number_pattern": pattern,
        "position": "1",
        "rules-2-TOTAL_FORMS": 0,
        "rules-2-INITIAL_FORMS": 0,
        "rules-TOTAL_FORMS": len(rules),
        "rules-INITIAL_FORMS": len(kept),
    }
    for number, facts in enumerate(rules):
        row = {"id": kept[number].pk if number < len(kept) else "", "programme": programme.pk} | facts
        data |= {f"rules-{number}-{name}": value for name, value in row.items()}
    return client.post(reverse("admin:registry_programme_change", args=[programme.pk]), data)


def test_a_rule_ends_where_the_next_begins(admin_client: Client, programme: Programme) -> None:
    assert (
        save(admin_client, programme, rule("2008-01-01", "2027-01-01"), rule("2027-01-01", years="2")).status_code
        == 302
    )
    assert list(
        standing_rules().filter(programme=programme).values_list("effective_from", "effective_to", "years")
    ) == [
        (date(2008, 1, 1), date(2027, 1, 1), 3),
        (date(2027, 1, 1), None, 2),
    ]


WRONG: dict[str, list[dict[str, object]]] = {
    "two rules at once": [rule("2008-01-01"), rule("2027-01-01")],
    "backwards": [rule("2008-01-01", "2007-01-01")],
    "no years": [rule("2008-01-01", years="")],
    "years that nobody counts": [rule("2008-01-01", period="open")],
    "two kinds of grace": [rule("2008-01-01", grace_months="3", grace_month="3", grace_day="31")],
    "a grace without end": [rule("2008-01-01", grace_months="600")],
    "half a grace": [rule("2008-01-01", grace_month="4")],
    "a day that no year has": [rule("2008-01-01", grace_month="2", grace_day="30")],
    "a day that is missing in most years": [rule("2008-01-01", grace_month="2", grace_day="29")],
    "a month that none is": [rule("2008-01-01", grace_month="13", grace_day="1")],
}


@pytest.mark.parametrize("case", WRONG)
def test_a_rule_that_cannot_be_is_refused_in_words(admin_client: Client, programme: Programme, case: str) -> None:
    before = list(ProgrammeRule.objects.values())
    response = save(admin_client, programme, *WRONG[case])
    assert response.status_code == 200
    assert response.context["errors"]
    assert list(ProgrammeRule.objects.values()) == before


def test_the_border_between_two_rules_can_be_moved_at_once(admin_client: Client, programme: Programme) -> None:
    save(admin_client, programme, rule("2008-01-01", "2027-01-01"), rule("2027-01-01", years="2"))
    moved = save(admin_client, programme, rule("2008-01-01", "2028-01-01"), rule("2028-01-01", years="2"))
    assert moved.status_code == 302
    borders = [
        day
        for row in standing_rules().filter(programme=programme).values_list("effective_from", "effective_to")
        for day in row
    ]
    assert borders == [date(2008, 1, 1), date(2028, 1, 1), date(2028, 1, 1), None]


def test_a_number_pattern_is_a_regular_expression(admin_client: Client, programme: Programme) -> None:
    response = save(admin_client, programme, rule("2008-01-01"), pattern="GR(20")
    assert "number_pattern" in response.context["adminform"].form.errors
    assert Programme.objects.get(pk=programme.pk).number_pattern != "GR(20"


def test_a_rule_that_is_edited_or_deleted_is_superseded(admin_client: Client, programme: Programme) -> None:
    before = ProgrammeRule.objects.get(programme=programme)
    assert save(admin_client, programme, rule("2008-01-01", grace_months="6")).status_code == 302
    past = ProgrammeRule.objects.get(pk=before.pk)
    now = standing_rules().get(programme=programme)
    assert (past.grace_month, past.superseded_at) == (before.grace_month, now.recorded_at)
    assert (now.grace_months, now.recorded_by and now.recorded_by.get_username()) == (6, "admin")
    page = admin_client.get(reverse("admin:registry_programme_change", args=[programme.pk]))
    assert "以前记录的规则" in page.content.decode()
    save(admin_client, programme, rule("2008-01-01", DELETE="on"))
    assert not standing_rules().filter(programme=programme).exists()
    assert ProgrammeRule.objects.filter(programme=programme).count() == 2


def test_a_page_of_former_rules_keeps_nothing_and_says_so(admin_client: Client, programme: Programme) -> None:
    """The library would keep nothing of it, and say that it had."""
    former = ProgrammeRule.objects.get(programme=programme)
    assert save(admin_client, programme, rule("2008-01-01", grace_months="6")).status_code == 302
    stale = save(admin_client, programme, rule("2008-01-01", grace_months="9", id=former.pk))
    assert stale.status_code == 200 and "规则已被他人修改" in stale.content.decode()
    assert standing_rules().get(programme=programme).grace_months == 6


def test_saving_without_a_change_supersedes_nothing(admin_client: Client, programme: Programme) -> None:
    standing = ProgrammeRule.objects.get(programme=programme)
    same = rule("2008-01-01", grace_month="4", grace_day="30", note=standing.note)
    assert save(admin_client, programme, same).status_code == 302
    assert ProgrammeRule.objects.get(programme=programme) == standing


def test_what_editions_call_a_programme_or_a_district_stays(admin_client: Client, publish: Publish) -> None:
    publish([["企业名称", "区县"], ["郑州启航科技有限公司", "中牟县"]], programme="GZ", published="2023-07-06")
    district = District.objects.get(name="中牟县")
    named = {"code": district.code, "aliases": "中牟", "note": "", "name": "中牟区"}
    address = reverse("admin:registry_district_change", args=[district.pk])
    assert "另建" in admin_client.post(address, named).content.decode()
    assert admin_client.post(address, named | {"name": "中牟县", "aliases": "中牟,牟县"}).status_code == 302
    for of in (District.objects.filter(pk=district.pk), Programme.objects.filter(code="GZ")):
        with pytest.raises(IntegrityError), transaction.atomic():
            of.update(code="410199")
