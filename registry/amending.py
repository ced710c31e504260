"""What a published line should have said becomes a list of its own: a correction, staged and confirmed like any list.

Law: the published line stays. A correction copies all that the line says now, but for what was wrong; it names its
ground. Of one line one correction waits at a time: each is made of what the one before it left.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.db import transaction

from registry import errors, importing
from registry.indicators import measures_of, scale_of
from registry.models import Entry, Field, ImportState, LineCorrection, ListImport, Programme
from registry.points import texts_of as texts_of_points
from registry.queries import as_it_reads, published_line
from registry.staging import Notice

# The columns of a correction, in their order, under titles of its own: no header word need be known.
HEADERS = {
    Field.NAME: "企业名称",
    Field.FORMER_NAME: "原企业名称",
    Field.USCC: "统一社会信用代码",
    Field.ORG_CODE: "组织机构代码",
    Field.REG_NO: "注册号",
    Field.NUMBER: "证书或登记编号",
    Field.DISTRICT: "区县",
    Field.BATCH: "批次",
    Field.ISSUED_ON: "发证日期",
    Field.VALID_FROM: "有效期起",
    Field.VALID_TO: "有效期至",
    Field.REVOKED_FROM_YEAR: "取消年度",
}
GROUND = "异议编号"
_FIRST_ROW = 2
_REGISTRATION = 15  # characters; an organisation code has nine


@dataclass(frozen=True)
class Replacement:
    """What is right of a line: only the fields that were wrong, as text."""

    line: Entry
    fields: Mapping[str, str]


def stage_replacements(
    *, replacements: Sequence[Replacement], ground: str, why: str, now: datetime, by: User
) -> list[ListImport]:
    """Stage the corrections of published lines, one list for each list that they stand on.

    Raises `NothingToAmend` where a line reads so already, `AmendmentWaits`, `LineDoesNotCount`, `AmendmentUnusable`,
    `AlreadyImported`.
    """
    with transaction.atomic():
        lists: dict[int, list[tuple[Entry, dict[str, str]]]] = {}
        for line, fields in _of_lines(replacements).items():
            said = texts_of(as_it_reads(line))
            right = {**said, **{name: text.strip() for name, text in fields.items()}}
            if right == said:
                raise errors.NothingToAmend(line.name)
            lists.setdefault(line.list_import_id, []).append((line, right))
        return [
            _stage(_notice_of(lines[0][0].list_import, ground), lines, ground=ground, why=why, now=now, by=by)
            for _listed, lines in sorted(lists.items())
        ]


def _of_lines(replacements: Sequence[Replacement]) -> dict[Entry, Mapping[str, str]]:
    """Published line → what is right of it; the lines are held, so that nobody else corrects one meanwhile."""
    found = {published_line(one.line): one.fields for one in replacements}
    held = Entry.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=[line.pk for line in found])
    for line in held.order_by("pk").select_related("list_import"):
        if line.list_import.state != ImportState.CONFIRMED:
            raise errors.LineDoesNotCount(line.name, line.list_import.get_state_display())
        waits = line.line_corrections.filter(list_import__state=ImportState.STAGED).first()
        if waits:
            raise errors.AmendmentWaits(line.name, waits.ground)
    return found


def stage_addition(
    *, notice: Notice, fields: Mapping[str, str], ground: str, why: str, now: datetime, by: User
) -> ListImport:
    """Stage a line that was published and is missing here. Raises `AmendmentUnusable`, `AlreadyImported`."""
    texts = {name: text.strip() for name, text in fields.items() if text.strip()}
    return _stage(replace(notice, is_full=False), [(None, texts)], ground=ground, why=why, now=now, by=by)


def texts_of(entry: Entry) -> dict[str, str]:
    """Field → what a line says in it."""
    registration = len(entry.old_code) == _REGISTRATION
    return texts_of_points(entry.points, scale_of(entry.list_import)) | {
        Field.NAME: entry.name,
        Field.FORMER_NAME: entry.former_name,
        Field.USCC: entry.uscc,
        Field.ORG_CODE: "" if registration else entry.old_code,
        Field.REG_NO: entry.old_code if registration else "",
        Field.NUMBER: entry.number,
        Field.DISTRICT: entry.district_text,
        Field.BATCH: entry.batch,
        Field.ISSUED_ON: _day(entry.issued_on),
        Field.VALID_FROM: _day(entry.valid_from),
        Field.VALID_TO: _day(entry.valid_to),
        Field.REVOKED_FROM_YEAR: str(entry.revoked_from_year or ""),
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _notice_of(listed: ListImport, ground: str) -> Notice:
    """The corrected list's own facts: a correction is of that list, and of its day."""
    return Notice(
        programme=listed.programme.code,
        kind=listed.notice,
        published_on=listed.published_on,
        title=f"更正（{ground}）：{listed.title}"[:300],
        document_number=listed.document_number,
        publisher=listed.publisher,
        source_url=listed.source_url,
        batch=listed.batch,
        valid_from=listed.valid_from,
        valid_to=listed.valid_to,
        province_wide=listed.province_wide,
    )


