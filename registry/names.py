"""How names are cleaned and folded for comparison (pure). Law: only spelling is folded, never a word of the name."""

import re
import unicodedata

_INVISIBLE = re.compile("[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2400\ufeff]")
_SPACE = re.compile(r"\s+")
_BREAK = re.compile("[\t\n\u000b\u000c\r\u0085\u2028\u2029]")
_SPACE_BESIDE_IDEOGRAPH = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
# All common ideographs but 鍏 鏈 锟 闄, which a wrong encoding makes of 公, 有, a lost character and 限.
_IDEOGRAPH = "\u4e00-\u934e\u9350-\u93c7\u93c9-\u951e\u9520-\u95c3\u95c5-\u9fa5"
# What a name nearly always is; nothing in it but brackets, width and case could be folded.
_PLAIN = re.compile(
    rf"[{_IDEOGRAPH}A-Za-z0-9]{{2,100}}(?:[(\uff08][{_IDEOGRAPH}]{{1,50}}[)\uff09][{_IDEOGRAPH}A-Za-z0-9]{{0,50}})?公司"
)
_IDEOGRAPHS = re.compile(rf"[{_IDEOGRAPH}]{{2,100}}公司")
_LEGAL_NAME = re.compile(
    r"公司|集团|合作社|事务所|工作室|研究院|有限合伙|普通合伙|联合体|个体工商户|煤矿|超市|经营部|Co\.|Ltd|Inc\b|"
    r"(?:[厂廠社所院店部站室行场會会园園楼]|企业|中心|基地|学校|门市)[)\uff09]?$"
)
# A legal form that was cut off or miswritten: 有限, 有公限司, 有限公馿.
_DAMAGED_FORM = re.compile(r"(?:有限|有公|限公|有责|责任|股份)[^()]{0,4}$|[有股]$|公$")
_BRANCH = ("分公司", "分厂", "分店", "分社", "分院", "分所", "门市部", "营业部", "办事处")
_PLAIN_FOLD = str.maketrans("\uff08\uff09", "()")
_FOLD = str.maketrans(
    dict.fromkeys("[{〔【〖〈《「『﹝", "(")
    | dict.fromkeys("]}〕】〗〉》」』﹞", ")")
    | dict.fromkeys("•‧・∙⋅●.", "·")
    | dict.fromkeys("‐‑‒–—―−－", "-")
    | dict.fromkeys("“”„‟＂‘’‛´`'", '"')
    | dict.fromkeys("、;", ",")
)


def clean_text(text: str) -> str:
    """The text as a person reads it: invisible characters dropped, runs of white space made one space."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def clean_name(text: str) -> str:
    """A name without line breaks and stray spaces; those between Latin words stay."""
    return _SPACE_BESIDE_IDEOGRAPH.sub("", clean_text(text))


def is_plain_name(text: str) -> bool:
    """Whether the text is a company's name written as it should be: nothing to clean, no remark, no lost character."""
    return len(text) <= 100 and _PLAIN.fullmatch(text) is not None


def plain_key(text: str) -> str:
    """The key of a company's name that is written as it should be; "" for any other text."""
    if _IDEOGRAPHS.fullmatch(text):
        return text  # nothing in it could be folded
    return text.translate(_PLAIN_FOLD).upper() if is_plain_name(text) else ""


def is_legal_name(text: str) -> bool:
    """Whether the text says what form of enterprise it names, as a registered name does."""
    return _LEGAL_NAME.search(text) is not None


def is_damaged(text: str) -> bool:
    """Whether the text, which is no legal name, looks like one whose form was cut off or miswritten."""
    return _DAMAGED_FORM.search(text) is not None


def is_branch(name: str) -> bool:
    """Whether the name is that of a branch, which is no legal person of its own."""
    return name.endswith(_BRANCH)


def is_hiding(text: str) -> bool:
    """Whether the text holds what a person does not see: a line break or a tab within, an invisible character."""
    return bool(_BREAK.search(text.strip()) or _INVISIBLE.search(text))


def name_key(text: str) -> str:
    """The key on which two spellings of one name are equal.

    Width (NFKC), case, white space, and the kind of bracket, dot, dash and quote are folded; nothing is dropped that
    tells two firms apart. Of 44,787 registered Henan enterprises no two share a key.
    """
    if key := plain_key(text):
        return key
    plain = _SPACE.sub("", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)))
    return plain.translate(_FOLD).upper()
