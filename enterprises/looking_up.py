"""Step 7 of the path: an enterprise looks itself up. Law: exact keys only; nothing but what was published."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from enterprises.models import (
    Edition,
    EditionMember,
    Enterprise,
    FormerName,
    MatchDecision,
    PoolMember,
    PoolRebuild,
    Recognition,
    RecognitionState,
)
from enterprises.public_ids import is_public_id
from enterprises.queries import sealed_editions, waiting_items
from registry.identifiers import clean_code, uscc_fault
from registry.models import Entry, ImportState, Programme
from registry.names import name_key
from registry.queries import Source, sources

_CODE = re.compile(r"^[0-9A-Z]{6,50}$")
_COUNTING = (RecognitionState.VALID, RecognitionState.GRACE)


@dataclass(frozen=True)
class Granted:
    """A recognition with the notice that granted it and, where one did, the notice that ended it."""

    recognition: Recognition
    source: Source | None
    ended_by: Source | None


@dataclass(frozen=True)
class Found:
    """What was published of one enterprise; `by` says which key found it.

    `by` is one of public_id, uscc, number, name, former_name, or listed_name: a list named it so.

    Today's pool (`in_pool`, as of `pool_as_of`) and the sealed editions (latest first) are two things.
    """

    enterprise: Enterprise
    by: str
    former_names: tuple[FormerName, ...]
    granted: tuple[Granted, ...]
    in_pool: bool
    pool_as_of: date | None
    editions: tuple[Edition, ...]
    latest_edition: Edition | None

    @property
    def in_latest_edition(self) -> bool:
        return self.latest_edition in self.editions

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """Why it is not in today's pool, as keys of `wording.ANSWERS`; empty where it is."""
        if self.in_pool or self.pool_as_of is None:
            return ()
        if not self.enterprise.in_scope:
            return ("outside",)
        states = dict.fromkeys(_reason(granted.recognition) for granted in self.granted)
        return tuple(states) or ("nothing_granted",)


@dataclass(frozen=True)
class Answer:
    """Either enterprises, or the reasons (keys of `wording.ANSWERS`) why there are none."""

    found: tuple[Found, ...] = ()
    reasons: tuple[str, ...] = ()


def find(text: str) -> Answer:
    """Look `text` up as a public id, a credit code, a certificate number, or an exact full name that was published."""
    code, key = clean_code(text), name_key(text)
    matches = _by_code(code) if _CODE.match(code) else {}
    matches = matches or _by_name(key)
    if matches:
        return Answer(found=_describe(matches))
    return Answer(reasons=_why_not(code, key) if key else ("name_unknown",))


def _by_code(code: str) -> dict[int, str]:
    """Enterprise id → the kind of key that found it."""
    named = Enterprise.objects.exclude(name_key="")
    by_public_id = named.filter(public_id=code).values_list("pk", flat=True) if is_public_id(code) else ()
    if by_public_id:
        return dict.fromkeys(by_public_id, "public_id")
    by_uscc = named.filter(uscc=code).values_list("pk", flat=True) if not uscc_fault(code) else ()
    if by_uscc:
        return dict.fromkeys(by_uscc, "uscc")
    decided = MatchDecision.objects.filter(
        superseded_at=None, entry__number=code, entry__list_import__state=ImportState.CONFIRMED
    )
    return dict.fromkeys(decided.order_by("enterprise").values_list("enterprise", flat=True), "number")


def _by_name(key: str) -> dict[int, str]:
    if not key:
        return {}
    bearing = Enterprise.objects.filter(name_key=key).values_list("pk", flat=True)
    bore = FormerName.objects.filter(name_key=key).values_list("enterprise", flat=True)
    listed = MatchDecision.objects.filter(
        superseded_at=None, entry__name_key=key, entry__list_import__state=ImportState.CONFIRMED
    ).values_list("enterprise", flat=True)
    return dict.fromkeys(listed, "listed_name") | dict.fromkeys(bore, "former_name") | dict.fromkeys(bearing, "name")


def _describe(matches: dict[int, str]) -> tuple[Found, ...]:
    """Everything of the matches, in as many queries for one as for several."""
    ids = list(matches)
    granted = _granted(ids)
    former = _grouped(FormerName.objects.filter(enterprise__in=ids).order_by("-until"))
    rows = EditionMember.objects.filter(enterprise__in=ids, edition__in=sealed_editions())
    editions: dict[int, list[Edition]] = {}
    for row in rows.select_related("edition").defer("recognitions").order_by("-edition__quarter", "-edition__version"):
        editions.setdefault(row.enterprise_id, []).append(row.edition)
    members = set(PoolMember.objects.filter(enterprise__in=ids).values_list("pk", flat=True))
    latest_rebuild = PoolRebuild.objects.order_by("-id").first()
    latest_edition = sealed_editions().last()
    return tuple(
        Found(
            enterprise=enterprise,
            by=matches[enterprise.pk],
            former_names=tuple(former.get(enterprise.pk, ())),
            granted=tuple(granted.get(enterprise.pk, ())),
            in_pool=enterprise.pk in members,
            pool_as_of=latest_rebuild.as_of if latest_rebuild else None,
            editions=tuple(editions.get(enterprise.pk, ())),
            latest_edition=latest_edition,
        )
        for enterprise in Enterprise.objects.filter(pk__in=ids).select_related("district")
    )


def _grouped(names: Iterable[FormerName]) -> dict[int, list[FormerName]]:
    grouped: dict[int, list[FormerName]] = {}
    for name in names:
        grouped.setdefault(name.enterprise_id, []).append(name)
    return grouped


def _granted(ids: list[int]) -> dict[int, list[Granted]]:
    recognitions = list(
        Recognition.objects.filter(enterprise__in=ids)
        .select_related("programme")
        .order_by("programme__position", "-valid_from", "-pk")
    )
    known = sources(source for one in recognitions for source in (one.source, one.ended_source) if source)
    granted: dict[int, list[Granted]] = {}
    for one in recognitions:
        granted.setdefault(one.enterprise_id, []).append(
            Granted(one, known.get(_reference(one.source)), known.get(_reference(one.ended_source)))
        )
    return granted


def _reference(source: str) -> str:
    return source.partition("#")[0]


def _reason(recognition: Recognition) -> str:
    if not recognition.counts:
        return "does_not_count"
    return "nothing_granted" if recognition.state in _COUNTING else recognition.state


def _why_not(code: str, key: str) -> tuple[str, ...]:
    """The reason. A list that waits for confirmation is not spoken of: it is not ours to publish yet."""
    published = Entry.objects.filter(list_import__state=ImportState.CONFIRMED)
    named = published.filter(name_key=key) | published.filter(former_key=key)
    is_code = bool(_CODE.match(code))
    if is_code:
        named = published.filter(uscc=code) | published.filter(number=code)
    if waiting_items().filter(entry__in=named).exists():
        return ("in_review",)
    usable = named.values_list("usable", flat=True).order_by("-usable").first()
    if usable is not None:
        return ("in_work" if usable else "faulty_line",)
    if not is_code:
        return ("name_unknown",)
    if uscc_fault(code) == "":
        return ("code_unknown",)
    return ("uscc_check",) if len(code) == 18 and not _is_number(code) else ("number_unknown",)


def _is_number(code: str) -> bool:
    patterns = Programme.objects.exclude(number_pattern="").values_list("number_pattern", flat=True)
    return any(re.match(pattern, code) for pattern in patterns)
