"""From a row of text to a line of evidence, with every problem of the row (pure). Law: one pass finds all problems.

Nearly every cell of a published list is as it should be: each is first asked whether it is, and only then cleaned.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from operator import itemgetter

from registry.dates import OPEN_END, read_date, read_period, read_year
from registry.identifiers import clean_code, is_old_number, uscc_check_passes, uscc_fault
from registry.names import clean_name, clean_text, is_plain_name, name_key
from registry.slips import code_without_slips, number_without_slips

NAME_LENGTH = 120
_OPEN, _CLOSE = "[(\uff08]", "[)\uff09]"  # half and full width
_GLUED_FORMER_NAME = re.compile(
    rf"^(?P<name>.{{4,}}?){_OPEN}\s*(?:原名?称?|曾用名|更名前)(?:为|[:\uff1a])?\s*(?P<former>.{{6,}}){_CLOSE}\s*$"
)
_GLUED_REMARK = re.compile(
    rf"^(?P<name>.{{4,}}?)(?:{_OPEN}(?P<remark>已?更名|新增|新认定|重新认定|复核(?:通过)?|复审|补报|迁入|搬迁|注){_CLOSE}"
    r"|(?P<mark>[*\uff0a※△▲☆★#]+))$"
)
_WITHIN = re.compile("[\n\r\t\u0000-\u0008\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# Lost characters; UTF-8 that was read as GBK (锟斤拷, 鏈夐檺鍏徃), GBK that was read as Latin letters (有限公司).
_MOJIBAKE = re.compile("[\ufffd\ue000-\uf8ff]|锟斤拷|烫烫烫|鏈夐檺|闄愬叕|鍏\ufffd?徃|ÓÐÏÞ|¹«Ë¾")
_LEGAL_NAME = re.compile(
    r"公司|集团|合作社|事务所|工作室|研究院|有限合伙|普通合伙|联合体|个体工商户|煤矿|超市|经营部|Co\.|Ltd|Inc\b|"
    rf"(?:[厂社所院店部站室行场会园]|企业|中心|基地|学校){_CLOSE}?$"
)
_BRANCH = re.compile(r"(?:分公司|分厂|分店|分社|分院|分所|门市部|营业部|办事处)$")
_NOT_PASSED = re.compile(r"不通过|未通过|不合格|不予|不同意|取消|撤销|终止")
_NOTHING = frozenset(("-", "--", "—", "——", "/", "\\", "无", "暂无", "空"))
_CELL_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#####", "########"))
# The province's other cities: what stands under one of them is not of this city, whatever its district is called.
_OTHER_CITIES = frozenset(
    (
        "开封", "洛阳", "平顶山", "安阳", "鹤壁", "新乡", "焦作", "濮阳", "许昌", "漯河", "三门峡", "南阳", "商丘",
        "信阳", "周口", "驻马店", "济源",
    )
)  # fmt: skip
_REMEMBERED_PLACES = 10_000


class Severity(StrEnum):
    ERROR = "error"  # the line cannot be used
    WARNING = "warning"  # the line is used without the faulty part
    NOTE = "note"  # worth a look


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a row: its code (worded in `wording`), its weight, and the text it speaks of.

    `proposal` is what the text would read without a slip of the pen, where that passes all checks.
    """

    code: str
    severity: Severity
    text: str = ""
    proposal: str = ""


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
    number: str = ""
    district_text: str = ""
    district_id: int | None = None
    batch: str = ""
    issued_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    revoked_from_year: int | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        return not self.problems or all(problem.severity is not Severity.ERROR for problem in self.problems)

    def note(self, code: str, severity: Severity, text: str = "", proposal: str = "") -> None:
        self.problems.append(Problem(code, severity, text, proposal))


@dataclass(frozen=True)
class Expectation:
    """What the notice lets us expect of its rows. `persons` are the columns that speak of people."""

    header: Sequence[str]
    columns: Mapping[str, int]
    districts: Mapping[str, int]  # folded district name → id
    number_pattern: str = ""
    province_wide: bool = False
    kind: str = "recognition"  # of notice
    keep_persons: bool = False
    persons: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Place:
    """What the texts of a row's city and district come to."""

    text: str
    district_id: int | None
    problem: Problem | None


