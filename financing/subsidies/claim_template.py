"""The table that claims are written into: columns headed as they are read, codes and proofs as texts."""

from io import BytesIO

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from financing.subsidies.claim_rows import HEADINGS

# What stands beside a heading, in brackets, which reading passes over.
_BESIDE = {
    "year": "例：2026", "name": "全称", "code": "或培育库编号、机构代码", "amount": "元，精确到分；按等次的不填",
    "happened_on": "例：2026-03-31", "grade": "按金额的不填", "proof": "保单号、合同号、文号等，不得重复",
}  # fmt: skip
_WIDTHS = {"year": 16, "name": 34, "code": 34, "amount": 34, "happened_on": 26, "grade": 20, "proof": 40, "remark": 30}


def made() -> bytes:
    """The workbook's bytes."""
    target = BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})
        text, money = book.add_format({"num_format": "@"}), book.add_format({"num_format": "#,##0.00"})
        page = book.add_worksheet(_("Claims"))
        page.freeze_panes(1, 0)
        for at, (name, words) in enumerate(HEADINGS.items()):
            beside = _BESIDE.get(name)
            page.write_string(0, at, f"{words[0]}（{beside}）" if beside else words[0], bold)
            page.set_column(at, at, _WIDTHS[name], money if name == "amount" else text)
    return target.getvalue()
