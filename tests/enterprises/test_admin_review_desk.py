"""The desk's pages: whose item it is, where to look it up, undo, progress, and what its own script asks for."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from enterprises import assigning, resolving, reviewing
from enterprises.models import Enterprise, MatchDecision, ReviewItem, ReviewSample
from tests.conftest import NOW, Publish
from tests.enterprises.cities import KNOWN, STRANGE
from tests.enterprises.looking import CODE
from tests.staff import queries, said, signed_in, staff

VIEW, SETTLE, BULK = "enterprises.view_reviewitem", assigning.SETTLE, "enterprises.bulk_settle_reviewitem"
HEADER = ["企业名称", "统一社会信用代码"]
LIST = "admin:enterprises_reviewitem_changelist"


def to(name: str, *args: object) -> str:
    return reverse(f"admin:enterprises_reviewitem_{name}", args=args)


@pytest.fixture
def items(publish: Publish) -> list[ReviewItem]:
    """Seven lines with one known code under names that do not fit."""
    publish([HEADER, [KNOWN, CODE]])
    publish([HEADER, *([name, CODE] for name in STRANGE[:7])], published="2025-06-01")
    resolving.resolve(now=NOW)
    found = list(ReviewItem.objects.order_by("pk"))
    assert len(found) == 7
    return found


@pytest.fixture
def client(db: None) -> Client:
    return signed_in(VIEW, SETTLE, name="wang")


def known() -> str:
    return str(Enterprise.objects.get().pk)


def test_the_page_costs_the_same_for_many_candidates(items: list[ReviewItem], client: Client, publish: Publish) -> None:
    publish([HEADER, *([f"郑州别家{number}号有限公司", ""] for number in range(5))], published="2025-07-01")
    resolving.resolve(now=NOW)
    one = queries(client, to("desk", items[0].pk))
    items[0].candidates.set(Enterprise.objects.all())
    assert len(client.get(to("desk", items[0].pk)).context["beside"]) == 6
    assert queries(client, to("desk", items[0].pk)) <= one <= 23


def test_registers_are_links_that_open_apart(items: list[ReviewItem], client: Client, settings: Settings) -> None:
    settings.REVIEW_REGISTERS = [("甲", "https://a.example/?q={name}&c=1"), ("乙", "https://b.example/{code}")]
    page = client.get(to("change", items[0].pk)).content.decode()
    links = re.findall(r'<a href="(https://[ab][^"]*)" target="_blank" rel="noopener noreferrer">', page)
    assert len(links) == 4  # of the line, and of its candidate
    assert all(link.isascii() for link in links)
    assert f"https://b.example/{CODE}" in links
    Enterprise.objects.update(uscc=None)
    page = client.get(to("change", items[0].pk)).content.decode()
    assert page.count("https://b.example/") == 1


def test_anothers_item_is_shown_and_settled_with_a_warning(items: list[ReviewItem], client: Client) -> None:
    zhao = staff(SETTLE, name="zhao")
    assigning.assign(items=[items[0].pk], to=zhao, now=NOW, by=zhao)
    page = client.get(to("change", items[0].pk))
    assert page.context["holder"] == zhao
    assert "errornote" in page.content.decode()
    assert "zhao" in said(client.post(to("settle", items[0].pk), {"choice": known()}, follow=True))
    assert MatchDecision.objects.filter(entry=items[0].entry, decided_by__username="wang").exists()


def test_not_sure_goes_on_to_the_next(items: list[ReviewItem], client: Client) -> None:
    response = client.post(to("unsure", items[0].pk), follow=True)
    assert response.redirect_chain[-1][0] == to("change", items[1].pk)
    items[0].refresh_from_db()
    assert str(items[0].unsure_by) == "wang"
    assert signed_in(VIEW, name="li").post(to("unsure", items[0].pk)).status_code == 403
    assert client.get(reverse(LIST), {"state": "unsure"}).context["cl"].result_count == 1


def test_the_last_decision_is_taken_back(items: list[ReviewItem], client: Client) -> None:
    assert said(client.post(to("undo"), {"from": items[1].pk}, follow=True))  # there is none
    client.post(to("settle", items[0].pk), {"choice": known()})
    response = client.post(to("undo"), {"from": items[1].pk}, follow=True)
    assert response.redirect_chain[-1][0] == to("change", items[0].pk)
    items[0].refresh_from_db()
    assert (items[0].closed_at, str(items[0].reopened_by)) == (None, "wang")
    assert signed_in(VIEW, name="li").post(to("undo")).status_code == 403


def test_the_script_gets_the_item_after_the_one_that_it_shows(items: list[ReviewItem], client: Client) -> None:
    first, second, third = (item.pk for item in items[:3])
    answer = client.post(to("settle", first), {"choice": known(), "desk": "1", "ahead": str(second)})
    page = answer.content.decode()
    assert f'data-item="{third}"' in page
    assert f'data-after="{second}"' in page
    assert 'class="success"' in page
    assert "<html" not in page
    again = client.post(to("settle", first), {"choice": known(), "desk": "1", "ahead": str(second)}).content.decode()
    assert f'data-item="{first}"' in again
    assert 'class="error"' in again


def test_the_filter_of_the_list_is_kept_from_item_to_item(
    items: list[ReviewItem], client: Client, publish: Publish
) -> None:
    publish([HEADER, [STRANGE[7], CODE]], programme="SRDI", published="2025-07-01")
    resolving.resolve(now=NOW)
    programme = str(items[0].entry.list_import.programme_id)
    for item in items[2:]:
        reviewing.settle(item=item, enterprise=Enterprise.objects.get(), now=NOW, by=staff(name=f"li{item.pk}"))
    step = to("settle", items[0].pk) + f"?_changelist_filters=programme%3D{programme}"
    response = client.post(step, {"choice": known()}, follow=True)
    assert response.redirect_chain[-1][0] == to("change", items[1].pk) + f"?_changelist_filters=programme%3D{programme}"
    step = to("settle", items[1].pk) + f"?_changelist_filters=programme%3D{programme}"
    response = client.post(step, {"choice": known()}, follow=True)
    assert response.redirect_chain[-1][0] == reverse(LIST) + f"?programme={programme}"


def test_items_are_taken_assigned_and_given_back(items: list[ReviewItem], client: Client) -> None:
    zhao = staff(SETTLE, name="zhao")
    client.post(to("take_next"), {"count": "10"})
    assert ReviewItem.objects.filter(assigned_to__username="wang").count() == 7
    chosen = [str(item.pk) for item in items[:2]]
    step = {"action": "assign", "_selected_action": chosen}
    assert said(client.post(reverse(LIST), step, follow=True))  # to nobody
    client.post(reverse(LIST), step | {"colleague": str(zhao.pk)})
    assert ReviewItem.objects.filter(assigned_to=zhao).count() == 2
    counts = {
        whose: client.get(reverse(LIST), {"whose": whose}).context["cl"].result_count for whose in ("mine", "others")
    }
    assert counts == {"mine": 5, "others": 2}
    client.post(reverse(LIST), {"action": "give_back", "_selected_action": chosen})
    assert client.get(reverse(LIST), {"whose": "unassigned"}).context["cl"].result_count == 2
    assert said(client.post(to("take_next"), {"count": "7"}, follow=True))  # no such number is offered
    assert ReviewItem.objects.filter(assigned_to=None).count() == 2


def test_whoever_may_only_look_is_offered_nothing(items: list[ReviewItem]) -> None:
    viewer = signed_in(VIEW, name="li")
    page = viewer.get(reverse(LIST)).content.decode()
    assert "take_next" not in page
    assert 'name="action"' not in page
    assert viewer.post(to("take_next"), {"count": "10"}).status_code == 403
    viewer.post(reverse(LIST), {"action": "give_back", "_selected_action": [str(items[0].pk)]})
    shown = viewer.get(to("desk", items[0].pk)).content.decode()
    assert "data-step" not in shown
    assert signed_in(name="stranger").get(to("desk", items[0].pk)).status_code == 403


def test_the_first_of_the_queue_is_where_one_begins(items: list[ReviewItem], client: Client) -> None:
    assert client.get(to("start")).headers["Location"] == to("change", items[0].pk)
    ReviewItem.objects.update(closed_at=NOW)
    assert client.get(to("start")).headers["Location"] == reverse(LIST)


def test_progress_is_shown_to_whoever_may_view(items: list[ReviewItem], client: Client) -> None:
    client.post(to("settle", items[0].pk), {"choice": known()})
    seen = client.get(to("progress")).context["progress"]
    assert (seen.open, seen.today, [one.name for one in seen.people]) == (6, 1, ["wang"])
    assert signed_in(name="stranger").get(to("progress")).status_code == 403


def test_a_cause_is_accepted_after_its_sample(items: list[ReviewItem], settings: Settings) -> None:
    settings.REVIEW_SAMPLE = 5
    client = signed_in(VIEW, SETTLE, BULK, "enterprises.view_reviewsample", name="wang")
    cause = items[0].cause
    assert f'value="{cause}"' in client.get(to("bulk")).content.decode()
    client.post(to("draw"), {"cause": cause})
    sample = ReviewSample.objects.get()
    assert len(sample.items) == 5
    page = client.get(to("sample", sample.pk))
    assert "/accept/" not in page.content.decode()
    client.post(to("accept", sample.pk))
    assert ReviewItem.objects.filter(closed_at=None).count() == 7
    address = page.context["judge"]
    for _number in sample.items:
        pk = int(re.findall(r"reviewitem/(\d+)/", address)[0])
        assert pk in sample.items
        step = to("settle", pk) + f"?_changelist_filters=sample%3D{sample.pk}"
        address = client.post(step, {"choice": known()}).headers["Location"]
    assert address == to("sample", sample.pk)
    page = client.get(address)
    assert "/accept/" in page.content.decode()
    assert page.context["stands"].remaining == 2
    assert said(client.post(to("accept", sample.pk), follow=True))
    assert not ReviewItem.objects.filter(closed_at=None).exists()
    assert MatchDecision.objects.filter(rule="person", decided_by__username="wang").count() == 7
    assert client.post(to("draw"), {"cause": cause}, follow=True).redirect_chain[-1][0] == to("bulk")


@pytest.mark.parametrize("may", [(VIEW, SETTLE), (VIEW, BULK)])
def test_without_the_permission_nothing_is_accepted_at_once(items: list[ReviewItem], may: tuple[str, ...]) -> None:
    sample = ReviewSample.objects.create(
        cause=items[0].cause, population=[], items=[], drawn_at=NOW, drawn_by=staff(name="zhao")
    )
    client = signed_in(*may, name="li")
    assert client.get(to("bulk")).status_code == 403
    assert client.post(to("draw"), {"cause": items[0].cause}).status_code == 403
    assert client.get(to("sample", sample.pk)).status_code == 403
    assert client.post(to("accept", sample.pk)).status_code == 403
    assert to("bulk") not in client.get(reverse(LIST)).content.decode()
