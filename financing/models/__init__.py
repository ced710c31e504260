"""What institutions report back, and what the bureau makes of it."""

from financing.models.evaluation import Evaluation, EvaluationPaper, PaperKind
from financing.models.feedback import Answer, Feedback, FeedbackLine, FeedbackState, Way
from financing.models.mistake import ListMistake, MistakeKind, MistakeOutcome
from financing.models.statistic import Statistic
from financing.models.target import Measure, Target, Unit

__all__ = [
    "Answer", "Evaluation", "EvaluationPaper", "Feedback", "FeedbackLine", "FeedbackState", "ListMistake", "Measure",
    "MistakeKind", "MistakeOutcome", "PaperKind", "Statistic", "Target", "Unit", "Way",
]  # fmt: skip
