"""A worker compares an institution's list of customers with its part of an edition, and encloses the result.

Law: what the list holds passes through a private folder of this machine that goes with the work, and is never in a log,
a message or an error. The folder of a worker that was killed is emptied by the next.
"""

import json
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.utils.timezone import localdate

from enterprises.errors import ColumnsNeeded, EnterprisesError
from enterprises.identifying import Identified, identified
from enterprises.knowing import Told, known
from enterprises.matching.known import Known
from enterprises.models import EditionState
from enterprises.opening import Row, counted, limits_of, opened
from pushes import belonging, comparing, enclosed_files, errors, private_folders
from pushes.access import Access, granted
from pushes.comparing import Clock, Lost, Said
from pushes.formats import customers, workbook
from pushes.formats.customers import Answers, Repeats, Shown
from pushes.formats.defusing import written
from pushes.formats.table import Feed, Table, taken
from pushes.models import CustomerMatch, MatchState
from pushes.models.customer_match import RESULTS, WORKING
from pushes.secrets_at_rest import disclose
from registry.errors import RegistryError, SheetNeeded
from registry.queries import programme_names

logger = logging.getLogger(__name__)

PREVIEWED = 200  # rows of each outcome that the page shows
_REPORT_ROWS = 5_000
_TABLE = "customers"
_MAY_MEND = (RegistryError, EnterprisesError, errors.PushesError)


def compare_next(*, clock: Clock) -> bool:
    """Take the next list that waits and compare it; whether there was one."""
    match = comparing.take(now=clock())
    if match is None:
        return False
    try:
        with _folder(match) as folder:
            _compare(match, folder, clock)
    except Lost:
        enclosed_files.discard([match.stored(kind) for kind in RESULTS])
    except Exception as error:
        # The error's own words may hold what the list holds.
        logger.error("comparison %s broke off: %s at %s", match.pk, type(error).__name__, private_folders.places(error))
        comparing.put_back(match, now=clock())
    return True


def _compare(match: CustomerMatch, folder: Path, clock: Clock) -> None:
    try:
        said = comparing.said_of(match)
        _Work(match, said, folder, clock).done()
    except ColumnsNeeded as asked:
        likely = {"name": asked.name, "code": asked.code}
        comparing.ask(match, said=replace(said, header=asked.header, likely=likely))
    except SheetNeeded as asked:
        comparing.ask(match, said=replace(said, sheets=asked.sheets))
    except _MAY_MEND as error:
        comparing.fail(match, error)


