"""A city of known truth becomes confirmed lists in a scratch database, for `bench_matching`.

Law: its rows go the way of every list: checked by the checker, kept as entries, confirmed. Files and previews alone are
left out, since they say nothing of who is who and a nation has tens of thousands of lists.
"""

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import polars as pl
from django.db import transaction

from enterprises.evidence import fetched
from registry.checking import Checker, Line
from registry.models import ImportEvent, ImportState, ListImport, NoticeKind, Programme
from registry.staging import checker_of, copy_lines

START = datetime(2026, 1, 1, tzinfo=UTC)
# Kinds of lists in the city and the programme whose lists are like them: those with certificates first.
_PROGRAMMES = {"gaoxin": "HNTE", "kjzxqy": "TSME", "dengling": "GZ", "zjtx": "SRDI", "xjr": "STG", "subsidy": "ZZTE"}
_OTHER = "INNO"
_HOME = "4101"  # the region whose lists are of the registry's own city; another's are told by a column of cities
_HEADER = ("企业名称", "统一社会信用代码", "组织机构代码", "注册号", "证书编号", "区县", "发证日期", "地市")
_FIELDS = ("name", "uscc", "org_code", "reg_no", "number", "district", "issued_on", "city")
_COLUMNS = ("name", "code", "org_code", "reg_no", "cert_no", "district", "date")
_RENAMED = ("更名前企业名称", "更名后企业名称", "证书编号")
_RENAMED_FIELDS = ("former_name", "new_name", "number")
_BATCH = 1_000


def publish(folder: Path) -> pl.DataFrame:
    """Publish every list of the folder, and the notices of renames; returns `row_id`, `listed`, `row_number`.

    The rows are never all in memory: a nation's would weigh on what is measured next.
    """
    with (folder / "lists.csv").open(encoding="utf-8-sig", newline="") as stream:
        about = {row["list_id"]: row for row in csv.DictReader(stream)}
    programmes = {programme.code: programme for programme in Programme.objects.all()}
    with transaction.atomic():
        lists = {
            name: _list(
                f"{folder.name}-{name}",
                programmes[_PROGRAMMES.get(one["kind"], _OTHER)],
                int(one["year"]),
                one["region"],
            )
            for name, one in about.items()
        }
        abroad = any(one["region"] != _HOME for one in about.values())
        renames = _renames(folder / "renames.csv", programmes["HNTE"], abroad=abroad)
        staged = [*lists.values(), *(listed for listed, _rows in renames)]
        ListImport.objects.bulk_create(staged, batch_size=_BATCH)
        # Checkers ask for the districts, and while a COPY runs nothing can be asked.
        checkers = {name: _checker(listed, _HEADER, _FIELDS) for name, listed in lists.items()}
        renamers = [(listed, _checker(listed, _RENAMED, _RENAMED_FIELDS), pairs) for listed, pairs in renames]
        copy_lines(_lines(folder / "rows.csv", lists, checkers, {name: one["region"] for name, one in about.items()}))
        copy_lines(_renamed(renamers))
        ListImport.objects.filter(pk__in=[one.pk for one in staged]).update(state=ImportState.CONFIRMED)
        ImportEvent.objects.bulk_create(
            (ImportEvent(list_import=one, state=ImportState.CONFIRMED, at=START) for one in staged), batch_size=_BATCH
        )
    return _numbered(folder / "rows.csv", {name: one.pk for name, one in lists.items()})


def _numbered(path: Path, lists: Mapping[str, int]) -> pl.DataFrame:
    """Which row of which list each row has become."""
    rows = pl.read_csv(path, columns=["row_id", "list_id"], schema_overrides={"list_id": pl.String})
    listed = pl.col("list_id").replace_strict(lists, return_dtype=pl.Int64)
    return rows.select("row_id", listed=listed).with_columns(row_number=pl.int_range(1, pl.len() + 1).over("listed"))


