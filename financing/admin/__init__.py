"""The bureau's desks for what institutions report back: statistics, who reported, mistakes found in the list."""

from financing.admin import feedback, mistakes, statistics

__all__ = ["feedback", "mistakes", "statistics"]
