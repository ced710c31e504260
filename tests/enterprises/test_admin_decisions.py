"""Staff see what ties entries to enterprises, how it was measured, and what people said."""

import pytest
from django.urls import reverse

from enterprises import resolving
from enterprises.matching.rungs import NAMES, figures
from tests.conftest import NOW, Publish
from tests.staff import queries, signed_in

pytestmark = pytest.mark.django_db
RUNGS = "admin:enterprises_matchdecision_rungs"
VIEW = "enterprises.view_matchdecision"


def test_every_rung_stands_with_its_figures_and_what_it_accounts_for(publish: Publish) -> None:
    header = ["企业名称", "统一社会信用代码"]
    publish([header, ["郑州启航智能科技有限公司", "91330100MA27YTKRXE"]], published="2024-01-01")
    publish([header, ["郑州启航智能科技有限公司", ""]], programme="INNO", published="2025-01-01")
    publish([header, ["郑州市启航智能科技有限公司", ""]], programme="SRDI", published="2025-02-01")
    resolving.resolve(now=NOW)
    client = signed_in(VIEW)
    response = client.get(reverse(RUNGS))
    shown = {rung.name: rung for rung in response.context["rungs"]}
    assert shown.keys() == {*NAMES, *(figure.rung for figure in figures().values())}
    assert (shown["name"].decisions, shown["new"].decisions, shown["suffix_bare"].questions) == (1, 2, 1)
    assert (shown["suffix_here"].ties, shown["suffix_bare"].ties, shown["suffix_bare"].asks) == (True, False, True)
    assert (shown["person"].ties, shown["new"].ties, shown["code"].ties) == (False, False, True)
    page = response.content.decode()
    assert str(shown["suffix_bare"].words) in page
    assert f"{figures()['bare', 'suffix'].precision:.4f}" in page
    assert queries(client, reverse(RUNGS)) <= 9


def test_it_takes_the_permission_to_see_decisions() -> None:
    assert signed_in("enterprises.view_reviewitem").get(reverse(RUNGS)).status_code == 403


def test_what_people_said_is_listed() -> None:
    assert (
        signed_in("enterprises.view_judgement").get(reverse("admin:enterprises_judgement_changelist")).status_code
        == 200
    )