def _list(name: str, programme: Programme, year: int, region: str, kind: str = NoticeKind.RECOGNITION) -> ListImport:
    return ListImport(
        reference=f"{name}"[:60], file=f"{name}.csv", file_name=f"{name}.csv", title=name, programme=programme,
        sha256=sha256(name.encode()).hexdigest(), notice=kind, published_on=date(year, 12, 31),
        province_wide=region != _HOME, state=ImportState.STAGED, staged_at=START, row_count=0,
    )  # fmt: skip


def _lines(
    path: Path, lists: Mapping[str, ListImport], checkers: Mapping[str, Checker], regions: Mapping[str, str]
) -> Iterator[tuple[int, Line]]:
    """Every row, checked as a row of its list."""
    numbers: dict[str, int] = dict.fromkeys(lists, 0)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader(stream)
        header = next(rows)
        named, *said = (header.index(column) for column in ("list_id", *_COLUMNS))
        for row in rows:
            name = row[named]
            numbers[name] += 1
            city = "" if regions[name] == _HOME else regions[name]
            yield lists[name].pk, checkers[name].check(numbers[name], [*(row[at] for at in said), city])


def _checker(listed: ListImport, header: tuple[str, ...], fields: tuple[str, ...]) -> Checker:
    return checker_of(listed, header, {name: at for at, name in enumerate(fields)})


def _renames(path: Path, programme: Programme, *, abroad: bool) -> list[tuple[ListImport, list[list[str]]]]:
    """The notices of renames, one of each year. Where the lists are of many cities, they may be of any."""
    if not path.is_file():
        return []
    found: dict[str, list[list[str]]] = {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["year"], []).append([row["old_name"], row["new_name"], row["cert_no"]])
    region = "" if abroad else _HOME
    return [
        (_list(f"{path.parent.name}-renames-{year}", programme, int(year), region, NoticeKind.RENAME), rows)
        for year, rows in found.items()
    ]


def _renamed(renames: list[tuple[ListImport, Checker, list[list[str]]]]) -> Iterator[tuple[int, Line]]:
    for listed, checker, rows in renames:
        for number, cells in enumerate(rows, start=1):
            yield listed.pk, checker.check(number, cells)


def clusters(rows: pl.DataFrame) -> pl.DataFrame:
    """`row_id`, `cluster_id`, `rule` of each row; one that waits for a person, or could not be used, stands alone."""
    tied = fetched(_TIED, {"listed": pl.Int64, "row_number": pl.Int64, "enterprise": pl.Int64, "rule": pl.String})
    found = rows.join(tied, on=["listed", "row_number"], how="left", maintain_order="left")
    most = tied["enterprise"].max() or 0
    alone = pl.lit(most) + pl.int_range(1, pl.len() + 1)
    return found.select(
        "row_id", cluster_id=pl.coalesce("enterprise", alone), rule=pl.col("rule").fill_null("alone")
    )  # fmt: skip


def pairs(rows: pl.DataFrame) -> pl.DataFrame:
    """`row_a`, `row_b`, `score`: a row in doubt beside one row of each enterprise that it might be of."""
    asked = fetched(_ASKED, {"listed": pl.Int64, "row_number": pl.Int64, "enterprise": pl.Int64, "score": pl.Float64})
    tied = fetched(_TIED, {"listed": pl.Int64, "row_number": pl.Int64, "enterprise": pl.Int64, "rule": pl.String})
    some = tied.join(rows, on=["listed", "row_number"]).group_by("enterprise").agg(row_b=pl.col("row_id").first())
    return (
        asked.join(rows, on=["listed", "row_number"]).join(some, on="enterprise")
        .select(row_a="row_id", row_b="row_b", score="score").sort("row_a", "row_b")
    )  # fmt: skip


_TIED = """
    SELECT e.list_import_id, e.row_number, d.enterprise_id, d.rule
    FROM enterprises_matchdecision d JOIN registry_entry e ON e.id = d.entry_id WHERE d.superseded_at IS NULL
"""
_ASKED = """
    SELECT e.list_import_id, e.row_number, c.enterprise_id, r.score
    FROM enterprises_reviewitem r
    JOIN registry_entry e ON e.id = r.entry_id
    JOIN enterprises_reviewitem_candidates c ON c.reviewitem_id = r.id
    WHERE r.closed_at IS NULL
"""
