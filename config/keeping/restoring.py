"""Restores a backup into an empty database and store.

Law: every sum is checked before anything is touched. Files come first and the database last, in one transaction: until
all is there, there is no database that would look as if it were.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast

from django.core.files import File
from django.utils.translation import gettext as _
from psycopg import sql

from config.keeping import enclosing, errors, finding, manifest, pool, programs
from config.keeping.manifest import Kept, Manifest
from config.keeping.targets import Target

_EDITIONS = (
    "SELECT quarter, version, state, members, digest FROM enterprises_edition "
    "WHERE sealed_at IS NOT NULL ORDER BY quarter, version"
)


def restore(*, folder: Path, target: Target, keys: enclosing.Keys = (), replace: bool = False) -> Manifest:
    """Restore the backup in this folder; returns what it says of itself.

    `keys` open it where it is enclosed. With `replace` what the target holds is lost. Raises a `KeepingError`.
    """
    told = finding.whole(folder)
    refuse_wrong_key(folder, told, keys)
    program = programs.program("pg_restore", target.major())
    if not replace:
        _refuse_full(told, target)
    with TemporaryDirectory(prefix="restore-") as scratch:
        _files(told, folder.parent, target, keys, Path(scratch))
        if replace:
            target.empty()
        _database(folder / manifest.DATABASE, program, target, keys if told.recipients else ())
    _judge(told, target)
    return told


def _refuse_full(told: Manifest, target: Target) -> None:
    if not target.is_empty():
        raise errors.NotEmpty(target.name)
    for kept in told.files:
        if target.store.exists(kept.name) and not _lies_there(target, kept):
            raise errors.NotEmpty(kept.name)


def refuse_wrong_key(folder: Path, told: Manifest, keys: enclosing.Keys) -> None:
    """Whether the keys open it, before anything is written: the first bytes tell. Raises `KeyNeeded`, `WrongKey`."""
    if not told.recipients:
        return
    if not keys:
        raise errors.KeyNeeded(told.recipients)
    with (folder / manifest.DATABASE).open("rb") as stream:
        try:
            enclosing.disclose(stream, _Nowhere(), keys)
        except _Enough:
            return
        except OSError as error:
            if "_Enough" not in str(error):
                raise


class _Enough(Exception):
    """The key opens it; the rest is not read twice."""


class _Nowhere:
    def write(self, _piece: bytes) -> int:
        raise _Enough

    def flush(self) -> None:
        """Nothing was kept."""


def _files(told: Manifest, home: Path, target: Target, keys: enclosing.Keys, scratch: Path) -> None:
    for kept in told.files:
        if _lies_there(target, kept):
            continue
        target.store.delete(kept.name)
        with pool.opened(home, kept, keys, scratch) as stream:
            stored = target.store.save(kept.name, File(stream))
        if stored != kept.name or not _lies_there(target, kept):
            raise errors.NotProved([_("%(file)s was not stored as it was kept.") % {"file": kept.name}])


def _lies_there(target: Target, kept: Kept) -> bool:
    try:
        with target.store.open(kept.name) as stream:
            return manifest.sum_of(stream) == kept.sha256
    except FileNotFoundError:
        return False


def _database(dump: Path, program: Path, target: Target, keys: enclosing.Keys) -> None:
    words = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", f"--dbname={target.name}"]
    with (
        dump.open("rb") as stream,
        _reading(program, words, target) as process,
    ):
        into = cast(IO[bytes], process.stdin)
        if keys:
            enclosing.disclose(stream, into, keys)
        else:
            while piece := stream.read(1 << 20):
                into.write(piece)
    with target.line() as line:
        line.execute("ANALYZE")


@contextmanager
def _reading(program: Path, words: list[str], target: Target) -> Iterator["subprocess.Popen[bytes]"]:
    """pg_restore, fed by the block. What it says when it fails is what is told, rather than the broken pipe."""
    with TemporaryDirectory(prefix="restore-") as folder, (Path(folder) / "said").open("w+b") as said:
        process = subprocess.Popen(  # noqa: S603 - our own words
            [program, *words], env=target.variables, stdin=subprocess.PIPE, stderr=said
        )
        broken: OSError | None = None
        try:
            yield process
        except OSError as error:
            broken = error
        except BaseException:
            process.kill()
            raise
        finally:
            try:
                cast(IO[bytes], process.stdin).close()
            except OSError as error:
                broken = broken or error
            code = process.wait()
        if code or broken:
            said.seek(0)
            raise errors.ProgramFailed("pg_restore", said.read().decode(errors="replace") or str(broken or ""))


def _judge(told: Manifest, target: Target) -> None:
    """Whether the database holds what the manifest counted. Raises `NotProved`."""
    with target.line() as line:
        editions = [manifest.EditionFacts(*row) for row in line.execute(_EDITIONS)]
        problems = [] if editions == told.editions else [_("The editions differ from those of the manifest.")]
        for table, count in told.rows.items():
            found = line.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
            if found is None or found[0] != count:
                problems.append(
                    _("Table %(table)s: %(found)s rows, %(count)s were kept.")
                    % {"table": table, "found": found and found[0], "count": count}
                )
    if problems:
        raise errors.NotProved(problems)
