"""What institutions report back, and what the bureau makes of it."""

from financing.models.feedback import Answer, Feedback, FeedbackLine, FeedbackState, MistakeKind, Way
from financing.models.mistake import ListMistake, MistakeOutcome
from financing.models.subsidy_claim import SubsidyClaim
from financing.models.subsidy_rule import Applicants, Base, CapPer, Subsidy, SubsidyRule
from financing.models.subsidy_sheet import (
    Cut,
    SheetState,
    SubsidyExclusion,
    SubsidyLine,
    SubsidySheet,
)

__all__ = [
    "Answer",
    "Applicants",
    "Base",
    "CapPer",
    "Cut",
    "Feedback",
    "FeedbackLine",
    "FeedbackState",
    "ListMistake",
    "MistakeKind",
    "MistakeOutcome",
    "SheetState",
    "Subsidy",
    "SubsidyClaim",
    "SubsidyExclusion",
    "SubsidyLine",
    "SubsidyRule",
    "SubsidySheet",
    "Way",
]  # fmt: skip
