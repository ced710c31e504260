"""One thing that can be wrong with the settings, and what to do about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.checks import CheckMessage, Error, Warning
from django.utils.functional import Promise


@dataclass(frozen=True)
class Rule:
    """`wrong` looks at the settings and gives what it found: nothing, or a text to put in place of %(found)s."""

    id: str
    wrong: Callable[[Any], object]
    said: str | Promise
    do: str | Promise

    def judge(self, settings: Any) -> list[CheckMessage]:
        found = self.wrong(settings)
        if not found:
            return []
        kind = Error if self.id.partition(".")[2].startswith("E") else Warning
        return [kind(str(self.said) % {"found": found}, hint=str(self.do), id=self.id)]
