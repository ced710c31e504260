"""The shapes of what machines send and get, with the words of their description.

Law: what stands here stays; a field may come beside the others, and none changes its meaning. The description is
Chinese, as the packages are, whatever the locale.
"""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Field, Path, Schema
from pydantic import ConfigDict, StringConstraints

CODES_AT_ONCE = 1000
LABEL_FORM = r"^ZZKJ-20[0-9]{2}Q[1-4]-v[1-9][0-9]{0,3}$"
ID_FORM = r"^E[0-9A-HJ-NP-RTUW-Y]{7}$"
LABEL, ID, CODE = "ZZKJ-2026Q3-v1", "E4F7Q2WK", "91410100MA40000018"

LabelAsked = Annotated[str, Path(..., description="版本标签。", pattern=LABEL_FORM, example=LABEL)]
Label = Annotated[str, Field(description="版本标签。", pattern=LABEL_FORM, examples=[LABEL])]


class Problem(Schema):
    """出错时的回答（RFC 9457）。"""

    type: str = Field(description="错误种类，是使用手册中说明它的地址；程序请据此判断，不要依据文字。")
    title: str = Field(description="错误种类的名称。")
    status: int = Field(description="HTTP 状态码。")
    detail: str = Field("", description="这一次的具体情况和处理办法。")
    scope: str | None = Field(None, description="scope-missing：缺少的权限。")
    errors: list["Fault"] | None = Field(None, description="invalid-input、code-malformed：逐项列出的问题。")
    edition: str | None = Field(None, description="enterprise-not-found：在哪个版本中没有找到。")
    as_of: date | None = Field(None, description="enterprise-not-found：该版本的数据截止日。")


class Fault(Schema):
    """一处问题。"""

    pointer: str = Field(description="请求体中的位置（JSON Pointer），或参数名。")
    detail: str = Field(description="问题是什么。")


class Limit(Schema):
    """一项限额。"""

    name: str = Field(description="requests：这把密钥；institution：贵机构全部密钥；codes：查询的代码数。")
    quota: int = Field(description="每个时段的限额。")
    window_seconds: int = Field(description="时段，秒。")
    left: int = Field(description="本时段剩余。")
    resets_in_seconds: int = Field(description="多少秒后恢复。")


class Whoami(Schema):
    """这把密钥属于谁、能做什么。"""

    institution: str = Field(description="机构代码。", examples=["bank-a"])
    institution_name: str = Field(description="机构名称。")
    contract_until: date = Field(description="协议有效期最后一日。")
    key: str = Field(description="密钥的开头部分，用来指称密钥，不能用来调用。", examples=["zzkj_0a1b2c3d"])
    key_name: str = Field(description="密钥的用途。")
    scopes: list[str] = Field(
        description="权限：fetch 取包、取名单与变动；lookup 查询企业；acknowledge 确认收到；feedback 报送对接反馈。"
    )
    expires_at: datetime = Field(description="密钥何时失效。")
    limits: list[Limit] = Field(description="限额；计数器暂不可用时为空。")


class Package(Schema):
    """数据包。"""

    size: int = Field(description="zip 包的字节数。")
    sha256: str = Field(description="zip 包的 SHA-256。")
    locked: bool = Field(description="是否带口令：是的话取到的是外层 .aes.zip，size 和 sha256 是其中 zip 包的。")


class Previous(Schema):
    """变动所对照的上一版本。"""

    label: Label
    digest: str = Field(description="该版本的摘要。")


class Cut(Schema):
    """约定的范围。"""

    programmes: list[str] = Field(description="资质代码；空为全部。")
    districts: list[str] = Field(description="区县代码；空为全部。")
    include_name_only: bool = Field(description="是否含只以名称识别、没有代码的企业。")
    columns: list[str] = Field(description="约定的列；空为全部。未约定的字段在各回答中为 null。")


class Edition(Schema):
    """推送给贵机构的一个版本。数量按约定范围计。"""

    label: Label
    kind: Literal["quarter", "urgent"] = Field(description="quarter 季度版本，urgent 紧急通知（仅含撤销、取消）。")
    quarter: str = Field(description="季度。", examples=["2026Q3"])
    version: int = Field(description="该季度的第几版。")
    as_of: date = Field(description="数据截止日。")
    sealed_at: datetime = Field(description="封存时间。")
    delivered_at: datetime | None = Field(description="推送时间；尚在推送途中的为 null。")
    state: Literal["sealed", "withdrawn"] = Field(description="sealed 有效，withdrawn 已撤回、不得使用。")
    withdrawn_reason: str | None = Field(description="撤回的原因。")
    digest: str = Field(description="版本的摘要，与数据包 manifest.json 的 digest 相同。")
    previous: Previous | None = Field(description="数据包中变动所对照的版本；首次推送或范围改变后为 null。")
    members: int = Field(description="在库企业数。")
    added: int = Field(description="新增。")
    removed: int = Field(description="移出。")
    changed: int = Field(description="变更。")
    delivery: UUID = Field(description="推送编号，与通知的 webhook-id 一致。")
    package: Package | None = Field(description="数据包；已撤回的为 null。")
    cut: Cut = Field(description="这个版本按什么范围编制。")


