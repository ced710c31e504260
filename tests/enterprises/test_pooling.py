"""Periods, states and membership on a date, as known then."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from pytest_django import Settings

from enterprises import editions, errors, pooling, resolving, reviewing
from enterprises.looking_up import find
from enterprises.models import Enterprise, PoolMember, Recognition, ReviewItem
from registry import importing
from registry.cataloguing import revise_rules
from registry.models import Programme, ProgrammeRule
from tests.conftest import NOW, Cells, Publish
from tests.enterprises.rules import revise_rule

pytestmark = pytest.mark.django_db
A, B = "郑州启航科技有限公司", "郑州远航科技有限公司"
HEAD = ["企业名称", "证书编号", "发证日期"]
REVOKED = ["企业名称", "证书编号", "取消年度"]
LATER = NOW + timedelta(hours=1)
DISTANT = datetime(2060, 1, 1, tzinfo=UTC)  # from where every day asked for lies in the past


def rebuild(as_of: str, known_by: datetime | None = None) -> None:
    resolving.resolve(now=LATER)
    pooling.rebuild(as_of=date.fromisoformat(as_of), now=DISTANT, known_by=known_by or LATER)


def states(as_of: str, known_by: datetime | None = None) -> list[str]:
    rebuild(as_of, known_by)
    return list(Recognition.objects.order_by("enterprise_id", "valid_from", "id").values_list("state", flat=True))


def members() -> list[str]:
    return list(PoolMember.objects.order_by("enterprise_id").values_list("enterprise__name", flat=True))


def test_the_pool_keeps_up_with_what_it_is_derived_from(publish: Publish) -> None:
    def keep_up(hours: int) -> bool:
        now = NOW + timedelta(hours=hours)
        resolving.resolve(now=now)
        return pooling.keep_up(now=now) is not None

    listed = publish([HEAD, [A, "", ""]], programme="GZ", published="2026-01-10")
    assert keep_up(1)
    assert members() == [A]
    assert not keep_up(2)
    importing.withdraw(list_import=listed, reason="by mistake", now=NOW + timedelta(hours=3))
    assert keep_up(4)
    assert members() == []
    revise_rule("GZ", NOW + timedelta(hours=5), counts=False)
    assert keep_up(6)
    assert not keep_up(7)


# programme, kind, row under HEAD, notice facts, {day: state}
PERIODS: list[tuple[str, str, list[str], dict[str, Any], dict[str, str]]] = [
    # three years to the day from the certificate's date, then grace until 30 April of the next year
    ("HNTE", "recognition", [A, "GR202341001234", "2023-11-22"], {"published": "2024-01-10"},
     {"2023-11-21": "upcoming", "2023-11-22": "valid", "2026-11-21": "valid", "2026-11-22": "grace",
      "2027-04-30": "grace", "2027-05-01": "expired"}),
    # for a missing date of issue stands the day of publication, or the last day of the year in the number
    ("HNTE", "recognition", [A, "", ""], {"published": "2024-01-10"},
     {"2024-01-09": "upcoming", "2027-01-09": "valid", "2027-01-10": "grace"}),
    ("HNTE", "recognition", [A, "GR202341001234", ""], {"published": "2024-01-10"},
     {"2023-12-30": "upcoming", "2026-12-30": "valid", "2026-12-31": "grace"}),
    # leap day
    ("HNTE", "supplement", [A, "GR202441001234", "2024-02-29"], {"published": "2024-03-10"},
     {"2024-02-29": "valid", "2027-02-27": "valid", "2027-02-28": "grace"}),
    # a certificate of another province is as good as any
    ("HNTE", "recognition", [A, "GR202443001234", "2024-11-01"], {"published": "2024-12-01"},
     {"2025-01-01": "valid"}),
    # publicity never counts
    ("HNTE", "publicity", [A, "", ""], {"published": "2024-01-10"}, {"2024-06-01": "provisional"}),
    # the year of the number ends the period; grace until 31 March
    ("TSME", "recognition", [A, "202441010500000001", ""], {"published": "2024-08-20"},
     {"2024-08-19": "upcoming", "2024-08-20": "valid", "2024-12-31": "valid", "2025-01-01": "grace",
      "2025-03-31": "grace", "2025-04-01": "expired"}),
    # the notice's own dates go before the programme's rule
    ("SRDI", "recognition", [A, "", ""],
     {"published": "2023-05-06", "valid_from": date(2023, 1, 1), "valid_to": date(2025, 12, 31)},
     {"2022-12-31": "upcoming", "2023-01-01": "valid", "2025-12-31": "valid", "2026-01-01": "expired"}),
    ("INNO", "recheck", [A, "", ""], {"published": "2024-05-06"},
     {"2023-12-31": "upcoming", "2024-01-01": "valid", "2026-12-31": "valid", "2027-01-01": "expired"}),
    # no end
    ("GZ", "recognition", [A, "", ""], {"published": "2023-07-06"}, {"2023-07-06": "valid", "2050-01-01": "valid"}),
]  # fmt: skip


@pytest.mark.parametrize(("programme", "kind", "row", "facts", "expected"), PERIODS)
def test_the_state_on_a_day(
    publish: Publish, programme: str, kind: str, row: list[str], facts: dict[str, Any], expected: dict[str, str]
) -> None:
    publish([HEAD, row], programme=programme, kind=kind, **facts)
    assert {day: states(day)[0] for day in expected} == expected
    counts = [day for day, state in expected.items() if state in ("valid", "grace")]
    for day in expected:
        rebuild(day)
        assert members() == ([A] if day in counts else [])


@pytest.mark.parametrize(
    ("revocation", "expected"),
    [
        # from a year: back to its first day
        ([A, "GR202341001234", "2025"], {"2024-12-31": "valid", "2025-01-01": "revoked"}),
        # without a year: from the day of publication
        ([A, "GR202341001234", ""], {"2025-06-30": "valid", "2025-07-01": "revoked"}),
        # without a number: whatever the enterprise holds of the programme
        ([A, "", ""], {"2025-06-30": "valid", "2025-07-01": "revoked"}),
        # a number that nobody is known by: not told to be valid until a person has looked
        ([A, "GR202041009999", ""], {"2025-07-01": "disputed"}),
    ],
)
def test_a_revocation_ends_it(publish: Publish, revocation: list[str], expected: dict[str, str]) -> None:
    publish([HEAD, [A, "GR202341001234", "2023-11-22"]], published="2024-01-10")
    publish([REVOKED, revocation], kind="revocation", published="2025-07-01")
    assert {day: states(day)[0] for day in expected} == expected


def test_what_a_person_says_of_a_mistyped_revocation_is_done(publish: Publish) -> None:
    publish([HEAD, [A, "GR202341001234", "2023-11-22"]], published="2024-01-10")
    publish([REVOKED, [A, "GR202341001243", ""]], kind="revocation", published="2025-07-01")
    assert states("2025-08-01") == ["disputed"]
    assert members() == []
    item, by = ReviewItem.objects.get(), User.objects.create_user("reviewer")
    reviewing.settle(item=item, enterprise=Enterprise.objects.get(), now=LATER, by=by)
    assert states("2025-08-01") == ["revoked"]


def test_one_that_a_person_says_is_of_another_lets_it_hold_again(publish: Publish) -> None:
    publish([HEAD, [A, "GR202341001234", "2023-11-22"]], published="2024-01-10")
    publish([REVOKED, [A, "GR202341001243", ""]], kind="revocation", published="2025-07-01")
    assert states("2025-08-01") == ["disputed"]
    item, by = ReviewItem.objects.get(), User.objects.create_user("reviewer")
    reviewing.settle(item=item, enterprise=None, now=LATER, by=by)
    assert states("2025-08-01") == ["valid"]


def test_a_revoked_number_is_not_revived_by_a_list_that_repeats_it(publish: Publish) -> None:
    publish([HEAD, [A, "GR202341001234", "2023-11-22"]], published="2024-01-10")
    publish([REVOKED, [A, "GR202341001234", ""]], kind="revocation", published="2025-07-01")
    publish([HEAD, [A, "GR202341001234", "2023-11-22"]], kind="supplement", published="2025-08-01")
    assert states("2025-09-01") == ["revoked", "revoked"]


def test_a_number_of_a_year_to_come_holds_for_the_year_of_its_list(publish: Publish) -> None:
    publish([HEAD, [A, "209941010500000001", ""]], programme="TSME", published="2025-08-20")
    rebuild("2025-09-01")
    assert Recognition.objects.get().valid_to == date(2025, 12, 31)


def test_an_end_at_the_end_of_time_has_no_grace(publish: Publish) -> None:
    publish([HEAD, [A, "", ""]], published="2025-01-10", valid_to=date(9999, 12, 31))
    rebuild("2025-09-01")
    assert Recognition.objects.get().grace_to is None


def test_a_pool_of_a_day_to_come_is_not_made() -> None:
    with pytest.raises(errors.DayToCome):
        pooling.rebuild(as_of=date(2026, 10, 2), now=NOW)


def test_a_later_recognition_survives_an_earlier_revocation(publish: Publish) -> None:
    publish([HEAD, [A, "GR202041001234", "2020-11-22"]], published="2021-01-10")
    publish([REVOKED, [A, "", "2021"]], kind="revocation", published="2022-07-01")
    publish([HEAD, [A, "GR202441001234", "2024-11-22"]], published="2025-01-10")
    assert states("2025-06-01") == ["revoked", "valid"]
    assert Recognition.objects.get(state="revoked").ended_source.endswith("#2")


def test_grace_gives_way_to_the_next_recognition(publish: Publish) -> None:
    publish([HEAD, [A, "GR202241001234", "2022-11-22"]], published="2023-01-10")
    publish([HEAD, [A, "GR202541001234", "2025-12-01"]], published="2026-01-10")
    assert states("2025-11-25") == ["grace", "upcoming"]
    assert states("2025-12-01") == ["expired", "valid"]


def test_publicity_gives_way_to_what_it_announced(publish: Publish) -> None:
    publish([HEAD, [A, "", ""]], kind="publicity", published="2024-10-10")
    publish([HEAD, [A, "GR202441001234", "2024-11-22"]], published="2025-01-10")
    assert states("2025-06-01") == ["valid"]


def test_a_full_list_ends_what_it_does_not_name(publish: Publish, settings: Settings) -> None:
    settings.GONE_LIMIT_PERCENT = 50
    publish([HEAD, [A, "", ""], [B, "", ""]], programme="GZ", published="2023-07-06")
    publish([HEAD, [B, "", ""]], programme="GZ", published="2025-07-06", is_full=True)
    assert states("2025-07-05") == ["valid", "valid", "upcoming"]
    assert states("2025-07-06") == ["delisted", "valid", "valid"]
    assert members() == [B]


def test_the_first_full_list_that_left_it_out_is_named_as_what_ended_it(publish: Publish, settings: Settings) -> None:
    settings.GONE_LIMIT_PERCENT = 50
    publish([HEAD, [A, "", ""], [B, "", ""]], programme="GZ", published="2023-07-06")
    first = publish([HEAD, [B, "", ""]], programme="GZ", published="2024-07-06", is_full=True)
    publish([["瞪羚企业名单"], HEAD, [B, "", ""]], programme="GZ", published="2025-07-06", is_full=True)
    rebuild("2025-12-31")
    (gone,) = Recognition.objects.filter(enterprise__name=A)
    assert (gone.state, gone.ended_on, gone.ended_source) == ("delisted", date(2024, 7, 6), first.reference)


@pytest.mark.parametrize("programme", ["HNTE", "SRDI"])
def test_no_period_ends_beyond_the_calendar(publish: Publish, programme: str) -> None:
    publish([HEAD, [A, "", ""]], programme=programme, published="2025-01-10", valid_from=date(9999, 6, 1))
    rebuild("2025-12-31")
    assert Recognition.objects.get().valid_to == date.max
    assert find(A).found


def test_nor_does_what_a_recheck_extends(publish: Publish) -> None:
    revise_rule("CHAMP", NOW, years=6000)
    publish([HEAD, [A, "", ""]], programme="CHAMP", published="2025-01-10")
    publish([HEAD, [A, "", ""]], programme="CHAMP", kind="recheck", published="2026-01-10")
    rebuild("2026-05-01")
    ends = Recognition.objects.order_by("valid_from").values_list("valid_to", flat=True)
    assert list(ends) == [date(8025, 1, 9), date.max]


def test_a_full_list_that_is_not_resolved_yet_ends_nothing(publish: Publish) -> None:
    publish([HEAD, [A, "", ""]], programme="GZ", published="2023-07-06")
    rebuild("2025-01-01")
    publish([HEAD, [A, "", ""], [B, "", ""]], programme="GZ", published="2025-07-06", is_full=True)
    pooling.rebuild(as_of=date(2025, 8, 1), now=LATER)
    assert members() == [A]


def test_who_may_be_a_doubtful_row_of_the_full_list_is_not_taken_for_missing(publish: Publish) -> None:
    header = ["企业名称", "统一社会信用代码"]
    publish([header, [A, "91330100MA27YTKRXE"]], programme="GZ", published="2023-07-06")
    stranger = "河南中州面粉有限公司"
    publish([header, [stranger, "91330100MA27YTKRXE"]], programme="GZ", published="2025-07-06", is_full=True)
    assert states("2025-08-01") == ["valid"]


def test_what_was_known_only_later_was_not_known_before(publish: Publish) -> None:
    early, late = datetime(2024, 2, 1, tzinfo=UTC), datetime(2025, 8, 1, tzinfo=UTC)
    publish([HEAD, [A, "GR202341001234", "2023-11-22"]], published="2024-01-10", now=early)
    resolving.resolve(now=early + timedelta(hours=1))
    publish([REVOKED, [A, "", "2023"]], kind="revocation", published="2025-07-01", now=late)
    resolving.resolve(now=late + timedelta(hours=1))
    assert states("2024-06-30", known_by=datetime(2024, 7, 1, tzinfo=UTC)) == ["valid"]
    assert states("2024-06-30", known_by=datetime(2025, 9, 1, tzinfo=UTC)) == ["revoked"]
    assert states("2024-06-30", known_by=datetime(2024, 1, 1, tzinfo=UTC)) == []


def test_a_withdrawn_import_counts_no_more_and_counts_again(publish: Publish) -> None:
    listed = publish([HEAD, [A, "GR202341001234", "2023-11-22"]], published="2024-01-10")
    rebuild("2024-06-30")
    importing.withdraw(list_import=listed, reason="wrong list", now=LATER)
    pooling.rebuild(as_of=date(2024, 6, 30), now=LATER)
    assert (members(), Enterprise.objects.get().name) == ([], A)
    importing.confirm(list_import=listed, now=LATER)
    rebuild("2024-06-30")
    assert members() == [A]


def test_only_this_citys_rows_of_a_province_wide_list_are_in(publish: Publish) -> None:
    rows: Cells = [
        ["省辖市", "区县", "企业名称"],
        ["洛阳市", "", A],
        ["郑州市", "金水区", B],
        ["巩义市", "", "巩义某某有限公司"],
        ["航空港区", "", "河南某某有限公司"],
        ["", "", "河南无名有限公司"],
    ]
    publish(rows, programme="GZ", published="2023-07-06", province_wide=True)
    rebuild("2024-01-01")
    assert members() == [B, "巩义某某有限公司", "河南某某有限公司"]


def test_programmes_that_do_not_count_keep_nobody_in(publish: Publish) -> None:
    publish([HEAD, [A, "", ""]], programme="TSME_HN", published="2024-01-10")
    assert states("2024-06-30") == ["valid"]
    assert members() == []


def test_a_name_given_up_is_not_published_whatever_list_came_last(publish: Publish) -> None:
    publish([HEAD, [A, "GR202341001234", "2023-11-22"]], published="2024-01-10")
    rename: Cells = [["企业原名称", "企业现名称", "证书编号"], [A, B, "GR202341001234"]]
    publish(rename, kind="rename", published="2024-06-01")
    publish([["企业名称", "证书编号"], [A, "GR202341001234"]], kind="supplement", published="2024-09-01")
    rebuild("2024-12-31")
    assert members() == [B]


def revise(programme: str, *rules: ProgrammeRule, now: datetime = NOW) -> None:
    """Let these be the programme's rules from `now` on."""
    of = Programme.objects.get(code=programme)
    standing = of.rules.filter(superseded_at=None).values_list("pk", flat=True)
    revise_rules(programme=of, ended=list(standing), begun=rules, now=now)


