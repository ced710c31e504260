"""What an institution sees of its own feedback. Law: every query begins with the institution; none sees another's."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from financing.models import Feedback, ListMistake
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
        return own.select_related("delivery__edition", "user").order_by("-received_at")

    def one(self, number: UUID) -> Feedback:
        """Raises `Feedback.DoesNotExist`, for another's just as for none."""
        return self.all().get(pk=number)

    def mistakes(self) -> QuerySet[ListMistake]:
        """What the institution reported of the lists, and what became of it, the newest first."""
        own = ListMistake.objects.filter(feedback__institution=self.institution)
        return own.select_related("enterprise", "feedback").order_by("-reported_at", "-pk")
