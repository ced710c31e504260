"""`python -m tests.drills NAME [--seconds N]`: runs one drill, or all of them, and prints what came of it."""

import argparse
import json
import sys
from pathlib import Path

from tests.drills import faults, reporting, running


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.drills")
    parser.add_argument("name", choices=[*faults.FAULTS, "all"])
    parser.add_argument("--seconds", type=int, default=30, help="for how long the part is away")
    parser.add_argument("--json", type=Path, help="where to write what was found")
    given = parser.parse_args()
    found = []
    for name in faults.FAULTS if given.name == "all" else [given.name]:
        result = running.drill(name, given.seconds)
        print(reporting.table(result), flush=True)
        found.append(result)
    if given.json:
        given.json.write_text(json.dumps(found, ensure_ascii=False, indent=1))
    return 0 if all(result["lost"] == [] for result in found) else 1


if __name__ == "__main__":
    sys.exit(main())