def rule(start: str, end: str = "", period: str = "number_year", **facts: Any) -> ProgrammeRule:
    until = date.fromisoformat(end) if end else None
    return ProgrammeRule(effective_from=date.fromisoformat(start), effective_to=until, period=period, **facts)


def test_a_rule_that_changes_leaves_earlier_lists_alone(publish: Publish) -> None:
    revise("TSME", rule("2008-01-01", "2026-01-01"), rule("2026-01-01", period="years_from_issue", years=2))
    publish([HEAD, [A, "202541010500000001", ""]], programme="TSME", published="2025-08-20")
    publish([HEAD, [B, "202641010500000002", ""]], programme="TSME", published="2026-08-20")
    rebuild("2026-12-31")
    ends = Recognition.objects.order_by("enterprise_id").values_list("valid_to", flat=True)
    assert list(ends) == [date(2025, 12, 31), date(2028, 8, 19)]


def test_what_a_rule_gave_before_it_was_revised_can_be_derived_again(publish: Publish) -> None:
    publish([HEAD, [A, "202441010500000001", ""]], programme="TSME", published="2024-08-20", now=NOW)
    resolving.resolve(now=NOW)
    revise("TSME", rule("2008-01-01"), now=LATER)
    assert states("2025-02-01", known_by=NOW) == ["grace"]
    assert states("2025-02-01", known_by=LATER) == ["expired"]


