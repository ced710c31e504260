"""What figures go by that is no seal's: names, institutions' kinds, targets, the day by which feedback is due.

Law: an evaluation records its own, so that its figures can be had again after any of them was changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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

    @property
    def groups(self) -> dict[str, Sequence[str]]:
        """The groups of programmes that figures are asked of: each alone, and those that a target joins."""
        joined = {aim.group: aim.programmes for aim in self.targets if aim.group}
        return {**{code: [code] for code in self.programmes}, **joined}


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
