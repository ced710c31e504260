"""An institution's part of an edition, and what it is told of a change (pure).

Law: what was not agreed is not in it, neither in records nor in changes.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from enterprises.delta import Cause, Kind

_OF_CODES = {"code_found", "code_changed"}
OF_OTHERS = frozenset({"merged", "joined", "split"})  # causes that name another enterprise
_FIELDS = {"former_names": "former_names", "district_changed": "district"}
CORRECTED: Cause = {"cause": "corrected", "programme": "", "before": "", "after": "", "source": ""}


@dataclass(frozen=True)
class Cut:
    """What is wanted. No programmes means all of them; so do no districts, which are given by name.

    `hidden` names the fields that were not agreed on: `former_names` and `district` of an enterprise, and those of its
    recognitions (see `belonging`). `annexes` are the named lists and points that were agreed on, `unseen` those that
    were not.
    """

    programmes: frozenset[str] = frozenset()
    include_name_only: bool = True
    districts: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    annexes: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()

    def wants(self, programme: str) -> bool:
        return not self.programmes or programme in self.programmes

    def shows(self, programme: str) -> bool:
        """Whether a list of that programme may be named as evidence."""
        return programme in self.annexes or (self.wants(programme) and programme not in self.unseen)

    def hides(self, cause: Cause) -> bool:
        return _FIELDS.get(cause["cause"]) in self.hidden

    def bounds(self, cause: Cause) -> bool:
        """Whether an enterprise may come or go by this cause alone, with all its recognitions."""
        if cause["cause"] in _OF_CODES:
            return not self.include_name_only
        return cause["cause"] == "district_changed" and bool(self.districts)


def told(kind: Kind, causes: Iterable[Cause], wanted: Cut, strangers: frozenset[str] = frozenset()) -> list[Cause]:
    """The causes that concern the institution, as it may know them; never none.

    Whoever sees the enterprise on one side only learns why it came or went, and nothing of its other side. Public ids
    of `strangers`, who are on neither side, are not named.
    """
    seen = [_own(cause, wanted, strangers) for cause in causes if _concerns(cause, kind, wanted)]
    if kind != "changed":
        seen = [_one_sided(cause, kind, wanted) for cause in seen if wanted.bounds(cause)] or seen
    return seen or [CORRECTED]


def _concerns(cause: Cause, kind: Kind, wanted: Cut) -> bool:
    if cause["programme"]:
        return wanted.wants(cause["programme"])
    if kind != "changed":
        return wanted.bounds(cause) or cause["cause"] == "corrected"
    return not wanted.hides(cause)


def _own(cause: Cause, wanted: Cut, strangers: frozenset[str]) -> Cause:
    """The cause without what it would tell of others: a district, an enterprise, or a recognition of another programme.

    For that, evidence that is another programme's list is left out. A reference begins with its programme's code.
    """
    own: Cause = {**cause}
    if cause["cause"] == "district_changed" and wanted.districts:
        own["before"], own["after"] = (text if text in wanted.districts else "" for text in _ends(cause))
    if not cause["programme"] and not wanted.shows(cause["source"].partition("-")[0]):
        own["source"] = ""
    if cause["cause"] in OF_OTHERS:
        own["before"], own["after"] = ("" if text in strangers else text for text in _ends(cause))
    return own


def _ends(cause: Cause) -> tuple[str, str]:
    return cause["before"], cause["after"]


def _one_sided(cause: Cause, kind: Kind, wanted: Cut) -> Cause:
    if wanted.hides(cause):
        return {**cause, "before": "", "after": ""}
    return {**cause, "before": ""} if kind == "added" else {**cause, "after": ""}
