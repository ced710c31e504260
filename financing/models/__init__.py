"""What institutions report back, and what the bureau makes of it."""

from financing.models.evaluation import Evaluation, EvaluationPaper, PaperKind
from financing.models.feedback import Answer, Feedback, FeedbackLine, FeedbackState, MistakeKind, Way
from financing.models.mistake import ListMistake, MistakeOutcome
from financing.models.statistic import Statistic
from financing.models.subsidy_claim import SubsidyClaim
from financing.models.subsidy_rule import Applicants, Base, CapPer, Subsidy, SubsidyRule
from financing.models.subsidy_sheet import Cut, SheetState, SubsidyExclusion, SubsidyLine, SubsidySheet
from financing.models.target import Measure, Target, Unit

__all__ = [
    "Answer",
    "Applicants",
    "Base",
    "CapPer",
    "Cut",
    "Evaluation",
    "EvaluationPaper",
    "Feedback",
    "FeedbackLine",
    "FeedbackState",
    "ListMistake",
    "Measure",
    "MistakeKind",
    "MistakeOutcome",
    "PaperKind",
    "SheetState",
    "Statistic",
    "Subsidy",
    "SubsidyClaim",
    "SubsidyExclusion",
    "SubsidyLine",
    "SubsidyRule",
    "SubsidySheet",
    "Target",
    "Unit",
    "Way",
]  # fmt: skip
