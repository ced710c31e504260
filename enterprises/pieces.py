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

_MARKUP = re.compile("[&<>\"']")  # what `escape` changes
_SLOT = re.compile("\x02(\\w+)\x03")


class Piece:
    """A template with these slots; `fixed` is what never changes."""

    def __init__(self, template: str, *slots: str, **fixed: Any) -> None:
        with override(settings.LANGUAGE_CODE):
            whole = get_template(template).render({**fixed, **{slot: f"\x02{slot}\x03" for slot in slots}})
        parts = _SLOT.split(whole)
        texts, places = [text.replace("%", "%%") for text in parts[::2]], parts[1::2]
        self._form = texts[0] + "".join(f"%({place})s{text}" for place, text in zip(places, texts[1:], strict=True))
        if missing := set(slots) - set(places):
            raise ValueError(f"{template} has no place for {', '.join(sorted(missing))}")

    def __call__(self, **values: object) -> SafeString:
        """The piece with its slots filled."""
        for slot, value in values.items():
            if value.__class__ is not SafeString:
                text = str(value)
                values[slot] = escape(text) if _MARKUP.search(text) else text
        return SafeString(self._form % values)  # nosec B703 # the template's, pieces, or escaped
