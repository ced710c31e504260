"""Points lists are read by the indicators' own words, and every cell that cannot be right is named with its row."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.forms import modelform_factory
from django.urls import reverse

from registry import amending, correcting, errors, importing
from registry.amending import Replacement
from registry.columns import Vocabulary
from registry.forms import IndicatorForm
from registry.models import Indicator, Programme, ProgrammeKind, ProgrammeRule, RememberedColumn
from registry.points import GRADE, TOTAL, Measure, Scale, field_of, is_points_field, read_points, year_in
from registry.previewing import columns_of
from registry.queries import beside_the_pool, programme_names, recognition_names
from tests.conftest import NOW, Publish
from tests.staff import signed_in, staff

MEASURES = {
    field_of(one.code): one
    for one in (
        Measure("TOTAL", "总分", TOTAL, highest=Decimal(100)),
        Measure("GRADE", "等级", GRADE, grades=frozenset("ABC")),
        Measure("RATIO", "研发占比", "indicator", unit="%", highest=Decimal(100)),
        Measure("COST", "研发费用", "indicator", unit="万元"),
    )
}
SCALE = Scale(MEASURES, 2025)
KEEPER = (
    "registry.view_entry", "registry.add_listimport", "registry.view_programme", "registry.add_programme",
    "registry.change_programme", "registry.view_programmerule", "registry.add_programmerule",
    "registry.change_rememberedcolumn",
)  # fmt: skip
HEADER = ["序号", "企业名称", "年度", "研发费用（万元）", "技术创新/PCT", "总得分", "积分等级", "联系人"]


@pytest.mark.parametrize(
    ("cells", "points"),
    [
        (
            {"TOTAL": "88.10000000000001", "GRADE": "Ａ", "RATIO": "12.50 %", "COST": "1,234.5万元"},
            {"total": "88.1", "grade": "A", "values": {"RATIO": "12.5", "COST": "1234.5"}},
        ),
        ({"TOTAL": "100", "COST": "-3"}, {"total": "100", "values": {"COST": "-3"}}),  # a growth may be below nothing
        ({"TOTAL": "０", "RATIO": "-0.00001"}, {"total": "0", "values": {"RATIO": "0"}}),
        ({"TOTAL": "90 分"}, {"total": "90", "values": {}}),
        ({"GRADE": "C"}, {"grade": "C", "values": {}}),
        ({"TOTAL": "100000000", "COST": "999999999999"}, {"values": {"COST": "999999999999"}}),
    ],
)
def test_cells_are_read_as_exact_decimals(cells: dict[str, str], points: dict[str, Any]) -> None:
    read, _problems = read_points({field_of(code): text for code, text in cells.items()}, SCALE)
    assert read == {"year": 2025, **points}


@pytest.mark.parametrize(
    ("cells", "code", "severity", "text"),
    [
        ({"TOTAL": "8,5"}, "points_not_a_number", "error", "总分：8,5"),
        ({"TOTAL": "未评"}, "points_not_a_number", "error", "总分：未评"),
        ({"TOTAL": "100.0001"}, "points_too_high", "error", "总分：100.0001"),
        ({"TOTAL": "1", "RATIO": "1e3"}, "points_not_a_number", "warning", "研发占比：1e3"),
        ({"TOTAL": "1", "RATIO": "101%"}, "points_too_high", "warning", "研发占比：101%"),
        ({"TOTAL": "1", "GRADE": "D"}, "points_grade_unknown", "warning", "等级：D"),
        ({}, "points_missing", "error", ""),
        ({"TOTAL": "1", "year": "去年"}, "points_year_unreadable", "error", "去年"),
    ],
)
def test_what_is_wrong_with_a_cell_is_said_with_its_column(
    cells: dict[str, str], code: str, severity: str, text: str
) -> None:
    asked = {name if name == "year" else field_of(name): said for name, said in cells.items()}
    _points, problems = read_points(asked, SCALE)
    assert [(one.code, one.severity, one.text) for one in problems] == [(code, severity, text)]


def test_without_a_year_the_row_says_nothing() -> None:
    points, problems = read_points({field_of("TOTAL"): "1"}, Scale(MEASURES))
    assert points is None and [one.code for one in problems] == ["points_year_missing"]


@pytest.mark.parametrize(
    ("title", "year"),
    [("2025年度创新积分结果", 2025), ("关于2025年度（2025）的通知", 2025), ("2024—2025年", None), ("结果", None)],
)
def test_the_year_may_stand_in_the_title(title: str, year: int | None) -> None:
    assert year_in(title) == year


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("研发费用", field_of("COST")),
        ("研发费用（万元）", field_of("COST")),
        ("技术创新/研发费用", field_of("COST")),
        ("研发费用加计扣除减免额", None),  # never by a part of its text
        ("企业名称", "name"),
    ],
)
def test_a_column_of_figures_is_itself_or_nothing(header: str, field: str | None) -> None:
    words = Vocabulary([("企业名称", "name")], whole=[("研发费用", field_of("COST"))])
    assert words.field_of(header) == field


@pytest.fixture
def listed(publish: Publish) -> Any:
    Indicator.objects.filter(code="TOTAL").update(highest=100)
    Indicator.objects.filter(code="GRADE").update(grades=["A", "B"])
    return publish(
        [
            HEADER,
            [1, "郑州启航科技有限公司", "2025", "120.5", 3, 88.5, "A", "张三"],
            [2, "郑州远望科技有限公司", "", "无", "三", 70, "C", "李四"],
            [3, "郑州高山科技有限公司", "", 1, 1, 170, "B", ""],
        ],
        programme="INNO_POINTS", published="2026-01-20", title="2025年度创新积分结果", confirmed=False,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_points_list_is_read_checked_corrected_and_named_in_words(listed: Any) -> None:
    first, second, third = listed.entries.order_by("row_number")
    assert (
        listed.columns[field_of("RD_COST")] == "研发费用（万元）" and listed.columns[field_of("PCT")] == "技术创新/PCT"
    )
    assert {column.words for column in columns_of(listed)} >= {"研发费用金额", "PCT专利申请量", "总分", "等级"}
    assert first.points == {"year": 2025, "total": "88.5", "grade": "A", "values": {"RD_COST": "120.5", "PCT": "3"}}
    assert second.points == {"year": 2025, "total": "70", "values": {}} and second.usable  # the year of the title
    assert [(one["code"], one["text"]) for one in second.problems] == [
        ("points_grade_unknown", "等级：C"),
        ("points_not_a_number", "PCT专利申请量：三"),
    ]
    assert not third.usable and "张三" not in str(first.published)
    correcting.correct(entry=third, field=field_of("TOTAL"), text="70", why="原件为70", now=NOW)
    assert third.usable and third.points["total"] == "70" and third.points["values"] == {"RD_COST": "1", "PCT": "1"}
    page = signed_in(*KEEPER).get(reverse("admin:registry_entry_change", args=[third.pk])).content.decode()
    assert (
        "研发费用金额" in page
        and "总分：170 → 70" in page
        and "points:" not in page.replace('value="points:', "").replace("text-points:", "")
    )
    importing.amend(list_import=listed, facts={"title": "结果", "valid_from": date(2024, 1, 1)}, now=NOW)
    assert {entry.points["year"] for entry in listed.entries.filter(usable=True)} == {2024, 2025}


@pytest.mark.django_db
def test_a_corrected_line_keeps_its_points(publish: Publish, listed: Any) -> None:
    importing.confirm(list_import=listed, now=NOW, accept_sound=True)
    line = listed.entries.get(row_number=2)
    by = staff("registry.add_listimport")
    (correction,) = amending.stage_replacements(
        replacements=[Replacement(line, {"name": "郑州启航新材料有限公司"})], ground="YY-1", why="更名", now=NOW, by=by
    )
    (entry,) = correction.entries.all()
    assert entry.name == "郑州启航新材料有限公司" and entry.points == line.points


@pytest.mark.django_db
def test_points_take_nothing_away(publish: Publish) -> None:
    with pytest.raises(errors.NotOfPoints, match="撤销"):
        publish([HEADER[1:2], ["郑州启航科技有限公司"]], programme="INNO_POINTS", kind="revocation")


@pytest.mark.django_db
def test_only_a_recognition_counts_and_a_programme_stays_of_its_kind() -> None:
    beside = beside_the_pool()
    assert {one.kind for one in beside.values()} == {"named_list", "points"}
    assert not beside.keys() & recognition_names().keys() and beside.keys() < programme_names().keys()
    assert not ProgrammeRule.objects.filter(programme__code__in=beside, counts=True).exists()
    listing = Programme.objects.get(code="LISTING")
    with pytest.raises(IntegrityError, match="never count"), transaction.atomic():
        ProgrammeRule.objects.create(
            programme=listing, effective_from=date(2030, 1, 1), period="open", recorded_at=datetime.now(UTC)
        )
    with pytest.raises(IntegrityError, match="stays of its kind"), transaction.atomic():
        Programme.objects.filter(pk=listing.pk).update(kind=ProgrammeKind.RECOGNITION)


@pytest.mark.django_db
def test_the_catalogue_keeps_indicators_apart_and_lists_off_the_count() -> None:
    points, client = Programme.objects.get(code="INNO_POINTS"), signed_in(*KEEPER)
    assert Indicator.objects.filter(programme=points, kind="indicator").count() == 18
    facts = {
        "programme": points.pk,
        "code": "NEW",
        "name": "新指标",
        "kind": "indicator",
        "group": "growth",
        "position": 1,
    }
    form = modelform_factory(Indicator, form=IndicatorForm, fields="__all__")
    assert form(facts).is_valid()
    for wrong, where in (
        ({"words": "研发 费用"}, "words"),
        ({"group": ""}, "group"),
        ({"grades": "A"}, "__all__"),
        ({"kind": "total", "group": ""}, "__all__"),
        ({"programme": Programme.objects.get(code="HNTE").pk}, "programme"),
    ):
        assert where in form(facts | wrong).errors
    page = client.get(reverse("admin:registry_programme_change", args=[points.pk])).content.decode()
    assert 'name="kind"' not in page  # said once, when it was made
    made = {
        "kind": "named_list", "code": "NEW_LIST", "name": "某名单", "level": "city", "body": "市科技局",
        "position": 300,
        "rules-TOTAL_FORMS": 1, "rules-INITIAL_FORMS": 0, "rules-MIN_NUM_FORMS": 0, "rules-MAX_NUM_FORMS": 1000,
        "rules-2-TOTAL_FORMS": 0, "rules-2-INITIAL_FORMS": 0, "rules-2-MIN_NUM_FORMS": 0, "rules-2-MAX_NUM_FORMS": 0,
        "rules-0-effective_from": "2026-01-01", "rules-0-period": "open", "rules-0-counts": "on",
    }  # fmt: skip
    assert "一律不计入培育库" in client.post(reverse("admin:registry_programme_add"), made).content.decode()
    del made["rules-0-counts"]
    assert client.post(reverse("admin:registry_programme_add"), made).status_code == 302
    upload = client.get(reverse("admin:registry_listimport_import")).content.decode()
    assert (
        upload.index('<optgroup label="资质认定">')
        < upload.index('<optgroup label="专项名单">')
        < upload.rindex("某名单")
    )
    assert beside_the_pool()["NEW_LIST"] == ("named_list", "某名单")


@pytest.mark.django_db
def test_a_remembered_column_of_points_is_called_by_its_indicator() -> None:
    remembered = RememberedColumn.objects.create(
        programme=Programme.objects.get(code="INNO_POINTS"),
        header="研发投入",
        field=field_of("RD_COST"),
        decided_at=NOW,
    )
    assert is_points_field(remembered.field)
    client = signed_in(*KEEPER)
    for page in (
        reverse("admin:registry_rememberedcolumn_changelist"),
        reverse("admin:registry_rememberedcolumn_change", args=[remembered.pk]),
    ):
        text = client.get(page).content.decode()
        assert "研发费用金额" in text and "points:" not in text
