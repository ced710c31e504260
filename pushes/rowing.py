"""A member as machines are told of it. Law: what was not agreed is null, and not merely empty."""

from collections.abc import Mapping
from typing import Any

from enterprises.canonical import RecognitionRecord
from pushes.belonging import OF_RECOGNITIONS, Member
from pushes.cutting import Cut


def row(member: Member, wanted: Cut, names: Mapping[str, str]) -> dict[str, Any]:
    """The member's row; `names` gives every programme's name by its code."""
    return {
        "id": member.public_id,
        "uscc": member.uscc,
        "name": member.name,
        "former_names": None if "former_names" in wanted.hidden else list(member.former_names),
        "district": None if "district" in wanted.hidden else member.district,
        "recognitions": [_recognition(one, wanted, names) for one in member.recognitions],
    }


def _recognition(one: RecognitionRecord, wanted: Cut, names: Mapping[str, str]) -> dict[str, Any]:
    programme = one["programme"]
    told: dict[str, Any] = {
        "programme": programme,
        "programme_name": names.get(programme, programme),
        "state": one["state"],
    }
    values: Mapping[str, Any] = one
    return told | {field: None if field in wanted.hidden else values[field] for field in OF_RECOGNITIONS}
