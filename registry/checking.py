"""From a row of text to a line of evidence, with every problem of the row (pure). Law: one pass finds all problems.

Nearly every cell of a published list is as it should be: each is first asked whether it is, and only then cleaned.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter

from registry.dates import OPEN_END, names_a_year, read_date, read_last_day, read_period, read_year
from registry.identifiers import (
    clean_code,
    has_lost_digits,
    is_old_number,
    looks_rounded,
    org_code_check_passes,
    uscc_check_passes,
    uscc_fault,
)
from registry.names import clean_name, clean_text, is_branch, is_damaged, is_hiding, is_legal_name, name_key, plain_key
from registry.placing import Places
from registry.points import Points, Scale, read_points
from registry.problems import Problem, Severity
from registry.slips import code_without_slips, number_without_slips

NAME_LENGTH = 120
_LONGEST_CELL = 3 * NAME_LENGTH  # of a name with its former one behind it
_OPEN, _CLOSE = "[(\uff08]", "[)\uff09]"  # half and full width
_GLUED_FORMER_NAME = re.compile(
    rf"^(?P<name>.{{4,}}?){_OPEN}\s*(?:原名?称?|曾用名|更名前)(?:为|[:\uff1a])?\s*(?P<former>.{{6,}}){_CLOSE}\s*$"
)
_GLUED_REMARK = re.compile(
    rf"^(?P<name>.{{4,}}?)(?:{_OPEN}(?P<remark>已?更名|新增|新认定|重新认定|复核(?:通过)?|复审|补报|迁入|整体(?:迁移|搬迁)|搬迁|注\d{{0,2}}){_CLOSE}"
    r"|(?P<note>注\d{1,2})|(?P<mark>[*\uff0a※△▲☆★#、,\uff0c;\uff1b。]+))$"
)
_ROW_NUMBER = re.compile(r"^\d{1,5}(?:\s*[、.\uff0e,\uff0c]\s*|\s+)(?=[^\d\s])")
# Lost characters; UTF-8 that was read as GBK (锟斤拷, 鏈夐檺鍏徃); GBK or UTF-8 that was read as Latin letters.
_MOJIBAKE = re.compile(
    "[\ufffd\ue000-\uf8ff]|锟斤拷|鏈夐檺|闄愬叕|鍏\ufffd?徃|[\u00a1-\u00ff]{4}"
    "|(?:[\u00e4-\u00e9][\u0080-\u00bf\u0152-\u0192\u02c6-\u02dc\u2013-\u2122]{2}){2}"
)
_NOT_PASSED = re.compile(r"不通过|未通过|不合格|不予|不同意|取消|撤销|终止|^否$")
_NOTHING = frozenset(("-", "--", "—", "——", "\uff0d", "/", "\uff0f", "\\", "无", "暂无", "空"))
_CELL_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#CALC!"))
_NOT_READ = frozenset(("seq", "person"))
_CLEAN = re.compile(r"[0-9A-Z]{1,50}")


@dataclass(slots=True)
class Line:
    """What one row says, cleaned. `usable` is false where an error stands in its way."""

    row_number: int
    published: dict[str, str]
    block: int = 1
    name: str = ""
    name_key: str = ""
    former_name: str = ""
    former_key: str = ""
    uscc: str = ""
    old_code: str = ""
    number: str = ""
    district_text: str = ""
    district_id: int | None = None
    batch: str = ""
    issued_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    revoked_from_year: int | None = None
    points: Points | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        return not self.problems or all(problem.severity is not Severity.ERROR for problem in self.problems)

    def note(self, code: str, severity: Severity, text: str = "", proposal: str = "") -> None:
        self.problems.append(Problem(code, severity, text, proposal))


@dataclass(frozen=True)
class Expectation:
    """What the notice lets us expect of its rows. `persons` are the columns that speak of people; `scale` is that of a
    points list.
    """

    header: Sequence[str]
    columns: Mapping[str, int]
    districts: Mapping[str, int]  # folded district name → id
    number_pattern: str = ""
    province_wide: bool = False
    kind: str = "recognition"  # of notice
    keep_persons: bool = False
    persons: frozenset[int] = frozenset()
    scale: Scale | None = None


class Checker:
    """Checks the rows of one list, one after another."""

    def __init__(self, expected: Expectation) -> None:
        self.expected = expected
        self._number = re.compile(expected.number_pattern) if expected.number_pattern else None
        dropped = frozenset() if expected.keep_persons else expected.persons
        kept = [at for at, text in enumerate(expected.header) if text and at not in dropped]
        self._dropped, self._scale = dropped, expected.scale
        self._kept = [expected.header[at] for at in kept]
        self._pick = itemgetter(*kept) if len(kept) > 1 else lambda row: tuple(row[at] for at in kept)
        self._width = len(expected.header)
        self._nameless = [at for at, text in enumerate(expected.header) if not text]
        # A cell that repeats its own header holds nothing either.
        read = [(name, at) for name, at in expected.columns.items() if name not in _NOT_READ]
        nothing = {at: _NOTHING | {expected.header[at]} for _name, at in read}
        self._cells = tuple((name, at, nothing[at], max(map(len, nothing[at]))) for name, at in read)
        self._days = [part for part in ("issued_on", "valid_from", "valid_to") if part in expected.columns]
        self._spans = bool({"period", "valid_from", "valid_to"} & expected.columns.keys())
        self._years = bool({"year", "revoked_from_year"} & expected.columns.keys())
        self._old_codes = bool({"org_code", "reg_no"} & expected.columns.keys())
        self._plain = "former_name" not in expected.columns and expected.kind != "rename"
        self._places = Places(expected.districts, province_wide=expected.province_wide)
        self._has = frozenset(expected.columns)

    def check(self, row_number: int, row: Sequence[str], block: int = 1) -> Line:
        """The line of a row, with all its problems."""
        if len(row) < self._width:
            row = [*row, *[""] * (self._width - len(row))]
        line = Line(row_number, dict(zip(self._kept, self._pick(row), strict=True)), block)
        if len(row) > self._width or self._nameless:
            self._keep_nameless(line, row)
        cells = {}
        for name, at, nothing, longest in self._cells:
            text = row[at]
            if len(text) <= longest and text in nothing:
                text = ""
            elif text and text[0] == "#" and (text in _CELL_ERRORS or not text.strip("#")):
                line.note("cell_error", Severity.WARNING, text[:40])
                text = ""
            cells[name] = text
        self._read_names(line, cells)
        self._read_codes(line, cells)
        if line.problems:
            _forgive_incomplete_name(line)
        self._read_place(line, cells)
        self._read_dates(line, cells)
        if "result" in self._has and _NOT_PASSED.search(cells["result"]):
            line.note("not_passed", Severity.ERROR, clean_text(cells["result"])[:40])
        if self._scale:
            line.points, problems = read_points(cells, self._scale)
            line.problems += problems
        if "batch" in self._has:
            line.batch = clean_text(cells["batch"])[:100]
        return line

    def _keep_nameless(self, line: Line, row: Sequence[str]) -> None:
        """What stands under no header text is kept too; beyond the header it is a sign that cells were shifted."""
        for at in (*self._nameless, *range(self._width, len(row))):
            if row[at] and at not in self._dropped:
                line.published[f"列{at + 1}"] = row[at]
        beyond = " ".join(filter(None, row[self._width :]))
        if beyond:
            line.note("cells_beyond_header", Severity.WARNING, beyond[:40])

    def _read_names(self, line: Line, cells: Mapping[str, str]) -> None:
        written = cells.get("new_name") or cells.get("name", "")
        key = plain_key(written) if self._plain else ""
        if key:
            line.name, line.name_key = written, key
        else:
            self._read_names_with_care(line, cells, written)
        if is_branch(line.name):
            line.note("branch", Severity.WARNING, line.name)

    def _read_names_with_care(self, line: Line, cells: Mapping[str, str], written: str) -> None:
        bare = _ROW_NUMBER.sub("", clean_text(written))
        name = clean_name(bare)[:_LONGEST_CELL]
        former = clean_name(cells.get("former_name", ""))
        if self.expected.kind == "rename" and not former and cells.get("new_name"):
            former = clean_name(cells.get("name", ""))
        if is_hiding(written):
            line.note("name_cleaned", Severity.NOTE, name[:NAME_LENGTH])
        if bare != clean_text(written):
            line.note("row_number_split", Severity.NOTE, name[:NAME_LENGTH])
        name, glued_former = self._split(line, name)
        former = former or glued_former
        code = clean_code(name)
        if len(code) == 18 and uscc_check_passes(code):
            line.uscc, name = code, ""
            line.note("name_is_a_code", Severity.ERROR, code)
        elif fault := self._fault_of_names(name, former, cells):
            line.problems.append(fault)
        line.name, line.former_name = name[:NAME_LENGTH], former[:NAME_LENGTH]
        line.name_key, line.former_key = name_key(line.name), name_key(line.former_name)

    def _split(self, line: Line, name: str) -> tuple[str, str]:
        """The name without what was glued behind it, and a former name where one was."""
        former = ""
        while True:
            if glued := _GLUED_REMARK.match(name):
                line.note("remark_split", Severity.NOTE, glued["remark"] or glued["note"] or glued["mark"])
            elif (glued := _GLUED_FORMER_NAME.match(name)) and is_legal_name(glued["former"]):
                former = glued["former"]
                line.note("former_name_split", Severity.NOTE, former[:NAME_LENGTH])
            else:
                return name, former
            name = glued["name"]

    def _fault_of_names(self, name: str, former: str, cells: Mapping[str, str]) -> Problem | None:
        """The gravest fault of a row's names."""
        if not is_legal_name(name) and any("公司" in cells.get(other, "") for other in ("uscc", "number")):
            return Problem("cells_shifted", Severity.ERROR, name[:40])
        if not name:
            return Problem("name_missing", Severity.ERROR)
        if _MOJIBAKE.search(name + former):
            return Problem("name_garbled", Severity.ERROR, name[:NAME_LENGTH])
        if len(name) > NAME_LENGTH or len(former) > NAME_LENGTH:
            return Problem("name_too_long", Severity.ERROR, name[:40])
        if not is_legal_name(name):
            return Problem("name_not_in_full", Severity.ERROR, name)
        if self.expected.kind == "rename" and not former:
            return Problem("former_name_missing", Severity.ERROR, name)
        if self.expected.kind == "rename" and name_key(name) == name_key(former):
            return Problem("names_equal", Severity.ERROR, name)
        return None

    def _read_codes(self, line: Line, cells: Mapping[str, str]) -> None:
        text = cells.get("uscc", "")
        if text:
            if uscc_check_passes(text):
                line.uscc = text
            else:
                self._read_code_with_care(line, text)
            if line.uscc and not org_code_check_passes(line.uscc[8:17]):
                line.note("org_code_check", Severity.NOTE, line.uscc)
        if self._old_codes:
            self._read_old_codes(line, cells)
        text = cells.get("number", "")
        if text:
            if self._number and _CLEAN.fullmatch(text) and self._number.match(text):
                line.number = text
            else:
                self._read_number_with_care(line, text)
            if looks_rounded(line.number):
                line.note("number_rounded", Severity.NOTE, line.number)

    def _read_old_codes(self, line: Line, cells: Mapping[str, str]) -> None:
        """Columns of codes from before 2015 hold credit codes too, since those took their place."""
        for part in ("org_code", "reg_no"):
            code = clean_code(cells.get(part, ""))
            if not code:
                continue
            if uscc_check_passes(code):
                line.uscc = line.uscc or code
            elif is_old_number(code):
                line.old_code = line.old_code or code
            else:
                line.note("old_code_check", Severity.NOTE, code[:30])

    def _read_code_with_care(self, line: Line, text: str) -> None:
        code = clean_code(text)
        fault = uscc_fault(code) if code else ""
        if fault and is_old_number(code):
            line.old_code = code
            line.note("uscc_is_old_number", Severity.WARNING, code)
        elif fault:
            line.note(fault, Severity.WARNING, code[:30], code_without_slips(text))
        elif code:
            line.uscc = code

    def _read_number_with_care(self, line: Line, text: str) -> None:
        number = clean_code(text)
        if has_lost_digits(number):
            line.note("number_lost_digits", Severity.WARNING, number[:50])
        elif len(number) > 50:
            line.note("number_shape", Severity.WARNING, number[:50])
        elif self._number and number and not self._number.match(number):
            line.note("number_shape", Severity.WARNING, number, number_without_slips(text, self._number))
        else:
            line.number = number

    def _read_place(self, line: Line, cells: Mapping[str, str]) -> None:
        place = self._places[cells.get("district", ""), cells.get("city", "")]
        line.district_text, line.district_id = place.text, place.district_id
        if place.problem:
            line.problems.append(place.problem)

    def _read_dates(self, line: Line, cells: Mapping[str, str]) -> None:
        for part in self._days:
            if text := cells[part]:
                self._read_date(line, part, text)
        if self._spans:
            self._read_span(line, cells.get("period", ""))
        if self._years:
            self._read_years(line, cells)

    def _read_span(self, line: Line, text: str) -> None:
        if text:
            self._read_period(line, text)
        if line.valid_from and line.valid_to and line.valid_from > line.valid_to:
            line.note("period_backwards", Severity.ERROR, f"{line.valid_from}–{line.valid_to}")
            line.valid_from = line.valid_to = None

    def _read_years(self, line: Line, cells: Mapping[str, str]) -> None:
        """A revocation's year may stand in any column of years; its own column must be understood."""
        stated, declared = cells.get("revoked_from_year", ""), cells.get("year", "")
        if stated:
            line.revoked_from_year = read_year(stated)
            if line.revoked_from_year is None:
                line.note("year_unreadable", Severity.ERROR, stated[:40])
        if declared:
            acts = self.expected.kind == "revocation" and not stated
            if acts:
                line.revoked_from_year = read_year(declared)
            understood = line.revoked_from_year is not None if acts else names_a_year(declared)
            if not understood:
                line.note("year_doubtful", Severity.NOTE, declared[:40])

    def _read_date(self, line: Line, part: str, text: str) -> None:
        found = read_last_day(text) if part == "valid_to" else read_date(text)
        if found:
            setattr(line, part, found)
        elif part == "valid_to" and clean_text(text) in OPEN_END:
            line.note("period_open", Severity.NOTE, text[:40])
        else:
            # An end that is not understood must not become no end.
            severity = Severity.ERROR if part == "valid_to" else Severity.WARNING
            line.note("date_unreadable", severity, text[:40])

    def _read_period(self, line: Line, text: str) -> None:
        if days := read_period(text):
            line.valid_from, line.valid_to = days
        elif clean_text(text) in OPEN_END:
            line.note("period_open", Severity.NOTE, text[:40])
        else:
            line.note("date_unreadable", Severity.ERROR, text[:40])


def _forgive_incomplete_name(line: Line) -> None:
    """A name that is not in full can be used where it is plainly a longer one's, or an identifier says whose it is.

    It founds no enterprise: whoever matches entries sees what it lacks.
    """
    for at, problem in enumerate(line.problems):
        if problem.code == "name_not_in_full" and (line.uscc or line.number or is_damaged(line.name)):
            line.problems[at] = Problem("name_incomplete", Severity.WARNING, problem.text)
