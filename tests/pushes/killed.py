"""What the kill tests set up in other processes, on a database of their own. Run by name, with the settings named."""

import json
import sys
from datetime import date
from io import StringIO
from pathlib import Path

import django
from django.core.management import call_command
from django.utils import timezone

QUARTERS = [f"{year}Q{number}" for year in (2023, 2024) for number in (1, 2, 3, 4)] + ["2025Q1", "2025Q2"]
FIRMS = 100


def make(folder: Path) -> None:
    """An institution, and for each quarter a list of firms recognised within it, and one that revokes some."""
    django.setup()
    call_command("migrate", verbosity=0)
    from registry.importing import confirm, stage
    from registry.staging import Notice
    from tests.conftest import write_workbook
    from tests.pushes.making import institution

    institution("bank-a")
    for place, quarter in enumerate(QUARTERS):
        day = date(int(quarter[:4]), int(quarter[5]) * 3, 1)
        firms = [(f"郑州第{place}之{n}号科技有限公司", f"GR{day.year}41{place * FIRMS + n:06d}") for n in range(FIRMS)]
        granted = [["企业名称", "证书编号", "发证日期"], *([*firm, day.isoformat()] for firm in firms)]
        lists = {"recognition": granted, "revocation": [["企业名称", "证书编号"], *map(list, firms[: place + 1])]}
        for kind, rows in lists.items():
            path = write_workbook(folder / f"{quarter}-{kind}.xlsx", rows)
            published = day if kind == "recognition" else day.replace(day=20)
            notice = Notice(programme="HNTE", kind=kind, title=f"{quarter} {kind}", published_on=published)
            confirm(list_import=stage(path=path, file_name=path.name, notice=notice, now=timezone.now()),
                    now=timezone.now())  # fmt: skip


def calm() -> None:
    """Run all the quarters undisturbed, and print each one's digest."""
    django.setup()
    digests = {}
    for quarter in QUARTERS:
        out = StringIO()
        call_command("run_quarter", quarter, "--json", stdout=out, stderr=StringIO())
        digests[quarter] = json.loads(out.getvalue())["digest"]
    print(json.dumps(digests))


if __name__ == "__main__":
    make(Path(sys.argv[2])) if sys.argv[1] == "make" else calm()
