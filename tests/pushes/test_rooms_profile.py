"""The agreed cut, and the bureau asked for another: a request changes nothing until it is agreed to; both are told."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pushes import agreeing, requesting
from pushes.errors import NothingNew, ReasonMissing, RequestAnswered, RequestWaits
from pushes.models import ChannelKind, Institution, Letter, ProfileRequest, RequestState, Role
from tests.pushes.making import institution
from tests.pushes.rooms import browser, channel, people
from tests.staff import signed_in, staff

NOW = timezone.now()
WANTED: dict[str, Any] = {
    "programmes": ["SRDI", "HNTE"],
    "districts": [],
    "columns": ["number"],
    "formats": ["csv"],
    "reason": "新增科技贷产品，补充协议 HT-1-2",
}
ANSWER = "pushes.answer_profilerequest"


@pytest.fixture
def bank(db: None) -> Institution:
    made = institution("bank-a", programmes=["HNTE"])
    people(made)
    return made


@pytest.fixture
def clerk(bank: Institution) -> Client:
    return browser(bank.people.get(role=Role.OPERATOR).user)


def room() -> str:
    return reverse("pushes:profile")


def ask(of: Institution, **terms: Any) -> ProfileRequest:
    wanted = {**WANTED, "include_name_only": True, **terms}
    return requesting.ask_for_profile(
        institution=of, by=of.people.get(role=Role.OPERATOR).user, now=timezone.now(), **wanted
    )


class TestTheRoom:
    def test_what_is_agreed_and_what_it_was(self, bank: Institution, clerk: Client) -> None:
        agreeing.agree(institution=bank, programmes=["HNTE", "SRDI"], include_name_only=False, formats=["csv"], now=NOW)
        page = clerk.get(room())
        text = page.content.decode()
        assert [line.said for line in page.context["lines"]][:3] == [
            "高新技术企业、专精特新中小企业", "全部区县", "不含仅按名称识别的企业",
        ]  # fmt: skip
        second, first = page.context["versions"]
        assert (second.profile.version, first.lines) == (2, [])
        assert [line.name for line in second.lines] == ["资质类别", "仅按名称识别的企业", "文件格式"]
        assert "HT-1" in text and "协议编号" in text and "合同" not in text and "首次约定" in text

    def test_without_a_cut(self, db: None) -> None:
        made = Institution.objects.create(
            code="new", name="新签约银行", contract_number="HT-9", contract_purpose="x", contract_until="2099-12-31"
        )
        clerk = browser(people(made)[Role.OPERATOR])
        assert "尚未约定范围" in clerk.get(room()).content.decode()
        assert clerk.get(reverse("pushes:ask-profile")).status_code == 200

    def test_whoever_may_only_read_is_told_who_may_ask(self, bank: Institution) -> None:
        reader = browser(bank.people.get(role=Role.READER).user)
        text = reader.get(room()).content.decode()
        assert reverse("pushes:ask-profile") not in text and "操作人员" in text


class TestAsking:
    def test_the_form_is_filled_with_what_is_agreed(self, bank: Institution, clerk: Client) -> None:
        text = clerk.get(reverse("pushes:ask-profile")).content.decode()
        assert text.count("checked") == 4  # a programme, two formats, members known by name only

    def test_it_waits_and_is_told_to_the_bureau(self, bank: Institution, clerk: Client) -> None:
        assert clerk.post(reverse("pushes:ask-profile"), WANTED).status_code == 302
        asked = ProfileRequest.objects.get()
        assert asked.wanted == {
            "programmes": ["HNTE", "SRDI"], "districts": [], "include_name_only": False,
            "columns": ["number"], "formats": ["csv"],
        }  # fmt: skip
        assert (asked.state, asked.by.username, bank.profiles.count()) == ("open", "operator-bank-a", 1)
        letter = Letter.objects.get()
        assert letter.institution is None and "示范银行（bank-a）" in letter.subject
        text = clerk.get(room()).content.decode()
        assert "待答复" in text and WANTED["reason"] in text and reverse("pushes:ask-profile") not in text

    @pytest.mark.parametrize(
        ("typed", "count"),
        [
            ({}, 1),
            ({"reason": ""}, 0),
            ({"reason": "   "}, 0),
            ({"reason": "长" * 1001}, 0),
            ({"formats": []}, 0),
            ({"programmes": ["MOON"]}, 0),
            ({"programmes": ["HNTE"], "columns": [], "formats": ["xlsx", "csv"], "include_name_only": "on"}, 0),
        ],
    )
    def test_what_is_asked_must_be_whole_and_new(
        self, bank: Institution, clerk: Client, typed: dict[str, Any], count: int
    ) -> None:
        answer = clerk.post(reverse("pushes:ask-profile"), {**WANTED, **typed})
        assert ProfileRequest.objects.count() == count
        assert answer.status_code == (302 if count else 200)
        if not count:
            assert 'role="alert"' in answer.content.decode()

    def test_one_waits_at_a_time(self, bank: Institution, clerk: Client) -> None:
        ask(bank)
        with pytest.raises(RequestWaits):
            ask(bank, columns=[])
        ask(institution_with_people("bank-b"))
        assert "请先撤回" in clerk.post(reverse("pushes:ask-profile"), WANTED).content.decode()
        called = channel(bank, ChannelKind.WEBHOOK)
        clerk.post(reverse("pushes:ask-channel", args=["webhook"]), {"reason": "换地址"})
        assert ProfileRequest.objects.get(channel=called).state == RequestState.OPEN

    def test_the_database_holds_it(self, bank: Institution) -> None:
        asked = ask(bank)
        asked.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            asked.save()

    def test_without_reason_or_news_there_is_none(self, bank: Institution) -> None:
        with pytest.raises(ReasonMissing):
            ask(bank, reason="  ")
        with pytest.raises(NothingNew):
            ask(bank, programmes=["HNTE"], columns=[], formats=["csv", "xlsx"])

    def test_taken_back(self, bank: Institution, clerk: Client) -> None:
        ask(bank)
        clerk.post(reverse("pushes:take-back", args=["profile"]))
        assert ProfileRequest.objects.get().state == RequestState.WITHDRAWN
        assert clerk.post(reverse("pushes:take-back", args=["profile"])).status_code == 404
        assert Letter.objects.filter(institution=None).count() == 2


class TestAnswering:
    def address(self, step: str, asked: ProfileRequest) -> str:
        return reverse(f"admin:pushes_request_{step}", args=[asked.pk])

    def test_agreed_to_it_is_the_next_profile(self, bank: Institution, clerk: Client) -> None:
        asked = ask(bank)
        bureau = signed_in(ANSWER)
        page = bureau.get(reverse("admin:pushes_profilerequest_change", args=[asked.pk])).content.decode()
        assert "高新技术企业 → 高新技术企业、专精特新中小企业" in page and WANTED["reason"] in page
        before, form, _after = page.partition('id="profilerequest_form"')
        assert form and self.address("agree", asked) in before  # a form within a form would be none
        bureau.post(self.address("agree", asked), {"answer": "同意，下季度起"})
        asked.refresh_from_db()
        newest = bank.profiles.latest()
        assert (newest.version, newest.programmes, newest.columns) == (2, ["HNTE", "SRDI"], ["number"])
        assert (asked.state, asked.profile, asked.answered_by.username) == ("agreed", newest, "staff")  # type: ignore[union-attr]
        assert Letter.objects.filter(institution=bank, kind="request").count() == 1
        text = clerk.get(room()).content.decode()
        assert "同意，下季度起" in text and "据此约定了第 2 版" in text

    def test_declined_with_a_reason(self, bank: Institution, clerk: Client) -> None:
        asked, bureau = ask(bank), signed_in(ANSWER)
        bureau.post(self.address("decline", asked), {"answer": " "})
        asked.refresh_from_db()
        assert asked.state == RequestState.OPEN
        bureau.post(self.address("decline", asked), {"answer": "合同未约定"})
        asked.refresh_from_db()
        assert (asked.state, bank.profiles.count()) == ("declined", 1)
        assert "合同未约定" in clerk.get(room()).content.decode()

    def test_an_answer_that_is_too_long_is_none(self, bank: Institution) -> None:
        asked, bureau = ask(bank), signed_in(ANSWER)
        for step in ("agree", "decline"):
            bureau.post(self.address(step, asked), {"answer": "长" * 1001})
        asked.refresh_from_db()
        assert asked.state == RequestState.OPEN

    def test_answered_once(self, bank: Institution) -> None:
        asked, by = ask(bank), staff()
        requesting.agree(request=asked, by=by, now=NOW)
        for step in (requesting.agree, requesting.take_back):
            with pytest.raises(RequestAnswered):
                step(request=asked, by=by, now=NOW)
        with pytest.raises(RequestAnswered):
            requesting.decline(request=asked, answer="晚了", by=by, now=NOW)
        assert bank.profiles.count() == 2

    def test_what_the_catalogue_lost_meanwhile_is_not_agreed(self, bank: Institution) -> None:
        asked = ask(bank)
        ProfileRequest.objects.update(wanted={**requesting.terms_of(bank.profiles.get()), "programmes": ["GONE"]})
        bureau = signed_in(ANSWER)
        page = bureau.post(self.address("agree", asked), {"answer": ""}, follow=True).content.decode()
        asked.refresh_from_db()
        assert "GONE" in page and asked.state == RequestState.OPEN and bank.profiles.count() == 1

    def test_only_by_whoever_may(self, bank: Institution) -> None:
        asked, viewer = ask(bank), signed_in("pushes.view_profilerequest")
        page = viewer.get(reverse("admin:pushes_profilerequest_change", args=[asked.pk])).content.decode()
        assert self.address("agree", asked) not in page
        for step in ("agree", "decline"):
            assert viewer.post(self.address(step, asked), {"answer": "x"}).status_code == 403
            assert viewer.get(self.address(step, asked)).status_code == 405
        assert signed_in(name="nobody").get(reverse("admin:pushes_profilerequest_changelist")).status_code == 403

    def test_the_front_page_counts_them(self, bank: Institution) -> None:
        viewer = signed_in(ANSWER)
        assert "待答复的机构申请" not in viewer.get(reverse("admin:index")).content.decode()
        ask(bank)
        assert "待答复的机构申请 <strong>1</strong>" in viewer.get(reverse("admin:index")).content.decode()

    def test_a_channels_target_is_changed_by_hand(self, bank: Institution, clerk: Client) -> None:
        called = channel(bank, ChannelKind.WEBHOOK)
        clerk.post(reverse("pushes:ask-channel", args=["webhook"]), {"reason": "改为 https://gw.bank.example/in"})
        asked = ProfileRequest.objects.get()
        assert requesting.agree(request=asked, by=staff(), now=NOW, answer="已改") is None
        called.refresh_from_db()
        assert called.url == "https://bank.example/hooks/registry" and bank.profiles.count() == 1
        assert "已改" in clerk.get(reverse("pushes:channels")).content.decode()


def institution_with_people(code: str) -> Institution:
    made = institution(code)
    people(made)
    return made


def test_the_words_of_a_request_tell_the_cut_of_its_day(bank: Institution, clerk: Client) -> None:
    asked = ask(bank)
    requesting.agree(request=asked, by=staff(), now=timezone.now() + timedelta(minutes=1))
    (one,) = clerk.get(room()).context["requests"]
    assert (one.lines[0].name, one.lines[0].before) == ("资质类别", "高新技术企业")
