"""Step 7 of the path: an enterprise looks itself up. Law: exact keys only; nothing but what was published.

A code with a slip of the pen is proposed as it was probably meant; by its check alone, whether it exists or not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from enterprises.fetching import Keys, fetched
from enterprises.matching.keys import simplified
from enterprises.public_ids import is_public_id
from enterprises.remembering import Common, common
from enterprises.standing import Found, Held, Notice, Row, ordered, under_way
from registry.identifiers import (
    clean_code,
    has_lost_digits,
    is_old_number,
    looks_rounded,
    uscc_check_passes,
    uscc_fault,
)
from registry.names import name_key
from registry.slips import code_without_slips, number_without_slips

_CODE = re.compile(r"^[0-9A-Z]{6,50}$")
_MANY = 3  # one key of more enterprises than these says which of them is meant of none
_SLIPPED = ("uscc_check", "number_shape", "id_check")  # reasons why a code is none, which a slip may explain
_LOOKS_LIKE = str.maketrans("OIZS", "0125")


@dataclass(frozen=True)
class Answer:
    """Either enterprises, or why there are none (keys of `wording.ANSWERS`) and what was probably meant."""

    found: tuple[Found, ...] = ()
    reasons: tuple[str, ...] = ()
    meant: str = ""


def find(text: str) -> Answer:
    """Look `text` up as a public id, a credit code, a certificate number, or an exact full name that was published."""
    keys = keys_of(text)
    return answer_of(text, fetched([keys])[0] if keys else b"")


def keys_of(text: str) -> Keys | None:
    """By what `text` is looked up; None where it is nothing that could be."""
    code, key = clean_code(text), name_key(text)
    if not key:
        return None
    is_code = bool(_CODE.match(code))
    other = key if key.isascii() else simplified(key)
    return Keys(
        public_id=code if is_code and is_public_id(code) else None,
        code=code if is_code and uscc_check_passes(code) else None,
        number=code if is_code else None,
        name=key,
        other_name=other if other != key else None,
        many=_MANY,
    )


def answer_of(text: str, fetched_of_it: bytes) -> Answer:
    """What follows for `text` from what was fetched by its keys; nothing was where it has none."""
    if not fetched_of_it:
        return Answer(reasons=("name_unknown",))
    known, told = common(), orjson.loads(fetched_of_it)
    if told.get("found"):
        as_of = date.fromisoformat(told["as_of"]) if told["as_of"] else None
        return Answer(found=tuple(_found(facts, as_of, known) for facts in told["found"]))
    if told.get("many"):
        return Answer(reasons=("several",))
    if told["lines"]:
        return Answer(reasons=(_of_lines(told["lines"]),))
    reason = _of_itself(clean_code(text), known)
    return Answer(reasons=(reason,), meant=_meant(text, known) if reason in _SLIPPED else "")


def _found(facts: dict[str, Any], as_of: date | None, known: Common) -> Found:
    every = [_held(one, known) for one in facts["held"] or () if one[0] in known.kinds]
    rows = {edition: (tuple(programmes), name) for edition, programmes, name in facts["editions"] or ()}
    return Found(
        by=facts["by"],
        public_id=facts["public_id"],
        name=facts["name"],
        uscc=facts["uscc"],
        district=facts["district"],
        in_scope=facts["in_scope"],
        is_named=facts["named"],
        pool=tuple(facts["programmes"]) if facts["programmes"] is not None else None,
        pool_as_of=as_of,
        former_names=tuple((name, until) for name, until in facts["former"] or ()),
        held=ordered(one for one in every if one.programme.code in known.recognised),
        rows=tuple(Row(one, *rows[pk]) for pk, one in reversed(known.editions.items()) if pk in rows),
        latest=known.latest,
        moved=Notice(*facts["moved"]) if facts["moved"] else None,
        waiting=tuple((notice, asked) for notice, asked in facts["waiting"] or ()),
        listed=ordered(one for one in every if one.programme.code not in known.recognised),
    )


def _held(facts: Sequence[Any], known: Common) -> Held:
    programme, number, batch, begins, ends, waits, state, counts, ended_on, written_as, source, ended_by = facts
    return Held(
        programme=known.kinds[programme],
        number=number,
        batch=batch,
        valid_from=date.fromisoformat(begins),
        valid_to=_day(ends),
        grace_to=_day(waits),
        state=state,
        counts=counts,
        ended_on=_day(ended_on),
        written_as=written_as,
        source=Notice(*source),
        ended_by=Notice(*ended_by) if ended_by else None,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _of_lines(lines: Sequence[tuple[str, bool, bool]]) -> str:
    """Why the published lines that name it lead to nobody."""
    told = {under_way(notice, asked) for notice, usable, asked in lines if usable or asked}
    return next((reason for reason in ("renaming", "in_review", "in_work") if reason in told), "faulty_line")


def _of_itself(code: str, known: Common) -> str:
    """Why nothing was found, by what was typed alone. What waits for confirmation is not spoken of."""
    if has_lost_digits(code):
        return "lost_digits"
    if not _CODE.match(code):
        return "name_unknown"
    if uscc_fault(code) == "":
        return "code_unknown"
    if any(pattern.match(code) for pattern in known.patterns):
        return "number_unknown"
    if len(code) == 18:
        return "lost_digits" if looks_rounded(code) else "uscc_check"
    if len(code) == 8 and code.startswith("E"):
        return "number_unknown" if is_public_id(code) else "id_check"
    return "old_number" if is_old_number(code) else "number_shape"


def _meant(text: str, known: Common) -> str:
    """The one code that passes its check or has a number's shape, where letters were typed for digits."""
    for written in (text, re.sub("[lL]", "1", text)):  # an L is a letter of codes, and looks like a 1
        plain = clean_code(written)
        found = {code_without_slips(written), _id_without_slips(plain), plain if uscc_check_passes(plain) else ""}
        found |= {number_without_slips(written, pattern) for pattern in known.patterns}
        found.discard("")
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def _id_without_slips(code: str) -> str:
    meant = code[:1] + code[1:].translate(_LOOKS_LIKE)
    return meant if meant != code and is_public_id(meant) else ""
