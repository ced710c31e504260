"""How the site's own commands answer: words for people or one JSON object; a failure in plain words, exit code 1."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _


class SiteCommand(BaseCommand):
    """A thin face: it parses options, makes one call, and reports."""

    failures: tuple[type[Exception], ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help=_("print the summary as one JSON object"))

    @contextmanager
    def failing_plainly(self) -> Iterator[None]:
        try:
            yield
        except self.failures as error:
            raise CommandError(str(error)) from error

    def report(self, words: str, summary: Mapping[str, Any], *, as_json: bool) -> None:
        self.stdout.write(json.dumps(summary, ensure_ascii=False, default=str) if as_json else words)
