"""Changes of members, with their causes in words: of an edition, or foreseen."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from enterprises.delta import Cause, Difference
from enterprises.models import ChangeKind, Enterprise
from enterprises.public_ids import number_of
from enterprises.wording import cause_in_words, outcome_in_words, period_in_words
from registry.queries import Source, sources


def readable_all(
    changes: Iterable[tuple[Difference, Sequence[Cause]]], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Changes as `changes_table.html` shows them, their notices looked up at once; whoever has no page gets no link."""
    told = list(changes)
    known = sources(cause["source"] for _difference, causes in told for cause in causes)
    there = Enterprise.objects.in_bulk([number_of(difference.id) for difference, _causes in told])
    made = (readable(difference, causes, names, known) for difference, causes in told)
    return [one if one["enterprise"] in there else one | {"enterprise": None} for one in made]


def readable(
    difference: Difference, causes: Sequence[Cause], names: Mapping[str, str], known: Mapping[str, Source]
) -> dict[str, Any]:
    """A change with its causes in words and their notices, as `changes_table.html` shows it.

    `names` are the programmes' by code, `known` the notices by their lists' references.
    """
    record = difference.after or difference.before
    return {
        "enterprise": number_of(difference.id),
        "public_id": difference.id,
        "kind": difference.kind,
        "kind_words": ChangeKind(difference.kind).label,
        "name": record["name"] if record else "",
        "causes": [
            {
                "words": cause_in_words(cause),
                "programme": names.get(cause["programme"], cause["programme"]),
                "before": period_in_words(cause["before"]),
                "after": outcome_in_words(cause),
                "source": known.get(cause["source"].partition("#")[0]),
                "row": cause["source"].partition("#")[2],
            }
            for cause in causes
        ],
    }
