"""Slips as lists have them, at low rates (pure). Law: none takes the mark away or makes another's name."""

from collections.abc import Container
from random import Random

from registry.samples.naming import MARK

# Of all cells of the kind. Brackets are no slip but a habit: half of the lists write () and half write （）.
NAME_SPACE = 0.005
NAME_LINE_BREAK = 0.003
NAME_CHARACTER = 0.002  # one lost, or taken for one that looks alike
CODE_MISSING = 0.02
CODE_LOWER_CASE = 0.01
CODE_FULL_WIDTH = 0.003
CODE_SPACE = 0.008
CODE_SLIP = 0.004  # one character mistyped: the check finds each
NUMBER_LOWER_CASE = 0.005
NUMBER_SPACE = 0.005
LINE_TWICE = 0.0008

_ALIKE = dict(
    zip(
        "己已未末土士日曰天夫大太王玉干千科技睛博源治汇辰",
        "已己末未士土曰日夫天太大玉王千干料枝晴搏原冶江晨",
        strict=True,
    )
)
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


class Dirt:
    """Soils the cells of lists; `taken` are the names that no slip may produce."""

    def __init__(self, rng: Random, taken: Container[str]) -> None:
        self._rng = rng
        self._taken = taken

    def happens(self, rate: float) -> bool:
        return self._rng.random() < rate

    def name(self, name: str) -> str:
        if self.happens(NAME_CHARACTER):
            name = self._misspelt(name)
        if self.happens(NAME_SPACE):
            return self._broken(name, self._rng.choice((" ", "\u3000", "\u00a0")))
        if self.happens(NAME_LINE_BREAK):
            return self._broken(name, "\n")
        return name

    def code(self, code: str) -> str:
        if self.happens(CODE_MISSING):
            return ""
        if self.happens(CODE_SLIP):
            code = self._mistyped(code)
        if self.happens(CODE_LOWER_CASE):
            return code.lower()
        if self.happens(CODE_FULL_WIDTH):
            return code.translate(_FULL_WIDTH)
        return f"{code[:8]} {code[8:]}" if self.happens(CODE_SPACE) else code

    def number(self, number: str) -> str:
        if self.happens(NUMBER_LOWER_CASE):
            return number.lower()
        return f"{number[:6]} {number[6:]}" if self.happens(NUMBER_SPACE) else number

    def _misspelt(self, name: str) -> str:
        """The name with one character lost or mistaken, outside the mark and the legal form at its end."""
        mark = name.index(MARK)
        fixed = {mark, mark + 1, *(at for at, character in enumerate(name) if character in "（）()")}
        able = [at for at in range(len(name) - len("有限公司")) if at not in fixed]
        at = self._rng.choice(able)
        wrong = name[:at] + _ALIKE.get(name[at], "") + name[at + 1 :]
        return name if wrong in self._taken else wrong

    def _broken(self, name: str, by: str) -> str:
        at = self._rng.randrange(2, len(name) - 2)
        if name[at - 1 : at + 1] == MARK:
            at += 1
        return name[:at] + by + name[at:]

    def _mistyped(self, code: str) -> str:
        while True:
            at = self._rng.randrange(8, 18)
            wrong = code[:at] + self._rng.choice("0123456789OISZ") + code[at + 1 :]
            if wrong != code:
                return wrong
