"""An institution's part of an edition, and what it is told of a change (pure).

Law: what was not agreed is not in it, neither in records nor in changes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from enterprises.delta import Cause, Kind

_OF_CODES = {"code_found", "code_changed"}
OF_OTHERS = frozenset({"merged", "joined", "split"})  # causes that name another enterprise
_FIELDS = {"former_names": "former_names", "district_changed": "district"}
CORRECTED: Cause = {"cause": "corrected", "programme": "", "before": "", "after": "", "source": ""}
_UPHELD = "objection_upheld"


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


def first_seen(before: str, after: str) -> Cause:
    """That the edition in which the enterprise was seen first is another one, since the former was withdrawn."""
    return {"cause": "first_edition", "programme": "", "before": before, "after": after, "source": ""}


def told(
    kind: Kind,
    causes: Iterable[Cause],
    wanted: Cut,
    strangers: frozenset[str] = frozenset(),
    undone: Iterable[Cause] = (),
) -> list[Cause]:
    """The causes that concern the institution, as it may know them; never none.

    Whoever sees the enterprise on one side only learns why it came or went, and nothing of its other side. Public ids
    of `strangers`, who are on neither side, are not named. `undone` are the causes that a withdrawn edition told, from
    where `causes` begin as well.
    """
    own, taken_back = ([one for one in some if _concerns(one, kind, wanted)] for some in (causes, undone))
    seen = [_own(cause, wanted, strangers) for cause in _instead(own, taken_back)]
    if kind != "changed":
        seen = [_one_sided(cause, kind, wanted) for cause in seen if wanted.bounds(cause)] or seen
    return seen or [CORRECTED]


def _instead(causes: list[Cause], undone: list[Cause]) -> list[Cause]:
    """What is news to whoever was told `undone`, where `causes` are what should have been told.

    What stands in both is no news. A recognition that is another one now is corrected, and not granted; what nothing
    else explains is corrected, and comes first.
    """
    news, left = list(causes), []
    for cause in undone:
        same = next((one for one in news if _substance(one) == _substance(cause)), None)
        if same is None:
            left.append(cause)
        else:
            news.remove(same)
    for place, cause in enumerate(news):
        if was := next((one for one in left if _grants(cause) and _grants(one) and _of_one(one, cause)), None):
            left.remove(was)
            news[place] = {**cause, "cause": "corrected", "before": was["after"]}
            if cause["cause"] == _UPHELD:
                news[place]["cause"] = _UPHELD
    unexplained = [one for one in left if _grants(one) or not any(_of_one(one, cause) for cause in news)]
    return [*_corrected(unexplained), *news]


def _corrected(undone: list[Cause]) -> Iterator[Cause]:
    """What was told for nothing, taken back: of a recognition its period, of all else only that it is so."""
    if not all(cause["programme"] for cause in undone):
        yield CORRECTED
    for cause in undone:
        if _grants(cause):
            yield {**cause, "cause": "corrected", "before": cause["after"], "after": ""}
        elif cause["programme"]:
            yield {**cause, "cause": "corrected", "before": "", "after": cause["before"], "source": ""}


def _substance(cause: Cause) -> Cause:
    """Of a name, a code or a district, whichever list it is taken from."""
    return cause if cause["programme"] else {**cause, "source": ""}


def _grants(cause: Cause) -> bool:
    """Whether a recognition's period stands after it: it holds."""
    return bool(cause["programme"]) and "/" in cause["after"]


def _of_one(one: Cause, other: Cause) -> bool:
    return bool(one["programme"]) and one["programme"] == other["programme"]


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