class Checker:
    """Checks the rows of one list, one after another."""

    def __init__(self, expected: Expectation) -> None:
        self.expected = expected
        self._number = re.compile(expected.number_pattern) if expected.number_pattern else None
        dropped = frozenset() if expected.keep_persons else expected.persons
        kept = [at for at, text in enumerate(expected.header) if text and at not in dropped]
        self._dropped = dropped
        self._kept = [expected.header[at] for at in kept]
        self._pick = itemgetter(*kept) if len(kept) > 1 else lambda row: tuple(row[at] for at in kept)
        self._width = len(expected.header)
        self._nameless = [at for at, text in enumerate(expected.header) if not text]
        self._cells = tuple(expected.columns.items())
        self._places: dict[tuple[str, str], _Place] = {}
        self._has = frozenset(expected.columns)

    def check(self, row_number: int, row: Sequence[str], block: int = 1) -> Line:
        """The line of a row, with all its problems."""
        if len(row) < self._width:
            row = [*row, *[""] * (self._width - len(row))]
        line = Line(row_number, dict(zip(self._kept, self._pick(row), strict=True)), block)
        if len(row) > self._width or self._nameless:
            self._keep_nameless(line, row)
        cells = {}
        for name, at in self._cells:
            text = row[at]
            if text in _NOTHING:
                text = ""
            elif text in _CELL_ERRORS:
                line.note("cell_error", Severity.WARNING, text)
                text = ""
            cells[name] = text
        self._read_names(line, cells)
        self._read_codes(line, cells)
        self._read_place(line, cells)
        self._read_dates(line, cells)
        if "result" in self._has and _NOT_PASSED.search(cells["result"]):
            line.note("not_passed", Severity.ERROR, clean_text(cells["result"])[:40])
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
        if is_plain_name(written) and "former_name" not in self._has and self.expected.kind != "rename":
            line.name, line.name_key = written, name_key(written)
        else:
            self._read_names_with_care(line, cells, written)
        if _BRANCH.search(line.name):
            line.note("branch", Severity.WARNING, line.name)

    def _read_names_with_care(self, line: Line, cells: Mapping[str, str], written: str) -> None:
        name = clean_name(written)
        former = clean_name(cells.get("former_name", ""))
        if self.expected.kind == "rename" and not former and cells.get("new_name"):
            former = clean_name(cells.get("name", ""))
        if _WITHIN.search(written.strip()):
            line.note("name_cleaned", Severity.NOTE, name[:NAME_LENGTH])
        if glued := _GLUED_REMARK.match(name):
            name = glued["name"]
            line.note("remark_split", Severity.NOTE, glued["remark"] or glued["mark"])
        if glued := _GLUED_FORMER_NAME.match(name):
            name, former = glued["name"], former or glued["former"]
            line.note("former_name_split", Severity.NOTE, former)
        code = clean_code(name)
        if len(code) == 18 and uscc_check_passes(code):
            line.uscc, name = code, ""
            line.note("name_is_a_code", Severity.ERROR, code)
        elif fault := self._fault_of_names(name, former, cells):
            line.problems.append(fault)
        line.name, line.former_name = name[:NAME_LENGTH], former[:NAME_LENGTH]
        line.name_key, line.former_key = name_key(line.name), name_key(line.former_name)

    def _fault_of_names(self, name: str, former: str, cells: Mapping[str, str]) -> Problem | None:
        """The gravest fault of a row's names."""
        if not _LEGAL_NAME.search(name) and any("公司" in cells.get(other, "") for other in ("uscc", "number")):
            return Problem("cells_shifted", Severity.ERROR, name[:40])
        if not name:
            return Problem("name_missing", Severity.ERROR)
        if _MOJIBAKE.search(name + former):
            return Problem("name_garbled", Severity.ERROR, name[:NAME_LENGTH])
        if len(name) > NAME_LENGTH or len(former) > NAME_LENGTH:
            return Problem("name_too_long", Severity.ERROR, name[:40])
        if not _LEGAL_NAME.search(name):
            return Problem("name_not_in_full", Severity.ERROR, name)
        if self.expected.kind == "rename" and not former:
            return Problem("former_name_missing", Severity.ERROR, name)
        if self.expected.kind == "rename" and name_key(name) == name_key(former):
            return Problem("names_equal", Severity.ERROR, name)
        return None

    def _read_codes(self, line: Line, cells: Mapping[str, str]) -> None:
        text = cells.get("uscc", "")
        if text:
            if len(text) == 18 and uscc_check_passes(text):
                line.uscc = text
            else:
                self._read_code_with_care(line, clean_code(text))
        text = cells.get("number", "")
        if text:
            if len(text) <= 50 and text.isascii() and self._number and self._number.match(text):
                line.number = text
            else:
                self._read_number_with_care(line, clean_code(text))

    def _read_code_with_care(self, line: Line, code: str) -> None:
        fault = uscc_fault(code) if code else ""
        if fault and is_old_number(code):
            line.note("uscc_is_old_number", Severity.WARNING, code)
        elif fault:
            line.note(fault, Severity.WARNING, code[:30], code_without_slips(code))
        elif code:
            line.uscc = code

    def _read_number_with_care(self, line: Line, number: str) -> None:
        if len(number) > 50:
            line.note("number_shape", Severity.WARNING, number[:50])
        elif self._number and number and not self._number.match(number):
            line.note("number_shape", Severity.WARNING, number, number_without_slips(number, self._number))
        else:
            line.number = number

    def _read_place(self, line: Line, cells: Mapping[str, str]) -> None:
        written = cells.get("district", ""), cells.get("city", "")
        place = self._places.get(written)
        if place is None:
            place = self._place_of(*written)
            if len(self._places) < _REMEMBERED_PLACES:
                self._places[written] = place
        line.district_text, line.district_id = place.text, place.district_id
        if place.problem:
            line.problems.append(place.problem)

    def _place_of(self, district: str, city: str) -> _Place:
        """A district's name says nothing under another city's: Luoyang has a 高新区 too."""
        written = [clean_text(text) for text in (district, city) if text]
        text, city, found = " ".join(written)[:100], clean_text(city), None
        foreign = bool(city and name_key(city) not in self.expected.districts) or any(map(_is_another_city, written))
        if not foreign:
            known = (self.expected.districts.get(name_key(one)) for one in written)
            found = next(filter(None, known), None)
        problem = None
        if self.expected.province_wide:
            problem = None if written else Problem("place_missing", Severity.WARNING)
        elif foreign:
            problem = Problem("city_of_another", Severity.ERROR, text)
        elif written and found is None:
            problem = Problem("district_unknown", Severity.NOTE, text)
        return _Place(text, found, problem)

    def _read_dates(self, line: Line, cells: Mapping[str, str]) -> None:
        for part in ("issued_on", "valid_from", "valid_to"):
            text = cells.get(part, "")
            if text:
                self._read_date(line, part, text)
        if text := cells.get("period", ""):
            self._read_period(line, text)
        if line.valid_from and line.valid_to and line.valid_from > line.valid_to:
            line.note("period_backwards", Severity.ERROR, f"{line.valid_from}–{line.valid_to}")
            line.valid_from = line.valid_to = None
        if text := cells.get("revoked_from_year", ""):
            line.revoked_from_year = read_year(text)
            if line.revoked_from_year is None:
                line.note("year_unreadable", Severity.ERROR, text[:40])
        elif (text := cells.get("year", "")) and self.expected.kind == "revocation":
            line.revoked_from_year = read_year(text)

    def _read_date(self, line: Line, part: str, text: str) -> None:
        found = read_date(text)
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


def _is_another_city(text: str) -> bool:
    return text.removesuffix("示范区").removesuffix("市") in _OTHER_CITIES
