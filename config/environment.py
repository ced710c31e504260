"""Reads the environment for the settings. Its law: nonsense is refused by name, with what was expected."""

import re
from collections.abc import Callable, Mapping
from datetime import time
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

T = TypeVar("T")

env = Env()


def _read(name: str, parse: Callable[[], T], expected: str) -> T:
    try:
        return parse()
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={env.str(name)!r} makes no sense: expected {expected}.") from error


def whole_number(name: str, default: int, *, lowest: int, highest: int) -> int:
    """The whole number in variable `name`, from `lowest` to `highest`."""
    expected = f"a whole number from {lowest} to {highest}"
    value: int = _read(name, lambda: env.int(name, default=default), expected)
    if not lowest <= value <= highest:
        raise ImproperlyConfigured(f"{name}={value} makes no sense: expected {expected}.")
    return value


def fraction(name: str, default: float) -> float:
    """The share in variable `name`, from 0 to 1."""
    value: float = _read(name, lambda: env.float(name, default=default), "a number from 0 to 1")
    if not 0 <= value <= 1:
        raise ImproperlyConfigured(f"{name}={value} makes no sense: expected a number from 0 to 1.")
    return value


def switch(name: str, default: bool) -> bool:
    """Whether variable `name` says yes; anything but a plain yes or no is refused."""
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    value = env.str(name, default="yes" if default else "no").strip().lower()
    if value not in words:
        raise ImproperlyConfigured(f"{name}={value!r} makes no sense: expected yes or no.")
    return words[value]


def one_of(name: str, default: str, words: tuple[str, ...]) -> str:
    """The word in variable `name`, one of `words`."""
    value: str = env.str(name, default=default).strip().lower()
    if value not in words:
        raise ImproperlyConfigured(f"{name}={value!r} makes no sense: expected one of {', '.join(words)}.")
    return value


def time_of_day(name: str, default: str) -> time:
    """The time of day in variable `name`, written HH:MM."""
    return _read(name, lambda: time.fromisoformat(env.str(name, default=default)), "a time such as 06:30")


def address(name: str, default: str | None, schemes: tuple[str, ...], hint: str) -> str:
    """The address in variable `name`; `hint` says what to do where there is none."""
    value: str = env.str(name, default=default or "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {hint}")
    if value.partition("://")[0] not in schemes:
        raise ImproperlyConfigured(f"{name} must begin with {' or '.join(s + '://' for s in schemes)}.")
    return value


def listed(name: str, parse: Callable[[str], T], default: list[T], expected: str) -> list[T]:
    """What stands in variable `name` with commas between, each part parsed."""
    parts: list[str] = env.list(name, default=[])
    return _read(name, lambda: [parse(part.strip()) for part in parts], expected) if parts else default


def groups(name: str, default: list[str]) -> list[str]:
    """The names of groups in variable `name`, with commas between them; the word none stands for no group."""
    named = listed(name, str, default, "names of groups")
    return [] if named == ["none"] else named


def links(name: str, default: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The names and addresses in variable `name`, written `name=address`, one a line or with | between them.

    An address may hold {name} and {code}, and no other placeholder.
    """
    given: str = env.str(name, default="")
    if not given.strip():
        return default
    found = []
    for text in filter(None, (part.strip() for part in given.replace("\n", "|").split("|"))):
        label, _sign, url = (part.strip() for part in text.partition("="))
        plain = url.replace("{name}", "").replace("{code}", "")
        if not label or urlsplit(url).scheme not in ("http", "https") or "{" in plain or "}" in plain:
            raise ImproperlyConfigured(
                f"{name} makes no sense at {text!r}: expected a name, =, and an address that begins with http, "
                "with no placeholders but {name} and {code}."
            )
        found.append((label, url))
    return found


def file_store(name: str, folder: Path) -> dict[str, Any]:
    """Where files lie: an S3-compatible store where variable `name` says s3://bucket/prefix?endpoint=https://…&region=…
    (all but the bucket may be left out), or `folder`. The store's keys are not part of it: they are AWS's variables.
    """
    given: str = env.str(name, default="").strip()
    if not given:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
    parts = urlsplit(given)
    more = dict(parse_qsl(parts.query, keep_blank_values=True))
    endpoint = more.get("endpoint", "https://")
    plain = parts.scheme == "s3" and parts.netloc and not {"@", ":"} & set(parts.netloc)
    if not plain or not set(more) <= {"endpoint", "region"} or urlsplit(endpoint).scheme not in ("http", "https"):
        raise ImproperlyConfigured(
            f"{name} makes no sense: expected s3://bucket/prefix?endpoint=https://…&region=…, without keys; "
            "those are read from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        )
    options = {
        "bucket_name": parts.netloc,
        "location": parts.path.strip("/"),
        "endpoint_url": more.get("endpoint"),
        "region_name": more.get("region"),
    }
    return {"BACKEND": "config.store.S3Store", "OPTIONS": options}


def inner_path(name: str) -> str:
    """The path in variable `name` under which the web server in front keeps files for us; empty where it keeps none."""
    value: str = env.str(name, default="").strip()
    if value and not re.fullmatch(r"/([\w-]+/)+", value):
        raise ImproperlyConfigured(f"{name}={value!r} makes no sense: expected a path such as /_files/.")
    return value


def broker_url(redis_url: str) -> str:
    """The address of a Redis as Celery's transport wants it, which knows sockets by another scheme."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    return f"redis+socket://{parts.path}?virtual_host={parts.query.removeprefix('db=') or 0}"


def owner_database(name: str, served: Mapping[str, Any]) -> dict[str, Any]:
    """The database `served`, by the role that variable `name` gives; nothing where none is named."""
    if not env.str(name, default="").strip():
        return {}
    owner: dict[str, Any] = env.db_url_config(address(name, None, ("postgres", "postgresql"), ""))
    if owner["NAME"] != served["NAME"] or owner["USER"] == served["USER"]:
        raise ImproperlyConfigured(
            f"{name} makes no sense: expected the database of DATABASE_URL ({served['NAME']}) and another role than "
            f"{served['USER']}."
        )
    return owner
