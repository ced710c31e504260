"""From lines to a list as it is published: titles, header, rows (pure). Law: layouts vary as real ones do."""

from dataclasses import dataclass
from datetime import date
from random import Random

from registry.samples.city import Line
from registry.samples.dirt import LINE_TWICE, Dirt
from registry.samples.places import BESIDE_THE_CITY, DISTRICTS
from registry.samples.plan import DEMONSTRATION, Planned

Cell = str | int | date

_HEADERS: dict[str, tuple[str, ...]] = {
    "seq": ("序号", "序号", "序号", "No."),
    "city": ("省辖市",),
    "district": ("属地", "所属区县", "县（市、区）", "所属地区", "辖区"),
    "name": ("企业名称", "企业名称", "单位名称", "企业全称", "申报企业"),
    "code": ("统一社会信用代码", "统一社会信用代码", "社会信用代码", "统一社会\n信用代码"),
    "issued": ("发证日期", "发证时间"),
    "remark": ("备注",),
}
_NAMED_BY: dict[str, dict[str, tuple[str, ...]]] = {
    "TSME": {"name": ("企业名称", "入库企业名称"), "number": ("入库登记编号", "登记编号", "入库编号")},
    "HNTE": {"number": ("证书编号", "高新技术企业证书编号")},
    "ZZTE": {"name": ("单位名称", "企业名称", "公司名称")},
}
_FORMER = (("原企业名称", "现企业名称"), ("企业原名称", "企业现名称"), ("变更前企业名称", "变更后企业名称"))
_NUMBERED = ("HNTE", "TSME")
_WITHOUT_DISTRICT = ("HNTE",)  # the national notices do not part their lists by district
_DATE_FORMS = ("iso", "chinese", "cell")
_DISTRICT_PART = 0.7  # of the lists of other programmes, those that name the district
_REMARK_PART = 0.25
_HALF_WIDTH = str.maketrans("（）", "()")


@dataclass(frozen=True)
class Sheet:
    """A list laid out. `serials` names the enterprise behind each row."""

    above: list[list[str]]
    header: list[str]
    rows: list[list[Cell]]
    serials: list[int]


@dataclass(frozen=True)
class _Style:
    """The habits of whoever typed the list."""

    columns: tuple[str, ...]
    header: list[str]
    half_brackets: bool
    date_form: str
    districts: dict[str, str]


def lay_out(planned: Planned, lines: list[Line], rng: Random, dirt: Dirt) -> Sheet:
    """The list as it is published, with its slips."""
    style = _style(planned, rng)
    rows: list[list[Cell]] = []
    serials: list[int] = []
    for line in lines:
        for _ in range(2 if dirt.happens(LINE_TWICE) else 1):
            rows.append(_row(planned, line, len(rows) + 1, style, dirt))
            serials.append(line.enterprise.serial)
    return Sheet(_above(planned, len(rows), rng), style.header, rows, serials)


def _style(planned: Planned, rng: Random) -> _Style:
    columns = _columns(planned, rng)
    former = rng.choice(_FORMER)
    names: dict[str, tuple[str, ...]] = {**_HEADERS, **_NAMED_BY.get(planned.programme, {})}
    names |= {"former": former[:1], "new": former[1:]}
    names["year"] = ("取消年度",) if planned.programme == "HNTE" else ("撤销年度",)
    districts = {place.code: rng.choice(place.spellings) for place in DISTRICTS}
    header = [rng.choice(names[column]) for column in columns]
    return _Style(columns, header, rng.random() < 0.5, rng.choice(_DATE_FORMS), districts)


def _columns(planned: Planned, rng: Random) -> tuple[str, ...]:
    code = ("code",) if planned.codes else ()
    number = ("number",) if planned.programme in _NUMBERED else ()
    if planned.notice == "rename":
        return ("seq", "former", "new", *code, *number)
    if planned.notice == "revocation":
        return ("seq", "name", *code, *number, *(("year",) if number else ()))
    district: tuple[str, ...] = ()
    if planned.province_wide:
        district = ("city", "district")
    elif planned.programme not in _WITHOUT_DISTRICT and rng.random() < _DISTRICT_PART:
        district = ("district",)
    if planned.notice == "publicity":
        return ("seq", *district, "name", *code)
    issued = ("issued",) if planned.issued else ()
    remark = ("remark",) if rng.random() < _REMARK_PART else ()
    return ("seq", *district, "name", *code, *number, *issued, *remark)


def _row(planned: Planned, line: Line, seq: int, style: _Style, dirt: Dirt) -> list[Cell]:
    return [_cell(column, planned, line, seq, style, dirt) for column in style.columns]


def _cell(column: str, planned: Planned, line: Line, seq: int, style: _Style, dirt: Dirt) -> Cell:
    enterprise = line.enterprise
    match column:
        case "seq":
            return seq
        case "city":
            return BESIDE_THE_CITY.get(enterprise.district, enterprise.city)
        case "district":
            return style.districts.get(enterprise.district, "")
        case "name" | "new":
            return dirt.name(_brackets(enterprise.name_on(planned.published), style))
        case "former":
            return _brackets(line.former_name, style)
        case "code":
            return dirt.code(enterprise.code)
        case "number":
            return dirt.number(line.number)
        case "issued" if line.issued:
            return _date(line.issued, style.date_form)
        case "year" if line.revoked_from_year:
            return f"{line.revoked_from_year}年" if style.date_form == "chinese" else line.revoked_from_year
    return ""


def _brackets(name: str, style: _Style) -> str:
    return name.translate(_HALF_WIDTH) if style.half_brackets else name


def _date(day: date, form: str) -> Cell:
    if form == "cell":
        return day
    return f"{day.year}年{day.month}月{day.day}日" if form == "chinese" else day.isoformat()


def _above(planned: Planned, count: int, rng: Random) -> list[list[str]]:
    """The rows above the header."""
    rows = [[rng.choice(("附件", "附件1", "附件1：", "附件2"))], [planned.title + DEMONSTRATION]]
    if planned.notice not in ("rename", "revocation"):
        rows.append([f"（共{count}家，排名不分先后）"])
    if rng.random() < 0.2:
        rows.append([])
    return rows
