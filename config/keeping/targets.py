"""Where a backup is restored to: a database and a store, and what must be true of them before anything is touched."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from django.core.files.storage import Storage
from django.db import connection

from config.database import owning
from config.environment import env
from config.keeping import errors, programs

_OURS = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'"
_PARAMETERS = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


@dataclass(frozen=True)
class Target:
    """A database, by its connection's parameters, and a store."""

    parameters: Mapping[str, Any]
    store: Storage

    @property
    def name(self) -> str:
        return str(self.parameters["dbname"])

    @property
    def variables(self) -> dict[str, str]:
        return programs.variables(self.parameters)

    def line(self, **more: Any) -> "psycopg.Connection[Any]":
        """A connection that commits each statement. Raises `DatabaseUnreachable`."""
        try:
            return psycopg.connect(**{**self.parameters, **more}, autocommit=True, connect_timeout=10)
        except psycopg.OperationalError as error:
            raise errors.DatabaseUnreachable(error) from error

    def major(self) -> int:
        with self.line() as line:
            return line.info.server_version // 10_000

    def is_empty(self) -> bool:
        with self.line() as line:
            row = line.execute(_OURS).fetchone()
        return row is None or row[0] == 0

    def empty(self) -> None:
        """Drop all that the database holds."""
        with self.line() as line:
            line.execute("DROP SCHEMA public CASCADE")
            line.execute("CREATE SCHEMA public")


def parameters_of(address: str) -> dict[str, Any]:
    """What psycopg wants, of an address such as DATABASE_URL."""
    facts = env.db_url_config(address)
    named = {own: facts[name] for name, own in _PARAMETERS.items() if facts.get(name)}
    return {**named, **_ours(facts.get("OPTIONS", {}))}


def owner_parameters() -> dict[str, Any]:
    """Those of this site's database, by the role that owns its tables: whoever serves the site makes none."""
    with owning.as_owner():
        return _ours(connection.get_connection_params())


def _ours(given: Mapping[str, Any]) -> dict[str, Any]:
    wanted = (*_PARAMETERS.values(), "sslmode", "sslrootcert", "sslcert", "sslkey")
    return {name: given[name] for name in wanted if given.get(name)}
