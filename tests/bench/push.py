"""`make bench-push`: an edition to many institutions while workers are killed, beside the least that its packages cost.

Law: the workers are the product's own, two of them; one is killed three times, Redis once. What was not delivered, or
under another id, ends the bench. The last line is the result as JSON; there is no peer to compare with.
"""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from django.db import connection

from tests.processes import database_url, signing_key
from tests.pushes import chaos


def main() -> int:
    """Measure, print the figures and the line."""
    sizes = chaos.Sizes(
        institutions=int(os.environ.get("INSTITUTIONS") or 500),
        profiles=int(os.environ.get("PROFILES") or 20),
        members=int(os.environ.get("ENTERPRISES") or 25_000),
    )
    kept = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return _measured(sizes)
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)


def _measured(sizes: chaos.Sizes) -> int:
    folder = Path(os.environ["BENCH_FOLDER"])
    _say(f"{sizes.members:,} members, {sizes.institutions} institutions with {sizes.profiles} profiles")
    edition = chaos.fill(sizes)
    _say("the floor: each distinct package once")
    floor = chaos.floor(edition)
    _say("pushed by two workers")
    happened = chaos.push(_surroundings(folder), folder, sizes)
    wrong = chaos.found_wrong(edition, sizes)
    for one in wrong[:20]:
        print(one, file=sys.stderr)
    if wrong:
        return 1
    times = happened.seconds / floor
    print(
        f"{sizes.institutions} institutions in {happened.seconds:.1f} s, {happened.kills} kills; at most "
        f"{happened.peak_mb:.0f} MB in a worker's process; the floor: {floor:.1f} s; {times:.2f} times it"
    )
    facts = {"floor_seconds": round(floor, 2), **asdict(sizes), **asdict(happened)}
    print(json.dumps({"ratio_to_peer": 0, "ratio_to_floor": round(times, 3), **facts}))
    return 0


def _surroundings(folder: Path) -> dict[str, str]:
    """The product's settings on the bench's data: with the bench's own, a worker would call no other."""
    return os.environ | {
        "DATABASE_URL": database_url(),
        "SIGNING_KEY": signing_key(),
        "SECRET_KEY": "for the bench",
        "HTTPS": "no",
        "FILES_ROOT": str(folder / "pushed"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)
