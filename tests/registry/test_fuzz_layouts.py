"""Whatever lies in a table, it is refused with its reason or kept whole: no crash, no row lost, no row made up."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry import errors
from registry.importing import stage
from registry.models import Entry, ListImport
from registry.staging import Notice
from tests.conftest import write_workbook

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 1, tzinfo=UTC)
Rows = list[list[str]]

KNOWN = (
    "序号", "企业名称", "企业现名称", "企业原名称", "统一社会信用代码", "证书编号", "编号", "名称", "地区", "所属区县",
    "地市", "批次", "年度", "发证日期", "有效期", "有效期至", "取消年度", "复核结果", "联系电话", "备注", "企业\n名称",
    "证书",
)  # fmt: skip
FURNITURE = (
    [""], ["第 1 页 共 2 页"], ["合计", "3家"], ["备注：排名不分先后"], ["一、金水区"], ["", "— 3 —"], ["注", ""],
    ["附件1"],
)  # fmt: skip
VALUES = (
    "", "1", "郑州示例甲科技有限公司", "示例电源", "91410199MAM3ALLD12", "9.14101E+17", "9I410199MAM3ALLD12", "金水区",
    "洛阳市", "GR202541900001", "2025-10-28", "45958", "2023.1.1-2025.12.31", "长期", "99999-99-99", "未通过", "#N/A",
    "郑州示例乙科技有限公司（原郑州示例丙科技有限公司）*", "二、取消资格企业", "''", '"', "NULL", "=1+1", "٣٤٥", "—",
    "²²²²²",
)  # fmt: skip
# Any character but the halves of pairs, which no encoding holds.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
strange = st.text(
    st.sampled_from("\0\t\n\r\x0b\x1f\x7f\x85\xa0\u200b\u2028\u3000\ufeff\ufffd(（）'\"甲公司0O1"), max_size=12
)
cells = st.one_of(st.sampled_from(VALUES), texts, strange)
some_headers = st.lists(st.one_of(st.sampled_from(KNOWN), texts), min_size=1, max_size=6)
headers = st.one_of(some_headers, some_headers.flatmap(lambda some: st.permutations(["序号", "企业名称", *some])))
tables = st.builds(
    lambda titles, header, rows: [*titles, header, *rows],
    st.lists(st.lists(cells, max_size=3), max_size=3),
    headers,
    st.lists(st.one_of(st.lists(cells, max_size=10), st.sampled_from(FURNITURE), headers), max_size=12),
)
notices = st.builds(
    Notice,
    programme=st.sampled_from(["HNTE", "TSME", "INNO"]),
    kind=st.sampled_from(["recognition", "rename", "revocation"]),
    published_on=st.just(date(2026, 1, 10)),
    province_wide=st.booleans(),
)


def as_csv(folder: Path, rows: Rows) -> Path:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(rows)
    path = folder / "list.csv"
    path.write_bytes(written.getvalue().encode())
    return path


def as_workbook(folder: Path, rows: Rows) -> Path:
    path = folder / "list.xlsx"
    # As text, even what looks like a formula or a link.
    return write_workbook(path, [[cell and f"{cell}" for cell in row] for row in rows])


@contextmanager
def nothing_kept() -> Iterator[None]:
    """Each example begins with an empty registry."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def judge(write: Callable[[Path, Rows], Path], rows: Rows, notice: Notice) -> ListImport | None:
    """Stage the rows; None where they were refused, and then nothing may be left of them."""
    with TemporaryDirectory() as folder:
        path = write(Path(folder), rows)
        try:
            listed = stage(path=path, file_name=path.name, notice=notice, now=NOW)
        except errors.RegistryError as refused:
            assert str(refused)
            assert not ListImport.objects.exists()
            assert not Entry.objects.exists()
            return None
    kept = list(listed.entries.all())
    assert 0 < listed.row_count == len(kept) <= len(rows) * 8
    assert listed.faulty_count == sum(not entry.usable for entry in kept)
    assert len({(entry.row_number, entry.block) for entry in kept}) == len(kept)
    assert all(entry.name or not entry.usable for entry in kept)
    return listed


@given(tables, notices)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_is_refused_or_kept_as_it_says(rows: Rows, notice: Notice) -> None:
    with nothing_kept():
        judge(as_csv, rows, notice)


@given(tables, notices)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_workbook_is_refused_or_kept_as_it_says(rows: Rows, notice: Notice) -> None:
    with nothing_kept():
        judge(as_workbook, rows, notice)


@given(
    st.lists(st.sampled_from(["附件1", "2025年度名单", "（共3家）", ""]), max_size=3),
    st.permutations(["企业名称", "序号", "星级", "备注"]),
    st.lists(st.one_of(st.none(), st.sampled_from(FURNITURE)), min_size=1, max_size=20),
    st.sampled_from([as_csv, as_workbook]),
)
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
def test_all_enterprises_among_the_furniture_are_kept_and_they_alone(
    titles: list[str], header: list[str], body: list[list[str] | None], write: Callable[[Path, Rows], Path]
) -> None:
    names = [f"郑州示例{place}科技有限公司" for place, furniture in enumerate(body) if furniture is None]
    firms = iter(names)
    rows = [[title] for title in titles] + [header]
    rows += [firm_row(header, next(firms)) if furniture is None else furniture for furniture in body]
    with nothing_kept():
        listed = judge(write, rows, Notice(programme="INNO", kind="recognition", published_on=date(2026, 1, 10)))
        usable = listed.entries.filter(usable=True).order_by("row_number") if listed else Entry.objects.none()
        assert list(usable.values_list("name", flat=True)) == names


def firm_row(header: list[str], name: str) -> list[str]:
    cells = {"企业名称": name, "序号": "1", "星级": "三星", "备注": ""}
    return [cells[text] for text in header]
