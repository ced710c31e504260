"""Staff see what ties entries to enterprises, how it was measured, and what people said."""

import pytest
from django.db import connection
from django.urls import reverse

from enterprises import resolving, reviewing
from enterprises.matching.rungs import NAMES, figures
from enterprises.models import Enterprise, Judgement, MatchDecision, ReviewItem
from enterprises.tallying import share
from enterprises.wording import REVIEW_CAUSES
from tests.conftest import NOW, Publish
from tests.enterprises.looking import CODE
from tests.staff import queries, signed_in, staff

pytestmark = pytest.mark.django_db
RUNGS = "admin:enterprises_matchdecision_rungs"
VIEW = "enterprises.view_matchdecision"
HEADER = ["企业名称", "统一社会信用代码"]
KNOWN = "郑州市启航精密科技有限公司"


def test_every_rung_stands_with_its_figures_and_what_it_accounts_for(publish: Publish) -> None:
    header = ["企业名称", "统一社会信用代码"]
    publish([header, ["郑州启航智能科技有限公司", "91330100MA27YTKRXE"]], published="2024-01-01")
    publish([header, ["郑州启航智能科技有限公司", ""]], programme="INNO", published="2025-01-01")
    publish([header, ["郑州市启航智能科技有限公司", ""]], programme="SRDI", published="2025-02-01")
    resolving.resolve(now=NOW)
    client = signed_in(VIEW)
    response = client.get(reverse(RUNGS))
    shown = {rung.name: rung for rung in response.context["tally"].rungs}
    assert shown.keys() == {*NAMES, *(figure.rung for figure in figures().values())}
    assert (shown["name"].decisions, shown["new"].decisions, shown["suffix_bare"].questions) == (1, 2, 1)
    assert (shown["suffix_here"].ties, shown["suffix_bare"].ties, shown["suffix_bare"].asks) == (True, False, True)
    assert (shown["person"].ties, shown["new"].ties, shown["code"].ties) == (False, False, True)
    page = response.content.decode()
    assert str(shown["suffix_bare"].words) in page
    assert f">{share(figures()['bare', 'suffix'].precision)}<" in page
    assert queries(client, reverse(RUNGS)) <= 9


def test_it_takes_the_permission_to_see_decisions() -> None:
    assert signed_in("enterprises.view_reviewitem").get(reverse(RUNGS)).status_code == 403


def test_what_is_no_rung_stands_there_too_so_that_all_adds_up(publish: Publish) -> None:
    publish([HEADER, [KNOWN, CODE]])
    publish([HEADER, [KNOWN, CODE]], programme="TSME", published="2025-06-01")
    publish([HEADER, ["郑州远望精密制造有限公司", CODE]], published="2025-07-01")
    resolving.resolve(now=NOW)
    first = MatchDecision.objects.get(rule="new")
    MatchDecision.objects.filter(pk=first.pk).update(superseded_at=NOW)
    MatchDecision.objects.create(entry=first.entry, enterprise=first.enterprise, rule="spelling", decided_at=NOW)
    client = signed_in(VIEW, "enterprises.view_reviewitem")
    tally = client.get(reverse(RUNGS)).context["tally"]
    others = {one.name: (one.decisions, one.questions) for one in tally.others}
    assert others == {"identifier_with_other_name": (0, 1), "spelling": (1, 0)}
    assert (tally.decisions, tally.questions) == (2, 1)
    queue = reverse("admin:enterprises_reviewitem_changelist")
    assert client.get(queue, {"cause": "identifier_with_other_name"}).context["cl"].result_count == 1


def test_a_share_is_never_rounded_up() -> None:
    shares = [share(one) for one in (1.0, 0.9999, 99_999 / 100_000, 2 / 3, 0.0)]
    assert shares == ["100.00 %", "99.99 %", "99.99 %", "66.66 %", "0.00 %"]


@pytest.fixture
def joined(publish: Publish) -> Judgement:
    """A person said that two rows are of one enterprise, the names of which differ in 市."""
    publish([HEADER, [KNOWN, CODE]])
    publish([HEADER, [KNOWN.replace("市", ""), ""]], published="2025-06-01")
    resolving.resolve(now=NOW)
    item = ReviewItem.objects.get()
    reviewing.settle(item=item, enterprise=item.candidates.get(), now=NOW, by=staff(name="zhao"))
    return Judgement.objects.get()


