"""The banks' manual, whose programs are run as they stand."""

import re
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs/manual"
TEXT = (FOLDER / "banks.md").read_text(encoding="utf-8")


def programs(language: str, text: str = TEXT) -> list[str]:
    """Every program in the language, in its order."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def program(language: str, part: str, of: str = TEXT) -> str:
    """The one program in the language that holds `part`."""
    (found,) = (text for text in programs(language, of) if part in text)
    return found


def rows_below(heading: str) -> dict[str, list[str]]:
    """The rows of the tables below the heading, by what stands first."""
    (below,) = re.findall(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", TEXT, re.DOTALL | re.MULTILINE)
    cells = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in re.findall(r"^\|.*\|$", below, re.M)]
    return {first: rest for first, *rest in cells if not set(first) <= set("- ")}
