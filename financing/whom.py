"""Whom a line of feedback means: one of the edition's members in the institution's own cut, or nobody.

Law: what is certain is taken, by public id, code or name; all that a line says of it must speak of one member. A
doubtful one is a fault that names whom to look at, never a guess; who is no member is never named.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from enterprises.identifying import Identified, identified
from enterprises.knowing import Told, known
from enterprises.matching.identifying import By, Cause, Outcome
from enterprises.matching.known import Known
from enterprises.public_ids import is_public_id
from financing.cells import plain
from financing.checking import Remark
from financing.words import COLUMNS, Field
from pushes import belonging
from pushes.formats import customers
from pushes.formats.customers import Answers, Shown
from pushes.models import Delivery

_COLUMNS = {"name": 0, "uscc": 1}
_AT_A_TIME = 2_000
_RENAMED, _CODE = "renamed", "code"  # what a line may say is mistaken in the list: it then speaks against nobody
_LOST_DIGITS = "uscc_lost_digits"


class Line(NamedTuple):
    """What a line says of whom it is about; and which mistake of the list it reports."""

    number: int
    public_id: str
    uscc: str
    name: str
    mistake: str = ""


class Member(NamedTuple):
    enterprise: int
    public_id: str
    uscc: str
    name: str


class Found(NamedTuple):
    """The enterprise, or a fault; or both an enterprise and a remark."""

    enterprise: int | None = None
    fault: str = ""
    remark: Remark | None = None


class Whom:
    """The members of a delivery's edition in the institution's cut, asked for by the lines of its file."""

    def __init__(self, delivery: Delivery) -> None:
        self._edition, self._cut = delivery.edition, belonging.cut_of(delivery.profile)
        own = belonging.members(self._edition, self._cut).order_by()
        cells = own.values_list("enterprise_id", "public_id", "uscc", "name")
        self._members = {one.public_id: one for one in map(Member._make, cells.iterator(_AT_A_TIME))}

    def found(self, lines: Sequence[Line]) -> list[Found]:
        """Whom each of the lines means."""
        certain = [self._plainly(line) for line in lines]
        left = [line for line, found in zip(lines, certain, strict=True) if found is None]
        looked_up = self._looked_up(left)
        return [found or next(looked_up) for found in certain]

    def _plainly(self, line: Line) -> Found | None:
        """What needs no comparing: all that is said is as the edition has it; or it cannot be."""
        if not (line.public_id or line.uscc or line.name):
            return Found(fault="企业编号、统一社会信用代码、企业名称都没有填")
        if not line.public_id:
            return None
        own = self._by_id(line)
        if own is None:
            return Found(fault=self._unknown_id(line.public_id))
        code_agrees, name_agrees = line.uscc in ("", own.uscc), line.name in ("", own.name)
        if (
            (code_agrees and name_agrees)
            or (line.mistake == _RENAMED and line.uscc and code_agrees)
            or (line.mistake == _CODE and line.name and name_agrees)
        ):
            return Found(own.enterprise)
        return None

    def _by_id(self, line: Line) -> Member | None:
        return self._members.get(line.public_id) or self._members.get(plain(line.public_id).upper())

    def _unknown_id(self, public_id: str) -> str:
        title = COLUMNS[Field.PUBLIC_ID].title
        if not is_public_id(plain(public_id).upper()):
            return f"{title}：有误，请按{self._edition.label}中的编号填写"
        return f"{title}：不在贵机构的{self._edition.label}名单中"

    def _looked_up(self, lines: Sequence[Line]) -> Iterator[Found]:
        if not lines:
            return
        rows = ((line.number, [line.name, line.uscc]) for line in lines)
        places = iter(lines)
        for some in identified(rows, _COLUMNS, self._known):
            for row in some:
                line = next(places)
                own = self._by_id(line) if line.public_id else None
                yield self._beside_id(row, own, line) if own else self._alone(row, line)

    def _beside_id(self, row: Identified, own: Member, line: Line) -> Found:
        """What code and name say must be what the public id says."""
        finding = row.finding
        if finding.outcome is Outcome.IN:
            if finding.enterprise == own.enterprise:
                return Found(own.enterprise, remark=self._remark(finding.by))
            other = self._by_enterprise[finding.enterprise or 0]
            return Found(fault=f"企业编号是{own.name}，代码或名称是{other.name}（{other.public_id}），不是同一家企业")
        if row.fault == _LOST_DIGITS and line.name in ("", own.name):
            return Found(own.enterprise)
        told = self._told(row)
        return Found(fault=f"所填代码或名称与企业编号不符：编号是{_shown(own)}{f'；{told}' if told else ''}")

    def _alone(self, row: Identified, line: Line) -> Found:
        finding = row.finding
        if finding.outcome is Outcome.IN:
            return Found(finding.enterprise, remark=self._remark(finding.by))
        if finding.outcome is Outcome.CANDIDATE:
            renamed = {Cause.CODE_OTHER_NAME, Cause.CODE_NEAR_NAME}
            if line.mistake == _RENAMED and len(finding.candidates) == 1 and finding.candidates[0].cause in renamed:
                return Found(finding.candidates[0].enterprise)
            return Found(fault=f"不能确定是哪家企业：{self._told(row)}")
        told = self._told(row)
        return Found(fault=f"不在贵机构的{self._edition.label}名单中{f'（{told}）' if told else ''}")

    def _remark(self, by: By | None) -> Remark | None:
        if by is By.FORMER and self._tells_former:
            return Remark.FORMER_NAME
        return Remark.OTHER_NAME if by in (By.FORMER, By.PUBLISHED) else None

    def _told(self, row: Identified) -> str:
        """Whom to look at, and why."""
        return customers.cells(row, Answers(self._shown, {}, self._tells_former), "")[-1]

    @property
    def _tells_former(self) -> bool:
        return "former_names" not in self._cut.hidden

    @cached_property
    def _by_enterprise(self) -> dict[int, Member]:
        return {one.enterprise: one for one in self._members.values()}

    @cached_property
    def _shown(self) -> Mapping[int, Shown]:
        return _AsShown(self._by_enterprise)

    @cached_property
    def _known(self) -> Known:
        own = belonging.members(self._edition, self._cut).order_by()
        return known(map(Told._make, own.values_list("enterprise_id", *Told._fields[1:]).iterator(_AT_A_TIME)))


class _AsShown(dict[int, Shown]):
    """The few members that are told of, as the institution may see them."""

    def __init__(self, members: Mapping[int, Member]) -> None:
        super().__init__()
        self._members = members

    def __missing__(self, enterprise: int) -> Shown:
        own = self._members[enterprise]
        return Shown(own.public_id, own.name, own.uscc, "")


def _shown(own: Member) -> str:
    return f"{own.name}（{own.uscc or own.public_id}）"
