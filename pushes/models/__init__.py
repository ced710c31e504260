"""What we sent to whom: institutions, and what became of every delivery."""

from pushes.models.access_key import AccessKey, Scope
from pushes.models.channel import WITH_SECRETS, Channel, ChannelKind, Finish, KnownBy
from pushes.models.channel_secret import ChannelSecret, SecretKind
from pushes.models.customer_match import CustomerMatch, MatchState
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
from pushes.models.package_password import PackagePassword
from pushes.models.people import Invitation, InvitationState, PeopleEvent, PeopleEventKind
from pushes.models.profile import Profile
from pushes.models.profile_request import ProfileRequest, RequestKind, RequestState, Terms
from pushes.models.receipt import Receipt, ReceiptKind, ReceiptsDeleted
from pushes.models.secret_event import SecretAct, SecretEvent
from pushes.models.withdrawal_notice import WithdrawalNotice

__all__ = [
    "WITH_SECRETS",
    "AccessKey",
    "Attempt",
    "Channel",
    "ChannelKind",
    "ChannelSecret",
    "Contact",
    "CustomerMatch",
    "Delivery",
    "DeliveryState",
    "Finish",
    "Institution",
    "InstitutionKind",
    "InstitutionState",
    "Invitation",
    "InvitationState",
    "KnownBy",
    "Laggard",
    "Letter",
    "LetterKind",
    "LetterState",
    "MatchState",
    "Membership",
    "Outcome",
    "Package",
    "PackagePassword",
    "PeopleEvent",
    "PeopleEventKind",
    "Profile",
    "ProfileRequest",
    "Receipt",
    "ReceiptKind",
    "ReceiptsDeleted",
    "RequestKind",
    "RequestState",
    "Role",
    "Scope",
    "SecretAct",
    "SecretEvent",
    "SecretKind",
    "Sending",
    "Terms",
    "Try",
    "WithdrawalNotice",
]
