"""The header words that every installation begins with, for tests of what is pure."""

from importlib import import_module

from registry.columns import Vocabulary

WORDS: dict[str, tuple[str, ...]] = import_module("registry.migrations.0005_header_words").WORDS
VOCABULARY = Vocabulary((text, field) for field, texts in WORDS.items() for text in texts)
