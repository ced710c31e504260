"""What a compared list says of each row, beside the row's own cells (pure).

Law: only a row that is in has an enterprise in its cells; whom else to look at is said in words. The result is a
Chinese document, whatever the locale of who makes it.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from enterprises.canonical import RecognitionRecord
from enterprises.identifying import Identified
from enterprises.matching.identifying import FORMER, PUBLISHED, By, Candidate, Cause, Finding, Outcome
from pushes.formats import words
from pushes.formats.table import Column, apart

OUTCOMES = {
    Outcome.IN: "在库",
    Outcome.CANDIDATE: "待核对",
    Outcome.OUT: "不在库",
    Outcome.NOTHING: "无法比对",
}
METHODS = {By.CODE: "统一社会信用代码", By.NAME: "企业名称", By.PUBLISHED: "公布用名", By.FORMER: "曾用名"}
OWN = (
    Column("比对结果", 10),
    Column("匹配方式", 18),
    Column(words.PUBLIC_ID, 11),
    Column("登记名称", 40),
    Column(words.CODE, 22),
    Column("资质（类别及有效期）", 50),
    Column("说明", 60),
)
_COLUMN, _WIDTH = "列", 20
_NO_CODE = "库中该企业未列代码"
_RELATIONS = {
    "spelling": "写法相同",
    "form_damaged": "组织形式缺字或有误",
    "form_worded": "组织形式写法不同",
    "suffix": "地名少“省”“市”",
    "province": "地名前有无省名",
    "place_omitted": "有无地名",
    "place_needed": "有无地名",
    "place_moved": "地名位置不同",
    "place_slip": "地名有误字",
    "place_other": "地名不同",
    "form_other": "组织形式不同",
    "core_alone": "字号和行业相同，地名和组织形式不同",
    "sound": "有一字同音",
    "trade_sound": "字号有一字同音",
    "look": "有一字形近",
    "doubled": "有一字重复",
    "lost": "少一字",
    "swapped": "两字颠倒",
    "near": "名称相近",
    "other": "名称不同",
}
_CAUSES = {
    Cause.CODE_OTHER_NAME: "代码一致、名称不符",
    Cause.CODE_NEAR_NAME: "代码一致、名称有出入",
    Cause.CODE_OF_SEVERAL: "代码与不止一家企业相符",
    Cause.CODE_SLIPPED: "代码疑有笔误",
    Cause.NAME_OTHER_CODE: "名称一致、代码不符",
    Cause.NAME_FAULTY_CODE: "名称一致、所填代码校验不通过",
    Cause.NAME_OF_SEVERAL: "名称不止一家企业使用",
    Cause.FORMER_OF_SEVERAL: "仅与曾用名相符，不能确认",
    Cause.FORMER_STATED: "所填曾用名与其名称相符",
    Cause.REGISTRATION: "仅注册号相符",
    Cause.LISTED: "公布名单曾用此写法",
    Cause.ALIKE: "名称相近",
}
_FAULTS = {
    "uscc_lost_digits": "所填代码已被表格软件改成数值、丢失位数，未参与比对",
    "uscc_shape": "所填代码不是18位统一社会信用代码，未参与比对",
    "uscc_check": "所填代码校验不通过",
}


class Shown(NamedTuple):
    """An enterprise as the institution may see it."""

    public_id: str
    name: str
    uscc: str
    held: str


class Answers(NamedTuple):
    """What may be told: enterprises, those of earlier editions by the edition's label, and whether former names are
    called so.
    """

    shown: Mapping[int, Shown]
    once: Mapping[int, str]
    tells_former: bool


class Repeats:
    """Rows that state the same, or are of one enterprise, of which a list has several."""

    def __init__(self) -> None:
        self._stated: dict[int, int] = {}
        self._enterprises: dict[int, int] = {}
        self.count = 0

    def note(self, row: Identified) -> str:
        """What is to be said of the row."""
        first = self._stated.setdefault(hash(row.same), row.number) if any(row.same) else row.number
        enterprise = row.finding.enterprise if row.finding.outcome is Outcome.IN else None
        met = row.number if enterprise is None else self._enterprises.setdefault(enterprise, row.number)
        if first != row.number:
            self.count += 1
            return f"与第{first}行重复"
        return f"与第{met}行为同一企业" if met != row.number else ""


def held(
    recognitions: Sequence[RecognitionRecord], names: Mapping[str, str], hidden: Collection[str] = frozenset()
) -> str:
    """The recognitions with their periods; `names` gives each programme's by its code. An end that is `hidden` is not
    taken for none.
    """
    told = ((names.get(one["programme"], one["programme"]), _period(one, hidden)) for one in recognitions)
    return words.SEPARATOR.join(f"{name}（{period}）" if period else name for name, period in told)


def columns(header: Sequence[str], width: int) -> list[Column]:
    """The list's own columns, then ours."""
    return apart([*own_columns(header, width), *OWN])


