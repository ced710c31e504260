"""The banks' manual, whose programs are run as they stand."""

import re
from pathlib import Path

_TEXT = (Path(__file__).parents[2] / "docs/manual/banks.md").read_text(encoding="utf-8")


def program(language: str, part: str) -> str:
    """The one program in the language that holds `part`."""
    (found,) = (text for text in re.findall(rf"```{language}\n(.*?)```", _TEXT, re.DOTALL) if part in text)
    return str(found)
