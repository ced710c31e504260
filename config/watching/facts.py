"""What is found of one thing that is watched (pure). Law: its words hold no secret, no address and no person."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Fact:
    """`essential`: without it this process can serve nobody. `what` names the thing, `words` how it stands."""

    about: str
    ok: bool
    what: str
    words: str
    essential: bool = False


def line(fact: Fact) -> str:
    """The finding in one line, in the reader's language."""
    return _("%(what)s: %(words)s") % {"what": fact.what, "words": fact.words}


def are_well(facts: Sequence[Fact]) -> bool:
    return all(fact.ok for fact in facts)
