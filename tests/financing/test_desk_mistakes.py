"""Mistakes that institutions reported are answered, those of one enterprise at once; who reported is told to nobody."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from config.accounts import roles
from enterprises.models import Edition
from financing import errors
from financing.models import Feedback, ListMistake, MistakeKind
from financing.reported import Standing, overview
from financing.settling import settle
from pushes.models import Institution, Letter
from tests.financing.making import delivered, feedback
from tests.pushes.making import SEALED_AT, institution, record, sealed_edition
from tests.staff import in_roles, said, staff

pytestmark = pytest.mark.django_db
LATER = SEALED_AT + timedelta(days=9)
AT = "/admin/financing/listmistake/"


@pytest.fixture
def edition() -> Edition:
    return sealed_edition("2026Q3", [record(1), record(2)])


@pytest.fixture
def banks(edition: Edition) -> dict[str, Feedback]:
    return {code: feedback(institution(code), edition, {1: {"balance": "7"}}) for code in ("bank-a", "bank-b")}


def reported(of: Feedback, number: int, kind: str = "renamed") -> ListMistake:
    member = of.delivery.edition.rows.get(name=f"郑州示范{number}号科技有限公司")
    return ListMistake.objects.create(
        feedback=of, row_number=2, enterprise_id=member.enterprise_id, kind=kind, says="已更名", reported_at=SEALED_AT
    )


def test_a_mistake_is_settled_once_with_those_beside_it(banks: dict[str, Feedback]) -> None:
    by = staff()
    one, same, other = reported(banks["bank-a"], 1), reported(banks["bank-b"], 1), reported(banks["bank-a"], 2)
    for outcome, words in (("open", "是"), ("nothing", "是"), ("mended", " \n ")):
        with pytest.raises(errors.WordsMissing):
            settle(mistake=one, outcome=outcome, words=words, by=by, now=LATER)
    with pytest.raises(errors.NotTheSameEnterprise):
        settle(mistake=one, outcome="mended", words="是", along=[other], by=by, now=LATER)
    assert settle(mistake=one, outcome="mended", words=" 已更正 \n ", along=[same], by=by, now=LATER) == 2
    same.refresh_from_db()
    assert (same.outcome, same.words, same.settled_by, same.settled_at) == ("mended", "已更正", by, LATER)
    with pytest.raises(errors.MistakeIsSettled):
        settle(mistake=one, outcome="awaited", words="是", by=by, now=LATER)
    # Of bank-b nothing is open any more: it is told so, once; of bank-a another is.
    assert [letter.institution_id for letter in Letter.objects.all()] == [banks["bank-b"].institution_id]
    settle(mistake=other, outcome="as_published", words="以公告为准", by=by, now=LATER)
    assert Letter.objects.count() == 2
    for letter in Letter.objects.all():
        assert "示范" not in letter.words + letter.subject and "2026Q3" in letter.words


def test_the_desk_shows_both_sides_and_tells_nobody_who_reported(banks: dict[str, Feedback]) -> None:
    one, same = reported(banks["bank-a"], 1), reported(banks["bank-b"], 1)
    different = reported(banks["bank-b"], 1, kind="dissolved")
    browser = Client()
    browser.force_login(in_roles(roles.REVIEWER))
    front = browser.get("/admin/").content.decode()
    assert f"{AT}?outcome__exact=open" in front and "融资统计" not in front
    for term, count in (("示范1号", 3), (record(1)["id"], 3), ("示范2号", 0), ("\x00", 3)):
        assert browser.get(AT, {"q": term}).context["cl"].result_count == count, term
    page = browser.get(f"{AT}{one.pk}/change/")
    text = page.content.decode()
    assert page.context["facts"].published.name == record(1)["name"]
    told = [(MistakeKind.DISSOLVED.label, 1), (MistakeKind.RENAMED.label, 2)]
    assert [(one.kind, one.institutions) for one in page.context["facts"].reported] == told
    for shown in (text, browser.get(AT).content.decode()):
        assert "示范银行" not in shown and "bank-" not in shown
    checked = [f'value="{pk}" checked' in text for pk in (same.pk, different.pk)]
    assert checked == [True, False]
    step = f"{AT}{one.pk}/settle/"
    assert said(browser.post(step, {"outcome": "mended"}, follow=True)) and ListMistake.objects.filter(outcome="open")
    done = browser.post(step, {"outcome": "mended", "words": "下期更正", "along": [same.pk]}, follow=True)
    assert "2" in said(done) and "下期更正" in done.content.decode()
    assert set(ListMistake.objects.filter(outcome="open")) == {different}
    assert browser.post(step, {"outcome": "mended", "words": "x"}, follow=True).context["messages"]
    # Nor by what an address may ask for, nor by a moment that is a feedback's as well, nor in the log.
    of = banks["bank-a"]
    for asked in (f"feedback={of.pk}", f"feedback__exact={of.pk}", "reported_at__gte=2026-01-01", "row_number=2"):
        assert browser.get(f"{AT}?{asked}").status_code == 400, asked
    assert browser.get(f"{AT}?feedback__delivery__edition__id__exact={of.delivery.edition_id}").status_code == 200
    assert not re.search(r"\d{1,2}:\d{2}", re.sub(r"(?s)<(?:footer|script).*", "", browser.get(AT).content.decode()))
    pusher = Client()
    pusher.force_login(in_roles(roles.PUSHER, name="pusher"))
    of.institution.refresh_from_db()
    for asked in (f"mistakes={one.pk}", f"mistakes__in={one.pk}", "rows=1", "in_force_at__gte=2026-01-01"):
        assert pusher.get(f"/admin/financing/feedback/?{asked}").status_code == 400, asked
    kept = pusher.get(f"/admin/financing/feedback/?state__exact=in_force&institution__id__exact={of.institution_id}")
    assert kept.status_code == 200 and kept.context["cl"].result_count == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(e)::text FROM auditing_event e WHERE e.model = 'financing.listmistake'")
        logged = "".join(text for (text,) in cursor.fetchall())
    assert record(1)["name"] in logged and "示范银行" not in logged
    auditor = Client()
    auditor.force_login(in_roles(roles.AUDITOR, name="auditor"))
    assert auditor.get(f"{AT}{one.pk}/change/").status_code == 200
    assert auditor.post(f"{AT}{different.pk}/settle/", {"outcome": "mended", "words": "x"}).status_code == 403


def test_who_has_reported_and_who_is_late(edition: Edition, banks: dict[str, Feedback], settings: Settings) -> None:
    settings.FEEDBACK_DUE_DAYS = 30
    idle, faulty, never = institution("bank-c"), institution("bank-d"), institution("bank-e")
    delivered(idle, edition)
    late = {"institution": faulty, "quarter": "2026Q3", "way": "room", "received_at": LATER}
    Feedback.objects.create(delivery=delivered(faulty, edition), state="faulty", **late)
    a = banks["bank-a"].institution
    Feedback.objects.create(delivery=banks["bank-a"].delivery, state="faulty", **late | {"institution": a})

    def at(days: int) -> dict[str, Standing]:
        found = overview((SEALED_AT + timedelta(days=days)).date())
        assert found.quarters == ["2026Q3"]
        return {bank.code: places[0][1].standing for bank, places in found.rows}

    assert at(28) == {
        "bank-a": "in_force", "bank-b": "in_force", "bank-c": "due", "bank-d": "faulty", "bank-e": "not_asked"
    }  # fmt: skip
    assert at(29)["bank-c"] == "due" and at(30)["bank-c"] == "late" and never.code == "bank-e"
    places = {bank.code: places[0][1] for bank, places in overview(LATER.date()).rows}
    assert places["bank-a"].also_faulty and not places["bank-b"].also_faulty
    browser = Client()
    browser.force_login(in_roles(roles.PUSHER))
    page = browser.get("/admin/financing/feedback/overview/")
    assert page.status_code == 200 and page.content.decode().count("示范银行") == 5
    front = browser.get("/admin/").content.decode()
    assert "/admin/financing/feedback/overview/" in front and "/admin/financing/statistic/" in front
    assert timezone.localdate() > LATER.date() + timedelta(days=30) and "2 家" in front
    one = browser.get(f"/admin/financing/feedback/{banks['bank-a'].pk}/change/")
    assert one.status_code == 200 and record(1)["name"] not in one.content.decode()
    assert User.objects.count() == 1 and Institution.objects.count() == 5
