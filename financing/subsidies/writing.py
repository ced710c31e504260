"""A sheet as a workbook to be printed and signed. Law: no cell is a formula; what is not approved says so on top."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from unicodedata import east_asian_width

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from financing.models import SheetState, SubsidyLine, SubsidySheet
from financing.subsidies.capitals import in_capitals
from financing.subsidies.wording import money
from registry.sheets import harmless

_PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_MOST_EXACT = Decimal(10) ** 13  # what a spreadsheet's number holds to the cent
_WIDTHS = (6, 20, 21, 17, 18, 16, 44, 22, 14)
_LINE_HEIGHT = 14
_MOST_HIGH = 400  # points: more a spreadsheet does not take


def written(sheet: SubsidySheet) -> bytes:
    """The workbook's bytes."""
    target = BytesIO()
    with Workbook(target, _PLAIN) as book:
        book.set_properties({"title": _title(sheet), "created": sheet.known_by.replace(tzinfo=None)})
        page = book.add_worksheet(_("Subsidy sheet"))
        _Paper(book, page, sheet).fill()
    return target.getvalue()


def _title(sheet: SubsidySheet) -> str:
    return _("%(subsidy)s, %(year)s: sheet of computing and granting") % {
        "subsidy": sheet.subsidy.name,
        "year": sheet.year,
    }


class _Paper:
    """One sheet of paper, from the top down."""

    def __init__(self, book: Workbook, page: Worksheet, sheet: SubsidySheet) -> None:
        self.page, self.sheet, self.at = page, sheet, 0
        cell = {"border": 1, "valign": "top", "text_wrap": True, "font_size": 10}
        self.title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
        self.alarm = book.add_format({"bold": True, "font_color": "#B00000", "align": "center", "valign": "vcenter"})
        self.text = book.add_format({"text_wrap": True, "valign": "top", "font_size": 10})
        self.head = book.add_format(cell | {"bold": True, "align": "center", "bg_color": "#E8EEF4"})
        self.cell = book.add_format(cell)
        self.money = book.add_format(cell | {"num_format": "#,##0.00", "align": "right"})
        self.bold = book.add_format(cell | {"bold": True})
        self.total = book.add_format(cell | {"bold": True, "num_format": "#,##0.00", "align": "right"})

    def fill(self) -> None:
        self._set_up()
        self._across(_title(self.sheet), self.title, 30)
        if self.sheet.state != SheetState.APPROVED:
            state = self.sheet.get_state_display()
            self._across(
                _("%(state)s: not approved, or no longer in force; nothing is paid by this sheet") % {"state": state},
                self.alarm, 20,
            )  # fmt: skip
        for text in self._preamble():
            self._across(text, self.text, _height(text, sum(_WIDTHS)))
        self._lines()
        self._end()

    def _set_up(self) -> None:
        page = self.page
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_margins(0.4, 0.4, 0.5, 0.6)
        page.set_footer(_("&LDigest %(digest)s&RPage &P of &N") % {"digest": self.sheet.digest[:16]})
        for at, width in enumerate(_WIDTHS):
            page.set_column(at, at, width)

    def _across(self, text: str, form: Any, height: float) -> None:
        self.page.merge_range(self.at, 0, self.at, len(_WIDTHS) - 1, harmless(text), form)
        self.page.set_row(self.at, height)
        self.at += 1

    def _preamble(self) -> Iterator[str]:
        sheet = self.sheet
        yield _(
            "Version %(version)s, as known at %(moment)s; amounts in yuan, rounded half up to the cent at the very end."
        ) % {"version": sheet.version, "moment": _moment(sheet.known_by)}
        for rule in sheet.rules:
            yield _("Rule: %(words)s") % {"words": rule["words"]}
            if rule["to_confirm"]:
                yield _("To be confirmed: %(words)s") % {"words": rule["to_confirm"]}
        for remark in sheet.remarks:
            yield _("Remark: %(words)s") % {"words": remark}

    def _lines(self) -> None:
        headings = (
            _("No."), _("Recipient"), _("Recipient's code"), _("Proof or period"), _("Computed of"),
            _("Granted (yuan)"), _("How it was computed"), _("Standing on the day"), _("Left out, and why"),
        )  # fmt: skip
        self.page.write_row(self.at, 0, headings, self.head)
        self.page.repeat_rows(self.at)
        self.at += 1
        for line in self.sheet.lines.all():
            self._line(line)

    def _line(self, line: SubsidyLine) -> None:
        period = line.inputs.get("proof") or f"{line.inputs['before_quarter']}～{line.inputs['after_quarter']}"
        texts = (line.name, line.code, period)
        self.page.write_number(self.at, 0, line.number, self.cell)
        for column, text in enumerate(texts, 1):
            self.page.write_string(self.at, column, str(harmless(text)), self.cell)
        if line.base is None:
            self.page.write_string(self.at, 4, str(harmless(line.inputs.get("grade", ""))), self.cell)
        else:
            self._amount(4, line.base, self.money)
        self._amount(5, line.granted, self.money)
        for column, text in enumerate((line.words, line.standing, line.reason), 6):
            self.page.write_string(self.at, column, str(harmless(text)), self.cell)
        columns = (1, line.name), (3, period), (6, line.words), (7, line.standing), (8, line.reason)
        self.page.set_row(self.at, max(_height(text, _WIDTHS[column]) for column, text in columns))
        self.at += 1

    def _amount(self, column: int, amount: Decimal, form: Any) -> None:
        if abs(amount) < _MOST_EXACT:
            self.page.write_number(self.at, column, float(amount), form)
        else:
            self.page.write_string(self.at, column, money(amount), form)

    def _end(self) -> None:
        sheet = self.sheet
        self.page.merge_range(self.at, 0, self.at, 4, _("Total"), self.bold)
        self._amount(5, sheet.total, self.total)
        self.page.merge_range(self.at, 6, self.at, len(_WIDTHS) - 1, in_capitals(sheet.total), self.bold)
        self.at += 2
        people = (
            (pgettext("subsidy sheet", "Made by"), sheet.made_by, sheet.made_at),
            (_("Submitted by"), sheet.submitted_by, sheet.submitted_at),
            (_("Approved by"), sheet.approved_by, sheet.approved_at),
        )
        told = [f"{words}：{_name(who)} {_moment(at)}" for words, who, at in people if who and at]
        self._across("　　".join(told), self.text, _LINE_HEIGHT)
        self._across(
            _("Signatures　　Made by: ____________　　Checked by: ____________　　Head: ____________　　"
              "Date: ____________　　(Seal)"),
            self.text, 36,
        )  # fmt: skip


def _height(text: str, width: int) -> float:
    """Of a row that shows the whole text in so wide a cell: not every program finds it by itself."""
    taken = sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in text)
    return float(min(_MOST_HIGH, _LINE_HEIGHT * (1 + taken // (width - 3)) + 3))


def _name(user: Any) -> str:
    return str(user.get_full_name() or user.get_username())


def _moment(at: datetime) -> str:
    return f"{localtime(at):%Y-%m-%d %H:%M}"
