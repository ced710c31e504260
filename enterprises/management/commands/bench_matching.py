"""`manage.py bench_matching`: resolve a city whose truth is known, in a scratch database, and write who is who.

Law: the rows go the way of every list: staged, confirmed, resolved. Nothing of the truth is read.
"""

import csv
import os
import tempfile
import time
from argparse import ArgumentTypeError
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import connection
from django.test.utils import override_settings
from django.utils.translation import gettext as _

from enterprises import resolving
from enterprises.models import MatchDecision, ReviewItem
from registry.importing import confirm, stage
from registry.management.reporting import ReportingCommand
from registry.models import Entry
from registry.staging import Notice

# Kinds of lists in the city and the programme whose lists are like them: those with certificates first.
_PROGRAMMES = {"gaoxin": "HNTE", "kjzxqy": "TSME", "dengling": "GZ", "zjtx": "SRDI", "xjr": "STG", "subsidy": "ZZTE"}
_OTHER = "INNO"
_HEADER = ("企业名称", "统一社会信用代码", "组织机构代码", "注册号", "证书编号", "区县", "发证日期")
_COLUMNS = ("name", "code", "org_code", "reg_no", "cert_no", "district", "date")
_HOME = "4101"  # the region whose lists are of the registry's own city; another's are told by a column of cities
_FIRST_ROW = 2
_START = datetime(2026, 1, 1, tzinfo=UTC)


def _folder(text: str) -> Path:
    found = Path(text)
    if not (found / "rows.csv").is_file() or not (found / "lists.csv").is_file():
        raise ArgumentTypeError(_("%(folder)s holds no rows.csv and lists.csv.") % {"folder": text})
    return found


class Command(ReportingCommand):
    help = _("Resolve a made-up city of known truth in a scratch database; write the clusters and the pairs in doubt.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", type=_folder, help=_("holds rows.csv, lists.csv and renames.csv"))
        parser.add_argument("--pred", type=Path, required=True, help=_("where to write row_id,cluster_id"))
        parser.add_argument("--review", type=Path, required=True, help=_("where to write row_a,row_b,score"))

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        with _scratch():
            began = time.perf_counter()
            row_of = _import(folder)
            imported = time.perf_counter()
            done = resolving.resolve(now=_START + timedelta(days=1))
            resolved = time.perf_counter()
            clusters = _write_clusters(folder, options["pred"], row_of)
            pairs = _write_pairs(options["review"], row_of)
        summary = {
            "rows": len(row_of), "clusters": clusters, "pairs": pairs, "matched": done.matched, "created": done.created,
            "queued": done.queued, "import_seconds": imported - began, "resolve_seconds": resolved - imported,
        }  # fmt: skip
        words = _(
            "%(rows)s rows became %(clusters)s enterprises, %(pairs)s pairs are left to a person; "
            "read in %(import_seconds).1f s, resolved in %(resolve_seconds).1f s."
        )
        self.report(words % summary, summary, as_json=options["json"])


@contextmanager
def _scratch() -> Iterator[None]:
    """A database and a folder for files that are thrown away."""
    kept = str(connection.settings_dict["NAME"])
    connection.settings_dict["TEST"]["NAME"] = f"scratch_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    storages: dict[str, Any] = dict(settings.STORAGES)
    try:
        with tempfile.TemporaryDirectory() as files:
            default = storages["default"] | {"OPTIONS": {"location": files}}
            with override_settings(STORAGES=storages | {"default": default}):
                yield
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)


def _import(folder: Path) -> dict[int, int]:
    """Stage and confirm every list and the notices of renames; returns the row of the city behind each entry."""
    with (folder / "lists.csv").open(encoding="utf-8-sig", newline="") as stream:
        lists = {row["list_id"]: row for row in csv.DictReader(stream)}
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (folder / "rows.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            rows[row["list_id"]].append(row)
    row_of = {}
    with tempfile.TemporaryDirectory() as scratch:
        for list_id, members in rows.items():
            about = lists[list_id]
            path = Path(scratch) / f"{list_id}.csv"
            region = "" if about["region"] == _HOME else about["region"]
            header = (*_HEADER, "地市") if region else _HEADER
            city = (region,) if region else ()
            _write_list(path, header, ([*(row[column] for column in _COLUMNS), *city] for row in members))
            programme = _PROGRAMMES.get(about["kind"], _OTHER)
            listed_id = _publish(path, programme, "recognition", date(int(about["year"]), 12, 31), wide=bool(region))
            entries = Entry.objects.filter(list_import=listed_id).values_list("pk", "row_number")
            row_of.update({entry: int(members[number - _FIRST_ROW]["row_id"]) for entry, number in entries})
        abroad = any(about["region"] != _HOME for about in lists.values())
        _publish_renames(folder / "renames.csv", Path(scratch), wide=abroad)
    return row_of


def _publish_renames(path: Path, scratch: Path, *, wide: bool) -> None:
    if not path.is_file():
        return
    by_year: dict[str, list[list[str]]] = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            by_year[row["year"]].append([row["old_name"], row["new_name"], row["cert_no"]])
    for year, renames in by_year.items():
        notice = scratch / f"renames-{year}.csv"
        _write_list(notice, ("更名前企业名称", "更名后企业名称", "证书编号"), renames)
        _publish(notice, "HNTE", "rename", date(int(year), 12, 31), wide=wide)


def _write_list(path: Path, header: tuple[str, ...], rows: Any) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)


def _publish(path: Path, programme: str, kind: str, published_on: date, *, wide: bool = False) -> int:
    notice = Notice(
        programme=programme, kind=kind, published_on=published_on, title=path.stem, province_wide=wide
    )  # fmt: skip
    listed = stage(path=path, file_name=path.name, notice=notice, now=_START)
    confirm(list_import=listed, now=_START, accept_sound=True)
    return listed.pk


def _write_clusters(folder: Path, path: Path, row_of: dict[int, int]) -> int:
    """Each row once; one that waits for a person, or could not be used, stands alone."""
    tied = dict(MatchDecision.objects.filter(superseded_at=None).values_list("entry_id", "enterprise_id"))
    cluster_of = {row_of[entry]: enterprise for entry, enterprise in tied.items() if entry in row_of}
    alone = max(cluster_of.values(), default=0)
    with (
        (folder / "rows.csv").open(encoding="utf-8-sig", newline="") as stream,
        path.open("w", encoding="utf-8", newline="") as out,
    ):
        writer = csv.writer(out)
        writer.writerow(["row_id", "cluster_id"])
        for row in csv.DictReader(stream):
            row_id = int(row["row_id"])
            if row_id not in cluster_of:
                alone += 1
                cluster_of[row_id] = alone
            writer.writerow([row_id, cluster_of[row_id]])
    return len(set(cluster_of.values()))


def _write_pairs(path: Path, row_of: dict[int, int]) -> int:
    """A row in doubt beside one row of each enterprise that it might be of."""
    items = ReviewItem.objects.filter(closed_at=None).values_list("entry_id", "candidates", "score")
    wanted = {candidate for _entry, candidate, _score in items if candidate}
    some_row: dict[int, int] = {}
    decisions = MatchDecision.objects.filter(superseded_at=None, enterprise__in=wanted).order_by("entry_id")
    for entry, enterprise in decisions.values_list("entry_id", "enterprise_id"):
        if entry in row_of:
            some_row.setdefault(enterprise, row_of[entry])
    count = 0
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["row_a", "row_b", "score"])
        for entry, candidate, score in items:
            if entry in row_of and candidate in some_row:
                writer.writerow([row_of[entry], some_row[candidate], score])
                count += 1
    return count
