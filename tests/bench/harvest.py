"""Ten thousand guesses from fifty addresses, over HTTP, against the limits as they are by default: what they bring.

Law: what was learned is read off the answers alone. Whoever guesses sends no proof of work; what it would have cost him
is told beside.
"""

import http.client
import re
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from enterprises.models import Enterprise, Recognition
from tests.bench.serving import HOST, FailedError, free_port, gunicorn
from tests.processes import redis_url

_GUESSES, _ADDRESSES, _LINES = 10_000, 50, 8
_HASHES = 678_000  # that a browser tries in a second, as measured once
_TOLD = re.compile(r"(?<![0-9A-Z])(?:[0-9A-Z]{18}|E[0-9A-Z]{7}|GR\d{13})(?![0-9A-Z])|郑州\w{2}科技有限公司(?!分)")
_BITS = re.compile(r'data-bits="(\d+)"')


@dataclass
class Gathered:
    """Of all guesses: how many were answered and refused, how many were right, and what refusals would have cost."""

    answered: int = 0
    refused: int = 0
    right: int = 0  # among those that were answered
    told: int = 0  # enterprises that answers spoke of
    strangers: int = 0  # that answers spoke of without having been asked for by a whole key of theirs
    hashes: int = 0


def guessed(folder: Path) -> Gathered:
    """Ask; in turn by neighbouring codes, numbers and public ids, by names, by the beginnings of names."""
    known = list(Enterprise.objects.order_by("pk").values_list("pk", "public_id", "name", "uscc")[:_GUESSES])
    numbers = dict(Recognition.objects.exclude(number="").values_list("enterprise", "number"))
    keys = {pk: {public_id, name, uscc or name, numbers.get(pk, name)} for pk, public_id, name, uscc in known}
    whose = {key: pk for pk, own in keys.items() for key in own}
    guesses = list(islice(_guesses(known), _GUESSES))
    port, gathered = free_port(), Gathered()
    # Nothing was counted yet: neither of all in this minute, nor, by another key, of these addresses today.
    more = {"BEHIND_PROXY": "yes", "PROXY_NETWORKS": HOST, "SECRET_KEY": secrets.token_hex(), "REDIS_URL": redis_url()}
    with gunicorn(port, folder, **more), ThreadPoolExecutor(_LINES) as lines:
        shares = [list(enumerate(guesses))[place::_LINES] for place in range(_LINES)]
        for share in lines.map(lambda share: list(_asked(port, share)), shares):
            for guess, status, page in share:
                _judge(gathered, guess, status, page, whose)
    if not gathered.right or gathered.told != gathered.right or gathered.strangers:
        raise FailedError(f"told of others than were asked for, or not of those who were: {gathered}")
    return gathered


def show(gathered: Gathered) -> None:
    hours = gathered.hashes / _HASHES / 3600
    print(f"\n{_GUESSES:,} guesses from {_ADDRESSES} addresses")
    print(f"answered: {gathered.answered:,}; refused: {gathered.refused:,}")
    print(f"right, of the answered: {gathered.right:,}; told of: {gathered.told:,}; of strangers: {gathered.strangers}")
    print(f"work to be done for the refused: {gathered.hashes:,} hashes, {hours:,.1f} hours of a browser")


def summary(gathered: Gathered) -> dict[str, object]:
    return {
        "guesses": _GUESSES,
        "guesses_refused": gathered.refused,
        "guesses_right": gathered.right,
        "strangers_told": gathered.strangers,
        "hashes_for_the_refused": gathered.hashes,
    }


def _guesses(known: list[tuple[int, str, str, str | None]]) -> Iterator[str]:
    for pk, public_id, name, uscc in known:
        kind = pk % 5
        yield (uscc or name) if kind < 2 else f"GR202541{pk:07}" if kind == 2 else public_id if kind == 3 else name[:-2]


def _asked(port: int, share: list[tuple[int, str]]) -> Iterator[tuple[str, int, str]]:
    line = http.client.HTTPConnection(HOST, port, timeout=60)
    for place, guess in share:
        line.request("GET", f"/?q={quote(guess)}", headers={"X-Forwarded-For": f"192.0.2.{place % _ADDRESSES}"})
        answer = line.getresponse()
        yield guess, answer.status, answer.read().decode()


def _judge(gathered: Gathered, guess: str, status: int, page: str, whose: dict[str, int]) -> None:
    told = {whose[key] for key in _TOLD.findall(page) if key in whose}
    own = whose.get(guess)
    gathered.strangers += len(told - {own})
    if status == 429:
        bits = _BITS.search(page)
        if bits is None:
            raise FailedError(f"a refusal without work: {page[:400]}")
        gathered.refused, gathered.hashes = gathered.refused + 1, gathered.hashes + (1 << int(bits[1]))
    elif status == 200:
        gathered.answered += 1
        gathered.right += own is not None
        gathered.told += 'class="verdict"' in page
    else:
        raise FailedError(f"{guess}: {status}")
