"""Collects the texts that people read from code and templates, and compiles their translations, with Babel alone.

Law: the catalogue holds just what the code says; a text without its Chinese fails `make check`.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ("registry", "enterprises", "pushes", "financing", "config")
PO = ROOT / "config/locale/zh_Hans/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")
UNCHANGING = datetime(2026, 1, 1, tzinfo=UTC)  # a date of its own would change the file at every run
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def collected() -> Catalog:
    """A catalogue of every text marked for translation, without translations."""
    catalog = Catalog(
        locale="zh_Hans",
        fuzzy=False,
        header_comment="# What people read, in Chinese. Brought up to date by `make messages`.",
        creation_date=UNCHANGING,
        revision_date=UNCHANGING,
    )
    for path, source in _sources():
        for _line, message, _comments, context in extract("python", BytesIO(source.encode()), KEYWORDS):
            catalog.add(message, locations=[(path, 1)], context=context)
    return catalog


def current() -> Catalog:
    """The catalogue as it stands in the repository."""
    with PO.open("rb") as stream:
        return read_po(stream, locale="zh_Hans")


def compiled(catalog: Catalog) -> bytes:
    """What the compiled catalogue has to be."""
    target = BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


def _sources() -> Iterator[tuple[str, str]]:
    for folder in HOUSE:
        for path in sorted((ROOT / folder).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix == ".py" and "migrations" not in path.parts:
                yield name, path.read_text(encoding="utf-8")
            elif path.suffix in (".html", ".txt") and "templates" in path.parts:
                yield name, templatize(path.read_text(encoding="utf-8"))


def main() -> int:
    """Bring the catalogue up to date with the code and compile it; say which texts still want their Chinese."""
    settings.configure()
    found = collected()
    if PO.exists():
        known = current()
        for message in found:
            if message.id and (old := known.get(message.id, message.context)):
                message.string = old.string
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as stream:
        write_po(stream, found, width=0, sort_output=True, include_lineno=False, omit_header=False)
    MO.write_bytes(compiled(found))
    missing = [message.id for message in found if message.id and not message.string]
    for text in missing:
        print(f"no translation: {text!r}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
