"""How two names differ (pure). Law: what tells two firms apart in a register is never called a slip.

The answer is a `Relation`, a word a person can read; which of them may tie by itself is `rungs`' to say.
"""

import re
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA, Levenshtein

from enterprises.matching.keys import Parts
from enterprises.matching.places import Places, short
from enterprises.matching.sounds import looks_like, sounds_like
from registry.names import is_branch


class Relation(StrEnum):
    """How two different spellings differ.

    What is not listed here is `OTHER`: two names of two firms, for all we know.
    """

    SPELLING = "spelling"  # in marks, brackets, traditional characters alone
    FORM_DAMAGED = "form_damaged"  # 有限公锶, 冇限公司, 有限公: no register holds such a form
    FORM_WORDED = "form_worded"  # 有限责任公司, 有限公司, 公司
    SUFFIX = "suffix"  # 郑州市, 郑州
    PROVINCE = "province"  # 河南省荥阳市, 荥阳市
    PLACE_OMITTED = "place_omitted"  # 郑州, nothing
    PLACE_NEEDED = "place_needed"  # the same, and little is left without it: 裕发科技, 郑州市裕发科技
    PLACE_MOVED = "place_moved"  # 郑州启航, 启航(郑州)
    PLACE_SLIP = "place_slip"  # 郑粥, 郑州
    PLACE_OTHER = "place_other"  # 郑州, 荥阳
    FORM_OTHER = "form_other"  # 有限公司, 股份有限公司
    CORE_ALONE = "core_alone"  # another place and another form
    SOUND = "sound"  # one character of the same sound, behind the trade name
    LOOK = "look"  # one character that looks like it
    DOUBLED = "doubled"  # one character written twice
    LOST = "lost"  # one character missing
    SWAPPED = "swapped"  # two characters in the other order
    TRADE_SOUND = "trade_sound"  # one character of the same sound in the trade name: 天成, 天晟 are two as a rule
    NEAR = "near"  # little differs, but nothing explains it
    OTHER = "other"

    @property
    def is_slip(self) -> bool:
        """Whether one of the two is written wrongly, so that it is nobody's name."""
        return self in _SLIPS

    @property
    def is_loose(self) -> bool:
        """Whether two firms' names may well differ so."""
        return self in _LOOSE

    @property
    def is_change(self) -> bool:
        """Whether a firm that changed its name may have had the one and have the other."""
        return self in _CHANGES


_SLIPS = frozenset(
    (
        Relation.SPELLING, Relation.FORM_DAMAGED, Relation.PLACE_SLIP, Relation.SOUND, Relation.LOOK,
        Relation.DOUBLED, Relation.LOST, Relation.SWAPPED, Relation.TRADE_SOUND,
    )
)  # fmt: skip
_LOOSE = frozenset((Relation.PLACE_OTHER, Relation.CORE_ALONE, Relation.TRADE_SOUND, Relation.NEAR))
_CHANGES = frozenset((Relation.PLACE_OTHER, Relation.FORM_OTHER, Relation.CORE_ALONE, Relation.NEAR, Relation.OTHER))
_FULL_FORMS = ("股份有限公司", "有限责任公司", "有限公司")
_NUMERALS = re.compile(r"\d+|[一二三四五六七八九十百零两]+")
_TRADE_NAME = 2  # characters at the start of a core that are the trade name at least
_ANYBODYS = 2  # characters of a core that is anybody's: 食品, 商贸
_TELLING = 5  # characters of a core that tell a firm from others without its place
_NEAR = 3  # changes of one character that two names may be apart
_HALF = 2


def compare(one: Parts, other: Parts, places: Places) -> Relation:
    """How the two names differ. The order of the two does not matter."""
    if one.spelling == other.spelling:
        return Relation.SPELLING
    if is_branch(one.spelling) != is_branch(other.spelling):
        return Relation.OTHER  # a branch is not its parent
    if _is_damaged_form_of(one.spelling, other.spelling) or _is_damaged_form_of(other.spelling, one.spelling):
        return Relation.FORM_DAMAGED
    if one.core == other.core and len(one.core) > _ANYBODYS:
        return _compare_frames(one, other, places)
    return _compare_letters(one, other, places)


