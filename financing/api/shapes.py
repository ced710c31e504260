"""The shapes of feedback by machine, with the words of their description.

Law: as in `pushes.api.shapes`: what stands here stays. Amounts are texts, exact, in units of 10,000 yuan.
"""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import BaseModel, ConfigDict, StringConstraints

from pushes.api.shapes import CODE, ID, Label

QUARTER_FORM = r"^20[0-9]{2}Q[1-4]$"
LINES_AT_ONCE = 20_000
AMOUNT_FORM = r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$"
RATE_FORM = r"^(0|[1-9][0-9]{0,3})(\.[0-9]{1,4})?$"

Amount = Annotated[str, StringConstraints(pattern=AMOUNT_FORM)]
Rate = Annotated[str, StringConstraints(pattern=RATE_FORM)]
_IN_A_ROW = r"^[^\x00-\x1f]*$"  # what would end a row is in no cell
Text = Annotated[str, StringConstraints(max_length=100, pattern=_IN_A_ROW)]
Words = Annotated[str, StringConstraints(max_length=200, pattern=_IN_A_ROW)]
ManyWords = Annotated[str, StringConstraints(max_length=300, pattern=_IN_A_ROW)]
Answer = Literal["granted", "lent", "refused", "no_need", "unreachable"]
Mistake = Literal["renamed", "dissolved", "not_found", "code", "other"]
State = Literal["waiting", "reading", "faulty", "in_force", "replaced", "unreadable", "dropped"]


class FeedbackLine(BaseModel):
    """一家企业的反馈。public_id、uscc、name 至少填一项；没有说的填 null 或不写：null 不等于 0。"""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "example": {"uscc": CODE, "contacted": True, "answer": "lent", "lent": "300.00", "balance": "500.00"}
        },
    )

    public_id: Text | None = Field(None, description="企业编号。", examples=[ID])
    uscc: Text | None = Field(None, description="统一社会信用代码。", examples=[CODE])
    name: Text | None = Field(None, description="企业名称。")
    contacted: bool | None = Field(None, description="是否已对接。")
    contacted_on: date | None = Field(None, description="对接日期，不晚于季末。")
    answer: Answer | None = Field(
        None, description="对接结果：granted 授信，lent 放款，refused 拒绝，no_need 无需求，unreachable 联系不上。"
    )
    credit_line: Amount | None = Field(None, description="授信额度，万元，期末数。", examples=["1000.00"])
    lent: Amount | None = Field(None, description="本期发放额，万元，本季度内累计。", examples=["300.00"])
    balance: Amount | None = Field(None, description="贷款余额，万元，期末数。", examples=["500.00"])
    first_loan: bool | None = Field(None, description="是否首贷。")
    renewal: bool | None = Field(None, description="是否续贷；不能与首贷同为 true。")
    credit_loan: bool | None = Field(None, description="是否信用贷。")
    rate: Rate | None = Field(None, description="年利率，%。", examples=["3.45"])
    period_end: date | None = Field(None, description="期末日，即该季度最后一日。", examples=["2026-09-30"])
    reason: Words | None = Field(None, description="原因。")
    mistake: Mistake | None = Field(
        None, description="名单差错：renamed 更名，dissolved 注销，not_found 查无，code 代码有误，other 其他。"
    )
    mistake_says: ManyWords | None = Field(None, description="差错说明。")


class FeedbackLines(BaseModel):
    """一个季度的全部反馈。"""

    model_config = ConfigDict(extra="forbid", strict=True)

    lines: list[FeedbackLine] = Field(
        description="每家企业一行，一行只写一家。", min_length=1, max_length=LINES_AT_ONCE
    )


class FeedbackFault(Schema):
    """一处问题。"""

    row: int = Field(description="第几行：表头为第 1 行；以 JSON 发来的，lines 的第一项为第 2 行。")
    column: str = Field(description="哪一列（模板中的列名）；涉及整行的为空。")
    detail: str = Field(description="问题是什么、如何改。")


class FeedbackSums(Schema):
    """无误的各行合计，金额单位为万元。"""

    contacted: int = Field(description="已对接。")
    credit_line: str = Field(description="授信额度。")
    lent: str = Field(description="本期发放额。")
    balance: str = Field(description="贷款余额。")
    mistakes: int = Field(description="名单差错。")
    silent: int = Field(description="只写明是哪家企业、略过的行数。")


class Feedback(Schema):
    """一份反馈。"""

    id: UUID = Field(description="反馈编号。")
    quarter: str = Field(description="季度。", examples=["2026Q3"])
    edition: Label
    way: Literal["room", "machine"] = Field(description="room 在门户上传，machine 由程序发来。")
    key: str | None = Field(description="由程序发来的：密钥的开头部分。")
    state: State = Field(
        description="waiting 等待读取，reading 正在读取，faulty 有误、尚未计入，in_force 已生效，"
        "replaced 已被后来的取代，unreadable 无法读取、未收下，dropped 已放弃。"
    )
    message: str | None = Field(description="unreadable：为什么。")
    leave_out: bool = Field(description="有误的行是否不计、其余照常计入。")
    lines: int = Field(description="无误的行数。")
    faulty: int = Field(description="有误的行数。")
    sums: FeedbackSums | None = Field(description="合计；没有读完的为 null。")
    received_at: datetime = Field(description="收到的时间。")
    in_force_at: datetime | None = Field(description="何时生效。")
    replaced_at: datetime | None = Field(description="何时被取代。")


class FeedbackTold(Feedback):
    """一份反馈，及其问题。"""

    faults: list[FeedbackFault] | None = Field(
        description="前 50 行的问题，全部问题见门户中的问题清单；已过保留期的为 null。"
    )


class Feedbacks(Schema):
    """一页反馈，新的在前。"""

    items: list[Feedback] = Field(description="反馈。")
    next: UUID | None = Field(description="下一页的 cursor；没有下一页时为 null。")


class ReportedMistake(Schema):
    """报告的一处名单差错，和核查的答复。"""

    feedback: UUID = Field(description="随哪一份反馈报告。")
    edition: Label
    row: int = Field(description="该反馈的第几行。")
    enterprise: str = Field(description="企业编号。", examples=[ID])
    kind: Mistake = Field(description="差错种类。")
    says: str = Field(description="差错说明。")
    reported_at: datetime = Field(description="报告的时间。")
    outcome: Literal["open", "mended", "awaited", "as_published"] = Field(
        description="open 待处理；mended 已更正，见下一版本；awaited 属实，相应名单尚未公布；"
        "as_published 与公布的一致。"
    )
    words: str | None = Field(description="答复；待处理的为 null。")
    settled_at: datetime | None = Field(description="答复的时间。")


class ReportedMistakes(Schema):
    """一页名单差错，新报告的在前。"""

    items: list[ReportedMistake] = Field(description="名单差错。")
    next: int | None = Field(description="下一页的 cursor；没有下一页时为 null。")
