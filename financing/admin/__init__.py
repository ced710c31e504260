"""The bureau's desks of what came of the pushes."""

from financing.admin import subsidy_claims, subsidy_rules, subsidy_sheets

__all__ = ["subsidy_claims", "subsidy_rules", "subsidy_sheets"]
