"""What people saw, what was lost, and what the logs say. Law: lost is what somebody was told is there, and is not."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import psycopg

from config.celery import app
from config.local.places import LOGS
from tests.drills.load import KINDS, Load
from tests.drills.mailbox import Mailbox
from tests.drills.stage import INSTITUTIONS, Stage, command

_COUNTS = {
    "entries": "SELECT count(*) FROM registry_entry",
    "editions": "SELECT string_agg(digest, ',' ORDER BY id) FROM enterprises_edition WHERE state = 'sealed'",
    "delivered": "SELECT count(*) FROM pushes_delivery WHERE state = 'delivered'",
    "receipts": "SELECT count(*) FROM pushes_receipt",
}
_HALF = """
    SELECT l.title FROM registry_listimport l LEFT JOIN registry_entry e ON e.list_import_id = l.id
    WHERE l.title LIKE '演练名单%' GROUP BY l.id HAVING count(e.id) <> l.row_count
"""
_KNOWN = "SELECT sha256 FROM registry_listimport WHERE title LIKE '演练名单%'"
_WAITING = "SELECT count(*) FROM registry_upload WHERE state = 'waiting'"
_FAILED = "SELECT count(*), min(message) FROM registry_upload WHERE state NOT IN ('waiting', 'staged')"
_OWED = """
    SELECT count(*) FROM pushes_institution i WHERE i.code LIKE 'drill-%' AND NOT EXISTS (
        SELECT 1 FROM pushes_delivery d JOIN pushes_channel c ON c.id = d.channel_id
        WHERE c.institution_id = i.id AND d.state = 'delivered')
"""


def counts(stage: Stage) -> dict[str, Any]:
    """What must never become less, or other."""
    return {name: _one(stage, query) for name, query in _COUNTS.items()}


def ask_for_deliveries(stage: Stage) -> None:
    """Open the channels and have beat's own task run, so that mails are on their way when the fault comes."""
    with psycopg.connect(stage.variables["DATABASE_URL"], autocommit=True) as database:
        database.execute("UPDATE pushes_channel SET paused = false WHERE addresses::text LIKE '%@example.org%'")
    with app.connection_for_write(stage.variables["REDIS_URL"].replace("unix://", "redis+socket://").replace(
        "?db=", "?virtual_host="
    )) as line:  # fmt: skip
        app.send_task("pushes.push_editions", connection=line)


def nothing_is_owed(stage: Stage) -> bool:
    """Whether every mail has gone, and every list was read."""
    try:
        return bool(_one(stage, _OWED) == 0 and _one(stage, _WAITING) <= 1)
    except psycopg.Error:
        return False


def lost(stage: Stage, going: Load, mailbox: Mailbox, before: Mapping[str, Any]) -> list[str]:
    """Everything that should be there and is not; empty is what a drill must show."""
    after, found = counts(stage), []
    if after["editions"] != before["editions"]:
        found.append("an edition changed")
    found += [f"{name}: {before[name]} before, {after[name]} after"
              for name in ("entries", "delivered", "receipts") if after[name] < before[name]]  # fmt: skip
    known = {row[0] for row in _all(stage, _KNOWN)}
    waiting, (failed, why) = _one(stage, _WAITING), _all(stage, _FAILED)[0]
    missing = [key for key, told in going.uploads.items() if told == "received" and key not in known]
    if len(missing) > waiting:
        found.append(f"{len(missing) - waiting} lists that were said to be received ({failed} given up: {why})")
    found += [f"half a list: {title}" for (title,) in _all(stage, _HALF)]
    if owed := _one(stage, _OWED):
        found.append(f"{owed} of {INSTITUTIONS} deliveries were not made")
    for proof in ("prove_editions", "prove_packages"):
        said = command(stage.variables, proof)
        if said.returncode:
            found.append(f"{proof}: {said.stderr.strip()[-200:]}")
    return found


def saw(going: Load, broken: float, mended: float) -> dict[str, dict[str, Any]]:
    """Per kind: the answers while the part was away, and the longest wait."""
    seen = {}
    for kind in KINDS:
        during = [one for one in going.answers if kind == one.kind and broken <= one.at < mended]
        told = Counter(f"{one.status}{'' if one.good else ' ' + one.words}".strip() for one in during)
        seen[kind] = {"answers": dict(told), "longest_ms": max((one.ms for one in during), default=0)}
    return seen


def told(going: Load) -> dict[str, int]:
    """What officers were told of their lists."""
    return dict(Counter(going.uploads.values()))


def mails(mailbox: Mailbox) -> dict[str, Any]:
    """To banks: how many, and how many came twice, with the same number; to the operators: what."""
    banks = Counter(number for to, number, _subject in mailbox.taken if to.startswith("bank"))
    operators = [subject for to, _number, subject in mailbox.taken if to.startswith("ops")]
    return {"to_banks": len(banks), "twice": sum(1 for count in banks.values() if count > 1), "to_operators": operators}


def faults_in_logs() -> dict[str, int]:
    """Crashes by kind, of site, worker and beat."""
    found: Counter[str] = Counter()
    for name in ("drill-site", "drill-worker", "drill-beat"):
        for line in (LOGS / f"{name}.log").read_text(errors="replace").splitlines():
            if line.startswith("{") and '"exception"' in line:
                last = json.loads(line)["exception"].strip().splitlines()[-1]
                found[f"{name}: {last[:110]}"] += 1
    return dict(found.most_common(12))


def _one(stage: Stage, query: str) -> Any:
    return _all(stage, query)[0][0]


def _all(stage: Stage, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(stage.variables["DATABASE_URL"]) as line:
        return list(line.execute(query.encode()).fetchall())
