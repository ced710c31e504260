"""What is amiss, of everything that is watched: the probes' findings, and what the apps' own numbers say.

Law: one list for the mail, the admin's page and the command; each trouble says what to do.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from config.keeping.models import KeepingRun, RunKind
from config.watching import gauges, probing
from config.watching.facts import Fact

# A nightly backup may take its time; after so many hours without one, it is missing.
_BACKUP_LATE = timedelta(hours=30)


def everything(now: datetime) -> list[Fact]:
    """All that is watched, well or not; what the database alone knows is left out while it is down."""
    facts = probing.look()
    if any(fact.about == "database" and not fact.ok for fact in facts):
        return facts
    return [*facts, *work(now)]


def work(now: datetime) -> Iterator[Fact]:
    """How the work stands: what is late, what failed, what was not kept."""
    told = {(name, *labels.values()): value for name, labels, value in gauges.gauges(now)}
    yield _edition(told)
    yield _deliveries(told)
    yield _due(told)
    yield _backup(now, told)
    yield _drill(now)


Told = Mapping[tuple[str, ...], float]


def _edition(told: Told) -> Fact:
    days = told.get(("registry_edition_overdue_days",), 0)
    words = (
        _("overdue for %(days)s days: see the front page of the admin") % {"days": f"{days:.1f}"}
        if days
        else _("on time")
    )
    return Fact("edition", not days, _("Edition of the quarter"), words)


def _deliveries(told: Told) -> Fact:
    failed = int(told.get(("registry_newest_edition_deliveries", "failed"), 0))
    paused = int(told.get(("registry_channels_paused",), 0))
    words = _("%(failed)s of the newest edition failed, %(paused)s channels are paused") % {
        "failed": failed,
        "paused": paused,
    }
    if failed or paused:
        words += _("; see the deliveries in the admin")
    return Fact("deliveries", not failed and not paused, _("Deliveries"), words)


def _due(told: Told) -> Fact:
    """Rows that wait for a worker: of each kind the oldest."""
    late = {
        key[1]: seconds
        for key, seconds in told.items()
        if key[0] == "registry_waiting_seconds" and seconds > 60 * settings.QUEUE_LATE_MINUTES
    }
    names = {
        "uploads": _("lists to be read"),
        "mails": _("mails to enterprises"),
        "letters": _("letters to institutions"),
        "deliveries": _("deliveries that are due"),
        "customer_lists": _("lists of customers to be compared"),
    }
    said = [
        _("%(what)s: for %(minutes)s minutes") % {"what": names.get(what, what), "minutes": round(seconds / 60)}
        for what, seconds in late.items()
    ]
    return Fact("due", not late, _("Work that is due"), _("; ").join(said) or _("nothing waits too long"))


def _backup(now: datetime, told: Told) -> Fact:
    what = _("Backup")
    if not settings.BACKUP_DIR:
        return Fact("backup", not settings.BACKUP_EXPECTED, what, _("none is made: BACKUP_DIR names no folder"))
    last = KeepingRun.objects.filter(kind=RunKind.BACKUP).order_by("-began_at").first()
    good = gauges.newest_run(RunKind.BACKUP)
    if good is None or good.ended_at is None or now - good.ended_at > _BACKUP_LATE:
        since = f"{localtime(good.ended_at):%Y-%m-%d %H:%M}" if good and good.ended_at else _("never")
        reason = f" {last.words}" if last and not last.ok and last.words else ""
        return Fact("backup", False, what, _("the last good one: %(since)s.") % {"since": since} + reason)
    if good.missing:
        words = _("%(count)s files that the database names are lost in the store: see backups and drills in the admin")
        return Fact("backup", False, what, words % {"count": good.missing})
    return Fact("backup", True, what, f"{localtime(good.ended_at):%Y-%m-%d %H:%M}")


def _drill(now: datetime) -> Fact:
    what, good = _("Restore drill"), gauges.newest_run(RunKind.DRILL)
    last = f"{localtime(good.ended_at):%Y-%m-%d %H:%M}" if good and good.ended_at else _("never")
    if not settings.DRILL_DAYS or not settings.BACKUP_DIR:
        return Fact("drill", True, what, last)
    late = good is None or good.ended_at is None or now - good.ended_at > timedelta(days=settings.DRILL_DAYS)
    words = _("the last good one: %(since)s.") % {"since": last} + (_(" Run manage.py restore_drill.") if late else "")
    return Fact("drill", not late, what, words)
