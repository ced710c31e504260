"""A manual's file as a page: the institutions' and the staff's are read by the same rules.

Law: pure; nothing in a file is taken for HTML, and whoever shows the page says where its links and pictures lead.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

CONTENTS = "目录"  # the heading of a file's own table of contents


class Heading(NamedTuple):
    """A heading of the second level, and where it stands."""

    id: str
    text: str


class Manual(NamedTuple):
    """A file as a page; `contents` are its headings, where it has no table of contents of its own."""

    title: str
    html: str
    contents: tuple[Heading, ...]


def page_of(text: str, *, leads_to: Callable[[str], str], before: str = "") -> Manual:
    """The text of a manual as a page.

    `leads_to` turns what stands in the file as a link or a picture into an address. Ids begin with `before`, where
    several manuals stand on one page.
    """
    reader = _reader()
    tokens = reader.parse(text)
    headings = list(_headings(tokens, before))
    for token in _all(tokens):
        for attribute in ("href", "src"):
            target = token.attrGet(attribute)
            if target:
                token.attrSet(attribute, leads_to(str(target)))
    title = next((heading.text for level, heading in headings if level == "h1"), "")
    contents = tuple(heading for level, heading in headings if level == "h2")
    if any(heading.text == CONTENTS for heading in contents):
        contents = ()
    return Manual(title, reader.renderer.render(tokens, reader.options, {}), contents)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("table_open", _table_open)
    reader.add_render_rule("table_close", _table_close)
    reader.add_render_rule("fence", _fence)
    reader.add_render_rule("softbreak", _softbreak)
    return reader


def _headings(tokens: Sequence[Token], before: str) -> Iterator[tuple[str, Heading]]:
    """Every heading with its level; each gets an id, made as the repository's own pages make it."""
    taken: dict[str, int] = {}
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            text = "".join(part.content for part in tokens[place + 1].children or ())
            number = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            times = taken[number] = taken.get(number, -1) + 1
            token.attrSet("id", before + (f"{number}-{times}" if times else number))
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
