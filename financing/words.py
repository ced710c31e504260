"""The words of feedback: what its columns and choices are called, in the template and as banks write them (pure).

Law: the template is a Chinese document, whatever the locale of who makes it. Programs of banks look for these titles.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

YES, NO = "是", "否"
WAN, PERCENT = "万元", "%"
SHEET, INSTRUCTIONS = "对接反馈", "填报说明"
ROW, FAULTS = "行号", "问题"  # in front of the faulty rows, as they are sent back


class Field(StrEnum):
    """A column of the template, in its order."""

    LABEL = "label"
    PUBLIC_ID = "public_id"
    USCC = "uscc"
    NAME = "name"
    CONTACTED = "contacted"
    CONTACTED_ON = "contacted_on"
    ANSWER = "answer"
    CREDIT_LINE = "credit_line"
    LENT = "lent"
    BALANCE = "balance"
    FIRST_LOAN = "first_loan"
    RENEWAL = "renewal"
    CREDIT_LOAN = "credit_loan"
    RATE = "rate"
    PERIOD_END = "period_end"
    REASON = "reason"
    MISTAKE = "mistake"
    MISTAKE_SAYS = "mistake_says"


class Told(NamedTuple):
    """How a column is called; other words for it; its unit."""

    title: str
    also: tuple[str, ...] = ()
    unit: str = ""

    @property
    def heading(self) -> str:
        """The title with its unit, as the template has it."""
        return f"{self.title}（{self.unit}）" if self.unit else self.title


COLUMNS: Mapping[Field, Told] = {
    Field.LABEL: Told("版本号", ("版本", "名单版本", "名单版本号")),
    Field.PUBLIC_ID: Told("企业编号", ("入库编号",)),
    Field.USCC: Told("统一社会信用代码", ("社会信用代码", "信用代码", "统一信用代码")),
    Field.NAME: Told("企业名称", ("名称", "客户名称", "单位名称", "企业全称")),
    Field.CONTACTED: Told("是否已对接", ("是否对接", "已对接")),
    Field.CONTACTED_ON: Told("对接日期", ("对接时间", "对接日")),
    Field.ANSWER: Told("对接结果", ("结果", "反馈结果")),
    Field.CREDIT_LINE: Told("授信额度", ("授信额", "授信金额", "授信总额"), WAN),
    Field.LENT: Told(
        "本期发放额", ("本期发放", "本期发放金额", "本期放款额", "本期放款金额", "本期贷款发放额", "发放额"), WAN
    ),
    Field.BALANCE: Told("贷款余额", ("余额", "期末余额", "期末贷款余额"), WAN),
    Field.FIRST_LOAN: Told("是否首贷", ("首贷", "是否首贷户")),
    Field.RENEWAL: Told("是否续贷", ("续贷",)),
    Field.CREDIT_LOAN: Told("是否信用贷", ("信用贷", "是否信用贷款")),
    Field.RATE: Told("年利率", ("利率", "贷款利率", "年化利率"), PERCENT),
    Field.PERIOD_END: Told("期末日", ("期末", "期末日期", "数据截止日", "截止日期")),
    Field.REASON: Told("原因", ("拒绝原因", "原因说明")),
    Field.MISTAKE: Told("名单差错", ("差错", "差错类型")),
    Field.MISTAKE_SAYS: Told("差错说明", ("名单差错说明",)),
}
WHO = (Field.PUBLIC_ID, Field.USCC, Field.NAME)
AMOUNTS = (Field.CREDIT_LINE, Field.LENT, Field.BALANCE)
DAYS = (Field.CONTACTED_ON, Field.PERIOD_END)
CHOICES_OF_TWO = (Field.CONTACTED, Field.FIRST_LOAN, Field.RENEWAL, Field.CREDIT_LOAN)
# What says something of the enterprise; the others say who it is, and of which edition and quarter.
SAYING = tuple(one for one in Field if one not in (*WHO, Field.LABEL, Field.PERIOD_END))

# The value of the database → what the template calls it, then what else it is called.
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "granted": ("授信", "已授信"),
    "lent": ("放款", "已放款", "已发放"),
    "refused": ("拒绝", "已拒绝", "拒贷"),
    "no_need": ("无需求", "无融资需求", "暂无需求"),
    "unreachable": ("联系不上", "无法联系"),
}
MISTAKES: Mapping[str, tuple[str, ...]] = {
    "renamed": ("更名", "已更名"),
    "dissolved": ("注销", "已注销"),
    "not_found": ("查无", "查无此企业"),
    "code": ("代码有误", "代码错误"),
    "other": ("其他",),
}
CHOICES: Mapping[Field, tuple[str, ...]] = {
    **dict.fromkeys(CHOICES_OF_TWO, (YES, NO)),
    Field.ANSWER: tuple(words[0] for words in ANSWERS.values()),
    Field.MISTAKE: tuple(words[0] for words in MISTAKES.values()),
}
