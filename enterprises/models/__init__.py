"""What we hold true: identities, the pool, editions."""

from enterprises.models.edition import ChangeKind, Edition, EditionChange, EditionMember, EditionState
from enterprises.models.identity import (
    Enterprise,
    FormerName,
    Judgement,
    ListResolution,
    MatchDecision,
    NameKeys,
    ReviewItem,
    Verdict,
)
from enterprises.models.pool import (
    Dispute,
    Finding,
    FindingKind,
    PoolMember,
    PoolRebuild,
    Recognition,
    RecognitionState,
)
from enterprises.models.sampling import ReviewSample

__all__ = [
    "ChangeKind",
    "Dispute",
    "Edition",
    "EditionChange",
    "EditionMember",
    "EditionState",
    "Enterprise",
    "Finding",
    "FindingKind",
    "FormerName",
    "Judgement",
    "ListResolution",
    "MatchDecision",
    "NameKeys",
    "PoolMember",
    "PoolRebuild",
    "Recognition",
    "RecognitionState",
    "ReviewItem",
    "ReviewSample",
    "Verdict",
]
