"""Rows go to the database in bulk, whatever their texts hold."""

import json

import pytest

from registry.copying import as_json


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("郑州", "郑州"),
        ("a\x00b\x00\x00", "ab"),
        ("\\u0000", "\\u0000"),  # six characters, none of them NUL
        ("\\\x00", "\\"),
        ('"\x00\\\\u0000\n', '"\\\\u0000\n'),
    ],
)
def test_json_loses_nul_and_nothing_else(text: str, kept: str) -> None:
    assert json.loads(as_json({"a": text})) == {"a": kept}