def _stage(
    notice: Notice,
    lines: Sequence[tuple[Entry | None, Mapping[str, str]]],
    *,
    ground: str,
    why: str,
    now: datetime,
    by: User,
) -> ListImport:
    headers = _headers(notice)
    used = [name for name in headers if name == Field.NAME or any(texts.get(name) for _line, texts in lines)]
    columns = {headers[name]: str(name) for name in used} | {GROUND: str(Field.NONE)}
    with transaction.atomic(), TemporaryDirectory() as folder:
        path = Path(folder) / f"{ground}.csv"
        of = lines[0][0].list_import.reference if lines[0][0] else ""
        # No two files are alike: the same correction may be made again after it was withdrawn.
        titles = {name: headers[name] for name in used}
        _write(path, titles, [texts for _line, texts in lines], f"{ground} {of} {now:%Y%m%d%H%M%S}")
        listed = importing.put_down(
            path=path, file_name=path.name, notice=replace(notice, columns=columns), now=now, by=by
        )
        faults = list(_faults(listed, [line for line, _texts in lines]))
        if faults or listed.row_count != len(lines):
            default_storage.delete(str(listed.file.name))
            raise errors.AmendmentUnusable(faults)
        LineCorrection.objects.bulk_create(
            LineCorrection(list_import=listed, row_number=_FIRST_ROW + at, corrects=line, ground=ground, why=why)
            for at, (line, _texts) in enumerate(lines)
        )
        ListImport.objects.filter(pk=listed.pk).update(comparison={})  # a line or two are no list to be compared
    listed.refresh_from_db()
    return listed


def _faults(listed: ListImport, lines: Sequence[Entry | None]) -> Iterator[str]:
    """What is wrong with the lines of a correction that was not wrong with the published ones."""
    for entry, line in zip(listed.entries.order_by("row_number"), lines, strict=False):
        known = {problem["code"] for problem in line.problems} if line else set()
        for problem in entry.problems:
            if not entry.usable or problem["code"] not in known:
                yield problem["text"]


def _headers(notice: Notice) -> dict[str, str]:
    """Field → title; of a points list its year and its indicators too, these by their codes."""
    programme = Programme.objects.get(code=notice.programme)
    own = {field: f"积分 {measure.code}" for field, measure in measures_of(programme).items()}
    year = {str(Field.YEAR): "年度"} if own else {}
    return {**{str(field): title for field, title in HEADERS.items()}, **year, **own}


def _write(path: Path, used: Mapping[str, str], rows: Iterable[Mapping[str, str]], ground: str) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        table = csv.writer(stream)
        table.writerow([*used.values(), GROUND])
        table.writerows([*(texts.get(name, "") for name in used), ground] for texts in rows)
