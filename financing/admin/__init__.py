"""The bureau's desks for what came of it: half-yearly evaluations, the policy's targets."""

from financing.admin import evaluations, targets

__all__ = ["evaluations", "targets"]
