"""Writes a city of known truth, region by region. Law: same number, seed and errors, same bytes, on any machine."""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from registry.samples.truth.regions import Share, shares
from registry.samples.truth.rows import Published, publish

SMALLEST, LARGEST = 100, 3_000_000
_HEADERS = {
    "rows": "row_id,list_id,row_no,name,code,org_code,reg_no,cert_no,district,date",
    "truth": "row_id,ent_id,comp_id,tags",
    "lists": "list_id,region,kind,year,has",
    "renames": "old_name,new_name,cert_no,year",
}
_AHEAD = 8  # regions that may be made before their turn to be written


@dataclass
class Written:
    """What was written: how many of each."""

    rows: int = 0
    lists: int = 0
    renames: int = 0
    regions: int = 0


def write_truth_city(directory: Path, *, enterprises: int, seed: int, errors: float = 1.0) -> Written:
    """Writes rows.csv, lists.csv, renames.csv and truth.csv; above a city's size the country's regions take part.

    Raises ValueError outside SMALLEST to LARGEST enterprises, OSError where the directory cannot be written.
    """
    if not SMALLEST <= enterprises <= LARGEST:
        raise ValueError(f"enterprises must be {SMALLEST} to {LARGEST}")
    directory.mkdir(parents=True, exist_ok=True)
    done = Written()
    with ExitStack() as stack:
        files = {
            name: stack.enter_context((directory / f"{name}.csv").open("w", encoding="utf-8", newline=""))
            for name in _HEADERS
        }
        for name, header in _HEADERS.items():
            files[name].write(header + "\n")
        for region in _published(shares(enterprises), seed, errors):
            files["rows"].writelines(_numbered(region.rows, done.rows))
            files["truth"].writelines(_numbered(region.truth, done.rows))
            files["lists"].writelines(f"{line}\n" for line in region.lists)
            files["renames"].writelines(f"{line}\n" for line in region.renames)
            done.rows += len(region.rows)
            done.lists += len(region.lists)
            done.renames += len(region.renames)
            done.regions += 1
    return done


def _numbered(lines: list[str], first: int) -> Iterator[str]:
    return (f"{number},{line}\n" for number, line in enumerate(lines, first))


def _published(parts: list[Share], seed: int, errors: float) -> Iterator[Published]:
    """Each region in its turn; where there are several, processes make them side by side, some ahead of their turn."""
    if len(parts) == 1:
        yield publish(parts[0], seed, errors)
        return
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        coming: deque[Future[Published]] = deque()
        for part in parts:
            coming.append(pool.submit(publish, part, seed, errors))
            if len(coming) > _AHEAD:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
