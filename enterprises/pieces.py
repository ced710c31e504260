"""Templates that are rendered once, with slots for what changes from visitor to visitor.

Law: what fills a slot is escaped, unless it is a filled piece itself; a piece knows nothing of a request. The look-up
is what everybody may ask for; rendered anew each time, its template would cost more than all the rest.
"""

import re
from html import escape
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import override

_SLOT = re.compile("\x02(\\w+)\x03")


class Piece:
    """A template with these slots; `fixed` is what never changes."""

    def __init__(self, template: str, *slots: str, **fixed: Any) -> None:
        with override(settings.LANGUAGE_CODE):
            whole = get_template(template).render({**fixed, **{slot: f"\x02{slot}\x03" for slot in slots}})
        parts = _SLOT.split(whole)
        self._texts, self._slots = parts[::2], parts[1::2]
        if missing := set(slots) - set(self._slots):
            raise ValueError(f"{template} has no place for {', '.join(sorted(missing))}")

    def __call__(self, **values: object) -> SafeString:
        """The piece with its slots filled."""
        parts = [self._texts[0]]
        for slot, text in zip(self._slots, self._texts[1:], strict=True):
            value = values[slot]
            parts.append(value if isinstance(value, SafeString) else escape(str(value)))
            parts.append(text)
        return SafeString("".join(parts))  # nosec B703 # each part is the template's, a piece, or escaped