def test_a_rule_is_never_changed_or_deleted() -> None:
    standing = ProgrammeRule.objects.filter(programme__code="TSME")
    with pytest.raises(IntegrityError, match="superseded"), transaction.atomic():
        standing.update(grace_month=6)
    with pytest.raises(IntegrityError, match="superseded"), transaction.atomic():
        standing.delete()


def test_a_programme_counts_on_the_days_on_which_its_rule_says_so(publish: Publish) -> None:
    publish([HEAD, [A, "", ""]], programme="GZ", published="2023-07-06")
    revise("GZ", rule("2008-01-01", "2026-01-01", "open"), rule("2026-01-01", "", "open", counts=False))
    rebuild("2025-12-31")
    assert members() == [A]
    assert states("2026-01-01") == ["valid"]
    assert members() == []


def test_a_gap_between_rules_is_said_and_nothing_is_rebuilt(publish: Publish) -> None:
    publish([HEAD, [A, "", ""]], programme="GZ", published="2023-07-06")
    rebuild("2024-01-01")
    revise("GZ", rule("2024-01-01", period="open"))
    with pytest.raises(errors.NoRule, match="GZ"):
        rebuild("2024-01-02")
    assert members() == [A]


def test_what_was_in_dispute_can_be_derived_again(publish: Publish) -> None:
    publish([HEAD, [A, "GR202341001234", "2023-11-22"]], published="2024-01-10")
    publish([REVOKED, [A, "GR202341001243", ""]], kind="revocation", published="2025-07-01")
    resolving.resolve(now=NOW)
    item, by = ReviewItem.objects.get(), User.objects.create_user("reviewer")
    reviewing.settle(item=item, enterprise=None, now=LATER, by=by)
    reopened = LATER + timedelta(hours=2)
    reviewing.reopen(item=item, now=reopened, by=by)
    known = {moment: states("2025-08-01", known_by=moment) for moment in (NOW, LATER + timedelta(hours=1), reopened)}
    assert known == {NOW: ["disputed"], LATER + timedelta(hours=1): ["valid"], reopened: ["disputed"]}


