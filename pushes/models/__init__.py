"""What we sent to whom: institutions, and what became of every delivery."""

from pushes.models.channel import Channel, ChannelKind
from pushes.models.delivery import Attempt, Delivery, DeliveryState, Outcome, Package
from pushes.models.institution import (
    Contact,
    Institution,
    InstitutionKind,
    InstitutionState,
    Membership,
    Role,
)
from pushes.models.package_password import PackagePassword
from pushes.models.profile import Profile
from pushes.models.receipt import Receipt, ReceiptKind

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
    "Membership",
    "Outcome",
    "Package",
    "PackagePassword",
    "Profile",
    "Receipt",
    "ReceiptKind",
    "Role",
]
