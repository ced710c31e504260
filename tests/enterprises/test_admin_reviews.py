"""Staff settle doubtful matches: the published line beside its candidates, one choice, by permission."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from enterprises import resolving
from enterprises.matching import rungs
from enterprises.models import Enterprise, MatchDecision, ReviewItem
from enterprises.wording import REVIEW_CAUSES, RULES
from tests.conftest import NOW, Publish
from tests.enterprises.cities import STRANGE
from tests.enterprises.looking import CODE, OTHER_CODE
from tests.staff import queries, said, signed_in

VIEW, SETTLE = "enterprises.view_reviewitem", "enterprises.settle_reviewitem"
LIST = "admin:enterprises_reviewitem_changelist"
HEADER = ["企业名称", "统一社会信用代码"]
KNOWN, DOUBTFUL = "郑州甲科技有限公司", "郑州甲<b>智能</b>科技有限公司"


@pytest.fixture
def item(publish: Publish) -> ReviewItem:
    """A line with a known code under a name that does not fit."""
    publish([HEADER, [KNOWN, CODE]])
    publish([HEADER, [DOUBTFUL, CODE]], published="2025-06-01")
    resolving.resolve(now=NOW)
    return ReviewItem.objects.get()


def page_of(item: ReviewItem) -> str:
    return reverse("admin:enterprises_reviewitem_change", args=[item.pk])


def settle(client: Client, item: ReviewItem, choice: str, other: str = "") -> Any:
    url = reverse("admin:enterprises_reviewitem_settle", args=[item.pk])
    return client.post(url, {"choice": choice, "other": other}, follow=True)


def test_the_line_stands_beside_its_candidates(item: ReviewItem) -> None:
    response = signed_in(VIEW, SETTLE).get(page_of(item))
    (candidate,) = response.context["beside"]
    assert candidate["enterprise"].name == KNOWN
    assert "same_code" in dict(candidate["agrees"])
    assert "same_name" not in dict(candidate["agrees"])
    page = response.content.decode()
    assert "郑州甲&lt;b&gt;智能&lt;/b&gt;科技有限公司" in page
    assert "<b>智能" not in page
    assert str(REVIEW_CAUSES[item.cause]) in page


def test_a_candidate_is_chosen(item: ReviewItem) -> None:
    known = Enterprise.objects.get()
    client = signed_in(VIEW, SETTLE, name="zhao")
    settle(client, item, str(known.pk))
    item.refresh_from_db()
    decision = MatchDecision.objects.get(entry=item.entry)
    assert item.closed_at is not None
    assert (decision.enterprise, decision.rule, str(decision.decided_by)) == (known, "person", "zhao")
    assert 'name="choice"' not in client.get(page_of(item)).content.decode()


def test_a_persons_decision_is_taken_back(item: ReviewItem) -> None:
    known = Enterprise.objects.get()
    client = signed_in(VIEW, SETTLE, name="zhao")
    reopen = reverse("admin:enterprises_reviewitem_reopen", args=[item.pk])
    assert said(client.post(reopen, follow=True))  # it is open
    settle(client, item, str(known.pk))
    assert reopen in client.get(page_of(item)).content.decode()
    assert signed_in(VIEW).post(reopen).status_code == 403
    assert client.get(reopen).status_code == 405
    client.post(reopen)
    item.refresh_from_db()
    assert (item.closed_at, str(item.reopened_by)) == (None, "zhao")
    decision = MatchDecision.objects.get(entry=item.entry)
    assert decision.superseded_at is not None
    settle(client, item, str(known.pk))
    assert MatchDecision.objects.filter(entry=item.entry).count() == 2
    item.refresh_from_db()
    assert item.closed_at is not None


def test_what_a_rule_settled_is_not_taken_back_by_hand(item: ReviewItem) -> None:
    known = Enterprise.objects.get()
    MatchDecision.objects.create(entry=item.entry, enterprise=known, rule="name", decided_at=NOW)
    ReviewItem.objects.filter(pk=item.pk).update(closed_at=NOW)
    client = signed_in(VIEW, SETTLE)
    reopen = reverse("admin:enterprises_reviewitem_reopen", args=[item.pk])
    assert reopen not in client.get(page_of(item)).content.decode()
    client.post(reopen)
    item.refresh_from_db()
    assert item.closed_at == NOW


def test_a_new_enterprise_is_chosen(publish: Publish) -> None:
    publish([HEADER, [KNOWN, CODE]])
    publish([HEADER, [KNOWN, OTHER_CODE]], published="2025-06-01")
    resolving.resolve(now=NOW)
    settle(signed_in(VIEW, SETTLE), ReviewItem.objects.get(), "new")
    assert set(Enterprise.objects.values_list("uscc", flat=True)) == {CODE, OTHER_CODE}


@pytest.mark.parametrize("key", ["public_id", "uscc"])
def test_an_enterprise_that_is_no_candidate_is_named_by_its_key(item: ReviewItem, publish: Publish, key: str) -> None:
    publish([HEADER, ["郑州丙科技有限公司", OTHER_CODE]])
    unknown = "郑州甲乙丙有限公司"
    publish([HEADER, [unknown, ""]], kind="revocation", published="2025-07-01")
    resolving.resolve(now=NOW)
    other = Enterprise.objects.get(uscc=OTHER_CODE)
    lonely = ReviewItem.objects.get(entry__name=unknown)
    assert not lonely.candidates.exists()
    settle(signed_in(VIEW, SETTLE), lonely, "other", f" {getattr(other, key).lower()} ")
    assert MatchDecision.objects.get(entry=lonely.entry).enterprise == other


@pytest.mark.parametrize("other", ["", "E0000000", KNOWN, "x" * 41, "a\x00b"])
def test_an_unknown_key_names_nobody(item: ReviewItem, other: str) -> None:
    assert said(settle(signed_in(VIEW, SETTLE), item, "other", other))
    item.refresh_from_db()
    assert item.closed_at is None


def test_the_next_open_item_follows_and_at_last_the_list(item: ReviewItem, publish: Publish) -> None:
    publish([HEADER, [STRANGE[0], CODE]], published="2025-07-01")
    resolving.resolve(now=NOW)
    client, known = signed_in(VIEW, SETTLE), str(Enterprise.objects.get().pk)
    following = ReviewItem.objects.exclude(pk=item.pk).get()
    assert settle(client, following, known).redirect_chain[-1][0] == page_of(item)
    assert settle(client, item, known).redirect_chain[-1][0] == reverse(LIST)


def test_a_code_that_is_taken_makes_no_second_enterprise(item: ReviewItem) -> None:
    response = settle(signed_in(VIEW, SETTLE), item, "new")
    assert CODE in said(response)
    assert Enterprise.objects.count() == 1
    item.refresh_from_db()
    assert item.closed_at is None


@pytest.mark.parametrize("choice", ["", "0", "99", "x"])
def test_what_is_no_candidate_settles_nothing(item: ReviewItem, choice: str) -> None:
    assert said(settle(signed_in(VIEW, SETTLE), item, choice))
    item.refresh_from_db()
    assert item.closed_at is None


def test_what_is_settled_is_not_settled_again(item: ReviewItem) -> None:
    client, choice = signed_in(VIEW, SETTLE), str(Enterprise.objects.get().pk)
    settle(client, item, choice)
    assert said(settle(client, item, choice))
    assert MatchDecision.objects.filter(entry=item.entry).count() == 1


def test_without_the_permission_nothing_is_settled(item: ReviewItem) -> None:
    viewer = signed_in(VIEW)
    assert 'name="choice"' not in viewer.get(page_of(item)).content.decode()
    assert settle(viewer, item, "new").status_code == 403
    assert signed_in(name="stranger").get(page_of(item)).status_code == 403
    item.refresh_from_db()
    assert item.closed_at is None


def test_the_queue_shows_what_is_open_unless_asked(item: ReviewItem) -> None:
    client = signed_in(VIEW, SETTLE)

    def shown(**query: str) -> int:
        return int(client.get(reverse(LIST), query).context["cl"].result_count)

    assert (shown(), shown(state="closed"), shown(state="all")) == (1, 0, 1)
    settle(client, item, str(Enterprise.objects.get().pk))
    assert (shown(), shown(state="closed"), shown(state="all")) == (0, 1, 1)


def test_a_longer_queue_costs_no_more_queries(item: ReviewItem, publish: Publish) -> None:
    client = signed_in(VIEW)
    short = queries(client, reverse(LIST))
    publish([HEADER, *([f"郑州第{number}名科技有限公司", CODE] for number in range(6))], published="2025-07-01")
    resolving.resolve(now=NOW)
    assert ReviewItem.objects.count() == 7
    assert queries(client, reverse(LIST)) == short <= 11


def test_every_cause_and_rule_has_its_words() -> None:
    folder = Path(str(rungs.__file__)).parent
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    causes = set(re.findall(r'(?:\bwait|_wait|\bask)\([^)]*?"(\w+)"', source))
    causes |= {witness + rungs.DISAGREES for witness in ("code", "number", "repaired")}
    causes |= {"identifier_with_other_name", "identifier_and_name_disagree", rungs.FORMERLY, rungs.CLASHING}
    measured = {figure.rung for figure in rungs.figures().values()}
    assert causes | measured <= REVIEW_CAUSES.keys()
    assert {"several_of_that_name", "nobody_of_that_name", "name_given_up"} <= causes
    assert set(rungs.NAMES) | measured <= RULES.keys()


def test_a_published_line_leads_to_what_was_made_of_it(item: ReviewItem) -> None:
    see = ("registry.view_entry", "enterprises.view_matchdecision")
    decided = MatchDecision.objects.get().entry
    client = signed_in(*see, VIEW)
    for entry, desk, rows in (
        (decided, "matchdecision", 1),
        (decided, "reviewitem", 0),
        (item.entry, "matchdecision", 0),
        (item.entry, "reviewitem", 1),
    ):
        page = client.get(reverse("admin:registry_entry_change", args=[entry.pk])).content.decode()
        link = re.search(rf'href="([^"]*/{desk}/\?entry=[^"]*)"', page)
        assert link is not None
        assert client.get(link[1].replace("&amp;", "&")).context["cl"].result_count == rows
    shown = signed_in("registry.view_entry", name="reader").get(
        reverse("admin:registry_entry_change", args=[decided.pk])
    )
    assert "?entry=" not in shown.content.decode()
