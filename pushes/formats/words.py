"""The words inside packages (pure).

Law: a package is a Chinese document, whatever the locale of who builds it.

They are part of the format: banks' programs look for these titles.
"""

PUBLIC_ID = "企业编号"
CODE = "统一社会信用代码"
NAME = "企业名称"
FORMER_NAMES = "曾用名"
DISTRICT = "区县"
KNOWN_BY = "识别方式"
BY_CODE, BY_NAME = "代码识别", "名称识别"
FLAGS = {"valid": "是", "grace": "待续"}

PROGRAMME = "资质类别"
PROGRAMME_CODE = "资质代码"
NUMBER = "证书或登记编号"
BATCH = "批次"
VALID_FROM, VALID_TO = "有效期起", "有效期至"
STATE = "状态"
STATES = {"valid": "有效", "grace": "到期待续"}
TITLE = "来源名单"
DOCUMENT = "文号"
PUBLISHED = "公布日期"
URL = "来源链接"
SOURCE = "来源编号"

CHANGE = "变动"
CAUSES_TITLE = "原因"
BEFORE, AFTER = "变更前", "变更后"
EVIDENCE = "依据"
KINDS = {"added": "新增", "removed": "移出", "changed": "变更"}
CAUSES = {
    "recognised": "新获认定",
    "renewed": "续期",
    "grace": "到期待续",
    "expired": "到期",
    "revoked": "被撤销",
    "delisted": "未列入最新名单",
    "list_withdrawn": "来源名单被撤回",
    "corrected": "更正",
    "renamed": "更名",
    "former_names": "曾用名变动",
    "code_found": "补全代码",
    "code_changed": "代码变更",
    "district_changed": "区县变更",
    "left_city": "迁出本市",
}
FIELDS = {
    "renamed": NAME,
    "former_names": FORMER_NAMES,
    "code_found": CODE,
    "code_changed": CODE,
    "district_changed": DISTRICT,
}

SEPARATOR = "；"
COLON = "："
SHEET = "企业"


def period(text: str) -> str:
    """A period written `from/to` (inclusive, `to` may be empty) as people read it; other text as it is."""
    start, slash, end = text.partition("/")
    if not slash:
        return text
    return f"{start}至{end}" if end else f"{start}起"
