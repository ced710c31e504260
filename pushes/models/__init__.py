"""What we sent to whom: institutions, and what became of every delivery."""

from pushes.models.channel import Channel, ChannelKind
from pushes.models.delivery import Attempt, Delivery, DeliveryState, Laggard, Outcome, Package, Sending, Try
from pushes.models.institution import (
    Contact,
    Institution,
    InstitutionKind,
    InstitutionState,
    Membership,
    Role,
)
from pushes.models.letter import Letter, LetterKind, LetterState
from pushes.models.profile import Profile
from pushes.models.receipt import Receipt, ReceiptKind, ReceiptsDeleted

__all__ = [
    "Attempt",
    "Channel",
    "ChannelKind",
    "Contact",
    "Delivery",
    "DeliveryState",
    "Institution",
    "InstitutionKind",
    "InstitutionState",
    "Laggard",
    "Letter",
    "LetterKind",
    "LetterState",
    "Membership",
    "Outcome",
    "Package",
    "Profile",
    "Receipt",
    "ReceiptKind",
    "ReceiptsDeleted",
    "Role",
    "Sending",
    "Try",
]
