"""An event as one line that is the same wherever it is read, and its digest. Pure.

Law: never changed; a field that comes later stands in `details`. Seals and exports are made of these lines.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

FIELDS = (
    "number", "at", "area", "act", "success", "user_id", "user_name", "address", "model", "key", "label", "page",
    "request", "details",
)  # fmt: skip
BEGINNING = "0" * 64


def line(values: Sequence[Any]) -> str:
    """The event whose `FIELDS` have these values."""
    told = [value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
            for value in values]  # fmt: skip
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Chain:
    """A digest over lines in their order, that goes on from another."""

    def __init__(self, before: str = BEGINNING) -> None:
        self._sum = hashlib.sha256(f"{before}\n".encode())
        self.events = 0

    def add(self, text: str) -> str:
        """Take a line up; its own digest."""
        own = digest(text)
        self._sum.update(f"{own}\n".encode())
        self.events += 1
        return own

    @property
    def digest(self) -> str:
        return self._sum.hexdigest()