def test_what_people_said_is_listed_with_what_they_saw(joined: Judgement) -> None:
    staff(name="idle")
    Judgement.objects.create(
        entry=joined.entry, verdict="alone", judged_at=NOW, judged_by=staff(name="wang"), withdrawn_at=NOW
    )
    client = signed_in("enterprises.view_judgement")
    words = reverse("admin:enterprises_judgement_changelist")

    def found(**query: str) -> int:
        return int(client.get(words, query).context["cl"].result_count)

    assert (found(q="启航"), found(q="（启航）精密"), found(q="无人"), found(q=" ")) == (2, 0, 0, 2)
    page = client.get(words).content.decode()
    assert f"judged_by__id__exact={joined.judged_by_id}" in page
    assert page.count("judged_by__id__exact=") == 2  # of those alone who judged
    page = client.get(reverse("admin:enterprises_judgement_change", args=[joined.pk])).content.decode()
    for text in (KNOWN, CODE, "zhao", str(joined.get_verdict_display()), str(REVIEW_CAUSES["suffix_bare"])):
        assert text in page


def test_an_enterprise_shows_what_its_rows_were_compared_with(joined: Judgement) -> None:
    decision = MatchDecision.objects.get(entry=joined.entry, superseded_at=None)
    compared = joined.other
    assert compared is not None
    assert decision.beside == compared.pk
    client = signed_in("enterprises.view_enterprise", "registry.view_entry", VIEW)
    link = f'<a href="{reverse("admin:registry_entry_change", args=[compared.pk])}">{compared.name}</a>'
    story = client.get(reverse("admin:enterprises_enterprise_change", args=[decision.enterprise_id])).context["steps"]
    assert ("registry_entry", compared.pk) in {link[:2] for one in story for link in one.links}
    assert link in client.get(reverse("admin:enterprises_matchdecision_change", args=[decision.pk])).content.decode()
    first = MatchDecision.objects.get(entry=compared, superseded_at=None)
    page = client.get(reverse("admin:enterprises_matchdecision_change", args=[first.pk])).content.decode()
    assert "registry/entry" not in page.partition("field-compared_with")[2].partition("field-slipped")[0]


def test_a_tombstone_and_who_it_was_merged_into_lead_to_each_other(joined: Judgement) -> None:
    gone = Enterprise.objects.get(merged_into__isnull=False)
    kept = gone.merged_into
    assert kept is not None
    client = signed_in("enterprises.view_enterprise")
    addresses = {one.pk: reverse("admin:enterprises_enterprise_change", args=[one.pk]) for one in (gone, kept)}

    def leads(one: Enterprise, other: Enterprise) -> bool:
        return f'href="{addresses[other.pk]}"' in client.get(addresses[one.pk]).content.decode()

    assert (leads(gone, kept), leads(kept, gone)) == (True, True)
    reviewing.reopen(item=ReviewItem.objects.get(), now=NOW, by=staff(name="wang"))
    assert (leads(gone, kept), leads(kept, gone)) == (False, False)


def test_an_enterprise_costs_the_same_for_many_rows(joined: Judgement, publish: Publish) -> None:
    kept = Enterprise.objects.get(merged_into=None)
    client = signed_in("enterprises.view_enterprise")
    address = reverse("admin:enterprises_enterprise_change", args=[kept.pk])
    queries(client, address)  # the first page of all looks up what the process keeps
    few = queries(client, address)
    for month in range(1, 5):
        publish([[*HEADER, "备注"], [KNOWN, CODE, str(month)]], published=f"2025-0{month}-20")
    resolving.resolve(now=NOW)
    assert MatchDecision.objects.filter(enterprise=kept, superseded_at=None).count() > 4
    assert queries(client, address) == few


def test_decisions_by_a_rare_rule_are_found_by_their_index() -> None:
    rare, frequent = ("suffix_here", "person", "number"), ("name", "new", "code")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        for rule in (*rare, *frequent):
            query, told = MatchDecision.objects.filter(rule=rule).order_by("-pk").query.sql_with_params()
            cursor.execute(f"EXPLAIN {query}", told)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert ("decision_by_rare_rule" in plan) == (rule in rare), plan
