"""What we sent to whom: institutions, and what became of every delivery."""

from pushes.models.delivery import Attempt, Delivery, DeliveryState, Outcome, Package, Receipt, ReceiptKind
from pushes.models.institution import (
    Channel,
    ChannelKind,
    Institution,
    InstitutionKind,
    InstitutionState,
    Membership,
    Profile,
    Role,
)

__all__ = [
    "Attempt",
    "Channel",
    "ChannelKind",
    "Delivery",
    "DeliveryState",
    "Institution",
    "InstitutionKind",
    "InstitutionState",
    "Membership",
    "Outcome",
    "Package",
    "Profile",
    "Receipt",
    "ReceiptKind",
    "Role",
]