def test_the_order_of_the_catalogue_is_not_in_the_record(publish: Publish) -> None:
    publish([HEAD, [A, "", ""]], programme="GZ", published="2023-07-06")
    publish([HEAD, [A, "", ""]], programme="LEAD", published="2023-07-06")
    resolving.resolve(now=LATER)
    first = editions.cut(quarter="2026Q3", now=LATER).digest
    Programme.objects.filter(code="LEAD").update(position=0)
    assert editions.cut(quarter="2026Q3", now=LATER).digest == first


def test_who_moved_in_goes_on_with_what_was_granted_elsewhere(publish: Publish) -> None:
    publish([HEAD, [A, "", ""]], kind="move_in", published="2025-07-06")
    assert states("2025-07-05") == ["upcoming"]
    assert states("2025-07-06") == ["valid"]
    assert members() == [A]


def test_who_moved_out_is_out_of_the_pool_from_that_day_and_may_come_back(publish: Publish) -> None:
    publish([HEAD, [A, "", ""], [B, "", ""]], published="2025-01-10")
    publish([HEAD, [A, "", ""]], kind="move_out", published="2025-07-06")
    rebuild("2025-07-05")
    assert members() == [A, B]
    rebuild("2025-07-06")
    assert members() == [B]
    publish([HEAD, [A, "", ""]], kind="move_in", published="2025-09-01")
    rebuild("2025-09-01")
    assert members() == [A, B]


def test_a_move_out_of_nobody_known_waits_for_a_person(publish: Publish) -> None:
    publish([HEAD, [A, "", ""]], kind="move_out", published="2025-07-06")
    resolving.resolve(now=NOW)
    assert ReviewItem.objects.count() == 1
    assert not Enterprise.objects.exists()
