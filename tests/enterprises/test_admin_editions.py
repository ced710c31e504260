"""Staff see what an edition holds and why it changed, and seal or withdraw it by permission."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from enterprises import delta, editions, pooling, resolving
from enterprises.models import Edition, EditionState, Enterprise, GuardLimit, MatchDecision, Overruling, PoolRebuild
from enterprises.wording import CHANGE_CAUSES, cause_in_words, outcome_in_words
from registry import exporting, importing
from registry.admin.exporting import open_rows
from registry.models import Export
from tests.conftest import NOW, Publish
from tests.enterprises.looking import CODE, OTHER_CODE
from tests.staff import queries, said, signed_in

VIEW, SEAL, OVERRULE = "enterprises.view_edition", "enterprises.seal_edition", "enterprises.overrule_edition"
SEE_ALL = ("view_enterprise", "view_matchdecision", "view_poolrebuild", "view_edition")
HEADER = ["企业名称", "统一社会信用代码"]
FIRST, SECOND = "郑州甲科技有限公司", "郑州<i>乙</i>科技有限公司"


@pytest.fixture
def draft(publish: Publish) -> Edition:
    """A draft with one added and one revoked, after a sealed edition."""
    publish([HEADER, [FIRST, CODE]], programme="SRDI", published="2026-01-10")
    resolving.resolve(now=NOW)
    editions.seal(edition=editions.cut(quarter="2026Q1", now=NOW), now=NOW)
    later = NOW + timedelta(hours=1)
    publish([HEADER, [SECOND, OTHER_CODE]], programme="SRDI", published="2026-05-10", title="第二批", now=later)
    publish([HEADER, [FIRST, CODE]], programme="SRDI", kind="revocation", published="2026-06-01", now=later)
    resolving.resolve(now=later)
    pooling.rebuild(as_of=date(2026, 10, 1), now=later)
    return editions.cut(quarter="2026Q3", now=later)


def page_of(edition: Edition) -> str:
    return reverse("admin:enterprises_edition_change", args=[edition.pk])


def step(client: Client, edition: Edition, name: str, **data: str) -> Any:
    return client.post(reverse(f"admin:enterprises_edition_{name}", args=[edition.pk]), data, follow=True)


def test_a_page_tells_what_changed_and_why(draft: Edition) -> None:
    response = signed_in(VIEW).get(page_of(draft))
    told = {
        change["name"]: [(str(cause["words"]), cause["source"].title) for cause in change["causes"]]
        for change in response.context["changes"]
    }
    assert told == {
        FIRST: [(str(CHANGE_CAUSES["revoked"]), "SRDI revocation 2026-06-01")],
        SECOND: [(str(CHANGE_CAUSES["recognised"]), "第二批")],
    }
    page = response.content.decode()
    assert "2026-05-10/" not in page
    assert response.context["by_programme"] == [("专精特新中小企业", 1)]
    assert "<i>乙" not in response.content.decode()


def test_a_draft_is_sealed_and_a_sealed_one_withdrawn_with_a_reason(draft: Edition) -> None:
    client = signed_in(VIEW, SEAL, name="qian")
    step(client, draft, "seal")
    draft.refresh_from_db()
    assert (draft.state, str(draft.sealed_by)) == (EditionState.SEALED, "qian")
    assert said(step(client, draft, "withdraw"))
    draft.refresh_from_db()
    assert draft.state == EditionState.SEALED
    assert 'name="certain" required' in client.get(page_of(draft)).content.decode()
    step(client, draft, "withdraw", reason="a list was missing")  # without a word on whom it reaches
    draft.refresh_from_db()
    assert draft.state == EditionState.SEALED
    after = step(client, draft, "withdraw", reason="a list was missing", certain="on")
    draft.refresh_from_db()
    assert (draft.state, draft.withdrawn_reason) == (EditionState.WITHDRAWN, "a list was missing")
    assert "a list was missing" in client.get(page_of(draft)).content.decode()
    assert "/recut/" in after.content.decode() and "2026Q3" in after.content.decode()


def test_what_was_withdrawn_is_cut_anew_from_its_page_once(draft: Edition) -> None:
    client = signed_in(VIEW, SEAL, name="qian")
    editions.seal(edition=draft, now=NOW + timedelta(hours=2))
    first = Edition.objects.get(quarter="2026Q1")
    assert step(client, draft, "recut").status_code == 404
    editions.withdraw(edition=first, reason="x", now=NOW + timedelta(hours=3))
    assert step(client, first, "recut").status_code == 404  # a later quarter stands
    editions.withdraw(edition=draft, reason="x", now=NOW + timedelta(hours=3))
    step(client, draft, "recut")
    made = Edition.objects.get(state=EditionState.DRAFT)
    assert (made.quarter, made.as_of, made.version, str(made.cut_by)) == ("2026Q3", draft.as_of, 2, "qian")
    assert "/recut/" not in client.get(page_of(draft)).content.decode()
    assert step(client, draft, "recut").status_code == 404


def test_whom_a_withdrawal_reaches_is_said_before(draft: Edition, settings: Settings) -> None:
    settings.EDITION_HOLDERS = f"{__name__}.three_holders"
    editions.seal(edition=draft, now=NOW + timedelta(hours=2))
    assert "将通知全部 3 家机构停止使用，本版本不能恢复" in signed_in(VIEW, SEAL).get(page_of(draft)).content.decode()


def three_holders(_edition: Edition) -> QuerySet[Any]:
    """As if it had been delivered to three."""
    return GuardLimit.objects.filter(pk__in=GuardLimit.objects.order_by("pk").values("pk")[:3])


def test_a_draft_shows_who_leaves_first_and_all_by_pages(draft: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enterprises.admin.editions.CHANGES_SHOWN", 1)
    client = signed_in(VIEW)

    def names(**query: str) -> list[str]:
        return [change["name"] for change in client.get(page_of(draft), query).context["changes"]]

    assert [names(), names(page="2")] == [[FIRST], [SECOND]]
    assert [names(kind="added"), names(kind="removed"), names(kind="changed")] == [[SECOND], [FIRST], []]
    assert names(kind="nonsense", page="x") == [FIRST]
    assert "?kind=added&amp;page=" not in client.get(page_of(draft), {"kind": "added"}).content.decode()
    assert "?page=2#changes" in client.get(page_of(draft)).content.decode()


def test_a_step_that_cannot_be_is_told(draft: Edition) -> None:
    assert draft.label in said(step(signed_in(VIEW, SEAL), draft, "withdraw", reason="too early", certain="on"))
    draft.refresh_from_db()
    assert draft.state == EditionState.DRAFT


class TestRedGuards:
    """A draft that guards find red, in the hands of its maker and of a second person."""

    @pytest.fixture
    def red(self, publish: Publish) -> Edition:
        rows = [[f"郑州示范{n}号科技有限公司", ""] for n in range(12)]
        listed = publish([HEADER, *rows], programme="SRDI", published="2026-01-10")
        resolving.resolve(now=NOW)
        editions.seal(edition=editions.cut(quarter="2026Q2", now=NOW), now=NOW)
        importing.withdraw(list_import=listed, reason="误传", now=NOW + timedelta(hours=1))
        resolving.resolve(now=NOW + timedelta(hours=1))
        return editions.cut(quarter="2026Q3", now=NOW + timedelta(hours=2))

    def test_maker_and_checker(self, red: Edition, settings: Settings) -> None:
        maker = signed_in(VIEW, SEAL, OVERRULE, name="wang")
        step(maker, red, "recut")  # whoever cuts it is its maker
        draft = Edition.objects.get(state="draft")
        assert str(draft.cut_by) == "wang"
        page = maker.get(page_of(draft))
        assert page.context["made_it"] and page.context["waits_for_second"]
        assert "/seal/" not in page.content.decode() and "/overrule/" not in page.content.decode()
        settings.OVERRULE_ALONE = True
        assert "/overrule/" in maker.get(page_of(draft)).content.decode()
        settings.OVERRULE_ALONE = False
        assert "wang" in said(step(maker, draft, "overrule", reason="本来如此"))
        assert "专精特新" in said(step(maker, draft, "seal"))
        checker = signed_in(VIEW, SEAL, OVERRULE, name="zhao")
        step(checker, draft, "overrule", reason="")
        assert not Overruling.objects.exists()
        step(checker, draft, "overrule", reason="省厅已撤回<b>原名单</b>")
        step(checker, draft, "seal")
        draft.refresh_from_db()
        assert (draft.state, str(draft.sealed_by)) == ("sealed", "zhao")
        shown = signed_in(VIEW, name="qian").get(page_of(draft)).content.decode()
        assert "省厅已撤回&lt;b&gt;" in shown and "zhao" in shown

    def test_overruling_takes_a_permission_of_its_own(self, red: Edition) -> None:
        sealer = signed_in(VIEW, SEAL)
        assert "/overrule/" not in sealer.get(page_of(red)).content.decode()
        assert step(sealer, red, "overrule", reason="x").status_code == 403
        assert step(signed_in(VIEW, OVERRULE, name="other"), red, "recut").status_code == 403
        assert not Overruling.objects.exists()

    def test_a_sealed_edition_is_not_cut_anew(self, red: Edition) -> None:
        sealed = Edition.objects.get(quarter="2026Q2")
        assert step(signed_in(VIEW, SEAL), sealed, "recut").status_code == 404

    def test_what_outdates_a_draft_is_told(self, red: Edition, publish: Publish) -> None:
        client = signed_in(VIEW, SEAL)
        assert not client.get(page_of(red)).context["outdated"]
        publish([HEADER, [FIRST, CODE]], programme="GZ", now=NOW + timedelta(hours=3))
        assert client.get(page_of(red)).context["outdated"]


def test_limits_and_calendar_are_the_bureaus_to_change(draft: Edition) -> None:
    limit = GuardLimit.objects.get(guard="mass_removal")
    page = reverse("admin:enterprises_guardlimit_change", args=[limit.pk])
    data = {"guard": "mass_removal", "programme": "", "cause": "", "amber": "5", "red": "3", "least": "20"}
    keeper = signed_in("enterprises.view_guardlimit", "enterprises.change_guardlimit")
    assert keeper.post(page, data).context["adminform"].form.errors  # amber comes before red
    assert keeper.post(page, data | {"red": "40"}).status_code == 302
    assert GuardLimit.objects.get(pk=limit.pk).red == 40
    viewer = signed_in("enterprises.view_guardlimit", "enterprises.view_expectedlist", name="viewer")
    assert viewer.post(page, data).status_code == 403
    for name in ("guardlimit", "expectedlist"):
        assert viewer.get(reverse(f"admin:enterprises_{name}_changelist")).status_code == 200


def test_without_the_permission_nothing_is_sealed(draft: Edition) -> None:
    viewer = signed_in(VIEW)
    assert "/seal/" not in viewer.get(page_of(draft)).content.decode()
    assert step(viewer, draft, "seal").status_code == 403
    assert step(viewer, draft, "withdraw", reason="x").status_code == 403
    assert signed_in(name="stranger").get(page_of(draft)).status_code == 403
    assert (
        signed_in(SEAL, name="sealer").get(reverse("admin:enterprises_edition_seal", args=[draft.pk])).status_code
        == 405
    )
    draft.refresh_from_db()
    assert draft.state == EditionState.DRAFT


def test_an_enterprises_page_tells_its_evidence(draft: Edition) -> None:
    client = signed_in(*(f"enterprises.{permission}" for permission in SEE_ALL))
    enterprise = Enterprise.objects.get(name=FIRST)
    response = client.get(reverse("admin:enterprises_enterprise_change", args=[enterprise.pk]))
    page = response.content.decode()
    assert response.context["now"].found.in_pool is False
    assert [row.edition.label for row, _names in response.context["editions"]] == ["ZZKJ-2026Q1-v1"]
    assert {"line", "edition"} <= {step.kind for step in response.context["steps"]}
    for text in ("SRDI recognition 2026-01-10", "SRDI revocation 2026-06-01", CODE, enterprise.public_id):
        assert text in page


@pytest.mark.parametrize("query", [CODE, CODE.lower(), "甲科技", "public id"])
def test_an_enterprise_is_found(draft: Edition, query: str) -> None:
    enterprise = Enterprise.objects.get(name=FIRST)
    client = signed_in("enterprises.view_enterprise")
    text = enterprise.public_id if query == "public id" else query
    response = client.get(reverse("admin:enterprises_enterprise_changelist"), {"q": text})
    assert list(response.context["cl"].result_list) == [enterprise]


@pytest.mark.parametrize(("value", "name"), [("in", SECOND), ("out", FIRST)])
def test_enterprises_are_filtered_by_todays_pool(draft: Edition, value: str, name: str) -> None:
    client = signed_in("enterprises.view_enterprise")
    response = client.get(reverse("admin:enterprises_enterprise_changelist"), {"pool": value})
    assert [one.name for one in response.context["cl"].result_list] == [name]


def test_who_may_not_see_enterprises_may_not_export_them(draft: Edition) -> None:
    export = reverse("admin:enterprises_enterprise_export")
    assert signed_in(VIEW).post(export, {"format": "1"}).status_code == 403
    allowed = signed_in("enterprises.view_enterprise", name="allowed")
    allowed.post(export, {"format": "1", "resource": ""})
    asked = Export.objects.get()
    exporting.perform(export=asked.pk, open_rows=open_rows, clock=timezone.now)
    file = allowed.get(reverse("admin:registry_export_file", args=[asked.pk])).getvalue()
    lines = file.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert any(CODE in line and "SRDI" not in line for line in lines)
    assert any(OTHER_CODE in line and "SRDI" in line for line in lines)


@pytest.mark.parametrize("model", [Enterprise, MatchDecision, PoolRebuild, Edition])
def test_what_is_derived_is_seen_and_never_edited(draft: Edition, admin_client: Client, model: Any) -> None:
    name = model._meta.model_name
    page = reverse(f"admin:enterprises_{name}_change", args=[model.objects.first().pk])
    assert admin_client.get(page).status_code == 200
    assert admin_client.post(page, {}).status_code == 403
    assert admin_client.get(reverse(f"admin:enterprises_{name}_add")).status_code == 403
    delete = reverse(f"admin:enterprises_{name}_delete", args=[model.objects.first().pk])
    assert admin_client.post(delete, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("name", ["enterprise", "matchdecision", "poolrebuild", "edition"])
def test_a_longer_list_costs_no_more_queries(draft: Edition, publish: Publish, name: str) -> None:
    client = signed_in(*(f"enterprises.{permission}" for permission in SEE_ALL))
    page = reverse(f"admin:enterprises_{name}_changelist")
    short = queries(client, page)
    publish([HEADER, *([f"郑州第{number}科技有限公司", ""] for number in range(20))], published="2026-07-01")
    resolving.resolve(now=NOW)
    pooling.rebuild(as_of=date(2026, 10, 1), now=NOW + timedelta(hours=2))
    editions.cut(quarter="2026Q2", now=NOW + timedelta(hours=2))
    assert queries(client, page) == short <= 11


@pytest.mark.parametrize(
    ("cause", "before", "after", "words", "outcome"),
    [
        ("grace", "2023-12-07/2026-12-06", "2023-12-07/2026-12-06", "到期待续", "2026-12-06 到期，等待续期"),
        ("expired", "2024-01-01/2026-12-31", "2026-12-31", "到期", "2026-12-31 到期"),
        ("revoked", "2024-01-01/2026-12-31", "2026-05-01", "被取消（撤销）", "2026-05-01 起取消"),
        ("rule_changed", "2024-01-01/2026-12-31", "2024-01-01/2025-12-31", "认定规则调整", "2024-01-01 至 2025-12-31"),
        ("district_changed", "", "金水区", "补充区县", "金水区"),
        ("district_changed", "中原区", "金水区", "区县变更", "金水区"),
    ],
)
def test_an_end_is_told_as_one(cause: str, before: str, after: str, words: str, outcome: str) -> None:
    told: delta.Cause = {"cause": cause, "programme": "HNTE", "before": before, "after": after, "source": ""}
    assert (cause_in_words(told), outcome_in_words(told)) == (words, outcome)


def test_every_cause_of_a_change_has_its_words() -> None:
    said_of_it = (delta.Cause.__doc__ or "").partition("one of ")[2].partition(". `programme`")[0]
    assert set(said_of_it.replace("\n", " ").replace(",", " ").split()) == CHANGE_CAUSES.keys()
