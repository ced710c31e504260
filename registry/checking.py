"""From a row of text to a line of evidence, with every problem of the row (pure). Law: one pass finds all problems."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from registry.columns import field_of
from registry.dates import read_date, read_year
from registry.identifiers import clean_code, uscc_fault
from registry.names import clean_name, clean_text, name_key

NAME_LENGTH = 120
_OPEN, _CLOSE = "[(\uff08]", "[)\uff09]"  # half and full width
_GLUED_FORMER_NAME = re.compile(
    rf"^(?P<name>.{{4,}}?){_OPEN}\s*(?:原名?|曾用名)[:\uff1a]?\s*(?P<former>.{{4,}}){_CLOSE}\s*$"
)
_FOOTER = re.compile(r"^(?:合\s*计|总\s*计|备\s*注|注|说\s*明|第\s*\d+\s*页|共\s*\d+\s*[页家户]|填表|制表)")
_MOJIBAKE = re.compile("[\ufffd\ue000-\uf8ff]")
_LEGAL_NAME = re.compile(
    r"公司|集团|合作社|事务所|工作室|研究院|有限合伙|普通合伙|联合体|"
    rf"(?:[厂社所院店部站室行场会园]|企业|中心|基地|学校){_CLOSE}?$"
)


class Severity(StrEnum):
    ERROR = "error"  # the line cannot be used
    WARNING = "warning"  # the line is used without the faulty part
    NOTE = "note"  # worth a look


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a row: its code (worded in `wording`), its weight, and the text it speaks of."""

    code: str
    severity: Severity
    text: str = ""


@dataclass
class Line:
    """What one row says, cleaned. `usable` is false where an error stands in its way."""

    row_number: int
    published: dict[str, str]
    name: str = ""
    former_name: str = ""
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
        return all(problem.severity is not Severity.ERROR for problem in self.problems)


@dataclass(frozen=True)
class Expectation:
    """What the notice lets us expect of its rows."""

    header: Sequence[str]
    columns: Mapping[str, int]
    districts: Mapping[str, int]  # folded district name → id
    number_pattern: str = ""
    province_wide: bool = False
    rename: bool = False


class Checker:
    """Checks the rows of one list, one after another; it remembers names to see a line twice."""

    def __init__(self, expected: Expectation) -> None:
        self.expected = expected
        self._number = re.compile(expected.number_pattern) if expected.number_pattern else None
        self._kept = [
            (column, text)
            for column, text in enumerate(expected.header)
            if text and field_of(text) != "person"  # people are not needed for the pool and are not kept
        ]
        self._seen: dict[str, int] = {}

    def check(self, row_number: int, row: Sequence[str]) -> Line | None:
        """The line of a row, or None where the row is empty, a footer, or the header again."""
        cells = {name: row[at] for name, at in self.expected.columns.items() if at < len(row)}
        if not any(row) or self._is_furniture(row, cells):
            return None
        line = Line(row_number, {text: row[column] for column, text in self._kept if column < len(row)})
        self._read_names(line, cells)
        self._read_codes(line, cells)
        self._read_district(line, cells)
        self._read_dates(line, cells)
        line.batch = clean_text(cells.get("batch", ""))[:100]
        self._see_twice(line)
        return line

    def _is_furniture(self, row: Sequence[str], cells: Mapping[str, str]) -> bool:
        texts = [text for text in row if text]
        name = cells.get("name") or cells.get("new_name") or ""
        header_again = bool(texts) and [text for text in self.expected.header if text] == texts
        footer = len(texts) <= 2 and (bool(_FOOTER.match(texts[0])) or (not name and len(texts) == 1))
        return header_again or footer

    def _read_names(self, line: Line, cells: Mapping[str, str]) -> None:
        name = clean_name(cells.get("new_name") or cells.get("name") or "")
        former = clean_name(cells.get("former_name") or "")
        if self.expected.rename and not former and cells.get("new_name"):
            former = clean_name(cells.get("name") or "")
        glued = _GLUED_FORMER_NAME.match(name)
        if glued:
            name, former = glued["name"], former or glued["former"]
            line.problems.append(Problem("former_name_split", Severity.NOTE, former))
        if not uscc_fault(clean_code(name)):
            line.uscc, name = clean_code(name), ""
            line.problems.append(Problem("name_is_a_code", Severity.ERROR, line.uscc))
        elif not name:
            line.problems.append(Problem("name_missing", Severity.ERROR))
        elif _MOJIBAKE.search(name + former):
            line.problems.append(Problem("name_garbled", Severity.ERROR, name))
        elif len(name) > NAME_LENGTH or len(former) > NAME_LENGTH:
            line.problems.append(Problem("name_too_long", Severity.ERROR, name[:40]))
        elif not _LEGAL_NAME.search(name):
            line.problems.append(Problem("name_not_in_full", Severity.ERROR, name))
        elif self.expected.rename and not former:
            line.problems.append(Problem("former_name_missing", Severity.ERROR, name))
        line.name, line.former_name = name[:NAME_LENGTH], former[:NAME_LENGTH]

    def _read_codes(self, line: Line, cells: Mapping[str, str]) -> None:
        code = clean_code(cells.get("uscc", ""))
        fault = uscc_fault(code) if code else ""
        if fault:
            line.problems.append(Problem(fault, Severity.WARNING, code[:30]))
        elif code:
            line.uscc = code
        number = clean_code(cells.get("number", ""))
        if len(number) > 50 or (number and self._number and not self._number.match(number)):
            line.problems.append(Problem("number_shape", Severity.WARNING, number[:50]))
        else:
            line.number = number

    def _read_district(self, line: Line, cells: Mapping[str, str]) -> None:
        written = [clean_text(cells[part]) for part in ("district", "city") if cells.get(part)]
        line.district_text = " ".join(written)[:100]
        for text in written:
            line.district_id = line.district_id or self.expected.districts.get(name_key(text))
        if written and line.district_id is None and not self.expected.province_wide:
            line.problems.append(Problem("district_unknown", Severity.NOTE, line.district_text))

    def _read_dates(self, line: Line, cells: Mapping[str, str]) -> None:
        for part in ("issued_on", "valid_from", "valid_to"):
            text = cells.get(part, "")
            if text and (found := read_date(text)):
                setattr(line, part, found)
            elif text:
                line.problems.append(Problem("date_unreadable", Severity.WARNING, text[:40]))
        if line.valid_from and line.valid_to and line.valid_from > line.valid_to:
            line.problems.append(Problem("period_backwards", Severity.WARNING, f"{line.valid_from}–{line.valid_to}"))
            line.valid_from = line.valid_to = None
        year = cells.get("revoked_from_year", "")
        if year:
            line.revoked_from_year = read_year(year)
            if line.revoked_from_year is None:
                line.problems.append(Problem("year_unreadable", Severity.ERROR, year[:40]))

    def _see_twice(self, line: Line) -> None:
        key = name_key(line.name)
        if key and key in self._seen:
            line.problems.append(Problem("line_twice", Severity.NOTE, str(self._seen[key])))
        elif key:
            self._seen[key] = line.row_number
