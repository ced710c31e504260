"""The table that an institution fills in and sends back: empty, or with its part of an edition's members.

Law: what stands in it is what the institution may see, codes and names as texts; what is typed into the columns of
amounts stays exact.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.conf import settings
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from enterprises.calendar import last_day
from enterprises.models import Edition
from financing import words
from financing.words import COLUMNS, Field
from pushes import belonging
from pushes.formats.defusing import written
from pushes.formats.table import Column, Feed, taken
from pushes.formats.workbook import write_steadily
from pushes.models import Delivery

FORMS = ("xlsx", "csv")
_WIDTHS = {Field.NAME: 40, Field.USCC: 22, Field.LABEL: 18, Field.REASON: 30, Field.MISTAKE_SAYS: 30}
_NUMBERS = {**dict.fromkeys(words.AMOUNTS, "#,##0.00####"), Field.RATE: "0.00##"}
_AT_A_TIME = 2_000
_TITLES = [told.heading for told in COLUMNS.values()]


def made(folder: Path, *, delivery: Delivery, form: str, filled: bool) -> Path:
    """The table for the delivery's edition as a file of the folder, of the form `xlsx` or `csv`; `filled`: with the
    members of the institution's cut.
    """
    edition = delivery.edition
    rows = _members(delivery) if filled else iter([_row(edition)])
    table = taken(Feed("feedback", [_column(field) for field in Field], rows), folder)
    if form == "csv":
        return table.plain.rename(folder / "feedback.csv")
    path = folder / "feedback.xlsx"
    write_steadily(  # leaves blank cells out, so that they are as their columns say
        table, path, sheet=words.SHEET, created=edition.as_of, dress=lambda book, page: _dress(book, page, edition)
    )
    return path


def _column(field: Field) -> Column:
    return Column(COLUMNS[field].heading, _WIDTHS.get(field, 14), days=field in words.DAYS)


def _members(delivery: Delivery) -> Iterator[bytes]:
    wanted = belonging.cut_of(delivery.profile)
    own = belonging.members(delivery.edition, wanted).values_list("public_id", "uscc", "name")
    for who in own.iterator(_AT_A_TIME):
        yield _row(delivery.edition, *who)


def _row(edition: Edition, public_id: str = "", uscc: str = "", name: str = "") -> bytes:
    known = {
        Field.LABEL: edition.label, Field.PUBLIC_ID: public_id, Field.USCC: uscc, Field.NAME: name,
        Field.PERIOD_END: last_day(edition.quarter).isoformat(),
    }  # fmt: skip
    return written([known.get(field, "") for field in Field])


def _dress(book: Workbook, page: Worksheet, edition: Edition) -> None:
    """Amounts as numbers, closed choices to choose from, and a sheet that says how to fill it in."""
    for place, field in enumerate(Field):
        if field in _NUMBERS:
            page.set_column(place, place, _column(field).width, book.add_format({"num_format": _NUMBERS[field]}))
        if field in words.CHOICES:
            page.data_validation(
                1, place, settings.FEEDBACK_MAX_ROWS, place,
                {
                    "validate": "list", "source": list(words.CHOICES[field]), "error_title": COLUMNS[field].title,
                    "error_message": f"请填：{'、'.join(words.CHOICES[field])}；没有的留空。",
                },
            )  # fmt: skip
    page.freeze_panes(1, list(Field).index(Field.CONTACTED))
    told = book.add_worksheet(words.INSTRUCTIONS)
    told.set_column(0, 0, 20)
    told.set_column(1, 1, 100, book.add_format({"text_wrap": True, "valign": "top"}))
    bold = book.add_format({"bold": True, "valign": "top"})
    for number, (title, text) in enumerate(instructions(edition.label, last_day(edition.quarter))):
        told.write_string(number, 0, title, bold)
        told.write_string(number, 1, text)


def instructions(label: str, period_end: date) -> list[tuple[str, str]]:
    """How to fill it in: what it is about, in words."""
    of_two = "填“是”或“否”，不清楚的留空。"
    answers, mistakes = ("、".join(words.CHOICES[field]) for field in (Field.ANSWER, Field.MISTAKE))
    amount = "单位为万元，最多6位小数，可写1,234.56；没有数字的留空，留空不等于0。标题中的单位不要改。"
    return [
        ("总的说明", f"本表反馈{label}所列企业的融资情况，一家企业一行。没有情况可报的行不必填，也不必删。"),
        ("整体替换", "同一季度再次上传时，后一份整体替换前一份：请每次上传本季度的全部内容，不要只传改动的行。"),
        ("列", "列的先后不限，不用的列可以删；列名请勿改动。另加的列不读取。"),
        (COLUMNS[Field.LABEL].heading, f"本表为{label}，可留空。"),
        ("企业", "企业编号、统一社会信用代码、企业名称至少填一项，所填各项须指同一家企业，并以本版本名单为准。"),
        (COLUMNS[Field.CONTACTED].heading, of_two),
        (COLUMNS[Field.CONTACTED_ON].heading, f"如2026-09-30，不晚于{period_end.isoformat()}。"),
        (COLUMNS[Field.ANSWER].heading, f"{answers}。填“放款”的，本期发放额、贷款余额至少填一项。"),
        (COLUMNS[Field.CREDIT_LINE].heading, f"期末有效的授信额度。{amount}"),
        (COLUMNS[Field.LENT].heading, f"本季度内发放的贷款合计。{amount}"),
        (COLUMNS[Field.BALANCE].heading, f"期末贷款余额。{amount}"),
        (f"{COLUMNS[Field.FIRST_LOAN].heading}、{COLUMNS[Field.RENEWAL].title}", f"{of_two}两项不能都是“是”。"),
        (COLUMNS[Field.CREDIT_LOAN].heading, of_two),
        (COLUMNS[Field.RATE].heading, "按百分数填写：3.45%填3.45，最多4位小数；有多笔贷款的填加权平均。"),
        (COLUMNS[Field.PERIOD_END].heading, f"本季度末日{period_end.isoformat()}，可留空。"),
        (COLUMNS[Field.REASON].heading, "未授信、未放款的原因，不超过200字。"),
        (COLUMNS[Field.MISTAKE].heading, f"名单与实际不符时填：{mistakes}。由工作人员核实并答复。"),
        (COLUMNS[Field.MISTAKE_SAYS].heading, "如新名称、正确的代码、查询依据，不超过300字。"),
        ("保密", "反馈内容只用于统计；其他机构看不到，统计中不显示单家机构与企业的对应关系。"),
    ]
