"""What figures go by that is no seal's: names, institutions' kinds, targets, the day by which feedback is due.

Law: an evaluation records its own, so that its figures can be had again after any of them was changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings

from financing.models import Target
from pushes.models import Institution
from registry.queries import district_names, programme_names

_OF_TARGET = ("name", "programmes", "measure", "value", "unit", "due", "source", "position")


@dataclass(frozen=True)
class Terms:
    """`programmes` and `districts` (name of each code) in their order; institutions' names and kinds by code."""

    programmes: Mapping[str, str]
    districts: Mapping[str, str]
    institutions: Mapping[str, str]
    kinds: Mapping[str, str]
    targets: Sequence[Target]
    due_days: int

    def said(self) -> dict[str, Any]:
        """For a document. Lists, since order tells."""
        return {
            "programmes": [list(pair) for pair in self.programmes.items()],
            "districts": [list(pair) for pair in self.districts.items()],
            "institutions": [[code, name, self.kinds[code]] for code, name in self.institutions.items()],
            "targets": [_said(aim) for aim in self.targets],
            "due_days": self.due_days,
        }

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Terms":
        """What a document said."""
        return cls(
            dict(said["programmes"]),
            dict(said["districts"]),
            {code: name for code, name, _kind in said["institutions"]},
            {code: kind for code, _name, kind in said["institutions"]},
            [_target(one) for one in said["targets"]],
            said["due_days"],
        )

    @property
    def groups(self) -> dict[str, Sequence[str]]:
        """The groups of programmes that figures are asked of: each alone, and those that a target joins."""
        joined = {aim.group: aim.programmes for aim in self.targets if aim.group}
        return {**{code: [code] for code in self.programmes}, **joined}


def _said(aim: Target) -> dict[str, Any]:
    return {name: getattr(aim, name) for name in _OF_TARGET} | {"value": f"{aim.value:.2f}", "due": aim.due.isoformat()}


def _target(said: Mapping[str, Any]) -> Target:
    """As it was; it need not be kept any more."""
    return Target(**{**said, "value": Decimal(said["value"]), "due": date.fromisoformat(said["due"])})


def terms() -> Terms:
    """As they are now."""
    held = list(Institution.objects.order_by("code").values_list("code", "name", "kind"))
    return Terms(
        programme_names(),
        district_names(),
        {code: name for code, name, _kind in held},
        {code: kind for code, _name, kind in held},
        list(Target.objects.all()),
        settings.FEEDBACK_DUE_DAYS,
    )
