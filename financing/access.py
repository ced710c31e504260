"""What an institution sees of its own feedback. Law: every query begins with the institution; none sees another's."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from enterprises.models import EditionMember
from financing.models import Feedback, FeedbackState, ListMistake
from pushes.access import Access
from pushes.models import Institution


@dataclass(frozen=True)
class OwnFeedback:
    """One institution's feedback, for its people and machines alike."""

    institution: Institution

    @classmethod
    def of(cls, access: Access) -> "OwnFeedback":
        return cls(access.institution)

    def all(self) -> QuerySet[Feedback]:
        """Every feedback of the institution, the newest first."""
        own = Feedback.objects.filter(institution=self.institution)
        return own.select_related("delivery__edition", "user", "decided_by").order_by("-received_at")

    def page(self, *, quarter: str | None, after: Feedback | None, most: int) -> list[Feedback]:
        """So many of them, or of the quarter's, that were received before the one named."""
        found = self.all().order_by("-received_at", "-pk")
        if quarter:
            found = found.filter(quarter=quarter)
        if after:
            earlier = Q(received_at__lt=after.received_at) | Q(received_at=after.received_at, pk__lt=after.pk)
            found = found.filter(earlier)
        return list(found[:most])

    def in_force(self) -> QuerySet[Feedback]:
        """What counts, the newest quarter first."""
        return self.all().filter(state=FeedbackState.IN_FORCE).order_by("-quarter")

    def one(self, number: UUID) -> Feedback:
        """Raises `Feedback.DoesNotExist`, for another's just as for none."""
        return self.all().get(pk=number)

    def published(self, mistakes: Collection[ListMistake]) -> list[tuple[ListMistake, EditionMember | None]]:
        """Each with the member as the edition shows it that was reported on."""
        members = EditionMember.objects.filter(
            edition__in={one.feedback.delivery.edition_id for one in mistakes},
            enterprise__in={one.enterprise_id for one in mistakes},
        ).defer("recognitions")
        found = {(one.edition_id, one.enterprise_id): one for one in members}
        return [(one, found.get((one.feedback.delivery.edition_id, one.enterprise_id))) for one in mistakes]

    def mistakes(self) -> QuerySet[ListMistake]:
        """What the institution reported of the lists, and what became of it, the newest first."""
        own = ListMistake.objects.filter(feedback__institution=self.institution)
        return own.select_related("enterprise", "feedback__delivery__edition").order_by("-reported_at", "-pk")
