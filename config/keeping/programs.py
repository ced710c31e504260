"""PostgreSQL's own programs: found, of the server's version, called without a password on the command line."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from glob import glob
from pathlib import Path
from typing import Any

from django.conf import settings

from config.keeping import errors
from config.local.stack import client_variables

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
# What libpq reads, by Django's and its own names of it.
_VARIABLES = {
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "host": "PGHOST",
    "port": "PGPORT",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}


def variables(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The environment in which a program finds the database of these parameters."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return bare | {
        variable: str(parameters[name])
        for name, variable in _VARIABLES.items()
        if parameters.get(name) not in ("", None)
    }


def program(name: str, major: int) -> Path:
    """The program of the server's major version. Raises `NoProgram`."""
    found = installed(name)
    for path, version in found.items():
        if version == major:
            return path
    raise errors.NoProgram(name, major, [f"{path} ({version})" for path, version in found.items()])


@cache
def installed(name: str) -> Mapping[Path, int]:
    """Where the program is on this machine, with its major version."""
    found = {}
    for path in dict.fromkeys(_candidates(name)):
        try:
            said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10).stdout  # noqa: S603
        except (OSError, subprocess.TimeoutExpired):
            continue
        if version := re.search(r"(\d+)(\.\d+)?", said.partition(")")[2]):
            found[path] = int(version[1])
    return found


def _candidates(name: str) -> Iterator[Path]:
    own = client_variables().get("PATH", "").rpartition(os.pathsep)[2]  # the checkout's, where it has servers
    folders = [settings.POSTGRES_BIN, own, *os.get_exec_path()]
    for folder in [*filter(None, folders), *(place for pattern in _PLACES for place in sorted(glob(pattern)))]:
        if (path := Path(folder) / name).is_file():
            yield path
