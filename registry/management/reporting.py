"""How commands of this house answer: words for people, or one JSON object; a failure in plain words.

Law: exit code 2 where the command line makes no sense, 1 where what it asks for fails.
"""

import json
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext as _

T = TypeVar("T")


def day(text: str) -> date:
    """A date option, written 2026-09-30."""
    found = _parsed(parse_date, text) if len(text) == 10 else None
    if found is None:
        raise ArgumentTypeError(_("“%(text)s” is no date. Write it like 2026-09-30.") % {"text": text})
    return found


def moment(text: str) -> datetime:
    """A moment option, written 2026-09-30T18:00 (local time unless it names a zone)."""
    found = _parsed(parse_datetime, text)
    if found is None:
        raise ArgumentTypeError(_("“%(text)s” is no moment. Write it like 2026-09-30T18:00.") % {"text": text})
    return make_aware(found) if is_naive(found) else found


def _parsed(parse: Callable[[str], T | None], text: str) -> T | None:
    """What was read, or None: a day that no month has is no better than gibberish."""
    try:
        return parse(text)
    except ValueError:
        return None


class ReportingCommand(BaseCommand):
    """A thin face: it parses options, makes one call, and reports a summary in words or as JSON."""

    failures: tuple[type[Exception], ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help=_("print the summary as one JSON object"))

    @contextmanager
    def failing_plainly(self) -> Iterator[None]:
        """Turn an expected failure into a message and exit code 1; anything else crashes, loudly."""
        try:
            yield
        except self.failures as error:
            raise CommandError(str(error)) from error

    def report(self, words: str, summary: Mapping[str, Any], *, as_json: bool) -> None:
        """Print the summary."""
        self.stdout.write(json.dumps(summary, ensure_ascii=False, default=str) if as_json else words)
