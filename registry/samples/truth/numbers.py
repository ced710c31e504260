"""Codes and certificates of a region's enterprises, and what lists make of them (pure). Law: no real one is made."""

from collections import Counter
from random import Random

from registry.samples import codes
from registry.samples.truth.rates import CERT_TYPO, CODE_SLIPS
from registry.samples.truth.regions import Share

_OCR = {"0": "OODQ", "1": "IIL", "2": "Z", "5": "S", "8": "B", "6": "G", "B": "8", "D": "0", "G": "6", "Q": "0"}
_TYPED = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_BLANKS = (" ", "  ", "\u3000", "\n", "\t", "'")
LEGIBLE = frozenset({"code_fullwidth", "code_space", "code_lower"})  # slips that a reader undoes without a guess


class Numbers:
    """Issues certificates of a region, dense and in order."""

    def __init__(self, rng: Random, share: Share) -> None:
        self._rng, self._share = rng, share
        self._issued: Counter[str] = Counter()

    def certificate(self, year: int) -> str:
        """A high-tech certificate; a province counts from year to year."""
        serial = self._share.first_certificate + self._next(f"GR{year}")
        return codes.certificate_number(year, serial, self._share.region.code[:2])

    def registration(self, year: int, county: str) -> str:
        """A small technology enterprise's number of the year, counted by county."""
        chance = self._rng.random()
        kind = "A" if chance < 0.9 else "0" if chance < 0.98 else "8"
        return codes.registration_number(year, self._next(f"{year}{county}"), kind, county)

    def _next(self, what: str) -> int:
        self._issued[what] += 1
        return self._issued[what] - 1


class NumberSlips:
    """Spoils codes and certificates; `others` are the codes of other firms."""

    def __init__(self, rng: Random, errors: float) -> None:
        self._rng = rng
        self._table = [(tag, min(1.0, rate * errors), getattr(self, f"_{tag[5:]}")) for tag, rate in CODE_SLIPS.items()]
        self._typo_rate = min(1.0, CERT_TYPO * errors)
        self.others: list[str] = []

    def code(self, code: str) -> tuple[str, list[str]]:
        """The code as a list writes it, with the tags of what befell it."""
        tags, random = [], self._rng.random
        for tag, rate, slip in self._table:
            if random() < rate and (spoilt := slip(code)) != code:
                code = spoilt
                tags.append(tag)
        return code, tags

    def certificate(self, number: str) -> tuple[str, bool]:
        """The number as a list writes it, and whether it is mistyped."""
        if self._rng.random() >= self._typo_rate:
            return number, False
        at = self._rng.randrange(2, len(number))
        chance = self._rng.random()
        wrong = "" if chance < 0.1 else number[at] * 2 if chance < 0.2 else self._rng.choice("0123456789")
        spoilt = number[:at] + wrong + number[at + 1 :]
        return spoilt, spoilt != number

    def organisation(self, code: str) -> str:
        """An organisation code with or without its hyphen."""
        return f"{code[:8]}-{code[8]}" if self._rng.random() < 0.4 else code

    def _wrong(self, code: str) -> str:
        return self._rng.choice(self.others)

    def _excel(self, code: str) -> str:
        if not code.isdecimal():
            return code
        if self._rng.random() < 0.5:
            return f"{code[:15]}000"
        return f"{int(code) / 10**17:.5f}E+17"

    def _ocr(self, code: str) -> str:
        """One to three characters, taken for those that look like them."""
        able = [at for at, character in enumerate(code) if character in _OCR]
        characters = list(code)
        for at in self._rng.sample(able, min(len(able), self._rng.choice((1, 1, 1, 2, 3)))):
            characters[at] = self._rng.choice(_OCR[characters[at]])
        return "".join(characters)

    def _typo(self, code: str) -> str:
        at = self._rng.randrange(len(code))
        return code[:at] + self._rng.choice(_TYPED) + code[at + 1 :]

    def _drop(self, code: str) -> str:
        at = self._rng.randrange(len(code))
        return code[:at] + code[at + 1 :]

    def _swap(self, code: str) -> str:
        at = self._rng.randrange(len(code) - 1)
        return code[:at] + code[at + 1] + code[at] + code[at + 2 :]

    def _fullwidth(self, code: str) -> str:
        return code.translate(_WIDE)

    def _space(self, code: str) -> str:
        at = self._rng.choice((0, 6, 8, 9, len(code)))
        return code[:at] + self._rng.choice(_BLANKS) + code[at:]

    def _lower(self, code: str) -> str:
        return code.lower()


def organisation_codes(rng: Random, share: Share) -> list[str]:
    """Organisation codes of a region's enterprises, half of the older kind; no other region has them."""
    return codes.organisation_codes_of(share.size, rng, at=share.region.at, of=share.region.of)


def registration_number(rng: Random, division: str) -> str:
    """A business registration number of the time before 2015, with its check digit (ISO 7064, MOD 11,10)."""
    digits, product = f"{division}{rng.randrange(10**8):08d}", 10
    for digit in digits:
        product = ((product + int(digit) - 1) % 10 + 1) * 2 % 11
    return digits + str((11 - product) % 10)
