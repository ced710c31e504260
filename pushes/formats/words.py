"""The words inside packages (pure).

Law: a package is a Chinese document, whatever the locale of who builds it.

They are part of the format: banks' programs look for these titles.
"""

import re

_DAY = r"\d{4}-\d\d-\d\d"
_PERIOD = re.compile(f"{_DAY}/({_DAY})?")

PUBLIC_ID = "企业编号"
CODE = "统一社会信用代码"
NAME = "企业名称"
FORMER_NAMES = "曾用名"
DISTRICT = "区县"
KNOWN_BY = "识别方式"
FIRST_EDITION = "首次入库版次"
BY_CODE, BY_NAME = "代码识别", "名称识别"
FLAGS = {"valid": "是", "grace": "待续"}
PROGRAMME_FLAGS = "各类资质（是／待续）"

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

LIST, LIST_CODE = "名单", "名单代码"
POINTS, POINTS_CODE = "积分类别", "积分代码"
YEAR, TOTAL, GRADE = "积分年度", "总分", "等级"

CHANGE = "变动"
CAUSES_TITLE = "原因"
BEFORE, AFTER = "变更前", "变更后"
EVIDENCE = "依据"
EVIDENCE_LISTS = "依据名单"
KINDS = {"added": "新增", "removed": "移出", "changed": "变更"}
CAUSES = {
    "recognised": "新获认定",
    "renewed": "重新认定",
    "moved_in": "迁入本市",
    "counts_again": "恢复计入",
    "grace": "到期待续",
    "expired": "到期",
    "revoked": "被取消（撤销）",
    "disputed": "取消（撤销）待核对",
    "delisted": "不在最新全量名单中",
    "list_withdrawn": "来源名单被撤回",
    "rule_changed": "认定规则调整",
    "corrected": "更正",
    "renamed": "更名",
    "respelled": "名单所载名称不同",
    "former_names": "曾用名变更",
    "code_found": "补充统一社会信用代码",
    "code_changed": "统一社会信用代码变更",
    "district_changed": "区县变更",
    "left_city": "不在本市",
    "merged": "与库内另一企业为同一家",
    "joined": "库内另一企业与本企业为同一家",
    "split": "改属另一企业",
    "objection_upheld": "经异议核实更正",
    "name_on_objection": "企业名称经异议核实更正",
    "code_on_objection": "统一社会信用代码经异议核实更正",
    "place_on_objection": "区县经异议核实更正",
    "first_edition": "首次入库版次调整",
}
DISTRICT_FOUND = "补充区县"
# What a cause that names no programme is about.
FIELDS = {
    "list_withdrawn": NAME,
    "renamed": NAME,
    "respelled": NAME,
    "former_names": FORMER_NAMES,
    "code_found": CODE,
    "code_changed": CODE,
    "district_changed": DISTRICT,
    "name_on_objection": NAME,
    "code_on_objection": CODE,
    "place_on_objection": DISTRICT,
    "first_edition": FIRST_EDITION,
}
# What is said of the day on which a recognition ended: it ran out, unless something else ended it.
RAN_OUT = "到期"
ENDINGS = {"revoked": "起取消", "delisted": "起不在名单中"}

TABLES = {
    "enterprises": "企业名单", "recognitions": "资质明细", "changes": "变动明细", "named_lists": "专项名单",
    "points": "创新积分",
}  # fmt: skip
README = "使用说明"
_SEASONS = {"1": "一", "2": "二", "3": "三", "4": "四"}

NOTHING = "—"
INSIDE = "、"
SEPARATOR = "；"
COLON = "："
SHEETS = {"enterprises": "企业", "recognitions": "资质", "changes": "变动", "named_lists": "专项名单", "points": "积分"}


def edition_title(quarter: str, version: str, *, urgent: bool) -> str:
    """The edition as people call it; the quarter is written 2026Q3."""
    kind = "紧急通知（仅含撤销、取消）" if urgent else ""
    return f"郑州市科技型企业培育库{quarter[:4]}年第{_SEASONS[quarter[-1]]}季度（第{version}版）{kind}"


def period(text: str) -> str:
    """A period written `from/to` (ISO days, inclusive, `to` may be empty) as people read it; other text as it is."""
    if not _PERIOD.fullmatch(text):
        return text
    start, _slash, end = text.partition("/")
    return f"{start}至{end}" if end else f"{start}起"


def ending(text: str, cause: str) -> str:
    """The ISO day on which a recognition ended, with what happened; other text as it is."""
    return f"{text}{ENDINGS.get(cause, RAN_OUT)}" if re.fullmatch(_DAY, text) else text


def cited(title: str, document_number: str, row: str) -> str:
    """A row of a notice as people cite it; number and row may be empty."""
    number = f"（{document_number}）" if document_number else ""
    return f"{title}{number}{f'第{row}行' if row else ''}"
