"""The bureau's desks of what came of the pushes."""

from financing.admin import (
    evaluations,
    feedback,
    mistakes,
    statistics,
    subsidy_claims,
    subsidy_rules,
    subsidy_sheets,
    targets,
)

__all__ = [
    "evaluations",
    "feedback",
    "mistakes",
    "statistics",
    "subsidy_claims",
    "subsidy_rules",
    "subsidy_sheets",
    "targets",
]