class Editions(Schema):
    """一页版本，新的在前。"""

    items: list[Edition] = Field(description="版本。")
    next: Label | None = Field(description="下一页的 cursor；没有下一页时为 null。")


class Recognition(Schema):
    """一项资质。"""

    programme: str = Field(description="资质代码。", examples=["HNTE"])
    programme_name: str = Field(description="资质名称。", examples=["高新技术企业"])
    state: str = Field(description="valid 有效，grace 到期待续。", examples=["valid"])
    number: str | None = Field(description="证书或登记编号。")
    batch: str | None = Field(description="批次。")
    valid_from: str | None = Field(description="有效期第一日。")
    valid_to: str | None = Field(description="有效期最后一日（含当日）；null 为未定期限。")
    source: str | None = Field(description="来源编号：名单与行号，查证时报此号。")


class Enterprise(Schema):
    """一家在库企业。未约定的字段为 null。"""

    id: str = Field(description="企业编号，长期不变。", examples=[ID])
    uscc: str = Field(description="统一社会信用代码；名称识别的企业为空。", examples=[CODE])
    name: str = Field(description="现用名称。")
    former_names: list[str] | None = Field(description="曾用名。")
    district: str | None = Field(description="区县。")
    recognitions: list[Recognition] = Field(description="计入的资质。")


class Members(Schema):
    """一页在库企业，按企业编号排列。"""

    edition: Label
    as_of: date = Field(description="数据截止日。")
    items: list[Enterprise] = Field(description="企业。")
    next: str | None = Field(description="下一页的 cursor；没有下一页时为 null。", examples=[ID])


class Cause(Schema):
    """一项原因。"""

    cause: str = Field(description="原因代码，见代码表。", examples=["recognised"])
    programme: str = Field(description="涉及的资质代码；与资质无关的为空。")
    before: str = Field(description="变更前：值，或有效期“起/止”。")
    after: str = Field(description="变更后：值、有效期“起/止”，或终止之日。")
    source: str = Field(description="依据的来源编号。")


class Change(Schema):
    """一家企业的变动：JSON Lines 的一行。"""

    id: str = Field(description="企业编号。", examples=[ID])
    kind: Literal["added", "removed", "changed"] = Field(description="added 新增，removed 移出，changed 变更。")
    causes: list[Cause] = Field(description="原因，至少一项。")
    enterprise: Enterprise | None = Field(description="新的一行；移出的为 null。")


class Found(Schema):
    """查到的一家企业，及所依据的版本。"""

    edition: Label
    as_of: date = Field(description="数据截止日。")
    enterprise: Enterprise = Field(description="企业。")


Asked = Annotated[str, StringConstraints(max_length=64)]


class Lookup(Schema):
    """要查询的代码。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"codes": [CODE, ID]}})

    codes: list[Asked] = Field(
        description="统一社会信用代码或企业编号，1 至 1000 个。空格、大小写、全角半角不计较。",
        min_length=1,
        max_length=CODES_AT_ONCE,
    )


class Answer(Schema):
    """对一个代码的回答。"""

    asked: str = Field(description="所问的代码，原样。")
    result: Literal["found", "not_found", "malformed"] = Field(
        description="found 在库；not_found 该版本的约定范围内没有；malformed 代码有误，没有查询。"
    )
    enterprise: Enterprise | None = Field(description="在库的企业。")
    fault: str | None = Field(description="malformed：错在哪里。")


class Answers(Schema):
    """逐个回答，次序与所问的一致。"""

    edition: Label
    as_of: date = Field(description="数据截止日。")
    answers: list[Answer] = Field(description="回答。")


class Acknowledged(Schema):
    """已记录的确认。"""

    edition: Label
    acknowledged_at: datetime = Field(description="这把密钥首次确认的时间；再次确认不改变它。")
    key: str = Field(description="密钥的开头部分。")
