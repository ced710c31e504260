"""An enterprise's page: how it stands and why, its whole story, and what it looked like on a day."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from enterprises import editions, objecting, pooling, resolving, settling
from enterprises.chronicling import KINDS, MOST, story
from enterprises.models import Edition, Enterprise, MatchDecision, Objection
from enterprises.parting import lines_of
from enterprises.settling import Remedy
from registry import importing
from tests.conftest import NOW, Publish
from tests.enterprises.objections import filed
from tests.pushes.making import delivered, institution
from tests.staff import queries, signed_in, staff

pytestmark = pytest.mark.django_db
HEAD = ["企业名称", "统一社会信用代码", "证书编号", "发证日期"]
WRONG, RIGHT = "郑州启杭科技有限公司", "郑州启航科技有限公司"
CODE = "91330100MA27YTKRXE"
SEE = tuple(f"enterprises.view_{what}" for what in ("enterprise", "objection", "edition", "matchdecision"))
SEE_LISTS = ("registry.view_entry", "registry.view_listimport")


def sealed(quarter: str, days: int) -> Edition:
    now = NOW + timedelta(days)
    resolving.resolve(now=now)
    return editions.seal(edition=editions.cut(quarter=quarter, now=now), now=now, by=staff(name=f"sealer-{days}"))


@pytest.fixture
def enterprise(publish: Publish) -> Enterprise:
    """Recognised, sealed, wrongly spelt, corrected on its objection, sealed again."""
    publish(
        [HEAD, [WRONG, CODE, "GR202541000001", "2025-01-10"]], document_number="豫高企〔2025〕1号", title="2025年名单"
    )
    sealed("2026Q2", 0)
    us, officer = Enterprise.objects.get(), staff(name="officer")
    objection = filed(enterprise=us)
    settling.take(objection=objection, now=NOW, by=officer)
    remedy = Remedy(lines=lines_of(us), fields={"name": RIGHT})
    settling.uphold(objection=objection, remedy=remedy, reason="证书属实", now=NOW + timedelta(1), by=officer)
    objecting.withdraw(objection=filed(enterprise=us), now=NOW)
    sealed("2026Q3", 2)
    pooling.rebuild(as_of=NOW.date(), now=NOW + timedelta(2))
    us.refresh_from_db()
    return us


def page(client: Client, enterprise: Enterprise, **query: str) -> Any:
    return client.get(reverse("admin:enterprises_enterprise_change", args=[enterprise.pk]), query)


def test_one_page_tells_the_whole_story(enterprise: Enterprise) -> None:
    client = signed_in(*SEE, *SEE_LISTS)
    answer = page(client, enterprise)
    steps = answer.context["steps"]
    assert [step.order for step in steps] == sorted((step.order for step in steps), reverse=True)
    assert {step.kind for step in steps} == set(KINDS) - {"decision"}
    text = answer.content.decode()
    for said in (
        "在库", "豫高企〔2025〕1号", "GR202541000001", CODE, WRONG, RIGHT, "证书属实", "officer", "sealer-0",
        "ZZKJ-2026Q2-v1", Objection.objects.order_by("pk")[0].number,
    ):  # fmt: skip
        assert said in text, said
    entry = MatchDecision.objects.filter(enterprise=enterprise).order_by("pk")[0].entry
    assert reverse("admin:registry_entry_change", args=[entry.pk]) in text
    (renamed,) = (step for step in steps if step.kind == "change")
    assert f"{WRONG} → {RIGHT}" in " ".join(renamed.words)
    assert {one.text for one in answer.context["borne"]} >= {WRONG, CODE, "GR202541000001"}

    shown = page(client, enterprise, show="objection").context
    assert {step.kind for step in shown["steps"]} == {"objection"} and shown["all_steps"] == len(steps)
    assert len(page(client, enterprise, show="<x>").context["steps"]) == len(steps)
    an_hour_later = localtime(NOW + timedelta(hours=1))
    then = page(client, enterprise, as_of="2026-10-01", known_by=f"{an_hour_later:%Y-%m-%dT%H:%M}")
    assert [value for _field, value, _line in then.context["cells"]][:2] == [WRONG, CODE]

    narrow = page(signed_in("enterprises.view_enterprise", name="narrow"), enterprise)
    assert "objection" not in {step.kind for step in narrow.context["steps"]}
    assert narrow.context["opened"] == set()


def test_a_line_of_a_withdrawn_list_says_so(enterprise: Enterprise) -> None:
    line = MatchDecision.objects.filter(enterprise=enterprise).order_by("pk")[0].entry
    by, at = staff(name="sun"), NOW + timedelta(3)
    importing.withdraw(list_import=line.list_import, reason="发布单位撤销了公告", now=at, by=by)
    told = [step for step in story(enterprise, with_objections=False).steps if step.kind == "line"]
    of_it = next(step for step in told if step.page == ("registry_entry", line.pk))
    assert f"该名单已于 {localdate(at)} 由 sun 撤回，不再生效：发布单位撤销了公告" in of_it.words
    assert not any("撤回" in text for step in told if step != of_it for text in step.words)


def test_a_long_story_costs_as_many_queries_and_is_cut_at_its_end(enterprise: Enterprise, publish: Publish) -> None:
    client = signed_in(*SEE, *SEE_LISTS)
    address = reverse("admin:enterprises_enterprise_change", args=[enterprise.pk])
    client.get(address)
    few = queries(client, address)
    assert few <= 40
    line, by = MatchDecision.objects.order_by("pk")[0], User.objects.get(username="officer")
    made = publish([HEAD, *[[RIGHT, CODE, "", ""]] * 300], published="2025-03-01").entries.all()
    MatchDecision.objects.bulk_create(
        MatchDecision(
            entry=entry, enterprise=enterprise, rule="person", decided_at=NOW, decided_by=by, beside=line.entry_id
        )
        for entry in made
    )
    assert queries(client, address) <= few + 1  # what lines were compared with, all at once
    assert len(client.get(address).context["steps"]) > 600
    assert not story(enterprise, with_objections=True).is_cut and MOST > 300

    # and to how many institutions it was sent, for whoever may see deliveries
    edition = Edition.objects.get(quarter="2026Q3")
    for code, programmes in (("bank-a", ()), ("bank-b", ("HNTE",)), ("bank-c", ("GZ",))):
        delivered(edition, institution(code, programmes=programmes))
    assert "家机构" not in page(client, enterprise).content.decode()
    told = page(signed_in(*SEE, "pushes.view_delivery", name="operator"), enterprise).content.decode()
    assert "2 家机构" in told and f"edition__id__exact={edition.pk}" in told
