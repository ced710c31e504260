"""Everything a person reads has its Chinese, and the compiled catalogue is the one in the repository.

One test judges all texts, and names every offender: a test for each would cost more to report than to judge.
"""

import ast
import re
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.mofile import read_mo
from django.contrib import admin

from config import django_words
from config.local.messages import HOUSE, KEYWORDS, MO, ROOT, collected, compiled, current

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")


def identity(message: Message) -> tuple[str | None, str]:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def texts(message: Message) -> list[str]:
    return [message.string or ""] if isinstance(message.string, str | None) else list(message.string)


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


CATALOG = current()
TRANSLATED = [message for message in CATALOG if message.id]


def test_the_catalogue_holds_just_what_the_code_says() -> None:
    said = {identity(message) for message in collected() if message.id}
    known = {identity(message) for message in TRANSLATED}
    assert (said - known, known - said) == (set(), set()), "run `make messages`"


def test_no_text_is_hidden_from_being_collected() -> None:
    """Whoever collects does not look inside f-strings: what stands only there would be read in English."""
    known = {identity(message)[1] for message in collected() if message.id}
    hidden = {
        argument.value
        for folder in HOUSE
        for path in (ROOT / folder).rglob("*.py")
        for string in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS
        for argument in call.args
        if isinstance(argument, ast.Constant)
    }
    assert hidden - known == set(), "take them out of the f-string"


def test_every_text_has_its_chinese() -> None:
    assert TRANSLATED
    wanting = [identity(message) for message in TRANSLATED if message.fuzzy or not all(texts(message))]
    assert wanting == [], "run `make messages` and translate"


def test_every_translation_keeps_its_placeholders() -> None:
    wrong = {
        identity(message): texts(message)
        for message in TRANSLATED
        if any(placeholders(text) != placeholders(identity(message)[1]) for text in texts(message))
    }
    assert wrong == {}


def test_the_compiled_catalogue_is_up_to_date() -> None:
    assert MO.read_bytes() == compiled(CATALOG), "run `make messages`"


def test_the_admins_own_buttons_keep_their_words() -> None:
    """A text of ours that Django's admin has too would be taken for both, wherever it stands."""
    with (Path(admin.__file__).parent / "locale/zh_Hans/LC_MESSAGES/django.mo").open("rb") as file:
        theirs = read_mo(file)
    meant = {"Page not found", "Search", *django_words.WORDS}  # by which words the whole site goes
    changed = {
        identity(message): texts(message)
        for message in TRANSLATED
        if message.context is None and identity(message)[1] not in meant
        if (own := theirs.get(identity(message)[1])) and isinstance(own.string, str) and texts(own) != texts(message)
    }
    assert changed == {}, "give ours a context"
