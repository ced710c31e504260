"""What work costs: seconds of processor, of this process and those it started, and of the database beside it.

Law: the database's share counts too, else work is only moved. Nobody else may use its server meanwhile.
"""

import os
import resource
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import connection

PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


class ElsewhereError(Exception):
    """The database server is no process of this machine, so that its cost cannot be read."""


@dataclass(frozen=True)
class Cost:
    """Seconds: of processor on either side, and on the clock."""

    client: float
    database: float
    wall: float

    @property
    def cpu(self) -> float:
        return self.client + self.database

    def times(self, factor: float) -> "Cost":
        return Cost(self.client * factor, self.database * factor, self.wall * factor)


def cost_of(work: Callable[[], object]) -> Cost:
    """Do the work once; what it cost. Processes that it started count once they have ended."""
    client, database, wall = _client_seconds(), _database_seconds(), time.perf_counter()
    work()
    wall = time.perf_counter() - wall
    return Cost(_client_seconds() - client, _database_seconds() - database, wall)


def median(costs: Iterable[Cost]) -> Cost:
    """The cost that lies in the middle by its processor seconds."""
    in_order = sorted(costs, key=lambda cost: cost.cpu)
    return in_order[(len(in_order) - 1) // 2]


def most_memory(pid: int | str = "self") -> int:
    """The most memory that the process has held so far, in KiB; 0 where it has ended."""
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def children_of(pid: int) -> list[int]:
    """The processes that it started and that still stand in the process table."""
    every = (int(folder.name) for folder in PROC.iterdir() if folder.name.isdecimal())
    return [child for child in every if (stat := _stat(child)) and int(stat[1]) == pid]


def _client_seconds() -> float:
    usages = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def seconds_of(server: int) -> float:
    """Of a server and all that serve with it; one that ends meanwhile would be seen twice or not at all."""
    while True:
        ended = _ended_ticks(server)
        ticks = sum(sum(map(int, stat[11:13])) for stat in map(_stat, (server, *children_of(server))) if stat)
        if _ended_ticks(server) == ended:
            return (ticks + ended) / _TICKS


def _database_seconds() -> float:
    return seconds_of(database_server())


def _ended_ticks(pid: int) -> int:
    return sum(map(int, _stat(pid)[13:15]))


@cache
def database_server() -> int:
    """The parent of the process that serves our connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    stat = _stat(backend)
    if not stat or "postgres" not in (PROC / str(backend) / "comm").read_text():
        raise ElsewhereError("The database server must run on this machine: unset DATABASE_URL.")
    return int(stat[1])


def _stat(pid: int) -> list[str]:
    """What follows the name in /proc/PID/stat: state, parent …; nothing where the process has ended."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
