"""Everything a person reads has its Chinese, and the compiled catalogue is the one in the repository."""

import re

import pytest
from babel.messages.catalog import Message

from config.local.messages import MO, collected, compiled, current

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")


def identity(message: Message) -> tuple[str | None, str]:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def texts(message: Message) -> list[str]:
    return [message.string or ""] if isinstance(message.string, str | None) else list(message.string)


CATALOG = current()
TRANSLATED = [message for message in CATALOG if message.id]


def test_the_catalogue_holds_just_what_the_code_says() -> None:
    said = {identity(message) for message in collected() if message.id}
    known = {identity(message) for message in TRANSLATED}
    assert (said - known, known - said) == (set(), set()), "run `make messages`"


@pytest.mark.parametrize("message", TRANSLATED, ids=lambda message: identity(message)[1][:60])
def test_a_text_has_its_chinese(message: Message) -> None:
    assert all(texts(message)), "run `make messages` and translate"
    assert not message.fuzzy


@pytest.mark.parametrize("message", TRANSLATED, ids=lambda message: identity(message)[1][:60])
def test_a_translation_keeps_its_placeholders(message: Message) -> None:
    wanted = set(PLACEHOLDER.findall(identity(message)[1]))
    for text in texts(message):
        assert set(PLACEHOLDER.findall(text)) == wanted


def test_the_compiled_catalogue_is_up_to_date() -> None:
    assert MO.read_bytes() == compiled(CATALOG), "run `make messages`"