def _compare_frames(one: Parts, other: Parts, places: Places) -> Relation:
    """Of one trade name and business: what differs is the form, or the place."""
    here, there = places.shortened(one.places), places.shortened(other.places)
    inner = one.inner == other.inner or short(one.inner) == short(other.inner)
    if one.kind != other.kind:
        same_place = one.places == other.places and inner
        lost = same_place and {one.form, other.form} in ({"公司", "有限公司"}, {"公司", "有限责任公司"})
        return Relation.FORM_WORDED if lost else Relation.FORM_OTHER if same_place else Relation.CORE_ALONE
    if inner and here == there:
        return Relation.FORM_WORDED if one.places == other.places else Relation.SUFFIX
    if inner and _without_province(here, places) == _without_province(there, places) and here and there:
        return Relation.PROVINCE
    everywhere, elsewhere = {*here, *places.shortened(one.inner)}, {*there, *places.shortened(other.inner)}
    if everywhere == elsewhere:
        return Relation.PLACE_MOVED
    if inner and (not here or not there):
        return Relation.PLACE_OMITTED if len(one.core) >= _TELLING else Relation.PLACE_NEEDED
    return Relation.PLACE_OTHER


def _without_province(found: tuple[str, ...], places: Places) -> tuple[str, ...]:
    return found[1:] if len(found) > 1 and found[0] in places.provinces else found


def _is_damaged_form_of(damaged: str, whole: str) -> bool:
    """Whether `damaged` is `whole` with its legal form cut short or miswritten, and the rest to the letter."""
    if not whole.endswith(_FULL_FORMS) or damaged.endswith(_FULL_FORMS):
        return False
    form = next(form for form in _FULL_FORMS if whole.endswith(form))
    body = len(whole) - len(form)
    if damaged[:body] != whole[:body] or len(damaged) <= body:
        return False
    tail = damaged[body:]
    cut = form.startswith(tail)
    # 公司 alone is a form of its own; so are others that end a name: 厂, 中心.
    return cut or (tail != "公司" and OSA.distance(tail, form, score_cutoff=1) <= 1)


def _compare_letters(one: Parts, other: Parts, places: Places) -> Relation:
    longer, shorter = sorted((one.spelling, other.spelling), key=lambda text: (-len(text), text))
    if OSA.distance(longer, shorter, score_cutoff=1) == 1:
        begin = _common(longer, shorter)
        relation = _slip(longer, shorter, begin)
        if relation is not Relation.OTHER and _hits_place(one, other, begin, places):
            return Relation.PLACE_SLIP if relation is not Relation.LOST else Relation.LOST
        if relation is Relation.SOUND and _common(one.core, other.core) < _TRADE_NAME:
            return Relation.TRADE_SOUND
        if relation is not Relation.OTHER:
            return relation
    return Relation.NEAR if _is_near(one, other) else Relation.OTHER


def _slip(longer: str, shorter: str, begin: int) -> Relation:
    """Which slip makes one of two names that are one change apart, `begin` being where they part."""
    if len(longer) > len(shorter):
        more = longer[begin]
        around = {longer[begin - 1 : begin], longer[begin + 1 : begin + 2]}
        if _NUMERALS.fullmatch(more):
            return Relation.OTHER
        return Relation.DOUBLED if more in around else Relation.LOST
    here, there = longer[begin], shorter[begin]
    if longer[begin + 1 :] != shorter[begin + 1 :]:
        return Relation.SWAPPED
    if _NUMERALS.fullmatch(here) or _NUMERALS.fullmatch(there):
        return Relation.OTHER  # 一厂 and 二厂 are two
    if looks_like(here, there):
        return Relation.LOOK
    return Relation.SOUND if sounds_like(here, there) else Relation.OTHER


def _hits_place(one: Parts, other: Parts, begin: int, places: Places) -> bool:
    """Whether the names part within the place of the one that begins with more of it."""
    lengths = sorted((len(places.prefix(one.spelling)), len(places.prefix(other.spelling))))
    return begin < lengths[1] and lengths[0] < lengths[1]


def _is_near(one: Parts, other: Parts) -> bool:
    """Whether little differs: three characters at the most, and not half of the trade name and business."""
    if _NUMERALS.findall(one.core) != _NUMERALS.findall(other.core):
        return False
    changes = OSA.distance(one.spelling, other.spelling, score_cutoff=_NEAR)
    return changes <= _NEAR and changes * _HALF <= min(len(one.core), len(other.core))


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    for at, (here, there) in enumerate(zip(one, other, strict=False)):
        if here != there:
            return at
    return min(len(one), len(other))


@lru_cache(maxsize=4_096)
def differing(one: str, other: str) -> tuple[tuple[str, bool], ...]:
    """`other` in parts, each with whether it differs from `one`; what it lacks is an empty part that differs."""
    steps = Levenshtein.opcodes(one, other)
    return tuple((other[step.dest_start : step.dest_end], step.tag != "equal") for step in steps)