class _Work:
    def __init__(self, match: CustomerMatch, said: Said, folder: Path, clock: Clock) -> None:
        self.match, self.said, self.folder, self.clock = match, said, folder, clock
        self.key = disclose(match.key)
        self.edition = match.delivery.edition
        self.counts: Counter[str] = Counter()
        self.preview: list[dict[str, Any]] = []

    def done(self) -> None:
        """Read, compare, write, enclose."""
        access = granted(self.match.institution, today=localdate(self.clock()))
        if self.edition.state != EditionState.SEALED:
            raise errors.EditionNotStanding(self.edition.label)
        header, columns, width, rows = self._read()
        self._report(state=MatchState.MATCHING, rows=rows)
        known_ones, answers = _known(access, self.match)
        self._report()
        repeats = Repeats()
        feed = Feed(
            _TABLE,
            customers.columns(header, width),
            self._lines(identified(self._rows(), columns, known_ones), columns, width, answers, repeats),
        )
        table = taken(feed, self.folder)
        self.counts["repeated"] = repeats.count
        self._enclose(table)
        understood = [header[at] if at < len(header) else f"列{at + 1}" for at in columns.values()]
        comparing.be_ready(
            self.match,
            said=Said(self.said.file, choice=self.said.choice, understood=understood),
            now=self.clock(),
            done=rows,
            counts=dict(self.counts),
            has_workbook=self.match.has_workbook,
        )

    def _read(self) -> tuple[list[str], dict[str, int], int, int]:
        """Header, columns, width and number of rows; the rows lie in the folder afterwards."""
        path = self.folder / f"list{Path(self.said.file).suffix.lower()}"
        with path.open("wb") as target:
            target.writelines(enclosed_files.disclosed(self.match.stored("upload"), self.key))
        limits = limits_of(settings.MATCH_MAX_MEGABYTES)
        width = count = 0
        with (
            opened(path, self.said.file, limits=limits, choice=self.said.chosen) as found,
            self._laid_aside.open("wb") as aside,
        ):
            for row in counted(found.rows, self.said.file, settings.MATCH_MAX_ROWS):
                aside.write(orjson.dumps(row) + b"\n")
                width, count = max(width, len(row[1])), count + 1
                if count % _REPORT_ROWS == 0:
                    self._report(done=count, rows=max(found.expected, count))
        path.unlink()
        return found.header, dict(found.columns), max(width, len(found.header)), count

    @property
    def _laid_aside(self) -> Path:
        return self.folder / "rows.jsonl"

    def _rows(self) -> Iterator[Row]:
        with self._laid_aside.open("rb") as lines:
            for line in lines:
                number, cells = orjson.loads(line)
                yield number, cells

    def _lines(
        self,
        found: Iterator[list[Identified]],
        columns: dict[str, int],
        width: int,
        answers: Answers,
        repeats: Repeats,
    ) -> Iterator[bytes]:
        """The rows with what is said of them, as lines of csv."""
        done = 0
        for some in found:
            for row in some:
                own = customers.cells(row, answers, repeats.note(row))
                self.counts[row.finding.outcome] += 1
                if self.counts[row.finding.outcome] <= PREVIEWED:
                    self.preview.append(_previewed(row, columns, own))
                yield written([*row.cells, *[""] * (width - len(row.cells)), *own])
            done += len(some)
            self._report(done=done)

    def _enclose(self, table: Table) -> None:
        """The result as it is handed out, and the rows that the page shows."""
        self._keep("csv", table.plain)
        shown = self.folder / "preview.json"
        shown.write_text(json.dumps(self.preview, ensure_ascii=False), encoding="utf-8")
        self._keep("rows", shown)
        made = self.folder / "result.xlsx"
        write = workbook.WRITERS[settings.WORKBOOK_WRITER]
        try:
            write(table, made, sheet=self.edition.label, created=self.edition.as_of)
        except errors.DoesNotFitWorkbook:
            return  # the csv has it all
        self._report()
        self._keep("xlsx", made)
        self.match.has_workbook = True

    def _keep(self, kind: str, path: Path) -> None:
        with path.open("rb") as content:
            enclosed_files.keep(self.match.stored(kind), content, self.key)

    def _report(self, **facts: Any) -> None:
        comparing.go_on(self.match, now=self.clock(), **facts)


def _known(access: Access, match: CustomerMatch) -> tuple[Known, Answers]:
    """Who is known, and what the institution may be told of them."""
    delivery = match.delivery
    wanted, names = belonging.cut_of(delivery.profile), programme_names()
    shown: dict[int, Shown] = {}
    told: list[Told] = []
    for one in belonging.members(delivery.edition, wanted).iterator(2_000):
        seen = belonging.seen(one, wanted)
        shown[one.enterprise_id] = Shown(
            seen.public_id, seen.name, seen.uscc, customers.held(seen.recognitions, names, wanted.hidden)
        )
        told.append(Told(one.enterprise_id, one.uscc, one.name, one.former_names))
    once: dict[int, str] = {}
    before: list[Told] = []
    for earlier in access.deliveries_after(delivery.edition.label).filter(edition__state=EditionState.SEALED):
        own = belonging.members(earlier.edition, belonging.cut_of(earlier.profile))
        now = belonging.members(delivery.edition, wanted).order_by().values("enterprise")
        for one in own.exclude(enterprise__in=now).defer("recognitions").iterator(2_000):
            if one.enterprise_id not in once:
                once[one.enterprise_id] = earlier.edition.label
                before.append(Told(one.enterprise_id, one.uscc, one.name, one.former_names))
    return known(told, before), Answers(shown, once, "former_names" not in wanted.hidden)


def _previewed(row: Identified, columns: dict[str, int], own: list[str]) -> dict[str, Any]:
    def stated(*parts: str) -> str:
        found = (row.cells[columns[part]] for part in parts if part in columns and columns[part] < len(row.cells))
        return next(filter(None, found), "")[:200]

    return {
        "number": row.number,
        "outcome": row.finding.outcome,
        "name": stated("new_name", "name"),
        "code": stated("uscc", "org_code", "reg_no"),
        "own": own,
    }


@contextmanager
def _folder(match: CustomerMatch) -> Iterator[Path]:
    """A folder for this attempt alone."""
    working = CustomerMatch.objects.filter(state__in=WORKING).values_list("pk", "attempts")
    held = {f"{pk.hex}-{attempts}" for pk, attempts in working}
    with private_folders.folder(_root(), f"{match.pk.hex}-{match.attempts}", held) as made:
        yield made


def _root() -> Path:
    return private_folders.root("customer-matches")
