"""What institutions report back, and what the bureau makes of it."""

from financing.models.feedback import Answer, Feedback, FeedbackLine, FeedbackState, MistakeKind, Way
from financing.models.mistake import ListMistake, MistakeOutcome

__all__ = [
    "Answer", "Feedback", "FeedbackLine", "FeedbackState", "ListMistake", "MistakeKind", "MistakeOutcome", "Way",
]  # fmt: skip
