"""The front page's part of financing: who has reported on the newest quarter, what waits of feedback and mistakes.

Law: nobody is told of what he may not view; every number leads to its rows.
"""

from collections.abc import Iterator
from datetime import date

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.admin.front_page import Alarm, Desk, Step, Task
from enterprises.models import EditionKind
from enterprises.queries import sealed_editions
from financing.admin.feedback import VIEW
from financing.admin.mistakes import SETTLE
from financing.asking import until
from financing.models import ListMistake, MistakeOutcome
from financing.reported import Standing, standings


def desk(user: User) -> Desk:
    """What `user` may see of it."""
    steps: list[Step] = []
    alarms: list[Alarm] = []
    newest = sealed_editions().filter(kind=EditionKind.QUARTER).last()
    if user.has_perm(VIEW) and newest:
        _reports(newest.quarter, timezone.localdate(), steps, alarms)
    return Desk("", steps, list(_mistakes(user)), alarms)


def _reports(quarter: str, today: date, steps: list[Step], alarms: list[Alarm]) -> None:
    found = [one.standing for one in standings([quarter], today).values() if one.standing != Standing.NOT_ASKED]
    at = reverse("admin:financing_feedback_overview")
    made, late = found.count(Standing.IN_FORCE), 0
    if today > until(quarter):
        late = sum(one in (Standing.LATE, Standing.FAULTY) for one in found)
    state = "late" if late else "waits" if made < len(found) else "done"
    value = _("%(made)s of %(all)s") % {"made": made, "all": len(found)}
    if found:
        steps.append(Step(_("Feedback"), value, at, state, quarter))
    if late:
        words = _("%(count)s institutions have not reported on %(quarter)s") % {"count": late, "quarter": quarter}
        alarms.append(Alarm(words, at))


def _mistakes(user: User) -> Iterator[Task]:
    if user.has_perm(SETTLE) and user.has_perm("financing.view_listmistake"):
        count = ListMistake.objects.filter(outcome=MistakeOutcome.OPEN).count()
        if count:
            at = reverse("admin:financing_listmistake_changelist")
            yield Task(_("Mistakes of the list that institutions reported"), count, f"{at}?outcome__exact=open")
