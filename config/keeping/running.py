"""Backups and drills as they are run here: with the settings' folder and keys, and on record, however they end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from config.keeping import backing_up, drilling, enclosing, errors, finding, retaining, targets
from config.keeping.drilling import Proof
from config.keeping.manifest import Manifest
from config.keeping.models import KeepingRun, RunKind
from config.keeping.retaining import Rule

Clock = Callable[[], datetime]


def rule() -> Rule:
    return Rule(settings.BACKUP_KEEP_DAYS, settings.BACKUP_KEEP_WEEKS, settings.BACKUP_KEEP_MONTHS)


def back_up(*, clock: Clock, to: Path | None = None) -> KeepingRun:
    """A backup into `to` (default: BACKUP_DIR), and away with those whose time is over. Raises a `KeepingError`."""
    home = to or _home()
    with _on_record(RunKind.BACKUP, clock) as run:
        made, run.size = backing_up.back_up(to=home, recipients=settings.BACKUP_RECIPIENTS, now=clock())
        run.name, run.missing = made.name, len(made.missing)
        gone = retaining.prune(home=home, rule=rule())
        run.words = _("%(files)s files, %(editions)s editions; %(gone)s old backups deleted.") % {
            "files": len(made.files), "editions": len(made.editions), "gone": gone,
        }  # fmt: skip
        if made.missing:
            shown = ", ".join(made.missing[:10])
            run.words += "\n" + _("The store has lost, or holds other bytes of: %(files)s") % {"files": shown}
    return run


def drill(
    *,
    clock: Clock,
    folder: Path | None = None,
    identity: Path | None = None,
    into: str = "",
    scratch: Path | None = None,
) -> tuple[KeepingRun, Manifest, list[Proof]]:
    """A drill with the newest backup (or the one in `folder`), on this site's server or another's. On record, too."""
    with _on_record(RunKind.DRILL, clock) as run:
        chosen = folder or finding.newest(_home())
        run.name = chosen.name
        server = targets.parameters_of(into) if into else targets.owner_parameters()
        keys = enclosing.identities(identity)
        told, proofs = drilling.drill(folder=chosen, server=server, keys=keys, scratch=scratch)
        run.size = told.size
        run.words = _("%(files)s files and %(editions)s editions restored and proved.") % {
            "files": len(told.files), "editions": len(told.editions),
        }  # fmt: skip
    return run, told, proofs


def _home() -> Path:
    if not settings.BACKUP_DIR:
        raise errors.NoFolder
    return Path(settings.BACKUP_DIR)


@contextmanager
def _on_record(kind: RunKind, clock: Clock) -> Iterator[KeepingRun]:
    """A row from the beginning; how it ended, by the end."""
    run = KeepingRun.objects.create(kind=kind, began_at=clock())
    try:
        yield run
    except BaseException as error:
        run.words, run.ended_at = str(error) or type(error).__name__, clock()
        run.save()
        raise
    run.ok, run.ended_at = True, clock()
    run.save()
