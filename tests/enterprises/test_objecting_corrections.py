"""A corrected line reads as its correction says: in the pool, in matching, and as a cause of its own in the delta."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from enterprises import editions, pooling, resolving
from enterprises.canonical import Record
from enterprises.looking_up import find
from enterprises.models import Edition, EditionChange, Enterprise, MatchDecision, Recognition
from enterprises.queries import edition_records
from registry import amending, errors, importing
from registry.amending import Replacement
from registry.models import Entry, Field, LineCorrection, ListImport
from registry.staging import Notice
from tests.conftest import NOW, Publish
from tests.enterprises.histories import LATE, Listed, histories, publish, undone
from tests.staff import staff

pytestmark = pytest.mark.django_db
HEAD = ["企业名称", "统一社会信用代码", "证书编号", "发证日期", "区县"]
WRONG, RIGHT, OTHER = "郑州启杭科技有限公司", "郑州启航科技有限公司", "郑州远航科技有限公司"
CODE = "91410100MA44A1B216"
NUMBER = "GR202541000001"
GROUND = "YY-20261001-000001"
A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def officer() -> User:
    return staff(name="officer")


def line_of(name: str) -> Entry:
    return Entry.objects.get(name=name, list_import__corrections=None)


def corrected(line: Entry, by: User, fields: Mapping[Field, str], *, at: int = 5) -> ListImport:
    now = NOW + at * A_MINUTE
    (listed,) = amending.stage_replacements(
        replacements=[Replacement(line, {str(name): text for name, text in fields.items()})],
        ground=GROUND,
        why="证书",
        now=now,
        by=by,
    )
    importing.confirm(list_import=listed, now=now)
    resolving.resolve(now=now)
    return listed


def sealed(quarter: str, at: int) -> Edition:
    now = NOW + at * A_MINUTE
    resolving.resolve(now=now)
    return editions.seal(edition=editions.cut(quarter=quarter, now=now), now=now)


def told(edition: Edition) -> dict[str, list[str]]:
    changes = EditionChange.objects.filter(edition=edition)
    return {(change.after or change.before)["name"]: [one["cause"] for one in change.causes] for change in changes}


def test_a_name_is_corrected_and_the_wrong_one_is_no_former_name(publish: Publish, officer: User) -> None:
    publish([HEAD, [WRONG, "", NUMBER, "2025-01-10", "金水区"], [OTHER, "", "GR202541000002", "2025-01-10", ""]])
    old = sealed("2026Q2", 0)
    known = Enterprise.objects.get(name=WRONG)
    listed = corrected(line_of(WRONG), officer, {Field.NAME: RIGHT})
    pooling.rebuild(as_of=date(2026, 10, 1), now=NOW + 6 * A_MINUTE)
    known.refresh_from_db()
    assert (known.name, list(known.former_names.all())) == (RIGHT, [])
    assert Enterprise.objects.count() == 2
    new = sealed("2026Q3", 7)
    assert told(new) == {RIGHT: ["name_on_objection", "objection_upheld"]}
    (change,) = EditionChange.objects.filter(edition=new)
    assert change.after and change.after["recognitions"][0]["source"] == f"{listed.reference}#2"
    assert line_of(WRONG).published["企业名称"] == WRONG
    before, after = ({one["id"]: one for one in edition_records(edition)} for edition in (old, new))
    assert {key for key in before if before[key] != after[key]} == {known.public_id}
    for text in (WRONG, RIGHT, NUMBER):
        assert [one.public_id for one in find(text).found] == [known.public_id]


@pytest.mark.parametrize(
    ("fields", "period", "number"),
    [
        ({Field.ISSUED_ON: "2024-12-08"}, "2024-12-08/2027-12-07", NUMBER),
        ({Field.NUMBER: "GR202541000009"}, "2025-01-10/2028-01-09", "GR202541000009"),
        ({Field.VALID_TO: "2028-06-30"}, "2025-01-10/2028-06-30", NUMBER),
    ],
)
def test_period_and_number(publish: Publish, officer: User, fields: dict[Field, str], period: str, number: str) -> None:
    publish([HEAD, [RIGHT, "", NUMBER, "2025-01-10", ""]])
    sealed("2026Q2", 0)
    corrected(line_of(RIGHT), officer, fields)
    new = sealed("2026Q3", 7)
    (change,) = EditionChange.objects.filter(edition=new)
    (cause,) = change.causes
    assert (cause["cause"], cause["before"], cause["after"]) == (
        "objection_upheld", "2025-01-10/2028-01-09", period,
    )  # fmt: skip
    assert change.after and change.after["recognitions"][0]["number"] == number


def test_who_loses_by_a_correction_is_told_so(publish: Publish, officer: User) -> None:
    publish([HEAD, [RIGHT, "", NUMBER, "2025-01-10", ""]])
    sealed("2026Q2", 0)
    corrected(line_of(RIGHT), officer, {Field.VALID_FROM: "2020-01-10", Field.VALID_TO: "2023-01-09"})
    new = sealed("2026Q3", 7)
    assert (new.members, told(new)) == (0, {RIGHT: ["objection_upheld"]})


def test_a_missing_line_is_added_with_its_own_day_and_cause(publish: Publish, officer: User) -> None:
    publish([HEAD, [OTHER, "", "GR202541000002", "2025-01-10", ""]])
    sealed("2026Q2", 0)
    notice = Notice("HNTE", "recognition", date(2025, 1, 10), "关于公布名单的通知")
    fields = {"name": RIGHT, "number": NUMBER, "issued_on": "2025-01-10"}
    listed = amending.stage_addition(
        notice=notice, fields=fields, ground=GROUND, why="漏录", now=NOW + A_MINUTE, by=officer
    )
    importing.confirm(list_import=listed, now=NOW + A_MINUTE)
    new = sealed("2026Q3", 7)
    assert (new.added, told(new)) == (1, {RIGHT: ["objection_upheld"]})


def test_a_correction_is_not_the_list_that_the_season_expects(publish: Publish, officer: User) -> None:
    publish([HEAD, [OTHER, "", "GR202541000002", "2025-01-10", ""]])
    notice = Notice("SRDI", "recognition", date(2026, 5, 6), "公布专精特新名单")
    listed = amending.stage_addition(
        notice=notice, fields={"name": RIGHT}, ground=GROUND, why="漏录", now=NOW, by=officer
    )
    importing.confirm(list_import=listed, now=NOW)
    new = sealed("2026Q2", 1)
    assert new.guards.filter(guard="expected_list", programme="SRDI").exclude(level="green").exists()


def test_a_correction_is_corrected_again_and_withdrawn_step_by_step(publish: Publish, officer: User) -> None:
    publish([HEAD, [RIGHT, "", NUMBER, "2025-01-10", ""]])
    resolving.resolve(now=NOW)
    corrected(line_of(RIGHT), officer, {Field.VALID_TO: "2028-06-30"}, at=5)
    first = Entry.objects.get(valid_to=date(2028, 6, 30))
    second = corrected(first, officer, {Field.VALID_TO: "2028-12-31"}, at=6)
    ends: list[date | None] = []
    for at in (7, 8):
        pooling.rebuild(as_of=date(2026, 10, 1), now=NOW + at * A_MINUTE)
        ends += Recognition.objects.values_list("valid_to", flat=True)
        if at == 7:
            importing.withdraw(list_import=second, reason="记错", now=NOW + at * A_MINUTE)
            resolving.resolve(now=NOW + at * A_MINUTE)
    assert ends == [date(2028, 12, 31), date(2028, 6, 30)]
    pooling.derive(as_of=date(2026, 10, 1), known_by=NOW)
    assert set(LineCorrection.objects.values_list("corrects", flat=True)) == {line_of(RIGHT).pk}


def test_a_later_list_meets_the_corrected_name(publish: Publish, officer: User) -> None:
    """What matching reads of the line is what is right of it."""
    publish([HEAD, ["河南旧误名称有限公司", "", NUMBER, "2025-01-10", ""]])
    resolving.resolve(now=NOW)
    corrected(line_of("河南旧误名称有限公司"), officer, {Field.NAME: RIGHT})
    publish([HEAD, [RIGHT, "", "", "", ""]], programme="GZ", published="2026-05-01", now=NOW + 8 * A_MINUTE)
    resolving.resolve(now=NOW + 8 * A_MINUTE)
    assert Enterprise.objects.count() == 1
    assert MatchDecision.objects.filter(superseded_at=None).count() == 3


def test_a_line_that_could_not_be_used_is_mended(publish: Publish, officer: User) -> None:
    publish([HEAD, ["", CODE, NUMBER, "2025-01-10", ""], [OTHER, "", "", "2025-01-10", ""]])
    resolving.resolve(now=NOW)
    broken = Entry.objects.filter(usable=False).first()
    assert broken is not None
    listed = corrected(broken, officer, {Field.NAME: RIGHT})
    assert Enterprise.objects.get(name=RIGHT).uscc == CODE
    importing.withdraw(list_import=listed, reason="记错", now=NOW + 6 * A_MINUTE)
    resolving.resolve(now=NOW + 6 * A_MINUTE)
    pooling.rebuild(as_of=date(2026, 10, 1), now=NOW + 7 * A_MINUTE)
    assert list(Recognition.objects.values_list("enterprise__name", flat=True)) == [OTHER]


def test_a_full_list_still_names_whom_it_named_wrongly(publish: Publish, officer: User) -> None:
    publish([HEAD, [RIGHT, "", "", "", ""], [OTHER, "", "", "", ""]], programme="GZ", published="2024-05-01")
    both = [[RIGHT, "", "", "", ""], [OTHER, "", "", "", ""]]
    third = ["郑州归航科技有限公司", "", "", "", ""]
    publish([HEAD, *both, third], programme="GZ", published="2026-05-01", is_full=True)
    resolving.resolve(now=NOW)
    latest = Entry.objects.filter(name=RIGHT).order_by("-list_import__published_on").first()
    assert latest is not None
    corrected(latest, officer, {Field.DISTRICT: "金水区"})
    pooling.rebuild(as_of=date(2026, 10, 1), now=NOW + 7 * A_MINUTE)
    assert set(Recognition.objects.filter(enterprise__name=RIGHT).values_list("state", flat=True)) == {"valid"}


def test_nothing_that_reads_so_already_and_nothing_unusable_is_kept(publish: Publish, officer: User) -> None:
    publish([HEAD, [RIGHT, "", NUMBER, "2025-01-10", ""]])
    for fields, error in (
        ({Field.NAME: f" {RIGHT} "}, errors.NothingToAmend),
        ({Field.USCC: "91410100MA44A1B2X0"}, errors.AmendmentUnusable),
        ({Field.NAME: ""}, errors.AmendmentUnusable),
    ):
        with pytest.raises(error):
            corrected(line_of(RIGHT), officer, fields)
    assert (ListImport.objects.count(), LineCorrection.objects.count()) == (1, 0)


def test_the_law_of_corrections(publish: Publish, officer: User) -> None:
    publish([HEAD, [RIGHT, "", NUMBER, "2025-01-10", ""]])
    resolving.resolve(now=NOW)
    listed = corrected(line_of(RIGHT), officer, {Field.VALID_TO: "2028-06-30"})
    one = LineCorrection.objects.get()
    tries = (
        lambda: LineCorrection.objects.update(ground="x"),
        lambda: LineCorrection.objects.all().delete(),
        lambda: LineCorrection.objects.create(list_import=listed, row_number=9, corrects=None, ground="x", why=""),
    )
    for attempt in tries:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    staged = publish([HEAD, [OTHER, "", "", "", ""]], confirmed=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        LineCorrection.objects.create(
            list_import=staged, row_number=2, corrects=listed.entries.get(), ground="x", why=""
        )
    assert LineCorrection.objects.get() == one


@hypothesis_settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data(), histories(most=6))
def test_a_corrected_line_stands_as_if_it_had_been_published_so(data: st.DataObject, history: list[Listed]) -> None:
    """Of random histories: mending the day of a line gives what publishing the right day would have given."""
    at = data.draw(st.integers(0, len(history) - 1))
    day = data.draw(st.dates(date(2021, 1, 1), date(2026, 6, 1)))

    def records() -> list[Record]:
        found = edition_records(editions.cut(quarter="2026Q4", now=LATE + 3 * A_MINUTE))
        return sorted(({**one, "id": ""} for one in map(_without_sources, found)), key=lambda one: one["name"])

    with undone():
        officer = User.objects.create_user("mender")
        lists = publish(history, now=LATE)
        resolving.resolve(now=LATE)
        line = lists[at].entries.first()
        assert line is not None
        staged = amending.stage_replacements(
            replacements=[Replacement(line, {Field.VALID_FROM: "2020-01-01", Field.VALID_TO: day.isoformat()})],
            ground=GROUND, why="", now=LATE + A_MINUTE, by=officer,
        )  # fmt: skip
        for one in staged:
            importing.confirm(list_import=one, now=LATE + A_MINUTE)
        resolving.resolve(now=LATE + 2 * A_MINUTE)
        mended = records()
    with undone():
        lists = publish(history[:at], now=LATE)
        lists += publish([history[at]], now=LATE, mend=(date(2020, 1, 1), day))
        publish(history[at + 1 :], now=LATE)
        resolving.resolve(now=LATE)
        assert records() == mended


def _without_sources(record: Record) -> Record:
    held = [{**one, "source": ""} for one in record["recognitions"]]
    return {**record, "recognitions": held}  # type: ignore[typeddict-item]
