"""From a row of text to a line of evidence, with every problem of the row (pure). Law: one pass finds all problems."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from registry.columns import field_of
from registry.dates import read_date, read_period, read_year
from registry.identifiers import clean_code, uscc_fault
from registry.names import clean_name, clean_text, name_key

NAME_LENGTH = 120
_OPEN, _CLOSE = "[(\uff08]", "[)\uff09]"  # half and full width
_GLUED_FORMER_NAME = re.compile(
    rf"^(?P<name>.{{4,}}?){_OPEN}\s*(?:原名?|曾用名)[:\uff1a]?\s*(?P<former>.{{6,}}){_CLOSE}\s*$"
)
_FOOTER = re.compile(r"^(?:合\s*计|总\s*计|备\s*注|注|说\s*明|第\s*\d+\s*页|共\s*\d+\s*[页家户]|填表|制表)")
_HEADING = re.compile(r"^(?:第?[一二三四五六七八九十]+[、批部]|[(\uff08][一二三四五六七八九十]+[)\uff09])")
_MOJIBAKE = re.compile("[\ufffd\ue000-\uf8ff]")
_LEGAL_NAME = re.compile(
    r"公司|集团|合作社|事务所|工作室|研究院|有限合伙|普通合伙|联合体|个体工商户|煤矿|超市|经营部|Co\.|Ltd|Inc\b|"
    rf"(?:[厂社所院店部站室行场会园]|企业|中心|基地|学校){_CLOSE}?$"
)


_SECTION_THAT_TAKES = re.compile(r"取消|撤销|未通过|不通过|不予|终止|退出|移出")
_NOT_PASSED = re.compile(r"不通过|未通过|不合格|不予|不同意|取消|撤销|终止")
# The province's other cities: what stands under one of them is not of this city, whatever its district is called.
_OTHER_CITIES = frozenset(
    (
        "开封", "洛阳", "平顶山", "安阳", "鹤壁", "新乡", "焦作", "濮阳", "许昌", "漯河", "三门峡", "南阳", "商丘",
        "信阳", "周口", "驻马店", "济源",
    )
)  # fmt: skip


class MixedSections(Exception):
    """A heading within the rows says that those below it lose what those above it get."""

    def __init__(self, row_number: int, text: str) -> None:
        super().__init__(row_number, text)
        self.row_number, self.text = row_number, text


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
        """The line of a row, or None where the row is empty, a footer, or the header again.

        Raises `MixedSections` at a heading that turns the list's meaning round.
        """
        cells = {name: row[at] for name, at in self.expected.columns.items() if at < len(row)}
        if not any(row) or self._is_furniture(row_number, row, cells):
            return None
        line = Line(row_number, {text: row[column] for column, text in self._kept if column < len(row)})
        self._read_names(line, cells)
        self._read_codes(line, cells)
        self._read_district(line, cells)
        self._read_dates(line, cells)
        self._read_result(line, cells)
        line.batch = clean_text(cells.get("batch", ""))[:100]
        self._see_twice(line)
        return line

    def _is_furniture(self, row_number: int, row: Sequence[str], cells: Mapping[str, str]) -> bool:
        texts = [text for text in row if text]
        if [text for text in self.expected.header if text] == texts:
            return True
        if len(texts) > 2:
            return False
        footer = bool(_FOOTER.match(texts[0]))
        named = cells.get("name") or cells.get("new_name")
        if len(texts) == 1 and (not named or _HEADING.match(texts[0])):
            if not footer and len(texts[0]) <= 40 and _SECTION_THAT_TAKES.search(texts[0]):
                raise MixedSections(row_number, texts[0])
            return True
        return footer and not _LEGAL_NAME.search(clean_name(texts[0]))

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
        """A district's name says nothing under another city's: Luoyang has a 高新区 too."""
        written = [clean_text(cells[part]) for part in ("district", "city") if cells.get(part)]
        line.district_text = " ".join(written)[:100]
        city = clean_text(cells.get("city", ""))
        foreign = bool(city and name_key(city) not in self.expected.districts) or any(map(_is_another_city, written))
        if not foreign:
            known = (self.expected.districts.get(name_key(text)) for text in written)
            line.district_id = next(filter(None, known), None)
        if self.expected.province_wide:
            if not written:
                line.problems.append(Problem("place_missing", Severity.WARNING))
        elif foreign:
            line.problems.append(Problem("city_of_another", Severity.ERROR, line.district_text))
        elif written and line.district_id is None:
            line.problems.append(Problem("district_unknown", Severity.NOTE, line.district_text))

    def _read_dates(self, line: Line, cells: Mapping[str, str]) -> None:
        for part in ("issued_on", "valid_from", "valid_to"):
            text = cells.get(part, "")
            if text and (found := read_date(text)):
                setattr(line, part, found)
            elif text:
                # An end that is not understood must not become no end.
                severity = Severity.ERROR if part == "valid_to" else Severity.WARNING
                line.problems.append(Problem("date_unreadable", severity, text[:40]))
        period = cells.get("period", "")
        if period and (days := read_period(period)):
            line.valid_from, line.valid_to = days
        elif period:
            line.problems.append(Problem("date_unreadable", Severity.ERROR, period[:40]))
        if line.valid_from and line.valid_to and line.valid_from > line.valid_to:
            line.problems.append(Problem("period_backwards", Severity.ERROR, f"{line.valid_from}–{line.valid_to}"))
            line.valid_from = line.valid_to = None
        year = cells.get("revoked_from_year", "")
        if year:
            line.revoked_from_year = read_year(year)
            if line.revoked_from_year is None:
                line.problems.append(Problem("year_unreadable", Severity.ERROR, year[:40]))

    def _read_result(self, line: Line, cells: Mapping[str, str]) -> None:
        result = clean_text(cells.get("result", ""))
        if _NOT_PASSED.search(result):
            line.problems.append(Problem("not_passed", Severity.ERROR, result[:40]))

    def _see_twice(self, line: Line) -> None:
        key = name_key(line.name)
        if key and key in self._seen:
            line.problems.append(Problem("line_twice", Severity.NOTE, str(self._seen[key])))
        elif key:
            self._seen[key] = line.row_number


def _is_another_city(text: str) -> bool:
    return text.removesuffix("示范区").removesuffix("市") in _OTHER_CITIES