def own_columns(header: Sequence[str], width: int) -> list[Column]:
    """The list's own columns; those without a title by their place."""
    texts = enumerate([*header, *[""] * (width - len(header))], start=1)
    return [Column(text or f"{_COLUMN}{at}", _WIDTH) for at, text in texts]


def cells(row: Identified, answers: Answers, repeats: str) -> list[str]:
    """Our cells of the row."""
    finding = row.finding
    outcome = OUTCOMES[finding.outcome]
    if finding.outcome is Outcome.IN and finding.enterprise is not None and finding.by is not None:
        who = answers.shown[finding.enterprise]
        by = METHODS[finding.by if answers.tells_former or finding.by is not By.FORMER else By.PUBLISHED]
        notes = [*_of_match(row, who, tells_former=answers.tells_former), repeats]
        return [outcome, by, who.public_id, who.name, who.uscc, who.held, _joined(notes)]
    notes = [
        *(_of_candidate(one, answers.shown[one.enterprise], finding) for one in finding.candidates),
        _once(finding, answers),
        _FAULTS.get(row.fault, "") if finding.outcome is not Outcome.CANDIDATE else "",
        repeats,
    ]
    return [outcome, "", "", "", "", "", _joined(notes)]


def _of_match(row: Identified, who: Shown, *, tells_former: bool) -> list[str]:
    finding = row.finding
    notes = [_FAULTS.get(row.fault, "")]
    if finding.by is By.CODE:
        notes.append(_of_name(finding.relation, tells_former=tells_former))
        notes.append(_of_code(row.code, who.uscc))
    else:
        if finding.by is By.FORMER:
            name = "曾用名" if tells_former else "其他用名"
            notes.append(f"以{name}相符，现登记名称见左；原名可能已由他人使用，请以代码核对")
        if not who.uscc:
            notes.append(f"{_NO_CODE}，仅凭名称匹配")
    return notes


def _of_name(relation: str, *, tells_former: bool) -> str:
    if relation in (FORMER, PUBLISHED):
        return f"所填名称为其{'曾用名' if relation == FORMER and tells_former else '其他公布用名'}"
    return f"所填名称与登记名称不同：{_RELATIONS[relation]}" if relation and relation != "spelling" else ""


def _of_code(stated: str, known: str) -> str:
    if not known:
        return _NO_CODE
    return f"库中代码为{known}，主体识别码（第9至17位）一致" if stated != known else ""


def _of_candidate(one: Candidate, who: Shown, finding: Finding) -> str:
    cause = _CAUSES[one.cause]
    if one.cause is Cause.ALIKE:
        cause = _CAUSES[Cause.LISTED] if one.relation == "spelling" else f"{cause}（{_RELATIONS[one.relation]}）"
    if one.cause is Cause.CODE_SLIPPED:
        cause = f"{cause}，应为{finding.proposal}"
    return f"{cause}：{who.name}（{who.uscc or _NO_CODE}，{who.public_id}）"


def _once(finding: Finding, answers: Answers) -> str:
    label = answers.once.get(finding.enterprise) if finding.enterprise is not None else None
    return f"曾在库（{label}），本版本不在库" if label and finding.outcome is Outcome.OUT else ""


def _period(one: RecognitionRecord, hidden: Collection[str]) -> str:
    start, end = one["valid_from"], one["valid_to"] or ""
    if "valid_to" in hidden:
        told = f"{words.VALID_FROM}{start}" if start else ""
    elif "valid_from" in hidden:
        told = f"{words.VALID_TO}{end}" if end else ""
    else:
        told = words.period(f"{start}/{end}")
    return "，".join(filter(None, [told, words.STATES["grace"] if one["state"] == "grace" else ""]))


def _joined(notes: Sequence[str]) -> str:
    return words.SEPARATOR.join(filter(None, notes))
