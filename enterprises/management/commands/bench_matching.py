"""`manage.py bench_matching`: resolve a city whose truth is known, in a scratch database, and write who is who.

Law: nothing of the truth is read.
"""

import gc
import os
import resource
import tempfile
import time
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import connection
from django.test.utils import override_settings
from django.utils.translation import gettext as _

from enterprises import evidence, resolving
from enterprises.management import cities
from registry.management.reporting import ReportingCommand


def _folder(text: str) -> Path:
    found = Path(text)
    if not (found / "rows.csv").is_file() or not (found / "lists.csv").is_file():
        raise ArgumentTypeError(_("%(folder)s holds no rows.csv and lists.csv.") % {"folder": text})
    return found


class Command(ReportingCommand):
    help = _("Resolve a made-up city of known truth in a scratch database; write the clusters and the pairs in doubt.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", type=_folder, help=_("holds rows.csv, lists.csv and renames.csv"))
        parser.add_argument("--pred", type=Path, required=True, help=_("where to write row_id,cluster_id"))
        parser.add_argument("--review", type=Path, required=True, help=_("where to write row_a,row_b,score"))
        parser.add_argument("--then", type=_folder, help=_("a folder whose lists come later"))

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        with _scratch():
            began = time.perf_counter()
            rows = cities.publish(folder)
            imported = time.perf_counter()
            done = resolving.resolve(now=cities.START + timedelta(days=1))
            resolved = time.perf_counter()
            later = _resolve_later(options["then"])
            clusters, pairs = cities.clusters(rows), cities.pairs(rows)
        clusters.write_csv(options["pred"])
        pairs.write_csv(options["review"])
        summary = {
            "rows": rows.height, "clusters": clusters["cluster_id"].n_unique(), "pairs": pairs.height,
            "matched": done.matched, "created": done.created, "queued": done.queued,
            "import_seconds": imported - began, "resolve_seconds": resolved - imported, **later,
            "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }  # fmt: skip
        words = _(
            "%(rows)s rows became %(clusters)s enterprises, %(pairs)s pairs are left to a person; "
            "read in %(import_seconds).1f s, resolved in %(resolve_seconds).1f s."
        )
        self.report(words % summary, summary, as_json=options["json"])


def _resolve_later(folder: Path | None) -> dict[str, float]:
    """How long rows take that come to what is known."""
    if folder is None:
        return {}
    rows = cities.publish(folder)
    with connection.cursor() as cursor:
        # The database's own housekeeping after millions of rows would else go on beside.
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    began = time.perf_counter()
    resolving.resolve(now=cities.START + timedelta(days=2))
    return {"then_rows": rows.height, "then_seconds": time.perf_counter() - began}


@contextmanager
def _scratch() -> Iterator[None]:
    """A database and a folder for files that are thrown away."""
    kept = str(connection.settings_dict["NAME"])
    connection.settings_dict["TEST"]["NAME"] = f"scratch_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    storages: dict[str, Any] = dict(settings.STORAGES)
    try:
        with tempfile.TemporaryDirectory() as files:
            default = storages["default"] | {"OPTIONS": {"location": files}}
            with override_settings(STORAGES=storages | {"default": default}):
                # As a worker begins: ready to read names, and without what migrations left, which would be looked
                # through for garbage.
                evidence.get_ready()
                gc.collect()
                gc.freeze()
                yield
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)
