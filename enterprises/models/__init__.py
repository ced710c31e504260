"""What we hold true: identities, the pool, editions."""

from enterprises.models.edition import (
    AnnexKind,
    ChangeKind,
    Edition,
    EditionAnnex,
    EditionChange,
    EditionKind,
    EditionMember,
    EditionState,
)
from enterprises.models.guarding import (
    EditionReminder,
    ExpectedList,
    Guard,
    GuardLimit,
    GuardResult,
    Level,
    Overruling,
)
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
from enterprises.models.objecting import (
    ENDED,
    Objection,
    ObjectionAnswer,
    ObjectionEvent,
    ObjectionFile,
    ObjectionKind,
    ObjectionReminder,
    ObjectionState,
    Parting,
)
from enterprises.models.points import InnovationScore
from enterprises.models.pool import (
    Dispute,
    Finding,
    FindingKind,
    PoolMember,
    PoolRebuild,
    Recognition,
    RecognitionState,
)
from enterprises.models.renewing import Confidence, Renewal
from enterprises.models.sampling import ReviewSample
from enterprises.models.slip import LookupSlip
from enterprises.models.watching import Mail, Watch
from enterprises.models.working_day import SpecialDay

__all__ = [
    "ENDED",
    "AnnexKind",
    "ChangeKind",
    "Confidence",
    "Dispute",
    "Edition",
    "EditionAnnex",
    "EditionChange",
    "EditionKind",
    "EditionMember",
    "EditionReminder",
    "EditionState",
    "Enterprise",
    "ExpectedList",
    "Finding",
    "FindingKind",
    "FormerName",
    "Guard",
    "GuardLimit",
    "GuardResult",
    "InnovationScore",
    "Judgement",
    "Level",
    "ListResolution",
    "LookupSlip",
    "Mail",
    "MatchDecision",
    "NameKeys",
    "Objection",
    "ObjectionAnswer",
    "ObjectionEvent",
    "ObjectionFile",
    "ObjectionKind",
    "ObjectionReminder",
    "ObjectionState",
    "Overruling",
    "Parting",
    "PoolMember",
    "PoolRebuild",
    "Recognition",
    "RecognitionState",
    "Renewal",
    "ReviewItem",
    "ReviewSample",
    "SpecialDay",
    "Verdict",
    "Watch",
]
