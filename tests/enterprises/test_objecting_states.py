"""An objection goes its way: received, in work, asked, answered, decided; each step on record, the end for good."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from pytest_django import Settings

from enterprises import clearing, editions, errors, mailing, objecting, objection_reminding, resolving, settling
from enterprises.enclosing import Enclosure
from enterprises.models import (
    Edition,
    EditionChange,
    Enterprise,
    Mail,
    Objection,
    ObjectionEvent,
    ObjectionKind,
    ObjectionState,
    Parting,
    SpecialDay,
)
from enterprises.objecting import Claim
from enterprises.parting import lines_of
from enterprises.settling import Addition, Remedy
from enterprises.working_days import after
from registry import importing
from registry.models import ImportState, ListImport
from registry.staging import Notice
from tests.conftest import NOW, Publish
from tests.enterprises.evidence_files import pdf
from tests.enterprises.objections import filed
from tests.staff import staff

pytestmark = pytest.mark.django_db
HEAD = ["企业名称", "统一社会信用代码", "证书编号", "发证日期", "区县"]
WRONG, RIGHT, OTHER = "郑州启杭科技有限公司", "郑州启航科技有限公司", "郑州远航科技有限公司"
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def officer() -> User:
    return staff(name="officer")


def sealed(quarter: str, at: int) -> Edition:
    now = NOW + at * A_MINUTE
    resolving.resolve(now=now)
    return editions.seal(edition=editions.cut(quarter=quarter, now=now), now=now)


def steps(objection: Objection) -> list[str]:
    return list(objection.events.values_list("state", flat=True))


def test_ten_objections_through_all_states_and_the_next_delta_names_the_upheld_one(
    publish: Publish, officer: User
) -> None:
    publish([HEAD, [WRONG, "", "GR202541000001", "2025-01-10", ""], [OTHER, "", "GR202541000002", "2025-01-10", ""]])
    sealed("2026Q2", 0)
    us = Enterprise.objects.get(name=WRONG)
    ten = [filed(enterprise=us) for _n in range(10)]
    assert len({one.number for one in ten}) == 10
    one, two, three, four, five, six, *rest = ten
    for objection in (one, two, three, four, five):
        settling.take(objection=objection, now=NOW, by=officer)
    settling.ask(objection=one, words="请提供证书扫描件", now=NOW, by=officer)
    enclosure = Enclosure("证书.pdf", "pdf", pdf(), scanned=False)
    objecting.answer(objection=one, text="见附件", enclosures=[enclosure], now=NOW)
    remedy = Remedy(lines=lines_of(us), fields={"name": RIGHT})
    settling.uphold(objection=one, remedy=remedy, reason="证书属实", now=NOW + A_MINUTE, by=officer)
    settling.reject(objection=two, reason="公告与证书一致", now=NOW, by=officer)
    settling.ask(objection=three, words="请说明", now=NOW, by=officer)
    settling.reject(objection=three, reason="逾期未补充", now=NOW, by=officer)
    settling.ask(objection=four, words="请说明", now=NOW, by=officer)
    objecting.withdraw(objection=four, now=NOW)
    objecting.withdraw(objection=six, now=NOW)
    addition = Addition(Notice("GZ", "recognition", date(2025, 5, 1), "公布名单"), {"name": OTHER})
    settling.uphold(
        objection=five, remedy=Remedy(addition=addition), reason="补录", partly=True, now=NOW + 2 * A_MINUTE, by=officer
    )
    assert steps(one) == ["received", "in_work", "asked", "answered", "upheld"]
    assert [steps(objection)[-1] for objection in (two, three, four, five, six)] == [
        "rejected", "rejected", "withdrawn", "partly", "withdrawn",
    ]  # fmt: skip
    assert all(steps(objection) == ["received"] for objection in rest)
    assert [event.by for event in one.events.all()][:4] == [None, officer, officer, None]
    changes = EditionChange.objects.filter(edition=sealed("2026Q3", 9))
    told = {change.after["name"]: [cause["cause"] for cause in change.causes] for change in changes if change.after}
    assert told == {RIGHT: ["name_on_objection", "objection_upheld"], OTHER: ["objection_upheld"]}
    number = ListImport.objects.filter(corrections__ground=one.number).get()
    assert number.staged_by == officer and one.number in number.title


def test_a_line_that_is_anothers_leaves_and_is_told_so_on_both_sides(publish: Publish, officer: User) -> None:
    publish([HEAD, [RIGHT, "", "GR202541000001", "2025-01-10", ""]])
    publish([HEAD, [RIGHT, "", "", "", ""]], programme="GZ", published="2025-05-01")
    sealed("2026Q2", 0)
    us = Enterprise.objects.get()
    theirs = next(line for line in lines_of(us) if not line.number)
    objection = filed(ObjectionKind.NOT_US, us, theirs)
    settling.take(objection=objection, now=NOW, by=officer)
    settling.uphold(
        objection=objection, remedy=Remedy(parted=[theirs]), reason="同名企业", now=NOW + A_MINUTE, by=officer
    )
    assert Enterprise.objects.count() == 2
    assert [line.number for line in lines_of(us)] == ["GR202541000001"]
    assert Parting.objects.get().entry == theirs
    changes = {change.public_id: change for change in EditionChange.objects.filter(edition=sealed("2026Q3", 5))}
    assert [cause["cause"] for cause in changes[us.public_id].causes] == ["objection_upheld"]
    assert len(changes) == 2
    assert {cause["cause"] for change in changes.values() for cause in change.causes} == {"objection_upheld"}
    publish([HEAD, [OTHER, "", "", "", ""]], programme="GZ", published="2025-06-01", now=NOW + 6 * A_MINUTE)
    resolving.resolve(now=NOW + 6 * A_MINUTE)
    assert [line.number for line in lines_of(us)] == ["GR202541000001"]  # the word still binds


def test_the_only_line_cannot_be_taken_away(publish: Publish, officer: User) -> None:
    publish([HEAD, [RIGHT, "", "GR202541000001", "2025-01-10", ""], [OTHER, "", "", "2025-01-10", ""]])
    resolving.resolve(now=NOW)
    us, other = Enterprise.objects.get(name=RIGHT), Enterprise.objects.get(name=OTHER)
    objection = filed(ObjectionKind.NOT_US, us)
    settling.take(objection=objection, now=NOW, by=officer)
    for lines, error in ((lines_of(us), errors.OnlyLine), (lines_of(other), errors.LineNotTheirs)):
        with pytest.raises(error):
            settling.uphold(objection=objection, remedy=Remedy(parted=lines), reason="x", now=NOW, by=officer)
    objection.refresh_from_db()
    assert (objection.state, objection.proposal, Parting.objects.count()) == ("in_work", {}, 0)


def test_where_two_are_asked_for_the_second_confirms_or_sends_back(
    publish: Publish, officer: User, settings: Settings
) -> None:
    publish([HEAD, [WRONG, "", "GR202541000001", "2025-01-10", ""]])
    resolving.resolve(now=NOW)
    settings.CONFIRM_NEEDS_SECOND_PERSON = True
    second, us = staff(name="second"), Enterprise.objects.get()
    objection = filed(enterprise=us)
    settling.take(objection=objection, now=NOW, by=officer)
    for at, fields in enumerate(({"name": OTHER}, {"name": RIGHT})):
        now = NOW + at * A_MINUTE
        settling.uphold(
            objection=objection, remedy=Remedy(lines=lines_of(us), fields=fields), reason="属实", now=now, by=officer
        )
        objection.refresh_from_db()
        (staged,) = ListImport.objects.filter(pk__in=objection.proposal["imports"])
        assert (objection.state, staged.state) == ("proposed", ImportState.STAGED)
        with pytest.raises(errors.ProposerMayNotConfirm):
            settling.confirm(objection=objection, now=now, by=officer)
        with pytest.raises(errors.ObjectionStateForbids):
            objecting.withdraw(objection=objection, now=now)
        if not at:
            settling.send_back(objection=objection, reason="名称抄错", now=now, by=second)
            staged.refresh_from_db()
            assert staged.state == ImportState.REJECTED
    settling.confirm(objection=objection, now=NOW + 2 * A_MINUTE, by=second)
    resolving.resolve(now=NOW + 3 * A_MINUTE)
    us.refresh_from_db()
    assert (us.name, steps(objection)[-2:]) == (RIGHT, ["proposed", "upheld"])


def test_what_the_list_desk_confirmed_meanwhile_is_withdrawn_when_it_is_sent_back(
    publish: Publish, officer: User, settings: Settings
) -> None:
    publish([HEAD, [WRONG, "", "GR202541000001", "2025-01-10", ""]])
    resolving.resolve(now=NOW)
    settings.CONFIRM_NEEDS_SECOND_PERSON = True
    us, objection = Enterprise.objects.get(), filed()
    settling.take(objection=objection, now=NOW, by=officer)
    remedy = Remedy(lines=lines_of(us), fields={"name": RIGHT})
    settling.uphold(objection=objection, remedy=remedy, reason="属实", now=NOW, by=officer)
    (staged,) = ListImport.objects.filter(corrections__ground=objection.number)
    second = staff(name="second")
    importing.confirm(list_import=staged, now=NOW, by=second)
    settling.send_back(objection=objection, reason="名称抄错", now=NOW, by=second)
    staged.refresh_from_db()
    resolving.resolve(now=NOW + A_MINUTE)
    us.refresh_from_db()
    assert (staged.state, us.name) == (ImportState.WITHDRAWN, WRONG)


def test_steps_out_of_turn_and_empty_words_are_refused(publish: Publish, officer: User) -> None:
    objection = filed(ObjectionKind.MISSING)
    common: dict[str, Any] = {"objection": objection, "now": NOW, "by": officer}
    before: tuple[Callable[[], object], ...] = (
        lambda: settling.ask(words="?", **common), lambda: settling.reject(reason="x", **common),
        lambda: settling.confirm(**common), lambda: settling.send_back(reason="x", **common),
        lambda: objecting.answer(objection=objection, text="x", now=NOW),
    )  # fmt: skip
    for early in before:
        with pytest.raises(errors.ObjectionStateForbids):
            early()
    settling.take(**common)
    mute: tuple[Callable[[], object], ...] = (
        lambda: settling.ask(words=" ", **common), lambda: settling.reject(reason="", **common),
    )  # fmt: skip
    for silent in mute:
        with pytest.raises(errors.NothingSaid):
            silent()
    with pytest.raises(errors.CorrectionNeeded):
        settling.uphold(remedy=Remedy(), reason="x", **common)
    settling.reject(reason="查无此事", **common)
    after_the_end: tuple[Callable[[], object], ...] = (
        lambda: settling.take(**common), lambda: objecting.withdraw(objection=objection, now=NOW),
    )  # fmt: skip
    for late in after_the_end:
        with pytest.raises(errors.ObjectionStateForbids):
            late()


def test_the_law_of_history(officer: User) -> None:
    objection = filed()
    settling.take(objection=objection, now=NOW, by=officer)
    settling.reject(objection=objection, reason="无误", now=NOW, by=officer)
    one = Objection.objects.filter(pk=objection.pk)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: ObjectionEvent.objects.update(reason="x"),
        lambda: ObjectionEvent.objects.all().delete(),
        lambda: one.update(state=ObjectionState.IN_WORK, ended_at=None),
        lambda: one.update(says="x"),
        lambda: one.update(ended_at=None),
        lambda: Objection.objects.all()._raw_delete("default"),
    )
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()


SPECIAL = {date(2026, 10, 1): False, date(2026, 10, 2): False, date(2026, 10, 10): True}


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2026-09-30", 1, "2026-10-05"), ("2026-10-08", 2, "2026-10-10"), ("2026-10-09", 1, "2026-10-10"),
        ("2026-11-26", 10, "2026-12-10"), ("2026-11-28", 1, "2026-11-30"),
    ],
)  # fmt: skip
def test_working_days(day: str, count: int, expected: str) -> None:
    assert after(date.fromisoformat(day), count, SPECIAL) == date.fromisoformat(expected)


def test_the_holidays_of_2026_are_data_and_a_year_without_them_is_known_as_such() -> None:
    assert objecting.due_on(date(2026, 9, 18)) == date(2026, 10, 9)
    assert objecting.due_on(date(2026, 2, 13)) == date(2026, 3, 5)
    assert objecting.year_is_known(date(2026, 5, 1)) and not objecting.year_is_known(date(2027, 1, 4))
    SpecialDay.objects.create(day=date(2027, 1, 1), note="元旦")
    assert objecting.year_is_known(date(2027, 1, 4))


def test_number_and_secret_open_it_and_nothing_else_does() -> None:
    claim = filed()
    again = objecting.Claim(form=claim.form, kind=ObjectionKind.NAME, name="甲乙丙丁", says="x", contact_phone="1")
    with pytest.raises(errors.AlreadyFiled):
        objecting.file(claim=again, now=NOW)
    fresh = objecting.file(
        claim=objecting.Claim(form=uuid.uuid4(), kind=ObjectionKind.NAME, name="甲", says="x", contact_phone="1"),
        now=NOW,
    )
    assert len(fresh.secret) >= 43 and fresh.secret not in str(vars(fresh.objection))
    assert objecting.followed(number=fresh.objection.number.lower(), secret=f" {fresh.secret} ") == fresh.objection
    for number, secret in ((fresh.objection.number, "x"), (claim.number, fresh.secret), ("YY-1", ""), ("", "")):
        with pytest.raises(errors.NoSuchObjection):
            objecting.followed(number=number, secret=secret)


def test_contact_and_files_go_when_their_time_is_up_and_the_decision_stays(
    officer: User, settings: Settings, django_capture_on_commit_callbacks: object
) -> None:
    settings.MAIL_CONFIGURED, settings.OBJECTION_KEPT_DAYS = True, 180
    objection = filed(contact_mail="a@example.com", contact_name="王工")
    settling.take(objection=objection, now=NOW, by=officer)
    settling.ask(objection=objection, words="?", now=NOW, by=officer)
    objecting.answer(objection=objection, text="好", enclosures=[Enclosure("a.pdf", "pdf", pdf(), False)], now=NOW)
    settling.reject(objection=objection, reason="无误", now=NOW, by=officer)
    stored = objection.files.get().stored
    default_storage.save("objections/of-another", ContentFile(b"x"))
    assert clearing.clear(now=NOW + timedelta(days=180)) == 0
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert clearing.clear(now=NOW + timedelta(days=181)) == 1
    objection.refresh_from_db()
    assert (objection.contact_name, objection.contact_mail, objection.contact_phone) == ("", "", "")
    assert not (objection.files.exists() or objection.answers.exists() or objection.mails.exists())
    assert not default_storage.exists(stored) and default_storage.exists("objections/of-another")
    last = objection.events.last()
    assert last and last.reason == "无误" and clearing.clear(now=NOW + timedelta(days=182)) == 0


def test_the_enterprise_is_written_to_where_it_left_an_address(officer: User, settings: Settings) -> None:
    settings.MAIL_CONFIGURED = True
    objection, silent = filed(contact_mail="a@example.com"), filed()
    for one in (objection, silent):
        settling.take(objection=one, now=NOW, by=officer)
        settling.ask(objection=one, words="请提供证书", now=NOW, by=officer)
        settling.reject(objection=one, reason="无误", now=NOW, by=officer)
    assert mailing.send_due(clock=lambda: NOW) == 3
    assert [message.to for message in mail.outbox] == [["a@example.com"]] * 3
    assert all(objection.number in message.body and "证书" not in message.body for message in mail.outbox)
    settings.MAIL_CONFIGURED = False
    filed(contact_mail="a@example.com")
    assert Mail.objects.count() == 3


def test_the_bureau_is_told_once_a_day_of_what_is_due(settings: Settings, officer: User) -> None:
    settings.BUREAU_MAIL = ["kjj@example.gov.cn"]
    objection = filed()
    due = NOW.replace(day=objection.due_on.day, month=objection.due_on.month)
    assert objection_reminding.remind(now=due - timedelta(days=1)) is None
    assert objection_reminding.remind(now=due - timedelta(hours=2)) is None  # before nine in the morning
    for hours in (0, 3):
        told = objection_reminding.remind(now=due + timedelta(hours=hours))
        assert told and told.sent_at == due
    assert len(mail.outbox) == 1 and objection.number in mail.outbox[0].body
    objecting.withdraw(objection=objection, now=due)
    assert objection_reminding.remind(now=due + timedelta(days=1)) is None


def test_a_form_sent_twice_at_once_is_filed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = Claim(uuid.uuid4(), ObjectionKind.NAME, RIGHT, "证书", contact_phone="0371-67180000")
    numbers: list[str] = []

    def meanwhile(now: datetime) -> date:
        monkeypatch.setattr("enterprises.objecting.localdate", localdate)
        numbers.append(objecting.file(claim=claim, now=now).objection.number)
        return localdate(now)

    monkeypatch.setattr("enterprises.objecting.localdate", meanwhile)
    with pytest.raises(errors.AlreadyFiled) as found:
        objecting.file(claim=claim, now=NOW)
    assert numbers[0] in str(found.value)
    assert Objection.objects.count() == 1
