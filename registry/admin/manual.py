"""The staff manual inside the admin: its chapters, all of it on one page, its pictures.

Law: for whoever may enter the admin, and nobody else; only files of the manual's own folder leave it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import admin
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from registry.helping import CHAPTERS, FIRST, address
from registry.manuals import Manual, page_of

FOLDER = Path(settings.BASE_DIR) / "docs/manual/staff"
_TO_CHAPTER = re.compile(r"([a-z][a-z0-9-]*)\.md(#.*)?")
_TO_OTHERS = re.compile(r"\.\./([a-z][a-z0-9-]*)\.md(#.*)?")
_TO_PICTURE = re.compile(r"pictures/([a-z][a-z0-9-]*\.png)")


class Chapter(NamedTuple):
    """A chapter as its page shows it."""

    name: str
    page: Manual
    html: SafeString

    @property
    def address(self) -> str:
        return address(self.name)


@require_safe
def manual(request: HttpRequest, name: str = FIRST) -> HttpResponse:
    """One chapter; the first where none is named."""
    if name not in CHAPTERS:
        raise Http404
    return _shown(request, [chapter(name)])


@require_safe
def whole(request: HttpRequest) -> HttpResponse:
    """All chapters on one page, to be searched by the browser or printed."""
    return _shown(request, [chapter(name, before=f"{name}-") for name in CHAPTERS])


@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    found = {path.name: path for path in (FOLDER / "pictures").glob("*.png")}.get(name)
    if found is None:
        raise Http404
    return FileResponse(found.open("rb"), content_type="image/png", headers={"Cache-Control": "private, max-age=3600"})


def chapter(name: str, *, before: str = "") -> Chapter:
    path = FOLDER / f"{name}.md"
    page = _page(path, path.stat().st_mtime_ns, before)
    return Chapter(name, page, mark_safe(page.html))  # noqa: S308 # nosec B308, B703 # HTML in the file was escaped by the reader


def leads_to(target: str) -> str:
    """What stands in a file as a link or picture, as an address; any other address stays as it stands."""
    if found := _TO_CHAPTER.fullmatch(target):
        return address(found[1] + (found[2] or ""))
    if found := _TO_OTHERS.fullmatch(target):
        return reverse("pushes:manual-of", args=[found[1]]) + (found[2] or "")
    if found := _TO_PICTURE.fullmatch(target):
        return reverse("manual:picture", args=[found[1]])
    return target


@lru_cache(maxsize=64)
def _page(path: Path, changed: int, before: str) -> Manual:
    return page_of(path.read_text(encoding="utf-8"), leads_to=leads_to, before=before)


def _shown(request: HttpRequest, chapters: list[Chapter]) -> HttpResponse:
    alone = chapters[0] if len(chapters) == 1 else None
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": alone.page.title if alone else pgettext("manual", "The whole manual"),
        "chapters": chapters,
        "alone": alone,
        "contents": list(_contents(alone)),
    }
    request.current_app = admin.site.name
    return TemplateResponse(request, "admin/manual.html", context)


def _contents(alone: Chapter | None) -> Iterator[tuple[Chapter, bool]]:
    """Every chapter, and whether it is the one that is shown."""
    for name in CHAPTERS:
        yield chapter(name), alone is not None and alone.name == name
