"""What axe-core (4.14.1, MPL-2.0, see LICENSE) finds wrong with a page for people who cannot see or point."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_SCRIPT = Path(__file__).with_name("axe.min.js")
_GRAVE = ("serious", "critical")


@cache
def _script() -> str:
    return _SCRIPT.read_text(encoding="utf-8")


def faults(page: Page) -> list[str]:
    """The grave faults, each with the first place where it was found. The script goes in past the page's own rules."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(_script())
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(result => result.violations)"
    )
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in _GRAVE]
