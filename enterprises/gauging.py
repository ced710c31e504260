"""What whoever watches the site may know of matching and editions: numbers alone. Law: cheap, and no names."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils.timezone import localdate, localtime

from enterprises import editions, reminding
from enterprises.calendar import due_at, finished_quarter
from enterprises.mailing import MOST_TRIES
from enterprises.models import GuardResult, Level, Mail, ReviewItem
from enterprises.objection_reminding import open_objections
from enterprises.queries import sealed_editions
from registry.queries import confirmed_imports

Gauge = tuple[str, dict[str, str], float]


def gauges(now: datetime) -> Iterator[Gauge]:
    """What waits for people and for workers, how the edition stands, and what guards say of its draft."""
    yield "registry_review_queue", {}, ReviewItem.objects.filter(closed_at=None).count()
    unresolved = confirmed_imports().filter(resolution=None).order_by().count()
    yield "registry_waiting", {"what": "lists_to_resolve"}, unresolved
    late = Count("pk", filter=Q(due_on__lt=localdate(now)))
    objections = open_objections().order_by().aggregate(open=Count("pk"), late=late)
    yield "registry_objections", {"state": "open"}, objections["open"]
    yield "registry_objections", {"state": "overdue"}, objections["late"]
    yield from _edition(now)
    yield from _mails(now)


def _edition(now: datetime) -> Iterator[Gauge]:
    quarter = reminding.overdue(now=now)
    since = quarter and due_at(quarter, settings.EDITION_DUE_DAYS, settings.EDITION_DUE_TIME, localtime(now).tzinfo)
    yield "registry_edition_overdue_days", {}, (now - since).total_seconds() / 86_400 if since else 0
    newest = sealed_editions().last()
    yield "registry_edition_members", {}, newest.members if newest else 0
    draft = editions.standing_draft(finished_quarter(localdate(now)))
    found = GuardResult.objects.filter(edition=draft).order_by().values_list("level").annotate(Count("pk"))
    by_level = dict(found) if draft else {}
    for level in Level.values:
        yield "registry_draft_guards", {"level": level}, by_level.get(level, 0)


def _mails(now: datetime) -> Iterator[Gauge]:
    """Where no mail server is named nothing goes out, and nothing waits."""
    due = Mail.objects.filter(sent_at=None, due_at__lte=now, tries__lt=MOST_TRIES)
    if not settings.MAIL_CONFIGURED:
        due = due.none()
    waits = due.aggregate(count=Count("pk"), since=Min("due_at"))
    yield "registry_waiting", {"what": "mails"}, waits["count"] or 0
    age = (now - waits["since"]).total_seconds() if waits["since"] else 0
    yield "registry_waiting_seconds", {"what": "mails"}, max(age, 0)
