"""What is found of one thing that is watched (pure). Law: its words hold no secret, no address and no person."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """`essential`: without it this process can serve nobody. `what` names the thing, `words` how it stands."""

    about: str
    ok: bool
    what: str
    words: str
    essential: bool = False


def are_well(facts: "list[Fact]") -> bool:
    return all(fact.ok for fact in facts)
