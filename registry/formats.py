"""The kinds of files that lists come in, for django-import-export. Law: a format opens no file, reading does."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, ClassVar

from django.utils.translation import gettext as _
from import_export.formats.base_formats import Format

from registry.reading import DOCUMENTS, TEXTS, WORKBOOKS


@dataclass(frozen=True)
class ListFile:
    """A list as it came: its bytes, not its rows. They are read once, when it is staged."""

    stream: IO[bytes]
    name: str

    @property
    def size(self) -> int:
        """In bytes."""
        here = self.stream.tell()
        end = self.stream.seek(0, os.SEEK_END)
        self.stream.seek(here)
        return end


class ListFormat(Format):  # type: ignore[misc]  # the library comes without types
    """One family of files that `reading` understands. The file's own name decides which, nobody has to choose."""

    suffixes: ClassVar[Sequence[str]] = ()

    def __init__(self, encoding: str | None = None) -> None:
        """The mixin names an encoding; reading finds the file's own."""

    def get_title(self) -> str:
        return _(" or ").join(suffix.removeprefix(".") for suffix in self.suffixes)

    def get_extension(self) -> str:
        return self.suffixes[0].removeprefix(".")

    def can_import(self) -> bool:
        return True

    def create_dataset(self, in_stream: IO[bytes], *, name: str = "") -> ListFile:
        return ListFile(in_stream, name or f"list{self.suffixes[0]}")


class Workbook(ListFormat):
    suffixes = WORKBOOKS


class Text(ListFormat):
    suffixes = TEXTS


class Document(ListFormat):
    suffixes = DOCUMENTS


FORMATS: tuple[type[ListFormat], ...] = (Workbook, Text, Document)
