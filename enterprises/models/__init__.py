"""What we hold true: identities, the pool, editions."""

from enterprises.models.edition import ChangeKind, Edition, EditionChange, EditionMember, EditionState
from enterprises.models.identity import (
    PERHAPS_THE_SAME,
    Enterprise,
    FormerName,
    LikeName,
    ListResolution,
    MatchDecision,
    ReviewItem,
)
from enterprises.models.pool import PoolMember, PoolRebuild, Recognition, RecognitionState
from enterprises.models.sampling import ReviewSample

__all__ = [
    "PERHAPS_THE_SAME",
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
    "ReviewSample",
]
