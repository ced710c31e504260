"""From header texts to fields (pure). Law: an unknown column stays in the published record; none is guessed."""

import re
import unicodedata
from collections.abc import Sequence

# What published lists call each field. Longer texts win, so that 原企业名称 is never taken for 企业名称.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "seq": ("序号", "序", "号", "NO", "NO.", "排序"),
    "name": (
        "企业名称", "单位名称", "公司名称", "企业全称", "名称", "申报单位", "申报企业", "企业", "单位",
        "认定企业名称", "入库企业名称", "机构名称", "承担单位", "主体名称", "纳税人名称", "客户名称",
        "被取消企业名称",
    ),
    "new_name": (
        "现企业名称", "企业现名称", "变更后企业名称", "变更后名称", "更名后企业名称", "更名后名称",
        "新企业名称", "现名称", "变更后公司全称", "变更后全称", "变更后单位名称", "现单位名称",
    ),
    "former_name": (
        "原企业名称", "企业原名称", "变更前企业名称", "变更前名称", "更名前企业名称", "更名前名称",
        "旧企业名称", "原名称", "原单位名称", "变更前单位名称", "曾用名", "变更前公司全称", "变更前全称", "原公司名称",
    ),
    "uscc": (
        "统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码", "统一代码",
        "统一社会信用代码/组织机构代码", "企业统一社会信用代码", "税号", "纳税人识别号", "营业执照号",
    ),
    "number": (
        "证书编号", "高新技术企业证书编号", "高企证书编号", "证书号", "原证书编号", "入库登记编号", "登记编号",
        "入库编号", "科技型中小企业登记编号", "科技型中小企业登记编码", "科技型中小企业编号", "入库号",
    ),
    "district": (
        "所属区县", "区县", "县区", "县(市、区)", "县市区", "县(市)区", "所属县区", "所在区县", "所属地",
        "所属地区", "所属区域", "属地", "地区", "行政区域", "注册地", "注册地区", "所在地", "辖区", "园区",
        "管理单位", "推荐单位",
    ),
    "city": ("地市", "省辖市", "市", "所属地市", "所属市", "城市", "设区市"),
    "batch": ("批次", "入库批次", "认定批次"),
    "issued_on": ("发证日期", "发证时间", "颁发日期", "认定时间", "认定日期", "批准日期"),
    "valid_from": ("有效期起", "有效期开始", "起始日期"),
    "valid_to": ("有效期至", "有效期止", "到期日期", "截止日期", "有效期截止"),
    "period": ("有效期", "有效期限", "有效期间", "有效期起止"),
    "revoked_from_year": ("取消年度", "撤销年度", "取消资格年度"),
    "result": ("结果", "复审结果", "复核结果", "评审结果", "审核结果", "认定结果", "评价结果"),
    "person": (
        "法定代表人", "法人代表", "法人", "联系人", "联系电话", "手机", "手机号", "电话", "身份证号", "邮箱",
        "电子邮箱",
    ),
}  # fmt: skip

HEADER_SEARCH_ROWS = 30
_BRACKETED = re.compile(r"\([^()]*\)")
_SPACES = re.compile(r"\s+")
_FIELD_OF = {text: field for field, texts in SYNONYMS.items() for text in texts}
_CONTAINED = sorted((text for text in _FIELD_OF if len(text) >= 3), key=len, reverse=True)
# Before a name these speak of somebody else than the enterprise: who recommends it, who owns it.
_OF_ANOTHER = re.compile(r"^(?:推荐|主管|归口|管理|所属|上级|母公司|集团|依托|初审|受理|审核|组织|合作)")
_AMBIGUOUS = "编号"  # a running number or a certificate's: its values decide
_RUNNING_NUMBER = re.compile(r"^\d{1,6}$")


def field_of(header: str) -> str | None:
    """The field that a header text names, or None."""
    whole = _SPACES.sub("", unicodedata.normalize("NFKC", header)).upper()
    bare = _BRACKETED.sub("", whole)
    for text in (whole, bare):
        if text in _FIELD_OF:
            return _FIELD_OF[text]
    if len(bare) > 20 or _OF_ANOTHER.match(bare):
        return None
    return next((_FIELD_OF[text] for text in _CONTAINED if text in bare), None)


def _is_exact(header: str) -> bool:
    whole = _SPACES.sub("", unicodedata.normalize("NFKC", header)).upper()
    return whole in _FIELD_OF or _BRACKETED.sub("", whole) in _FIELD_OF


def map_columns(header: Sequence[str], below: Sequence[Sequence[str]]) -> dict[str, int]:
    """Field → column of the header that names it, exactly before by containing it, the first of equals.

    `below` are some rows that settle an ambiguous 编号.
    """
    found: dict[str, int] = {}
    for column, text in sorted(enumerate(header), key=lambda pair: not _is_exact(pair[1])):
        if _SPACES.sub("", text) == _AMBIGUOUS:
            values = [row[column] for row in below if column < len(row) and row[column]]
            field = "seq" if all(_RUNNING_NUMBER.match(value) for value in values) else "number"
        else:
            field = field_of(text) or ""
        if field and field not in found:
            found[field] = column
    return found


def find_header(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]] | None:
    """Index and columns of the first row that names an enterprise and one thing more, or None.

    A single known header is enough where it is the row's only text (a list of bare names).
    """
    for index, row in enumerate(rows[:HEADER_SEARCH_ROWS]):
        columns = map_columns(row, rows[index + 1 : index + 21])
        if not {"name", "new_name"} & columns.keys():
            continue
        texts = [text for text in row if text]
        short = all(field_of(text) is None or len(text) <= 25 for text in texts)
        if short and (len(columns) >= 2 or (len(texts) == 1 and _is_exact(texts[0]))):
            return index, columns
    return None


def has_two_blocks(header: Sequence[str]) -> bool:
    """Whether the header stands twice, side by side: 序号, 企业名称, 序号, 企业名称."""
    fields = [field_of(text) for text in header]
    return any(fields.count(field) > 1 for field in ("name", "new_name", "uscc"))
