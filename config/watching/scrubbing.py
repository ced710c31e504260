"""Takes out of a log's line what is nobody's business there (pure).

Law: no address of a mail, credit code, identity number, telephone, key, token or query string stays, wherever it came
from: a library's message and a traceback are looked through as our own words are.
"""

import re

_RULES = (
    (re.compile(r"(?i)\b(bearer|basic|token)\s+[\w.~+/=-]{6,}"), r"\1 ‹key›"),
    (re.compile(r"(?i)\b(password|passwd|secret|token|api_key|authorization|sessionid|csrftoken)(['\"]?\s*[=:]\s*)(['\"]?)[^\s'\",;&]+"),
     r"\1\2\3‹secret›"),
    (re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]+"), "‹key›"),
    (re.compile(r"\b([a-z][a-z0-9+]*://)[^\s/@]+@"), r"\1‹user›@"),
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "‹mail›"),
    (re.compile(r"(?<=[\w/])\?[^\s'\"<>]*=[^\s'\"<>]*"), "?‹query›"),
    (re.compile(r"(?<![0-9A-Za-z])[0-9A-Z]{2}\d{6}[0-9A-Z]{10}(?![0-9A-Za-z])"), "‹code›"),
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), "‹phone›"),
    # What PostgreSQL says of the row that broke a rule.
    (re.compile(r"(?s)(DETAIL:\s+(?:Key|Failing row)).*?(?=\n[A-Z][A-Z]+:|\n\n|$)"), r"\1 ‹…›"),
)  # fmt: skip


def scrubbed(text: str) -> str:
    """The text without them."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return text
