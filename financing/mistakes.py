"""What stands beside a reported mistake: the member as published, who it is today, what others reported of it.

Law: reads only; nobody is told who reported: whom an institution deals with is its secret.
"""

from dataclasses import dataclass

from django.db.models import Count

from enterprises.canonical import RecognitionRecord
from enterprises.models import EditionMember, Enterprise, PoolMember, Recognition
from financing.models import ListMistake, MistakeKind, MistakeOutcome
from registry.queries import programme_names


@dataclass(frozen=True)
class Reported:
    """How many institutions reported a thing of an enterprise."""

    kind: str
    institutions: int


@dataclass(frozen=True)
class Beside:
    """All that is known of the enterprise that a mistake is about."""

    published: EditionMember | None
    published_recognitions: list[tuple[str, RecognitionRecord]]  # each with its programme's name
    enterprise: Enterprise
    former_names: list[str]
    recognitions: list[Recognition]
    in_pool: bool
    reported: list[Reported]
    others: list[ListMistake]  # the open ones of the same enterprise


def beside(mistake: ListMistake) -> Beside:
    """What whoever settles the mistake looks at; an enterprise that turned out to be another stands as that one."""
    said = ListMistake.objects.filter(enterprise=mistake.enterprise_id)
    counted = said.order_by("kind").values_list("kind").annotate(Count("feedback__institution", distinct=True))
    today = mistake.enterprise.merged_into or mistake.enterprise
    published, names = mistake.published(), programme_names()
    recognitions = published.recognitions if published else []
    return Beside(
        published=published,
        published_recognitions=[(names.get(one["programme"], one["programme"]), one) for one in recognitions],
        enterprise=today,
        former_names=list(today.former_names.values_list("name", flat=True)),
        recognitions=list(today.recognitions.select_related("programme")),
        in_pool=PoolMember.objects.filter(enterprise=today).exists(),
        reported=[Reported(str(MistakeKind(kind).label), count) for kind, count in counted],
        others=list(said.filter(outcome=MistakeOutcome.OPEN).exclude(pk=mistake.pk).order_by("reported_at", "pk")),
    )
