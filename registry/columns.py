"""From header texts to fields (pure). Law: an unknown column stays in the published record; none is guessed.

What lists call each field is data (`Vocabulary`); where a text may mean several things, the values below it decide.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence

from registry.identifiers import clean_code, uscc_fault

_BRACKETED = re.compile(r"\([^()]*\)")
_SPACES = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u0000\u200b-\u200f\u2060\u2400\ufeff]")
# Before a name these speak of somebody else than the enterprise: who recommends it, who owns it.
_OF_ANOTHER = re.compile(r"^(?:推荐|主管|归口|管理|所属|上级|母公司|集团|依托|初审|受理|审核|组织|合作)")
_LONGEST_HEADER = 20
_RUNNING_NUMBER = re.compile(r"^\d{1,6}$")
_FIRM = re.compile(r"公司|集团|合作社|事务所|研究院|中心|[厂社所院店]$")
_CITY = re.compile(r"^\S{2,4}市$")
_AMBIGUOUS = ("编号", "名称", "地区")  # their values decide
OTHER = "other"  # kept as published, and not read


def folded(text: str) -> str:
    """A header text as it is compared: without white space and what cannot be seen, width and case folded."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))).upper()


class Vocabulary:
    """What header texts mean: what staff chose for this list first, then the words of the catalogue.

    The longest word wins, so that 原企业名称 is never taken for 企业名称. `number_pattern` is the programme's: of
    several columns of numbers, the one of its numbers is meant. `whole` are words that name a column alone, never where
    they are a part of its text: of 18 figures with similar names each is taken for itself or for nothing.
    """

    def __init__(
        self,
        words: Iterable[tuple[str, str]],
        chosen: Mapping[str, str] | None = None,
        number_pattern: str = "",
        whole: Iterable[tuple[str, str]] = (),
    ) -> None:
        self._number = re.compile(number_pattern) if number_pattern else None
        self._words = {folded(text): field for text, field in words}
        self._whole = {folded(text): field for text, field in whole}
        self._chosen = {folded(text): field for text, field in (chosen or {}).items()}
        self._contained = sorted((text for text in self._words if len(text) >= 3), key=len, reverse=True)

    def field_of(self, header: str) -> str | None:
        """The field that a header text names, or None."""
        exact = self.exactly(header)
        if exact:
            return exact
        whole = folded(header)
        bare = _BRACKETED.sub("", whole)
        if len(bare) > _LONGEST_HEADER or _OF_ANOTHER.match(bare):
            return None
        group, _slash, own = bare.rpartition("/")
        if group and own in self._whole:  # 技术创新/研发费用
            return self._whole[own]
        if group and own not in _AMBIGUOUS and own in self._words:  # 企业名称/更名后: the second row of a header
            return self._words[own]
        return self._contained_in(bare) or self._code_in(whole)

    def _contained_in(self, text: str) -> str | None:
        return next((self._words[word] for word in self._contained if word in text), None)

    def _code_in(self, whole: str) -> str | None:
        """ "uscc" where the text in brackets asks for the code: 帐号(18位统一社会信用代码)."""
        asked = (self._contained_in(text) for text in _BRACKETED.findall(whole))
        return "uscc" if "uscc" in asked else None

    def exactly(self, header: str) -> str | None:
        """The field whose word the text is, with or without what stands in brackets."""
        whole = folded(header)
        for text in (whole, _BRACKETED.sub("", whole)):
            found = self._chosen.get(text) or self._whole.get(text) or self._words.get(text)
            if found:
                return found
        return None

    def is_own_number(self, value: str) -> bool:
        """Whether the value has the shape of the programme's numbers."""
        return bool(self._number and self._number.match(clean_code(value)))

    def is_chosen(self, header: str) -> bool:
        """Whether staff said what the text means, so that no value has to."""
        return folded(header) in self._chosen


def map_columns(header: Sequence[str], below: Sequence[Sequence[str]], vocabulary: Vocabulary) -> dict[str, int]:
    """Field → column of the header that names it, exactly before by containing it, the first of equals.

    `below` are some rows that settle what an ambiguous text means.
    """
    found: dict[str, int] = {}
    number_is_own = False
    for column, text in sorted(enumerate(header), key=lambda pair: not vocabulary.exactly(pair[1])):
        values = [row[column] for row in below if column < len(row) and row[column]]
        field = _by_values(text, values, vocabulary)
        if not field or field == OTHER:
            continue
        own = field == "number" and bool(values) and _most(values, vocabulary.is_own_number)
        if field not in found or (own and not number_is_own):
            found[field] = column
            number_is_own = number_is_own or own
    return found


def _by_values(header: str, values: Sequence[str], vocabulary: Vocabulary) -> str | None:
    """What the header means, where need be in the light of the values below it."""
    field, text = vocabulary.field_of(header), folded(header)
    if vocabulary.is_chosen(header) or not values:
        return field
    if text == "编号":
        return _kind_of_number(values)
    if text == "名称" and not _most(values, _FIRM.search):
        return OTHER
    if text == "地区" and _most(values, _CITY.match):
        return "city" if len(set(values)) > 1 or values[0] != "郑州市" else "district"
    return field


def _kind_of_number(values: Sequence[str]) -> str:
    """A running number, a credit code or a certificate's number: all are called 编号."""
    if all(_RUNNING_NUMBER.match(value) for value in values):
        return "seq"
    return "uscc" if _most(values, lambda value: not uscc_fault(clean_code(value))) else "number"


def _most(values: Sequence[str], holds: Callable[[str], object]) -> bool:
    return 2 * sum(bool(holds(value)) for value in values) > len(values)
