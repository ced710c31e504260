"""What is wrong with what a machine sent, in words for whoever wrote its program.

Law: a fault names its place; what was sent is not sent back.
"""

from collections.abc import Mapping
from typing import Any, TypedDict

from django.utils.translation import gettext as _

from enterprises.judging_codes import MEANT, Judged


class FaultTold(TypedDict):
    """`pointer` is a JSON pointer into the body (RFC 6901), or the parameter's name."""

    pointer: str
    detail: str


def told_of(found: Mapping[str, Any]) -> FaultTold:
    """One of pydantic's faults."""
    source, *path = found["loc"]
    if source == "body":  # the first step is our own name for the body
        pointer = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path[1:])
    else:
        pointer = ".".join(str(step) for step in path)
    return {"pointer": pointer, "detail": _words(str(found["type"]), found.get("ctx") or {})}


def _words(kind: str, facts: Mapping[str, Any]) -> str:
    least = facts.get("min_length", facts.get("ge"))
    most = facts.get("max_length", facts.get("le"))
    words = {
        "missing": _("It is missing."),
        "extra_forbidden": _("It is not known here. See that its name is written rightly."),
        "string_type": _("It must be a text, in quotation marks."),
        "bool_type": _("It must be true or false, without quotation marks."),
        "date_type": _("It must be a day such as 2026-09-30, in quotation marks."),
        "date_parsing": _("It must be a day such as 2026-09-30, in quotation marks."),
        "date_from_datetime_parsing": _("It must be a day such as 2026-09-30, in quotation marks."),
        "date_from_datetime_inexact": _("It must be a day such as 2026-09-30, in quotation marks."),
        "literal_error": _("It must be one of the values that the description lists."),
        "int_parsing": _("It must be a whole number."),
        "int_type": _("It must be a whole number."),
        "list_type": _("It must be a list."),
        "model_attributes_type": _("It must be an object."),
        "model_type": _("It must be an object."),
        "dict_type": _("It must be an object."),
        "too_short": _("It must hold %(least)s at least.") % {"least": least},
        "too_long": _("It must hold %(most)s at most.") % {"most": most},
        "string_too_short": _("It must have %(least)s characters at least.") % {"least": least},
        "string_too_long": _("It must have %(most)s characters at most.") % {"most": most},
        "greater_than_equal": _("It must be %(least)s or more.") % {"least": least},
        "less_than_equal": _("It must be %(most)s or less.") % {"most": most},
        "string_pattern_mismatch": _("It does not have the form that the description gives."),
    }
    return words.get(kind, _("It is not as the description has it."))


def told_of_code(found: Judged) -> str:
    """What is wrong with a code, and where."""
    facts = {"place": found.place, "sign": found.sign, "meant": MEANT.get(found.sign, "")}
    words = {
        "empty": _("There is no code."),
        "lost_digits": _(
            "A spreadsheet has rounded this code: its last digits are lost. Take it from the source, as text."
        ),
        "old_number": _("This is a number of the time before 2015. Ask with the unified social credit code."),
        "length": _("A unified social credit code has 18 characters, and this has %(place)s.") % facts,
        "letter": _(
            "Character %(place)s is the letter %(sign)s, which these codes do not use; perhaps %(meant)s is meant."
        )
        % facts,
        "sign": _("Character %(place)s is neither a digit nor a letter.") % facts,
        "check": _("The check character does not fit: a digit or letter is wrong, or two have changed places."),
        "id_check": _("The check character of this enterprise number does not fit: see how it is written."),
    }
    return words[found.fault]
