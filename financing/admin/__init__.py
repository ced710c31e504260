"""The bureau's desks for what came of it: statistics, who reported, mistakes of the list, evaluations, targets."""

from financing.admin import evaluations, feedback, mistakes, statistics, targets

__all__ = ["evaluations", "feedback", "mistakes", "statistics", "targets"]
