"""The institutions' manuals as pages, out of the files that the repository has them in.

Law: open to everybody, since there is no secret in them; nothing in a file is taken for HTML. What links from one file
to another links from one page to the other.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from pushes.portal.entering import look_in

FIRST = "banks"
CONTENTS = "目录"  # the heading of a file's own table of contents
_TO_FILE = re.compile(r"([a-z][a-z0-9-]*)\.md(#.*)?")


class Heading(NamedTuple):
    """A heading of the second level, and where it stands."""

    id: str
    text: str


class Manual(NamedTuple):
    """A file as a page; `contents` are its headings, where it has no table of contents of its own."""

    title: str
    html: SafeString
    contents: tuple[Heading, ...]


@require_safe
def manual(request: HttpRequest, name: str = FIRST) -> HttpResponse:
    """One manual; the banks' where none is named."""
    path = files().get(name)
    if path is None:
        raise Http404
    frame = "pushes/room.html" if look_in(request) else "base.html"
    return render(request, "pushes/manual.html", {"manual": _page(path, path.stat().st_mtime_ns), "frame": frame})


def files() -> dict[str, Path]:
    """Name → file of every manual there is."""
    return {path.stem: path for path in sorted((Path(settings.BASE_DIR) / "docs/manual").glob("*.md"))}


def address(name: str) -> str:
    """Where the manual is a page."""
    return reverse("pushes:manual") if name == FIRST else reverse("pushes:manual-of", args=[name])


def page_of(text: str) -> Manual:
    """The text of a manual as a page."""
    reader = _reader()
    tokens = reader.parse(text)
    headings = list(_headings(tokens))
    for token in _all(tokens):
        href = token.attrGet("href") if token.type == "link_open" else None
        found = _TO_FILE.fullmatch(str(href)) if href else None
        if found:
            token.attrSet("href", address(found[1]) + (found[2] or ""))
    title = next((heading.text for level, heading in headings if level == "h1"), "")
    contents = tuple(heading for level, heading in headings if level == "h2")
    if any(heading.text == CONTENTS for heading in contents):
        contents = ()
    html = reader.renderer.render(tokens, reader.options, {})
    return Manual(title, mark_safe(html), contents)  # noqa: S308 # nosec B703 # HTML was escaped


@lru_cache(maxsize=32)
def _page(path: Path, changed: int) -> Manual:
    return page_of(path.read_text(encoding="utf-8"))


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("table_open", _table_open)
    reader.add_render_rule("table_close", _table_close)
    reader.add_render_rule("fence", _fence)
    reader.add_render_rule("softbreak", _softbreak)
    return reader


def _headings(tokens: Sequence[Token]) -> Iterator[tuple[str, Heading]]:
    """Every heading with its level; each gets an id, made as the repository's own pages make it."""
    taken: dict[str, int] = {}
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            text = "".join(part.content for part in tokens[place + 1].children or ())
            number = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            times = taken[number] = taken.get(number, -1) + 1
            token.attrSet("id", f"{number}-{times}" if times else number)
            yield token.tag, Heading(str(token.attrGet("id")), text)


def _all(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or ())


def _table_open(_self: RendererHTML, _tokens: Sequence[Token], _place: int, _options: Any, _env: Any) -> str:
    return '<div class="table-scroll" tabindex="0"><table>\n'


def _table_close(_self: RendererHTML, _tokens: Sequence[Token], _place: int, _options: Any, _env: Any) -> str:
    return "</table></div>\n"


def _fence(self: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    """Code scrolls inside itself, by keys too."""
    return self.fence(tokens, place, options, env).replace("<pre>", '<pre tabindex="0">', 1)


def _softbreak(_self: RendererHTML, tokens: Sequence[Token], place: int, _options: Any, _env: Any) -> str:
    """A line of the file that ends between Chinese signs: a browser would put a space there."""
    around = [token.content for token in tokens[max(place - 1, 0) : place + 2 : 2]]
    ends = [text[at] for text, at in zip(around, (-1, 0), strict=False) if text]
    return "" if any(not sign.isascii() for sign in ends) else "\n"
