"""What we hold true: identities, the pool, editions."""

from enterprises.models.edition import ChangeKind, Edition, EditionChange, EditionMember, EditionState
from enterprises.models.identity import Enterprise, FormerName, LikeName, ListResolution, MatchDecision, ReviewItem
from enterprises.models.pool import PoolMember, PoolRebuild, Recognition, RecognitionState

__all__ = [
    "ChangeKind",
    "Edition",
    "EditionChange",
    "EditionMember",
    "EditionState",
    "Enterprise",
    "FormerName",
    "LikeName",
    "ListResolution",
    "MatchDecision",
    "PoolMember",
    "PoolRebuild",
    "Recognition",
    "RecognitionState",
    "ReviewItem",
]
