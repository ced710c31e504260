"""The institutions' manuals as pages, out of the files that the repository has them in.

Law: open to everybody, since there is no secret in them. What links from one file to another links from one page to
the other.
"""

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from pushes.portal.entering import look_in
from registry.manuals import Manual, page_of

FIRST = "banks"
SCHEMA = "platform-api.schema.json"
_TO_FILE = re.compile(r"([a-z][a-z0-9-]*)\.md(#.*)?")


@require_safe
def manual(request: HttpRequest, name: str = FIRST) -> HttpResponse:
    """One manual; the banks' where none is named."""
    path = files().get(name)
    if path is None:
        raise Http404
    frame = "pushes/room.html" if look_in(request) else "base.html"
    page = _page(path, path.stat().st_mtime_ns)
    html = mark_safe(page.html)  # noqa: S308 # nosec B308, B703 # HTML in the file was escaped by the reader
    return render(request, "pushes/manual.html", {"manual": page, "html": html, "frame": frame})


@require_safe
def platform_schema(request: HttpRequest) -> FileResponse:
    """The form of what platforms are sent, for their programs."""
    path = Path(settings.BASE_DIR) / "docs/manual" / SCHEMA
    return FileResponse(path.open("rb"), content_type="application/schema+json")


def files() -> dict[str, Path]:
    """Name → file of every manual there is."""
    return {path.stem: path for path in sorted((Path(settings.BASE_DIR) / "docs/manual").glob("*.md"))}


def address(name: str) -> str:
    """Where the manual is a page."""
    return reverse("pushes:manual") if name == FIRST else reverse("pushes:manual-of", args=[name])


def leads_to(target: str) -> str:
    """A link to a file leads to its page, any other where it says."""
    if target == SCHEMA:
        return reverse("pushes:platform-schema")
    found = _TO_FILE.fullmatch(target)
    return address(found[1]) + (found[2] or "") if found else target


@lru_cache(maxsize=32)
def _page(path: Path, changed: int) -> Manual:
    return page_of(path.read_text(encoding="utf-8"), leads_to=leads_to)
