"""One drill: load, then the fault, then the repair, then what is left of it."""

import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from config.local.places import ROOT
from tests.drills import faults, judging, load
from tests.drills.load import KINDS, Load
from tests.drills.mailbox import Mailbox
from tests.drills.stage import Stage, set_up

BEFORE = 12.0
AT_MOST = 240.0  # seconds in which it must be over by itself
_AGAIN_GOOD = 3  # answers in a row


def drill(name: str, seconds: int) -> dict[str, Any]:
    """Run it; returns what was found."""
    fault = faults.FAULTS[name]
    print(f"── {name}: {fault.what} ──", flush=True)
    mailbox = Mailbox()
    mailbox.start()
    with TemporaryDirectory(prefix="drill-") as scratch:
        folder = Path(scratch)
        more = faults.surroundings(fault, folder)
        with set_up(folder, smtp=mailbox.port, more=more, room_megabytes=fault.room_megabytes) as stage:
            before = judging.counts(stage)
            with load.running(stage) as going:
                _until(lambda: all(any(one.good for one in going.since(0, kind)) for kind in KINDS), 90)
                time.sleep(BEFORE)
                judging.ask_for_deliveries(stage)
                time.sleep(2)
                broken = going.now
                fault.break_it(stage, mailbox)
                time.sleep(seconds)
                fault.mend_it(stage, mailbox)
                mended = going.now
                back = _recovery(going, stage, mended)
                after = judging.saw(going, mended, going.now)["ready"]
            lost = judging.lost(stage, going, mailbox, before)
    mailbox.stop()
    return {
        "name": name,
        "what": fault.what,
        "seconds": round(mended - broken, 1),
        "saw": judging.saw(going, broken, mended),
        "ready_after": after,
        "back": back,
        "lost": lost,
        "uploads": judging.told(going),
        "mails": judging.mails(mailbox),
        "errors": judging.faults_in_logs(),
    }


def _recovery(going: Load, stage: Stage, mended: float) -> Mapping[str, float | None]:
    """Per kind, after how many seconds its answers were good again; and when all deliveries were made."""
    back: dict[str, float | None] = dict.fromkeys([*KINDS, "deliveries"])
    ends = mended + AT_MOST
    while going.now < ends and None in back.values():
        for kind in KINDS:
            answers = going.since(mended, kind)
            runs = [answers[at : at + _AGAIN_GOOD] for at in range(len(answers) - _AGAIN_GOOD + 1)]
            first = next((run[0].at for run in runs if all(one.good for one in run)), None)
            if back[kind] is None and first is not None:
                back[kind] = round(first - mended, 1)
        if back["deliveries"] is None and judging.nothing_is_owed(stage):
            back["deliveries"] = round(going.now - mended, 1)
        time.sleep(1)
    return back


def _until(condition: Any, patience: float) -> None:
    ends = time.monotonic() + patience
    while not condition():
        if time.monotonic() > ends:
            raise SystemExit(f"The load never got going: see {ROOT / '.local/logs'}")
        time.sleep(0.5)
