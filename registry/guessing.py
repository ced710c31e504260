"""What a list says of its own notice: title, document number, day, kind (pure). Law: a guess fills what is open."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from registry.dates import read_date

_ANNEX = re.compile(r"^附\s*件?\s*[0-9一二三四五六七八九十]*\s*[:：.、\-—_]*\s*")
_COUNT = re.compile(r"[（(]\s*(?:共|排名|按|以).{0,40}?[）)]\s*$")
_ABOUT_A_LIST = re.compile(r"名单|名录|公示|公告|通知|企业|清单|一览表|情况表|汇总表")
_NUMBER = re.compile(r"[\u4e00-\u9fa5]{2,12}[〔\[（(【]\s*(?:19|20)\d{2}\s*[〕\]）)】]\s*(?:第\s*)?\d{1,5}\s*号")
_DAY = re.compile(r"(?:19|20)\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日")
_LONGEST_TITLE = 300
# The first that the title speaks of; a notice that names none of them recognises.
_KINDS = (
    ("publicity", re.compile(r"公示|拟认定|拟推荐")),
    ("move_out", re.compile(r"迁出|搬出")),
    ("move_in", re.compile(r"迁入|搬入|搬迁")),
    ("rename", re.compile(r"更名|名称变更|变更名称")),
    ("revocation", re.compile(r"取消|撤销")),
    ("recheck", re.compile(r"复核|复审")),
    ("supplement", re.compile(r"补充")),
)


@dataclass(frozen=True)
class Guess:
    """What was read out of titles and file name; empty where nothing speaks of it."""

    title: str
    document_number: str
    published_on: date | None
    kind: str


def guess(titles: Sequence[str], file_name: str) -> Guess:
    """Read the rows above a list's header, and failing these the file's name."""
    stem = _ANNEX.sub("", file_name.rpartition(".")[0] or file_name).strip(" _-")
    title = _title(titles) or stem or file_name
    whole = " ".join(titles)
    number = _NUMBER.search(whole) or _NUMBER.search(stem)
    days = [day for text in _DAY.findall(whole) if (day := read_date(re.sub(r"\s", "", text)))]
    return Guess(
        title=title[:_LONGEST_TITLE],
        document_number=re.sub(r"\s", "", number[0]) if number else "",
        published_on=days[-1] if days else None,
        kind=kind_in(title) or "recognition",
    )


def kind_in(title: str) -> str:
    """The kind of notice that the title speaks of; "" where it speaks of none in particular."""
    return next((kind for kind, words in _KINDS if words.search(title)), "")


def _title(titles: Sequence[str]) -> str:
    """The rows that speak of a list, as one text: a long title is broken over two of them."""
    parts = []
    for text in titles:
        plain = _COUNT.sub("", _ANNEX.sub("", text)).strip()
        if plain and not _NUMBER.fullmatch(plain) and not _DAY.fullmatch(plain):
            parts.append(plain)
    found = [at for at, text in enumerate(parts) if _ABOUT_A_LIST.search(text)]
    if not found:
        return ""
    first, last = (0 if found[0] == 1 else found[0]), found[0]
    return "".join(parts[first : last + 1])
